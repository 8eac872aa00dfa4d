/** The keys of issuers of access tokens, as the operator gives them. */
import type { JSONWebKeySet } from 'jose';
import { isJsonArray, isJsonObject, parseJson } from '#foundation';

/** Where the keys of an issuer come from: a key set, or its https address. */
export type IssuerKeys = ReadonlyMap<string, JSONWebKeySet | string>;

/** @throws SyntaxError in plain words when the text is not `{ "issuer": { "keys": […] } | "https://…" }`. */
export function readIssuerKeys(text: string): IssuerKeys {
  const given = parseJson(text);
  if (!isJsonObject(given)) throw new SyntaxError('it must be an object of issuers');
  return new Map(
    Object.entries(given).map(([issuer, keys]): [string, JSONWebKeySet | string] => {
      if (typeof keys === 'string' && /^https?:\/\//.test(keys)) return [issuer, keys];
      if (isJsonObject(keys) && isJsonArray(keys.keys)) return [issuer, keys as unknown as JSONWebKeySet];
      throw new SyntaxError(`the keys of '${issuer}' must be a JSON web key set or its address`);
    }),
  );
}
