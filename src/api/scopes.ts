/**
 * The parameter `scopes` of our own lists.
 *
 * Owns: reading it, the test of ids against it. Source: own API reference, "Lists".
 */
import { isWithin, parseArmId, raise } from '#foundation';
import { managementGroupType, scopeTest, type Viewer } from '#service';
import { parameter } from './call-values.ts';
import type { RouteCall } from './route.ts';

/** Most scopes that one call may name: a provider with thousands of subscriptions names a management group. */
const mostScopes = 500;

/** Ids of the scopes asked for; empty means everything. @throws TocsinError `InvalidParameter` for more than 500. */
export function scopesOf(call: RouteCall): readonly string[] {
  const scopes = (parameter(call, 'scopes') ?? '').split(',').flatMap((scope) => scope.trim() || []);
  if (scopes.length <= mostScopes) return scopes;
  return raise('InvalidParameter', `A call names at most ${mostScopes} scopes; name a management group instead.`, {
    target: 'scopes',
  });
}

/** Whether an id lies in the scopes asked for. */
export function scopeFilter(call: RouteCall): (id: string) => boolean {
  const scopes = scopesOf(call);
  if (scopes.length === 0) return () => true;
  const groups = scopes.filter((scope) => parseArmId(scope)?.type.toLowerCase() === managementGroupType.toLowerCase());
  const others = scopes.filter((scope) => !groups.includes(scope));
  const tests = groups.map((scope) => scopeTest(call.services, scope));
  return (id) => others.some((scope) => isWithin(id, scope)) || tests.some((test) => test(id));
}

/** The caller as the overview's use cases know one. */
export function viewerOf(call: RouteCall): Viewer {
  const isAsked = scopeFilter(call);
  return { sees: (action, id) => isAsked(id) && call.allowed(action, id) };
}
