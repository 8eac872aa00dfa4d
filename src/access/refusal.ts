/**
 * Azure's words for a refused action; scripts look for them.
 *
 * Owns: the two texts. Source: answers of Azure Resource Manager.
 */
import { type Fault, fault, type Identity } from '#foundation';

/** Who a refusal or a log entry names: a user's name, an application's id. */
export function clientOf(identity: Identity): string {
  return identity.userName ?? identity.appId ?? identity.displayName;
}

/** 403 `AuthorizationFailed`. */
export function authorizationFailed(identity: Identity, action: string, scope: string): Fault {
  const client = clientOf(identity);
  return fault(
    'AuthorizationFailed',
    `The client '${client}' with object id '${identity.objectId}' does not have authorization to perform action ` +
      `'${action}' over scope '${scope === '' ? '/' : scope}' or the scope is invalid. If access was recently granted, ` +
      `please refresh your credentials.`,
  );
}

/** 403 `LinkedAuthorizationFailed`: allowed at its own scope, not on the resource that the request points at. */
export function linkedAuthorizationFailed(
  identity: Identity,
  own: { readonly action: string; readonly scope: string },
  linked: { readonly action: string; readonly scope: string },
): Fault {
  const client = clientOf(identity);
  return fault(
    'LinkedAuthorizationFailed',
    `The client '${client}' with object id '${identity.objectId}' has permission to perform action '${own.action}' on ` +
      `scope '${own.scope}'; however, it does not have permission to perform action(s) '${linked.action}' on the linked ` +
      `scope(s) '${linked.scope}' (respectively) or the linked scope(s) are invalid.`,
  );
}
