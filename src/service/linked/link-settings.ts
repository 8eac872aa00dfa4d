/**
 * What a link to a real cloud says: which cloud, whose credential.
 *
 * Owns: checking and splitting settings into what is shown and what is sealed. Does not own: links (`linked-subscriptions.ts`,
 * `linked-directory.ts`), tokens (`#connectors`).
 */
import { isJsonObject, type Json, type JsonObject, memberOf, raise, textMember } from '#foundation';
import { linkedClouds } from './clouds.data.ts';

export interface LinkSettings {
  readonly shown: JsonObject;
  readonly secrets: JsonObject;
}

/**
 * @param addresses which members of `endpoints` a cloud of one's own needs; `audience` is the first one's unless said.
 * @param allowed which it may have besides.
 * @throws TocsinError `InvalidParameter` naming the member.
 */
export function linkSettings(
  request: Json | undefined,
  addresses: readonly string[],
  allowed: readonly string[] = [],
): LinkSettings {
  const cloud = textMember(request, 'cloud') ?? 'AzureCloud';
  if (linkedClouds[cloud] === undefined && cloud !== 'Custom') {
    invalid('cloud', `'${cloud.slice(0, 40)}' is none of ${[...Object.keys(linkedClouds), 'Custom'].join(', ')}.`);
  }
  const authorities = textMember(request, 'authorities');
  if (authorities !== undefined && !authorities.includes('-----BEGIN CERTIFICATE-----')) {
    invalid('authorities', 'authorities must be certificates as PEM text.');
  }
  const { shown, secrets } = credentialOf(memberOf(request, 'credential'));
  return {
    shown: {
      cloud,
      ...(cloud === 'Custom' ? { endpoints: customEndpoints(memberOf(request, 'endpoints'), addresses, allowed) } : {}),
      ...(authorities === undefined ? {} : { authorities }),
      credential: shown,
    },
    secrets,
  };
}

function customEndpoints(
  value: Json | undefined,
  addresses: readonly string[],
  allowed: readonly string[],
): JsonObject {
  const address = (name: string, fallback?: string): string => {
    const text = (textMember(value, name) ?? fallback ?? '').replace(/\/+$/, '');
    if (URL.parse(text)?.protocol !== 'https:')
      invalid(`endpoints.${name}`, `endpoints.${name} must be an https address.`);
    return text;
  };
  const others = allowed.filter((name) => textMember(value, name) !== undefined);
  const found = Object.fromEntries([...addresses, ...others].map((name) => [name, address(name)]));
  return { ...found, audience: address('audience', found[addresses[0] ?? '']) };
}

/** Members of each kind: needed ones, and whether they are secret. */
const kinds: Readonly<
  Record<string, { readonly needed: readonly string[]; readonly allowed: readonly string[]; readonly secret?: string }>
> = {
  clientSecret: { needed: ['tenantId', 'clientId', 'clientSecret'], allowed: [], secret: 'clientSecret' },
  clientCertificate: { needed: ['tenantId', 'clientId', 'certificate'], allowed: [], secret: 'certificate' },
  managedIdentity: { needed: [], allowed: ['clientId'] },
  workloadIdentity: { needed: [], allowed: ['tenantId', 'clientId'] },
  environment: { needed: [], allowed: [] },
  azureCli: { needed: [], allowed: ['tenantId'] },
};

function credentialOf(value: Json | undefined): LinkSettings {
  const kind = textMember(value, 'kind') ?? '';
  const known = kinds[kind];
  if (!isJsonObject(value) || known === undefined)
    return invalid('credential.kind', `credential.kind must be one of ${Object.keys(kinds).join(', ')}.`);
  const shown: { [name: string]: Json } = { kind };
  const secrets: { [name: string]: Json } = {};
  for (const name of [...known.needed, ...known.allowed]) {
    const text = textMember(value, name) ?? '';
    if (text === '' && known.needed.includes(name))
      invalid(`credential.${name}`, `A credential of the kind '${kind}' needs ${name}.`);
    if (text !== '') (name === known.secret ? secrets : shown)[name] = text;
  }
  return { shown, secrets };
}

function invalid(target: string, message: string): never {
  return raise('InvalidParameter', message, { target });
}
