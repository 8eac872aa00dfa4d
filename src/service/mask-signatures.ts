/**
 * Our own callback URLs inside other values, their signatures masked.
 *
 * Owns: finding and masking them. Does not own: who may see them (`outbox.ts`, routes). Source: own-api reference.
 */
import { isJsonArray, isJsonObject, type Json } from '#foundation';

const signature = /([?&]sig=)[\w%-]+/g;

export function withoutSignatures(value: Json): Json {
  if (typeof value === 'string') return value.replace(signature, '$1*sanitized*');
  if (isJsonArray(value)) return value.map(withoutSignatures);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutSignatures(inner)]));
}
