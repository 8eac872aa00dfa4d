/**
 * The inputs of a call to a place that an answer named: `Location` of a 202, `nextLink` of a page, the cursor of a poll.
 *
 * Owns: which credentials go along. Does not own: following such links (`#engine`, `triggers/`).
 * Source: engine reference 2.8, 4.1 ("same authentication").
 *
 * Invariants
 * LI1. Credentials that an author gave for one origin (scheme, host, port) go to that origin alone, whatever its answers say.
 */
import { isJsonObject, type JsonObject, memberIgnoringCase } from '#foundation';

const credentials: ReadonlySet<string> = new Set(['authentication', 'cookie']);
const credentialHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'ocp-apim-subscription-key',
  'x-functions-key',
]);

/** `inputs` for a call of `url`, which may be relative to their own `uri`. */
export function linkedInputs(inputs: JsonObject, url: string): JsonObject {
  const given = memberIgnoringCase(inputs, 'uri');
  const own = typeof given === 'string' ? URL.parse(given) : null;
  const target = URL.parse(url, own?.href);
  const linked = { ...without(inputs, new Set(['uri', 'queries'])), uri: target?.href ?? url };
  if (own === null || target?.origin === own.origin) return linked;
  const headers = memberIgnoringCase(inputs, 'headers');
  return {
    ...without(linked, new Set([...credentials, 'headers'])),
    ...(isJsonObject(headers) ? { headers: without(headers, credentialHeaders) } : {}),
  };
}

function without(inputs: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name]): boolean => !names.has(name.toLowerCase())));
}
