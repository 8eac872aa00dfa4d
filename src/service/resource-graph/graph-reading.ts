/**
 * What one query over Resource Graph reads: whose, and which of it the caller may see.
 *
 * Owns: rights on rows, what conditions say about where to look. Does not own: tables.
 *
 * Invariants
 * GD1. A row is shown to whoever may read that resource, wherever the right was granted; asking at the subscription first
 *      makes it one decision per type and subscription where that is enough.
 */
import { armIdKey, parseArmId, type Store } from '#foundation';
import type { PushedCondition, Value } from '#query';

export interface GraphReading {
  readonly store: Store;
  readonly tenantId: string;
  /** Lower-case ids of the subscriptions to look into, in order. */
  readonly subscriptions: readonly string[];
  /** Whether a scope outside of subscriptions (a management group, the tenant) is looked into. */
  readonly above: (scope: string) => boolean;
  readonly allowed: (action: string, scope: string) => boolean;
  /** Where assignments of roles and policies must stand: a test of their scope. */
  readonly standsAt: (scope: string) => boolean;
}

/** Whether rows may be shown, remembered by type and place. */
export class GraphRights {
  readonly #allowed: GraphReading['allowed'];
  readonly #known = new Map<string, boolean>();

  constructor(allowed: GraphReading['allowed']) {
    this.#allowed = allowed;
  }

  mayRead(type: string, id: string): boolean {
    const place = parseArmId(id);
    const action = `${type}/read`;
    if (place?.subscriptionId === undefined) return this.#allowed(action, id);
    const subscription = `/subscriptions/${place.subscriptionId}`;
    if (this.#at(action, subscription)) return true;
    const { resourceGroup } = place;
    if (resourceGroup !== undefined && this.#at(action, `${subscription}/resourceGroups/${resourceGroup}`)) return true;
    return this.#allowed(action, id);
  }

  #at(action: string, scope: string): boolean {
    const key = `${action.toLowerCase()} ${armIdKey(scope)}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#allowed(action, scope);
      this.#known.set(key, known);
    }
    return known;
  }
}

/** The texts that a column may have by the conditions, in lower case; undefined where any may come. */
export function wantedTexts(conditions: readonly PushedCondition[], column: string): readonly string[] | undefined {
  const found = conditions.find((each) => each.column === column && /^(?:==|=~|in~?)$/.test(each.operator));
  return found?.values.map((value: Value) => (typeof value === 'string' ? value.toLowerCase() : ''));
}
