/**
 * The resources of a linked subscription, read one by one from its cloud.
 *
 * Owns: which api-version each type is read with, how many calls go at once, waiting when the cloud asks for it.
 * Does not own: the calls (`linked/pass-through.ts`), writing what was read (`import-resources.ts`).
 *
 * Invariants
 * RL1. At most four calls at once and 20,000 resources; a 429 is waited for, three times at most for each call.
 */
import {
  type ArmResponse,
  type Identity,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';

const atOnce = 4;
const mostResources = 20_000;
const mostWaits = 3;

export interface LinkedReading {
  readonly identity: Identity;
  readonly baseUrl: string;
  readonly subscriptionId: string;
}

/** @throws TocsinError what the first list answers when it cannot be read. */
export async function readLinkedResources(
  services: Services,
  reading: LinkedReading,
): Promise<{ readonly rows: readonly JsonObject[]; readonly unread: number }> {
  const root = `/subscriptions/${reading.subscriptionId}`;
  const groups = await listAll(services, reading, `${root}/resourcegroups`, '2021-04-01');
  const listed = await listAll(services, reading, `${root}/resources`, '2021-04-01');
  const versions = new Map<string, string>();
  const rows: JsonObject[] = groups.map((group) => ({ ...group, type: 'Microsoft.Resources/resourceGroups' }));
  let unread = 0;
  for (let at = 0; at < listed.length; at += atOnce) {
    const some = listed.slice(at, at + atOnce);
    const found = await Promise.all(some.map((one) => readOne(services, reading, versions, one)));
    for (const one of found) {
      if (one === undefined) unread += 1;
      else rows.push(one);
    }
  }
  return { rows, unread };
}

async function readOne(
  services: Services,
  reading: LinkedReading,
  versions: Map<string, string>,
  listed: JsonObject,
): Promise<JsonObject | undefined> {
  const type = textMember(listed, 'type') ?? '';
  const version = versions.get(type.toLowerCase()) ?? (await newestVersion(services, reading, type));
  versions.set(type.toLowerCase(), version);
  const answer = await patiently(services, reading, textMember(listed, 'id') ?? '', { 'api-version': version });
  return answer.status === 200 && isJsonObject(answer.body) ? answer.body : undefined;
}

/** The newest version of a type that is no preview, as its provider lists them. */
async function newestVersion(services: Services, reading: LinkedReading, type: string): Promise<string> {
  const [namespace = '', ...rest] = type.split('/');
  const answer = await patiently(services, reading, `/subscriptions/${reading.subscriptionId}/providers/${namespace}`, {
    'api-version': '2021-04-01',
  });
  const types = memberOf(answer.body, 'resourceTypes');
  const known = (isJsonArray(types) ? types : []).find(
    (one) => textMember(one, 'resourceType')?.toLowerCase() === rest.join('/').toLowerCase(),
  );
  const versions = memberOf(known, 'apiVersions');
  const texts = (isJsonArray(versions) ? versions : []).filter((one): one is string => typeof one === 'string');
  return texts.find((one) => !one.includes('preview')) ?? texts[0] ?? '2021-04-01';
}

async function listAll(
  services: Services,
  reading: LinkedReading,
  path: string,
  version: string,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let query: Readonly<Record<string, string>> | undefined = { 'api-version': version };
  while (query !== undefined && found.length < mostResources) {
    const answer: ArmResponse = await patiently(services, reading, path, query);
    if (answer.status !== 200) {
      const error = memberOf(answer.body, 'error');
      raise(
        'Conflict',
        `The linked subscription could not be read: ${textMember(error, 'message') ?? `status ${answer.status}`}`,
        { status: answer.status },
      );
    }
    const value: Json | undefined = memberOf(answer.body, 'value');
    found.push(...(isJsonArray(value) ? value.filter(isJsonObject) : []));
    const next = textMember(answer.body, 'nextLink');
    query = next === undefined ? undefined : Object.fromEntries(new URL(next, reading.baseUrl).searchParams);
  }
  return found.slice(0, mostResources);
}

/** RL1. */
async function patiently(
  services: Services,
  { identity, baseUrl }: LinkedReading,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<ArmResponse> {
  for (let waits = 0; ; waits += 1) {
    const answer = await services.arm({ method: 'GET', path, query, headers: {}, identity, baseUrl });
    if (answer.status !== 429 || waits === mostWaits) return answer;
    const seconds = Math.min(60, Number(answer.headers?.['retry-after'] ?? 1) || 1);
    await new Promise<void>((resolve) => services.clock.after(seconds * 1_000, resolve));
  }
}
