/** Which subscriptions and resource groups the pages are about. Source: portal reference 1.3. */
import { useQuery } from '@tanstack/react-query';
import { armPath, type Page, type Resource, type Subscription } from '../api/arm.ts';
import { read } from '../api/http.ts';
import { type ChosenScope, everything, scopeOf } from '../model/scope-text.ts';
import { cell, keptCell, useCell } from './store.ts';

const stored = keptCell<ChosenScope>('tocsin.scope', everything);

/** What the pages show: what a link says, else what was chosen last in this browser. */
export const chosenScope = cell<ChosenScope>(
  scopeOf(new URLSearchParams(location.search).get('scope') ?? undefined) ?? stored.get(),
);

/** Somebody chooses: kept for the next time. */
export function chooseScope(scope: ChosenScope): void {
  stored.set(scope);
  chosenScope.set(scope);
}

/** A link says so: for this tab. */
export const showScope = (scope: ChosenScope): void => chosenScope.set(scope);

/** Every page of a list that is known to be short. */
export async function readAll<T>(path: string, signal?: AbortSignal, mostPages = 20): Promise<readonly T[]> {
  const found: T[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined && page < mostPages; page += 1) {
    const body: Page<T> = await read<Page<T>>(next, signal);
    found.push(...body.value);
    next = body.nextLink;
  }
  return found;
}

export function useSubscriptions(): readonly Subscription[] {
  const { data } = useQuery({
    queryKey: ['subscriptions'],
    queryFn: ({ signal }) => readAll<Subscription>(armPath('/subscriptions', 'microsoft.resources'), signal),
    staleTime: 60_000,
  });
  return data ?? [];
}

export function useResourceGroups(subscriptionId: string | undefined): readonly Resource[] {
  const { data } = useQuery({
    queryKey: ['resourceGroups', subscriptionId],
    queryFn: ({ signal }) =>
      readAll<Resource>(armPath(`/subscriptions/${subscriptionId}/resourcegroups`, 'microsoft.resources'), signal),
    enabled: subscriptionId !== undefined && subscriptionId !== '',
    staleTime: 10_000,
  });
  return data ?? [];
}

/** The chosen subscriptions as values; all of them when none is chosen. */
export function useChosenSubscriptions(): readonly Subscription[] {
  const all = useSubscriptions();
  const { subscriptions } = useCell(chosenScope);
  const chosen = all.filter(({ id }) => subscriptions.includes(id));
  return chosen.length === 0 ? all : chosen;
}

/** `scopes=` of our own lists; undefined for everything. */
export function useScopesParameter(): string | undefined {
  const { subscriptions, resourceGroups } = useCell(chosenScope);
  const all = useSubscriptions();
  if (resourceGroups.length === 0) return subscriptions.length === 0 ? undefined : subscriptions.join(',');
  const within = subscriptions.length === 0 ? all.map(({ id }) => id) : subscriptions;
  return within.flatMap((id) => resourceGroups.map((group) => `${id}/resourceGroups/${group}`)).join(',');
}

/** `Local`, `Local, 2 more`, `All subscriptions`. */
export function scopeSummary(chosen: ChosenScope, all: readonly Subscription[]): string {
  const named = all.filter(({ id }) => chosen.subscriptions.includes(id));
  const isAll = chosen.subscriptions.length === 0;
  const first = named[0] ?? (isAll && all.length === 1 ? all[0] : undefined);
  const groups = chosen.resourceGroups.length === 0 ? '' : `, ${chosen.resourceGroups.length} resource group(s)`;
  if (first === undefined && chosen.subscriptions.length > 0 && all.length > 0) return 'None that you may read';
  if (first === undefined) return `All subscriptions${groups}`;
  return named.length > 1 ? `${first.displayName}, ${named.length - 1} more${groups}` : `${first.displayName}${groups}`;
}

export function subscriptionName(all: readonly Subscription[], subscriptionId: string | undefined): string {
  const found = all.find((each) => each.subscriptionId.toLowerCase() === subscriptionId?.toLowerCase());
  return found?.displayName ?? subscriptionId ?? '';
}
