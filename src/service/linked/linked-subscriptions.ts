/**
 * Subscriptions that are linked to a real cloud: their settings, and which they are.
 *
 * Owns: the documents, checking and showing settings, the index that every request asks. Does not own: calls
 * (`pass-through.ts`), tokens (`#connectors`).
 * Source: design section 5.
 *
 * Invariants
 * LS1. Secrets of a link are sealed and never answered.
 * LS2. A subscription that holds resources here is local and cannot be linked; a linked one holds none.
 * LS3. Whether a subscription is linked is a look-up in memory, current with the commits.
 */
import type { LinkedCredentialSetting } from '#connectors';
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type Store,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import { isObservedStore } from '../commit-feed.ts';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import { newSubscription } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import { type LinkedCloud, linkedClouds } from './clouds.data.ts';

const collection = 'linkedSubscriptions';
const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export interface LinkedSubscription {
  readonly subscriptionId: string;
  /** `AzureCloud`, `AzureUSGovernment`, `AzureChinaCloud`, or `Custom`. */
  readonly cloud: string;
  readonly endpoints: LinkedCloud;
  /** PEM texts that calls on a custom cloud trust. */
  readonly authorities?: string;
  readonly credential: LinkedCredentialSetting;
  /** Changes with every change of the link. */
  readonly version: string;
}

const indexes = new WeakMap<Store, Map<string, LinkedSubscription>>();

/** The link of a subscription; undefined for a local one (LS3). */
export function linkOf({ store }: Pick<Services, 'store'>, subscriptionId: string): LinkedSubscription | undefined {
  return indexOf(store).get(subscriptionId.toLowerCase());
}

function indexOf(store: Store): ReadonlyMap<string, LinkedSubscription> {
  const known = indexes.get(store);
  if (known !== undefined) return known;
  const index = new Map(store.documents.list({ collection }).map((document) => [document.key, linkFrom(document)]));
  if (!isObservedStore(store)) return index;
  indexes.set(store, index);
  store.onCommit((writes) => {
    for (const write of writes) {
      if (write.kind === 'putDocument' && write.document.collection === collection) {
        index.set(write.document.key, linkFrom(write.document));
      } else if (write.kind === 'deleteDocument' && write.collection === collection) index.delete(write.key);
    }
  });
  return index;
}

function linkFrom({ key, body, secrets }: StoredDocument): LinkedSubscription {
  const cloud = textMember(body, 'cloud') ?? 'AzureCloud';
  const custom = memberOf(body, 'endpoints');
  const text = (name: string): string => textMember(custom, name) ?? '';
  const endpoints = linkedClouds[cloud] ?? {
    resourceManager: text('resourceManager'),
    audience: text('audience'),
    authority: text('authority'),
  };
  const authorities = textMember(body, 'authorities');
  return {
    subscriptionId: key,
    cloud,
    endpoints,
    ...(authorities === undefined ? {} : { authorities }),
    credential: { ...(memberOf(body, 'credential') as JsonObject), ...secrets } as unknown as LinkedCredentialSetting,
    version: textMember(body, 'version') ?? '',
  };
}

/** A link as it is answered: everything but secrets (LS1). */
export function linkAnswer(services: Pick<Services, 'store'>, subscriptionId: string): JsonObject | undefined {
  const document = services.store.documents.get(collection, subscriptionId.toLowerCase());
  if (document === undefined) return undefined;
  const { version: _version, ...body } = document.body;
  return { subscriptionId: document.key, ...body, changedOn: formatTime(document.time) };
}

export function listLinks(services: Pick<Services, 'store'>): readonly JsonObject[] {
  return [...indexOf(services.store).keys()]
    .toSorted()
    .map((id) => linkAnswer(services, id))
    .filter((link) => link !== undefined);
}

/**
 * Links a subscription, or changes its link.
 * @throws TocsinError `InvalidSubscriptionId`, `InvalidParameter`, `Conflict` (LS2).
 */
export async function putLink(
  services: Services,
  caller: Caller,
  subscriptionId: string,
  request: Json | undefined,
): Promise<JsonObject> {
  if (!guid.test(subscriptionId))
    raise(
      'InvalidSubscriptionId',
      `The provided subscription identifier '${subscriptionId.slice(0, 60)}' is malformed or invalid.`,
    );
  const key = subscriptionId.toLowerCase();
  const { body, secrets } = settingsOf(services, request);
  await inTurn(services.store, `/linked/${key}`, async () => {
    const { resources } = services.store;
    const known = resources.get(`/subscriptions/${key}`);
    if (known !== undefined && linkOf(services, key) === undefined && holdsResources(services, key)) {
      raise('Conflict', `The subscription '${key}' holds resources here; a linked subscription holds none.`);
    }
    const displayName = textMember(request, 'displayName');
    const subscription =
      known ?? newSubscription(services, { subscriptionId: key, displayName: displayName ?? 'Linked' });
    const writes: readonly Write[] = [
      ...(known === undefined ? [{ kind: 'putResource', resource: subscription } as const] : []),
      {
        kind: 'putDocument',
        document: { collection, key, parent: '', time: services.clock.now(), status: '', body, secrets },
      },
      activityWrite(services, caller, {
        operation: 'Tocsin/linkedSubscriptions/write',
        resourceId: `/subscriptions/${key}`,
      }),
    ];
    await services.store.commit(writes);
  });
  return linkAnswer(services, key) ?? {};
}

function holdsResources({ store }: Services, subscriptionId: string): boolean {
  return store.resources
    .list({ subscriptionId, top: 50 })
    .some(({ type }) => !/^microsoft\.(?:resources\/subscriptions|authorization\/role)/i.test(type));
}

/** Unlinks; the subscription itself stays, local and empty. @returns whether it was linked. */
export async function deleteLink(services: Services, caller: Caller, subscriptionId: string): Promise<boolean> {
  const key = subscriptionId.toLowerCase();
  if (linkOf(services, key) === undefined) return false;
  await services.store.commit([
    { kind: 'deleteDocument', collection, key },
    activityWrite(services, caller, {
      operation: 'Tocsin/linkedSubscriptions/delete',
      resourceId: `/subscriptions/${key}`,
    }),
  ]);
  return true;
}

// --- Settings ---------------------------------------------------------------------------------------------------

function settingsOf(
  services: Services,
  request: Json | undefined,
): { readonly body: JsonObject; readonly secrets: JsonObject } {
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
    body: {
      cloud,
      ...(cloud === 'Custom' ? { endpoints: customEndpoints(memberOf(request, 'endpoints')) } : {}),
      ...(authorities === undefined ? {} : { authorities }),
      credential: shown,
      version: services.random.uuid(),
    },
    secrets,
  };
}

function customEndpoints(value: Json | undefined): JsonObject {
  const address = (name: string, fallback?: string): string => {
    const text = (textMember(value, name) ?? fallback ?? '').replace(/\/+$/, '');
    if (URL.parse(text)?.protocol !== 'https:')
      invalid(`endpoints.${name}`, `endpoints.${name} must be an https address.`);
    return text;
  };
  const resourceManager = address('resourceManager');
  return { resourceManager, audience: address('audience', resourceManager), authority: address('authority') };
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

function credentialOf(value: Json | undefined): { readonly shown: JsonObject; readonly secrets: JsonObject } {
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
