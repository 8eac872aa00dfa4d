/**
 * What an event is about: the ids that an automation's scopes are compared with.
 *
 * Owns: the order in which an alert's resource is looked for, scope comparison.
 * Does not own: the subscription an event was ingested for (given in).
 * Source: domain reference 8.
 */
import { type Json, type JsonObject, armIdKey, isJsonArray, memberIgnoringCase } from '#foundation';
import type { EventSource } from './contract.data.ts';

function idIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/**
 * Subject ids. An alert: every `AzureResource` identifier, else `AzureResourceId`, else
 * `ExtendedProperties.EffectiveAzureResourceId`, else `ingestedFor`; the others: their `id`, else `ingestedFor`.
 * `ingestedFor` is the id of the subscription the event was sent for, when there is one.
 */
export function subjectsOf(source: EventSource, body: JsonObject, ingestedFor?: string): readonly string[] {
  const found = source === 'Alerts' ? alertSubjects(body) : only(idIn(memberIgnoringCase(body, 'id')));
  return found.length > 0 ? found : only(ingestedFor);
}

function only(id: string | undefined): readonly string[] {
  return id === undefined ? [] : [id];
}

function alertSubjects(body: JsonObject): readonly string[] {
  const identifiers = memberIgnoringCase(body, 'ResourceIdentifiers');
  const named = (isJsonArray(identifiers) ? identifiers : []).flatMap((identifier) =>
    only(idIn(memberIgnoringCase(identifier, 'AzureResourceId'))),
  );
  if (named.length > 0) return named;
  const direct = idIn(memberIgnoringCase(body, 'AzureResourceId'));
  if (direct !== undefined) return [direct];
  return only(idIn(memberIgnoringCase(memberIgnoringCase(body, 'ExtendedProperties'), 'EffectiveAzureResourceId')));
}

/** As `armIdKey`, at the cost of one look where the id needs no tidying. */
function keyOf(id: string): string {
  const tidy = id.startsWith('/') && !id.endsWith('/') && !id.includes('//');
  return tidy ? id.toLowerCase() : armIdKey(id);
}

/**
 * The id's key and the keys of everything it lies below, whole segments only, those with as many segments as `depths`
 * names (the tenant `/` has none), the shortest first.
 */
export function scopesAbove(id: string, depths: ReadonlySet<number>): readonly string[] {
  const found: string[] = [];
  const key = keyOf(id);
  if (depths.has(0)) found.push('/');
  let depth = 0;
  let at = key === '/' ? -1 : 0;
  while (at >= 0) {
    const next = key.indexOf('/', at + 1);
    depth += 1;
    if (depths.has(depth)) found.push(next < 0 ? key : key.slice(0, next));
    at = next;
  }
  return found;
}

/** How many segments a scope's key has; 0 for the tenant. */
export function depthOf(scopeKey: string): number {
  return scopeKey === '/' ? 0 : scopeKey.split('/').length - 1;
}
