/**
 * Ids of events that bring none of their own, so that the same thing gets the same id whenever it is sent.
 *
 * Owns: the namespace and how parts make a name.
 */
import { nameUuid } from '#foundation';

/** Namespace of every id made here. */
const namespace = '8a2f0d3c-5b1e-5c47-9f6a-2d7e4b90c1aa';

/** The UUID of a name made of parts; different parts never make the same name. Lower case. */
export function uuid5(...parts: readonly string[]): string {
  const [only] = parts;
  return nameUuid(namespace, parts.length === 1 && only !== undefined ? only : JSON.stringify(parts));
}
