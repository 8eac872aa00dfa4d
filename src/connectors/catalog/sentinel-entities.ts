/**
 * Entities of incidents and alerts, as the Sentinel connector hands them out.
 *
 * Owns: picking one kind out of a list, and the names of its members. Pure: no service is asked.
 * Source: connectors reference 3.5.
 *
 * Invariants
 * SE1. Both dialects are read: ARM entities (`kind`, camel case in `properties`) and alert entities (`Type`, Pascal case,
 *      `$id`/`$ref`). Members that have no other name pass through unchanged.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  parseJson,
  textMember,
} from '#foundation';

interface EntityKind {
  /** The member of the answer: `IPs`. */
  readonly list: string;
  /** As ARM and alerts name it, lower case. */
  readonly names: readonly string[];
  /** What the answer calls it. */
  readonly type: string;
}

/** By the last segment of the operation's path. */
export const entityKinds: Readonly<Record<string, EntityKind>> = {
  ip: { list: 'IPs', names: ['ip'], type: 'ip' },
  host: { list: 'Hosts', names: ['host'], type: 'host' },
  account: { list: 'Accounts', names: ['account'], type: 'account' },
  url: { list: 'URLs', names: ['url'], type: 'url' },
  filehash: { list: 'Filehashes', names: ['filehash'], type: 'filehash' },
  dnsresolution: { list: 'Dnsresolutions', names: ['dnsresolution', 'dns'], type: 'dns' },
};

/** Pascal-case names that are not the camel-case one with a capital letter. */
const renamed: Readonly<Record<string, string>> = {
  azureID: 'AzureID',
  fqdn: 'FQDN',
  osFamily: 'OSFamily',
  osVersion: 'OSVersion',
  uPNSuffix: 'UPNSuffix',
  upnSuffix: 'UPNSuffix',
  nTDomain: 'NTDomain',
  ntDomain: 'NTDomain',
  hashValue: 'Value',
};

/** Read by playbooks as they are. */
const kept = new Set(['additionalData', 'friendlyName', 'accountName']);

/** The body of an `entities/{kind}` answer. */
export function entitiesOfKind(kind: string, body: Json | undefined): JsonObject {
  const { list, names, type } = entityKinds[kind] as EntityKind;
  const entities = listOf(body);
  const byReference = new Map(
    entities.flatMap((entity) => {
      const id = textMember(entity, '$id');
      return id === undefined ? [] : [[id, entity] as const];
    }),
  );
  const found = entities
    .map((entity) => byReference.get(textMember(entity, '$ref') ?? '') ?? entity)
    .filter((entity) =>
      names.includes(
        (textMember(entity, 'kind') ?? textMember(entity, 'Type') ?? textMember(entity, 'type') ?? '').toLowerCase(),
      ),
    );
  return { [list]: [...new Set(found)].map((entity) => ({ ...entityMembers(entity), Type: type })) };
}

function listOf(body: Json | undefined): readonly JsonObject[] {
  const parsed = typeof body === 'string' ? parsedText(body) : body;
  return isJsonArray(parsed) ? parsed.filter(isJsonObject) : [];
}

function parsedText(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null;
    throw error;
  }
}

/** The members of an entity under the names that playbooks read: those of alerts. */
export function entityMembers(entity: JsonObject): JsonObject {
  const properties = memberOf(entity, 'properties');
  if (!isJsonObject(properties)) {
    const { $id: _, Type: __, type: ___, ...others } = entity;
    return others;
  }
  const members: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(properties)) {
    members[kept.has(name) ? name : (renamed[name] ?? `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`)] = value;
  }
  const account = properties['accountName'];
  if (typeof account === 'string' && members['Name'] === undefined) members['Name'] = account;
  return members;
}
