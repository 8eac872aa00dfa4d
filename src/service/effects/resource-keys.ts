/**
 * Keys of resources that have some: what `list…` answers and what `regenerateKey` changes.
 *
 * Owns: which key is meant, its generation. Does not own: the shapes of lists (`key-lists.data.ts`).
 *
 * Invariants
 * RK1. A resource's keys are its own, the same every time it is asked until one is regenerated, and open nothing: no such
 *      service runs here.
 */
import { keyListOf, type KeyRenewal, keyRenewalOf } from '#inventory';
import { armIdKey, type Fault, fault, isJsonObject, type JsonObject, memberIgnoringCase, memberOf } from '#foundation';
import type { ResourceDocument } from '#foundation';
import type { Services } from '../services.ts';
import type { SpecialCall, SpecialOutcome } from './special-outcome.ts';

/** The answer of a `list…` action; undefined when the type has no such list. */
export function listKeys(
  services: Pick<Services, 'secrets'>,
  { id, type, secrets }: Pick<ResourceDocument, 'id' | 'type' | 'secrets'>,
  action: string,
): JsonObject | undefined {
  return keyListOf(type, action, id, (word) => {
    const generation = generationOf(secrets, word);
    const digest = services.secrets.digest(`${armIdKey(id)}#${word}${generation === 0 ? '' : `#${generation}`}`);
    return Buffer.from(digest, 'hex').toString('base64');
  });
}

/** `POST …/regenerateKey`: the named key changes; all keys are answered. */
export function renewKey(services: Services, { document, body }: SpecialCall): SpecialOutcome | Fault {
  const renewal: KeyRenewal | undefined = keyRenewalOf(document.type);
  if (renewal === undefined) return fault('NotSupported', 'The resource has no keys.');
  const given = memberIgnoringCase(body, renewal.member);
  const word = typeof given === 'string' ? renewal.words[given.toLowerCase()] : undefined;
  if (word === undefined) {
    const names = Object.keys(renewal.words).map((name) => `'${name}'`);
    return fault('BadRequest', `The member '${renewal.member}' must be one of ${names.join(', ')}.`, {
      target: renewal.member,
    });
  }
  const generations = memberOf(document.secrets, 'keyGenerations');
  const secrets: JsonObject = {
    ...document.secrets,
    keyGenerations: {
      ...(isJsonObject(generations) ? generations : {}),
      [word]: generationOf(document.secrets, word) + 1,
    },
  };
  const result = listKeys(services, { ...document, secrets }, renewal.list) ?? {};
  return { result, changed: document.body, secrets };
}

function generationOf(secrets: JsonObject | undefined, word: string): number {
  const generation = memberOf(memberOf(secrets, 'keyGenerations'), word);
  return typeof generation === 'number' ? generation : 0;
}
