/** A value as messages quote it: text as it is, the rest as JSON. */
import { type Json, stringifyJson } from '#foundation';

export function quoted(value: Json | undefined): string {
  return typeof value === 'string' ? value : stringifyJson(value ?? null);
}
