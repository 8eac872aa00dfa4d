/**
 * Azure resource ids as values: parsing, building, comparing.
 *
 * Owns: the shape of ids. Does not own: whether a resource exists.
 *
 * Invariants
 * I1. Comparison ignores case; the text as given is kept for answers.
 * I2. `isWithin` compares whole segments: `…/rg1` does not contain `…/rg10`.
 */

export interface ArmId {
  /** The id as given, starting with `/`, without a trailing slash. */
  readonly text: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly managementGroup?: string;
  /** `Microsoft.Logic` of the last provider segment; absent for subscriptions and groups. */
  readonly namespace?: string;
  /** Full type with namespace, `Microsoft.Logic/workflows/runs`; also for subscriptions and resource groups. */
  readonly type: string;
  /** Names matching the type's segments; the last one is the resource's own name. */
  readonly names: readonly string[];
  readonly name: string;
  /** The id in front of the last `/providers/`: what an extension resource extends. */
  readonly scope: string;
}

/** Parses an id such as `/subscriptions/{s}/resourceGroups/{g}/providers/{ns}/{type}/{name}…`; undefined when malformed. */
export function parseArmId(text: string): ArmId | undefined {
  const clean = `/${text.split('/').filter(Boolean).join('/')}`;
  const at = clean.toLowerCase().lastIndexOf('/providers/');
  const scope = at < 0 ? clean : clean.slice(0, at);
  const owner = parseScope(scope);
  if (owner === undefined) return undefined;
  if (at < 0) return clean === '/' ? undefined : { text: clean, scope: '', ...owner };
  const [namespace, ...rest] = clean.slice(at + '/providers/'.length).split('/');
  if (namespace === undefined || rest.length < 2 || rest.length % 2 !== 0) return undefined;
  const types = rest.filter((_, index) => index % 2 === 0);
  const names = rest.filter((_, index) => index % 2 === 1);
  return {
    ...owner,
    text: clean,
    scope,
    namespace,
    type: [namespace, ...types].join('/'),
    names,
    name: names.at(-1) as string,
  };
}

type Owner = Pick<ArmId, 'subscriptionId' | 'resourceGroup' | 'managementGroup' | 'type' | 'names' | 'name'>;

function parseScope(scope: string): Owner | undefined {
  const segments = scope.split('/').filter(Boolean);
  if (segments.length === 0) return { type: 'Microsoft.Resources/tenants', names: [], name: '' };
  const lower = segments.map((segment) => segment.toLowerCase());
  if (lower[0] === 'subscriptions' && segments[1] !== undefined) {
    const subscriptionId = segments[1];
    if (segments.length === 2) {
      const type = 'Microsoft.Resources/subscriptions';
      return { subscriptionId, type, names: [subscriptionId], name: subscriptionId };
    }
    if (lower[2] !== 'resourcegroups' && lower[2] !== 'providers') return undefined;
    if (lower[2] === 'providers') return nestedScope(scope, { subscriptionId });
    const resourceGroup = segments[3];
    if (resourceGroup === undefined) return undefined;
    if (segments.length > 4) return nestedScope(scope, { subscriptionId, resourceGroup });
    const type = 'Microsoft.Resources/resourceGroups';
    return { subscriptionId, resourceGroup, type, names: [resourceGroup], name: resourceGroup };
  }
  if (lower[0] === 'providers') {
    if (lower[1] === 'microsoft.management' && lower[2] === 'managementgroups' && segments[3]) {
      const name = segments[3];
      if (segments.length > 4) return nestedScope(scope, { managementGroup: name });
      const type = 'Microsoft.Management/managementGroups';
      return { managementGroup: name, type, names: [name], name };
    }
    return nestedScope(scope, {});
  }
  return undefined;
}

/** What lies deeper than its container is a resource, which its provider names; without one there is no such id. */
function nestedScope(scope: string, owner: Partial<Owner>): Owner | undefined {
  const inner = scope.toLowerCase().includes('/providers/') ? parseArmId(scope) : undefined;
  if (inner === undefined) return undefined;
  return { ...owner, type: inner.type, names: inner.names, name: inner.name };
}

/** The id's key for look-ups: lower case, no doubled or trailing slashes. */
export function armIdKey(text: string): string {
  return `/${text.split('/').filter(Boolean).join('/')}`.toLowerCase();
}

/** True when `id` is `scope` or lies below it (I2); the tenant scope `/` or `` contains everything. */
export function isWithin(id: string, scope: string): boolean {
  const inner = armIdKey(id);
  const outer = armIdKey(scope);
  return outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
}
