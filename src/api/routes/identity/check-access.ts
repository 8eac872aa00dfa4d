/** Why a principal may do something at a scope. Source: own API reference, "Identity"; portal reference 3.7. */
import { authorizationFailed } from '#access';
import { type ArmResponse, memberOf, raise, textMember, TocsinError } from '#foundation';
import { checkAccess } from '#service';
import type { Route, RouteCall } from '../../route.ts';

const readAction = 'Microsoft.Authorization/roleAssignments/read';
const mostCharacters = 2048;

/** Whoever may read the role assignments of a scope may ask about anybody there; about oneself, everybody may. */
function check(call: RouteCall): ArmResponse {
  const body = call.request.body ?? null;
  const given = textMember(body, 'scope') ?? '';
  const scope = given === '/' ? '' : given;
  const { identity } = call.request;
  const principalId = textMember(body, 'principalId') ?? identity.objectId;
  if (scope !== '' && !/^(?:\/[^/]+)+$/.test(scope)) {
    raise('InvalidParameter', "'scope' must be a resource id, or / for the tenant.", { target: 'scope' });
  }
  const action = memberOf(body, 'action');
  if (action !== undefined && (typeof action !== 'string' || !/^[\w.*-]+(?:\/[\w.*-]+)+$/.test(action))) {
    raise('InvalidParameter', "'action' must be an operation such as Microsoft.Logic/workflows/write.", {
      target: 'action',
    });
  }
  if (scope.length > mostCharacters || (typeof action === 'string' && action.length > mostCharacters)) {
    raise('InvalidParameter', `'scope' and 'action' have at most ${mostCharacters} characters.`);
  }
  const isOneself = principalId.toLowerCase() === identity.objectId.toLowerCase();
  if (!isOneself && !call.allowed(readAction, scope === '' ? '/' : scope)) {
    throw new TocsinError(authorizationFailed(identity, readAction, scope === '' ? '/' : scope));
  }
  const question = { principalId, scope, ...(typeof action === 'string' ? { action } : {}) };
  return { status: 200, body: checkAccess(call.services, call, question) };
}

export const checkAccessRoutes: readonly Route[] = [
  { method: 'POST', pattern: '/tocsin/v1/checkAccess', permission: { signedIn: true }, handle: check },
];
