/**
 * Metadata of recommendations: what a recommendation is called, how severe it is, how to put it right.
 *
 * Owns: metadata that users save, and reading those together with what came along with events.
 * Does not own: recommendations themselves (`put-assessment.ts`).
 *
 * Invariants
 * A1. Saved metadata (`Saved`) is never overwritten by what an event carries (`Seen`).
 * A2. What is built in is known everywhere, behind what the subscription has under the same key.
 * Source: management API reference 5.4.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import { type BuiltinAssessment, builtinAssessments } from './builtin-metadata.data.ts';
import { metadataCollection } from './event-documents.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { commitWithGone } from './remove-assessments.ts';
import type { Services } from './services.ts';

export const metadataType = 'Microsoft.Security/assessmentMetadata';

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function keyOf(subscriptionId: string, name: string): string {
  return `${subscriptionId}/${name}`.toLowerCase();
}

/** What is built in, as the documents of no subscription, by key. */
const builtin: ReadonlyMap<string, StoredDocument> = new Map(
  builtinAssessments.map((assessment) => [assessment.key, builtinDocument(assessment)]),
);

function builtinDocument(assessment: BuiltinAssessment): StoredDocument {
  const { key, displayName, policy, severity, category, description, remediation } = assessment;
  const properties: JsonObject = {
    displayName,
    ...(policy === undefined
      ? {}
      : { policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${policy}` }),
    description,
    remediationDescription: remediation,
    categories: [category],
    severity,
    userImpact: 'Low',
    implementationEffort: 'Low',
    threats: ['accountBreach'],
    assessmentType: 'BuiltIn',
  };
  const body = { name: key, properties };
  return { collection: metadataCollection, key: `/${key}`, parent: '', time: 0, status: 'BuiltIn', body };
}

/** Metadata known in a subscription, by the recommendation's key (A2). */
export function findMetadata(
  services: Pick<Services, 'store'>,
  subscriptionId: string,
  name: string,
): StoredDocument | undefined {
  const stored = services.store.documents.get(metadataCollection, keyOf(subscriptionId, name));
  return stored ?? builtin.get(name.toLowerCase());
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
  for (const [name, document] of builtin) if (!byName.has(name)) byName.set(name, document);
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
const levels = ['Low', 'Moderate', 'High'];

function isOneOf(value: Json, allowed: readonly string[]): boolean {
  return typeof value === 'string' && allowed.some((each) => each.toLowerCase() === value.toLowerCase());
}

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
  for (const name of ['userImpact', 'implementationEffort']) {
    const level = memberOf(properties, name);
    if (level !== undefined && level !== null && !isOneOf(level, levels))
      return invalid(`properties.${name}`, `${name} must be one of ${levels.join(', ')}.`);
  }
  for (const name of ['categories', 'threats']) {
    const list = memberOf(properties, name);
    const fits = isJsonArray(list) && list.every((each) => typeof each === 'string');
    if (list !== undefined && list !== null && !fits)
      return invalid(`properties.${name}`, `${name} must be an array of texts.`);
  }
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

/** DELETE of saved metadata and of every assessment of its key in the subscription; what is not there is no error. */
export async function deleteMetadata(services: Services, request: MetadataRequest): Promise<void> {
  const found = findMetadata(services, request.subscriptionId, request.name);
  if (found === undefined) return;
  if (found.status !== 'Saved') raise('Conflict', 'Only CustomerManaged assessment metadata can be deleted.');
  const id = `/subscriptions/${request.subscriptionId}/providers/${metadataType}/${request.name}`;
  const gone = { assessmentKey: request.name, subscriptionId: request.subscriptionId };
  await commitWithGone(services, gone, [
    { kind: 'deleteDocument', collection: metadataCollection, key: found.key },
    activityWrite(services, request.caller, { operation: `${metadataType}/delete`, resourceId: id }),
  ]);
}
