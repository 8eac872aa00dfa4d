/**
 * Ingestion keys: a credential that may bring events to one subscription and nothing else.
 *
 * Owns: their documents, making, listing, removing, checking, and when each was last used.
 * Source: own API reference, "Identity".
 *
 * Invariants
 * I1. The key's text is answered once; what is kept is a digest. Its first part names the document, so checking is one read.
 */
import {
  formatTime,
  type Identity,
  isJsonArray,
  type JsonObject,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import { checkSubscription } from './check-containers.ts';
import type { Services } from './services.ts';

const collection = 'ingestionKeys';

export interface IngestionKey {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** The formats it may send; undefined means all. */
  readonly formats?: readonly string[];
}

/** A new key. @throws TocsinError `SubscriptionNotFound`, `InvalidParameter`. */
export async function createIngestionKey(
  services: Services,
  wanted: { readonly name: string; readonly subscriptionId: string; readonly formats?: readonly string[] },
): Promise<IngestionKey & { readonly key: string }> {
  const missing = checkSubscription(services.store.resources, wanted.subscriptionId);
  if (missing !== undefined) raise(missing.code, missing.message);
  if (wanted.name.trim() === '' || wanted.name.length > 256) {
    raise('InvalidParameter', "The member 'name' must be 1 to 256 characters long.", { target: 'name' });
  }
  const id = services.random.uuid();
  const secret = services.secrets.randomKey(32);
  const subscriptionId = wanted.subscriptionId.toLowerCase();
  const { name, formats } = wanted;
  await services.store.commit([
    {
      kind: 'putDocument',
      document: {
        collection,
        key: id,
        parent: subscriptionId,
        time: services.clock.now(),
        status: '',
        body: { name, subscriptionId, ...(formats === undefined ? {} : { formats }) },
        secrets: { digest: services.secrets.digest(secret) },
      },
    },
  ]);
  return {
    id,
    name,
    subscriptionId,
    ...(formats === undefined ? {} : { formats }),
    key: `${keyPrefix}${id}_${secret}`,
  };
}

const keyPrefix = 'tocsin_';

/** The key of an id, for its formats; undefined when it is gone. */
export function findIngestionKey(services: Pick<Services, 'store'>, id: string): IngestionKey | undefined {
  const document = services.store.documents.get(collection, id);
  return document === undefined ? undefined : keyOf(document);
}

export function listIngestionKeys(services: Pick<Services, 'store'>): readonly JsonObject[] {
  return services.store.documents.list({ collection }).map((document) => {
    const { id, name, subscriptionId, formats } = keyOf(document);
    const used = services.store.documents.get(uses, id)?.time;
    return {
      id,
      name,
      subscriptionId,
      ...(formats === undefined ? {} : { formats }),
      createdOn: formatTime(document.time),
      ...(used === undefined ? {} : { lastUsedOn: formatTime(used) }),
    };
  });
}

/** @returns whether there was such a key. */
export async function deleteIngestionKey(services: Services, id: string): Promise<boolean> {
  if (services.store.documents.get(collection, id) === undefined) return false;
  await services.store.commit([
    { kind: 'deleteDocument', collection, key: id },
    { kind: 'deleteDocument', collection: uses, key: id },
  ]);
  return true;
}

/** The identity of a key's text; undefined when it is wrong. */
export function identifyKey(
  services: Pick<Services, 'store' | 'secrets' | 'clock'>,
  text: string,
): Identity | undefined {
  const parts = /^tocsin_([0-9a-f-]{36})_([\w-]{20,100})$/.exec(text);
  const document = parts?.[1] === undefined ? undefined : services.store.documents.get(collection, parts[1]);
  const digest = textMember(document?.secrets, 'digest');
  if (document === undefined || digest === undefined) return undefined;
  if (!services.secrets.equal(digest, services.secrets.digest(parts?.[2] ?? ''))) return undefined;
  const { id, name, subscriptionId } = keyOf(document);
  noteUse(services, id);
  return { kind: 'IngestionKey', objectId: id, displayName: name, subscriptionId };
}

const uses = 'ingestionKeyUses';
const noteEveryMilliseconds = 60_000;

/** Notes the use of a key at most once a minute; a note that is lost in a crash does no harm. */
function noteUse(services: Pick<Services, 'store' | 'clock'>, id: string): void {
  const now = services.clock.now();
  const last = services.store.documents.get(uses, id)?.time ?? 0;
  if (now - last < noteEveryMilliseconds) return;
  const document: StoredDocument = { collection: uses, key: id, parent: '', time: now, status: '', body: {} };
  services.store.commit([{ kind: 'putDocument', document }]).catch(() => {});
}

function keyOf(document: StoredDocument): IngestionKey {
  const formats = memberOf(document.body, 'formats');
  return {
    id: document.key,
    name: textMember(document.body, 'name') ?? '',
    subscriptionId: textMember(document.body, 'subscriptionId') ?? '',
    ...(isJsonArray(formats) ? { formats: formats.filter((format) => typeof format === 'string') } : {}),
  };
}
