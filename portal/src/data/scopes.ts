/** Management groups and subscriptions as one tree of scopes. Source: portal reference 1.3. */
import { useQuery } from '@tanstack/react-query';
import { armPath, idParts, type Resource } from '../api/arm.ts';
import { call } from '../api/http.ts';

interface EntityProperties {
  readonly displayName: string;
  readonly parent?: { readonly id?: string };
  /** Names of the groups above, the tenant's root first. */
  readonly parentNameChain?: readonly string[];
}

export interface ScopeEntity {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly isGroup: boolean;
  /** Names of the groups above, in lower case. */
  readonly above: readonly string[];
}

interface Entities {
  readonly value: readonly Resource<EntityProperties>[];
  readonly nextLink?: string;
}

const mostPages = 50;

/** Every group and subscription that the caller sees, groups first. */
async function readEntities(signal: AbortSignal): Promise<readonly ScopeEntity[]> {
  const found: ScopeEntity[] = [];
  let next: string | undefined = armPath(
    '/providers/Microsoft.Management/getEntities',
    'microsoft.management/managementgroups',
    { $top: '1000' },
  );
  for (let page = 0; next !== undefined && page < mostPages; page += 1) {
    const { body }: { readonly body: Entities } = await call<Entities>('POST', next, { signal });
    for (const { id, name, type, properties } of body.value) {
      found.push({
        id,
        name,
        displayName: properties.displayName,
        isGroup: /managementGroups$/i.test(type),
        above: (properties.parentNameChain ?? []).map((each) => each.toLowerCase()),
      });
    }
    next = body.nextLink;
  }
  return found;
}

export function useScopeEntities(): readonly ScopeEntity[] {
  const { data } = useQuery({
    queryKey: ['scopeEntities'],
    queryFn: ({ signal }) => readEntities(signal),
    staleTime: 60_000,
  });
  return data ?? [];
}

/** `Customers`, `Local / rg-sample`, `Local / rg-sample / sql-01`: a scope in words. */
export function scopeName(id: string, entities: readonly ScopeEntity[]): string {
  const { subscriptionId, resourceGroup, type, name } = idParts(id);
  const of = (wanted: string): string =>
    entities.find((each) => each.name.toLowerCase() === wanted.toLowerCase())?.displayName ?? wanted;
  if (subscriptionId === undefined) return name === '' ? 'Tenant' : of(name);
  const parts = [of(subscriptionId), resourceGroup, type === '' ? undefined : name];
  return parts.filter((part) => part !== undefined).join(' / ');
}

/** Ids of the subscriptions at or below a scope. */
export function subscriptionsWithin(scope: string, entities: readonly ScopeEntity[]): readonly ScopeEntity[] {
  const subscriptions = entities.filter(({ isGroup }) => !isGroup);
  const { subscriptionId, name } = idParts(scope);
  if (subscriptionId !== undefined) {
    return subscriptions.filter((each) => each.name.toLowerCase() === subscriptionId.toLowerCase());
  }
  return subscriptions.filter(({ above }) => above.includes(name.toLowerCase()));
}
