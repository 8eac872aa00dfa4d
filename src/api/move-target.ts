/**
 * Where a resource is to be moved, as the body of a `move` says.
 *
 * Owns: reading the id, the caller's rights at both ends. Does not own: the move. Source: ARM reference 6.1, 7.
 */
import { memberOf, raise } from '#foundation';
import type { RouteCall } from './route.ts';

/**
 * The id to move `from` to. @param type `Microsoft.Logic/workflows`.
 * @throws TocsinError `InvalidRequestContent`, `LinkedAuthorizationFailed`.
 */
export function moveTargetOf(call: RouteCall, type: string, from: string): string {
  const target = memberOf(call.request.body, 'id');
  if (typeof target !== 'string' || target === '') {
    return raise('InvalidRequestContent', "The request content is not valid: 'id' must be the id to move to.");
  }
  const rights = [
    [`${type}/write`, target],
    [`${type}/delete`, from],
  ] as const;
  const denied = rights.find(([action, scope]) => !call.allowed(action, scope));
  if (denied === undefined) return target;
  const message = `The client does not have permission to perform action '${denied[0]}' on the linked scope.`;
  return raise('LinkedAuthorizationFailed', message);
}

/** 202 with the new place, which answers at once. */
export function movedTo({ request }: RouteCall, id: string, usualVersion: string) {
  const version = new URLSearchParams({ 'api-version': request.query['api-version'] ?? usualVersion }).toString();
  return { status: 202, headers: { location: `${request.baseUrl}${id}?${version}` } };
}
