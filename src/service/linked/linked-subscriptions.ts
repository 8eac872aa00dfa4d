/**
 * Subscriptions that are linked to a real cloud: their settings, and which they are.
 *
 * Owns: the documents, the index that every request asks. Does not own: calls
 * (`pass-through.ts`), what settings may say (`link-settings.ts`), tokens (`#connectors`).
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
import { linkSettings } from './link-settings.ts';
import type { LinkTarget } from './pass-through.ts';

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

/** All links, current with the commits. */
export function linkedSubscriptions({ store }: Pick<Services, 'store'>): readonly LinkedSubscription[] {
  return [...indexOf(store).values()];
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
  const address = textMember(custom, 'keyVault');
  const endpoints = linkedClouds[cloud] ?? {
    resourceManager: text('resourceManager'),
    audience: text('audience'),
    authority: text('authority'),
    ...(address === undefined
      ? {}
      : { vaults: { address, audience: textMember(custom, 'keyVaultAudience') ?? text('audience') } }),
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
  const { shown, secrets } = linkSettings(request, ['resourceManager', 'authority'], ['keyVault', 'keyVaultAudience']);
  const body = { ...shown, version: services.random.uuid() };
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

/** Where the calls of a link go. */
export function subscriptionTarget(link: LinkedSubscription): LinkTarget {
  const { cloud, endpoints, authorities, credential, version, subscriptionId } = link;
  return {
    title: `linked subscription '${subscriptionId}'`,
    cloud,
    root: endpoints.resourceManager,
    audience: endpoints.audience,
    authority: endpoints.authority,
    ...(authorities === undefined ? {} : { authorities }),
    credential,
    version,
  };
}
