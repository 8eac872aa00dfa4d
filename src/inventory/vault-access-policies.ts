/**
 * Access policies of a key vault: who may do what with keys, secrets and certificates, and the three ways to change them.
 *
 * Owns: `accessPolicies/add`, `/replace` and `/remove` as values. Source: the published vault REST API.
 *
 * Invariants
 * VP1. An entry is one object and application; permissions compare ignoring case.
 * VP2. `remove` takes away the permissions that are named; an entry that names none, or is left with none, goes as a whole.
 */
import {
  type Fault,
  fault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  setMember,
  textMember,
} from '#foundation';

export type PolicyChange = 'add' | 'replace' | 'remove';

export function policyChangeOf(name: string): PolicyChange | undefined {
  const lower = name.toLowerCase();
  return lower === 'add' || lower === 'replace' || lower === 'remove' ? lower : undefined;
}

/** The vault's policies after a change; a fault for a body that is none. */
export function changedPolicies(
  current: Json | undefined,
  change: PolicyChange,
  body: Json | undefined,
): readonly JsonObject[] | Fault {
  const given = memberOf(memberOf(body, 'properties'), 'accessPolicies');
  if (!isJsonArray(given) || !given.every(isJsonObject)) {
    return fault('BadRequest', "The member 'properties.accessPolicies' must be a list of access policies.", {
      target: 'properties.accessPolicies',
    });
  }
  let policies: readonly JsonObject[] = isJsonArray(current) ? current.filter(isJsonObject) : [];
  for (const entry of given) {
    if (typeof entry['objectId'] !== 'string' || entry['objectId'] === '') {
      return fault('BadRequest', 'An access policy needs an objectId.', { target: 'objectId' });
    }
    policies = changed(policies, change, entry);
  }
  return policies;
}

function changed(policies: readonly JsonObject[], change: PolicyChange, entry: JsonObject): readonly JsonObject[] {
  const at = policies.findIndex((policy) => keyOf(policy) === keyOf(entry));
  const found = policies[at];
  if (change === 'remove') {
    if (found === undefined) return policies;
    const left = withoutPermissions(found, entry);
    return policies.flatMap((policy, index) => (index !== at ? [policy] : left === undefined ? [] : [left]));
  }
  if (found === undefined) return [...policies, entry];
  const next =
    change === 'replace' ? entry : { ...found, permissions: union(permissionsOf(found), permissionsOf(entry)) };
  return policies.map((policy, index) => (index === at ? next : policy));
}

function keyOf(policy: JsonObject): string {
  const text = (name: string): string => textMember(policy, name)?.toLowerCase() ?? '';
  return `${text('objectId')}|${text('applicationId')}`;
}

type Permissions = Readonly<Record<string, readonly string[]>>;

function permissionsOf(policy: JsonObject): Permissions {
  const permissions = memberOf(policy, 'permissions');
  if (!isJsonObject(permissions)) return {};
  return Object.fromEntries(
    Object.entries(permissions).map(([kind, list]) => [
      kind,
      isJsonArray(list) ? list.filter((item): item is string => typeof item === 'string') : [],
    ]),
  );
}

function union(left: Permissions, right: Permissions): JsonObject {
  const result: { [name: string]: Json } = {};
  for (const kind of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const have = left[kind] ?? [];
    const more = (right[kind] ?? []).filter((one) => !have.some((other) => other.toLowerCase() === one.toLowerCase()));
    setMember(result, kind, [...have, ...more]);
  }
  return result;
}

/** VP2; undefined when nothing is left. */
function withoutPermissions(policy: JsonObject, entry: JsonObject): JsonObject | undefined {
  const gone = permissionsOf(entry);
  if (Object.values(gone).every((list) => list.length === 0)) return undefined;
  const left: { [name: string]: Json } = {};
  for (const [kind, list] of Object.entries(permissionsOf(policy))) {
    const lower = (gone[kind] ?? []).map((one) => one.toLowerCase());
    setMember(left, kind, lower.includes('all') ? [] : list.filter((one) => !lower.includes(one.toLowerCase())));
  }
  const empty = Object.values(left).every((list) => isJsonArray(list) && list.length === 0);
  return empty ? undefined : { ...policy, permissions: left };
}
