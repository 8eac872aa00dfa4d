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

/** The id's key and the keys of everything it lies below, whole segments only, the longest first, the tenant last. */
export function scopeChain(id: string): readonly string[] {
  const chain: string[] = [];
  let key = armIdKey(id);
  while (key !== '' && key !== '/') {
    chain.push(key);
    key = key.slice(0, key.lastIndexOf('/'));
  }
  chain.push('/');
  return chain;
}
