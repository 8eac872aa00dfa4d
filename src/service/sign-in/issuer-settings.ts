/**
 * External OpenID issuers as the operator names them: a JSON file of `--sign-in`.
 *
 * Owns: reading and checking it. Does not own: their tokens (`external-issuers.ts`).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson, textMember } from '#foundation';

export interface IssuerSettings {
  /** Part of addresses: letters, digits, hyphens. */
  readonly name: string;
  /** What the button says. */
  readonly displayName: string;
  /** As the claim `iss` has it; its OpenID document is below it. */
  readonly issuer: string;
  /** Of this server at the issuer; tokens for it sign in. */
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Further audiences that tokens may be for. */
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  /** The claim that lists groups. */
  readonly groupsClaim: string;
  /** From what the issuer calls a group to the object id that role assignments name. */
  readonly groups: ReadonlyMap<string, string>;
  /** Whether the claims `oid` and GUIDs among the groups are object ids as they are: those of Microsoft Entra ID are. */
  readonly trustsObjectIds: boolean;
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** @throws Error with one sentence when the text is not `{ "issuers": [ … ] }`. */
export function readIssuerSettings(text: string): readonly IssuerSettings[] {
  const given = memberOf(parseJson(text), 'issuers');
  if (!isJsonArray(given)) throw new Error("it must be an object with a list 'issuers'");
  const settings = given.map(settingsOf);
  const names = settings.map(({ name }) => name.toLowerCase());
  if (new Set(names).size < names.length) throw new Error("two issuers have the same 'name'");
  return settings;
}

const members = new Set([
  'name',
  'displayName',
  'issuer',
  'clientId',
  'clientSecret',
  'audiences',
  'scopes',
  'groupsClaim',
  'groups',
  'trustObjectIds',
]);

function settingsOf(given: Json): IssuerSettings {
  if (!isJsonObject(given)) throw new Error('every issuer must be an object');
  const unknown = Object.keys(given).find((name) => !members.has(name));
  if (unknown !== undefined) throw new Error(`an issuer has no member '${unknown}'`);
  const issuer = requiredText(given, 'issuer');
  const url = URL.parse(issuer);
  const plain = url?.protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !plain)) throw new Error(`the issuer '${issuer}' must be https`);
  const name = requiredText(given, 'name');
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/i.test(name))
    throw new Error(`the name '${name}' must be letters, digits and hyphens`);
  const secret = textMember(given, 'clientSecret');
  const isEntra = /(?:^|\.)(?:microsoftonline\.(?:com|us)|windows\.net|chinacloudapi\.cn)$/.test(url.hostname);
  return {
    name,
    displayName: textMember(given, 'displayName') ?? name,
    issuer,
    clientId: requiredText(given, 'clientId'),
    ...(secret === undefined ? {} : { clientSecret: secret }),
    audiences: textsOf(given, 'audiences') ?? [],
    scopes: textsOf(given, 'scopes') ?? ['openid', 'profile', 'email'],
    groupsClaim: textMember(given, 'groupsClaim') ?? 'groups',
    groups: groupsOf(memberOf(given, 'groups')),
    trustsObjectIds:
      memberOf(given, 'trustObjectIds') === undefined ? isEntra : memberOf(given, 'trustObjectIds') === true,
  };
}

function requiredText(given: JsonObject, name: string): string {
  const value = textMember(given, name);
  if (value === undefined || value === '') throw new Error(`an issuer lacks the text '${name}'`);
  return value;
}

function textsOf(given: JsonObject, name: string): readonly string[] | undefined {
  const value = memberOf(given, name);
  if (value === undefined) return undefined;
  if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Error(`the member '${name}' of an issuer must be a list of texts`);
}

function groupsOf(given: Json | undefined): ReadonlyMap<string, string> {
  if (given === undefined) return new Map();
  if (!isJsonObject(given)) throw new Error("the member 'groups' of an issuer must be an object");
  return new Map(
    Object.entries(given).map(([name, id]): [string, string] => {
      if (typeof id === 'string' && guid.test(id)) return [name, id.toLowerCase()];
      throw new Error(`the group '${name}' must lead to the object id of a group`);
    }),
  );
}
