/**
 * The numbers of incidents, which count up from 1 in each workspace.
 *
 * Owns: giving a number, the document that remembers the last one. Does not own: incidents.
 *
 * Invariants
 * NO1. No number is given twice: the document goes into the commit of the incident that has the number, and says the last one
 *      given at that time; commits are applied in the order they were asked for. A commit that fails leaves a gap.
 */
import type { Store, Write } from '#foundation';
import type { Services } from '../services.ts';

const counterCollection = 'securityInsightsNumbers';

const given = new WeakMap<Store, Map<string, number>>();

function lastOf({ store }: Pick<Services, 'store'>): Map<string, number> {
  let numbers = given.get(store);
  if (numbers === undefined) given.set(store, (numbers = new Map<string, number>()));
  return numbers;
}

/** The next number of the workspace whose provider this is. */
export function nextIncidentNumber(services: Pick<Services, 'store'>, providerId: string): number {
  const key = providerId.toLowerCase();
  const numbers = lastOf(services);
  const last = numbers.get(key) ?? Number(services.store.documents.get(counterCollection, key)?.body['last'] ?? 0);
  numbers.set(key, last + 1);
  return last + 1;
}

/** Goes into the commit of an incident with a new number (NO1); undefined where none was given. */
export function incidentNumberWrite(
  services: Pick<Services, 'store' | 'clock'>,
  providerId: string,
): Write | undefined {
  const key = providerId.toLowerCase();
  const last = lastOf(services).get(key);
  if (last === undefined) return undefined;
  const document = {
    collection: counterCollection,
    key,
    parent: '',
    time: services.clock.now(),
    status: '',
    body: { last },
  };
  return { kind: 'putDocument', document };
}
