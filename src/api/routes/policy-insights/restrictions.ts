/**
 * Routes of `checkPolicyRestrictions` and of policy metadata. Source: ARM reference 11.
 *
 * Owns: the mapping.
 */
import { raise } from '#foundation';
import { checkPolicyRestrictions } from '#service';
import { segment } from '../../call-values.ts';
import type { PathValues, Route, RouteCall } from '../../route.ts';
import { metadataVersions, restrictionVersions } from './versions.data.ts';

const provider = '/providers/Microsoft.PolicyInsights';

function scopeOf(path: PathValues): string {
  const { subscription, group, managementGroup } = path;
  if (managementGroup !== undefined) return `/providers/Microsoft.Management/managementGroups/${managementGroup}`;
  return `/subscriptions/${subscription ?? ''}${group === undefined ? '' : `/resourceGroups/${group}`}`;
}

function check(call: RouteCall) {
  const { services, request, path } = call;
  return { status: 200, body: checkPolicyRestrictions(services, { scope: scopeOf(path), body: request.body }) };
}

const places = [
  '/subscriptions/{subscription}',
  '/subscriptions/{subscription}/resourceGroups/{group}',
  '/providers/Microsoft.Management/managementGroups/{managementGroup}',
];

const metadataPermission = { action: 'Microsoft.PolicyInsights/policyMetadata/read', scope: () => '' };

export const restrictionRoutes: readonly Route[] = [
  ...places.map(
    (place): Route => ({
      method: 'POST',
      pattern: `${place}${provider}/checkPolicyRestrictions`,
      permission: { action: 'Microsoft.PolicyInsights/checkPolicyRestrictions/read', scope: scopeOf },
      apiVersions: restrictionVersions,
      handle: check,
    }),
  ),
  {
    method: 'GET',
    pattern: `${provider}/policyMetadata`,
    permission: metadataPermission,
    apiVersions: metadataVersions,
    handle: () => ({ status: 200, body: { value: [] } }),
  },
  {
    method: 'GET',
    pattern: `${provider}/policyMetadata/{name}`,
    permission: metadataPermission,
    apiVersions: metadataVersions,
    handle: (call) => raise('ResourceNotFound', `The policy metadata '${segment(call, 'name')}' was not found.`),
  },
];
