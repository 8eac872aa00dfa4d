/**
 * The scope of the pages as a text of an address: ids of subscriptions, or of resource groups in them, in a list.
 * Source: portal reference 1.3.
 */
export interface ChosenScope {
  /** Ids of subscriptions; empty means all that the caller may read. */
  readonly subscriptions: readonly string[];
  /** Names of resource groups; empty means all. */
  readonly resourceGroups: readonly string[];
}

export const everything: ChosenScope = { subscriptions: [], resourceGroups: [] };

/** Empty for everything. Groups without a subscription are written with `*`. */
export function scopeText({ subscriptions, resourceGroups }: ChosenScope): string {
  const within = subscriptions.length === 0 ? ['*'] : subscriptions.map((id) => id.replace(/^\/subscriptions\//i, ''));
  if (resourceGroups.length > 0)
    return within.flatMap((id) => resourceGroups.map((group) => `${id}/${group}`)).join(',');
  return subscriptions.length === 0 ? '' : within.join(',');
}

/** What a text says; undefined where it says nothing that can be understood. */
export function scopeOf(text: string | undefined): ChosenScope | undefined {
  if (text === undefined || text === '' || text.length > 20_000) return undefined;
  const places = text.split(',').map((each) => /^(\*|[0-9a-f-]{36})(?:\/([\w().-]{1,90}))?$/i.exec(each));
  if (places.some((place) => place === null)) return undefined;
  const subscriptions = places.map((place) => place?.[1] ?? '').filter((id) => id !== '*');
  const groups = places.flatMap((place) => place?.[2] ?? []);
  return {
    subscriptions: [...new Set(subscriptions.map((id) => `/subscriptions/${id.toLowerCase()}`))],
    resourceGroups: [...new Set(groups)],
  };
}
