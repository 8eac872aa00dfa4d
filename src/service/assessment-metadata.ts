/**
 * Metadata of recommendations: what a recommendation is called, how severe it is, how to put it right.
 *
 * Owns: metadata that users save, and reading those together with what came along with events.
 * Does not own: recommendations themselves (`put-assessment.ts`).
 *
 * Invariants
 * A1. Saved metadata (`Saved`) is never overwritten by what an event carries (`Seen`).
 * Source: management API reference 5.4.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import { metadataCollection } from './event-documents.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const metadataType = 'Microsoft.Security/assessmentMetadata';

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function keyOf(subscriptionId: string, name: string): string {
  return `${subscriptionId}/${name}`.toLowerCase();
}

/** Metadata known in a subscription, by the recommendation's key. */
export function findMetadata(
  services: Pick<Services, 'store'>,
  subscriptionId: string,
  name: string,
): StoredDocument | undefined {
  return services.store.documents.get(metadataCollection, keyOf(subscriptionId, name));
}

/** Metadata of one subscription, or each key once over all that `visible` lets through. */
export function listMetadata(
  services: Pick<Services, 'store'>,
  query: { readonly subscriptionId?: string; readonly visible: (subscriptionId: string) => boolean },
): readonly StoredDocument[] {
  const documents = services.store.documents.list({
    collection: metadataCollection,
    ...(query.subscriptionId === undefined ? {} : { parent: query.subscriptionId.toLowerCase() }),
  });
  const byName = new Map<string, StoredDocument>();
  for (const document of documents) {
    const name = (textMember(document.body, 'name') ?? '').toLowerCase();
    if (!byName.has(name) && query.visible(document.parent)) byName.set(name, document);
  }
  return [...byName.values()];
}

/** The answer; below a subscription when one is given. */
export function metadataAnswer(document: StoredDocument, subscriptionId?: string): JsonObject {
  const name = textMember(document.body, 'name') ?? '';
  const scope = subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`;
  const properties = memberOf(document.body, 'properties');
  return { id: `${scope}/providers/${metadataType}/${name}`, name, type: metadataType, properties: properties ?? {} };
}

export interface MetadataRequest {
  readonly caller: Caller;
  readonly subscriptionId: string;
  readonly name: string;
  readonly body?: Json | undefined;
}

const severities = ['High', 'Medium', 'Low'];

/** PUT. @throws TocsinError `InvalidResourceName`, `InvalidParameter`. */
export async function putMetadata(services: Services, request: MetadataRequest): Promise<JsonObject> {
  const { subscriptionId, name } = request;
  if (!guid.test(name)) raise('InvalidResourceName', `The assessment metadata name '${name}' is not a GUID.`);
  const properties = memberOf(request.body, 'properties');
  if (!isJsonObject(properties)) return invalid('properties', 'Assessment metadata needs properties, an object.');
  if (textMember(properties, 'displayName') === undefined)
    return invalid('properties.displayName', 'displayName is required.');
  const severity = textMember(properties, 'severity');
  const known = severities.find((each) => each.toLowerCase() === severity?.toLowerCase());
  if (known === undefined) return invalid('properties.severity', `severity must be one of ${severities.join(', ')}.`);
  const type = textMember(properties, 'assessmentType') ?? 'CustomerManaged';
  if (type.toLowerCase() !== 'customermanaged') {
    return invalid('properties.assessmentType', 'Only CustomerManaged assessment metadata can be created.');
  }
  const document: StoredDocument = {
    collection: metadataCollection,
    key: keyOf(subscriptionId, name),
    parent: subscriptionId.toLowerCase(),
    time: services.clock.now(),
    status: 'Saved',
    body: { name, properties: { ...properties, severity: known, assessmentType: 'CustomerManaged' } },
  };
  const id = `/subscriptions/${subscriptionId}/providers/${metadataType}/${name}`;
  await services.store.commit([
    { kind: 'putDocument', document },
    activityWrite(services, request.caller, { operation: `${metadataType}/write`, resourceId: id }),
  ]);
  return metadataAnswer(document, subscriptionId);
}

function invalid(target: string, message: string): never {
  return raise('InvalidParameter', message, { target });
}

/** DELETE of saved metadata; what is not there is no error. */
export async function deleteMetadata(services: Services, request: MetadataRequest): Promise<void> {
  const found = findMetadata(services, request.subscriptionId, request.name);
  if (found === undefined) return;
  if (found.status !== 'Saved') raise('Conflict', 'Only CustomerManaged assessment metadata can be deleted.');
  const id = `/subscriptions/${request.subscriptionId}/providers/${metadataType}/${request.name}`;
  await services.store.commit([
    { kind: 'deleteDocument', collection: metadataCollection, key: found.key },
    activityWrite(services, request.caller, { operation: `${metadataType}/delete`, resourceId: id }),
  ]);
}
