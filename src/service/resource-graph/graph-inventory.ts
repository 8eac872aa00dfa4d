/**
 * What Resource Graph shows of the inventory: `resources` and `resourcecontainers`.
 *
 * Owns: which documents are rows, reading them in pages by what the conditions say. Does not own: rights (`graph-reading.ts`).
 *
 * Invariants
 * GI1. A query that names types, groups, names or ids reads those only; memory holds one page, however large the inventory.
 */
import { armIdKey, type JsonObject, memberOf, type ResourceDocument, textMember } from '#foundation';
import type { PushedCondition } from '#query';
import { policyDocument } from '../compliance/subject.ts';
import { isListedResource } from '../list-resources.ts';
import { ancestorsOf } from '../management-groups.ts';
import { resourceGroupType } from '../resource-group-document.ts';
import { managementGroupType, subscriptionType } from '../seed-tenant.ts';
import { type GraphReading, wantedTexts } from './graph-reading.ts';
import type { GraphDocument } from './graph-row.ts';

const pageSize = 250;

/** Stored documents of the subscriptions looked into, narrowed by the conditions (GI1). */
export function* storedDocuments(
  { store, subscriptions }: GraphReading,
  conditions: readonly PushedCondition[],
  type?: string,
): Iterable<ResourceDocument> {
  const ids = wantedTexts(conditions, 'id');
  if (ids !== undefined) {
    const inside = new Set(subscriptions);
    for (const id of new Set(ids)) {
      const found = id === '' ? undefined : store.resources.get(id);
      const fits = found !== undefined && (type === undefined || found.type === type);
      if (fits && inside.has(found.subscriptionId?.toLowerCase() ?? '')) yield found;
    }
    return;
  }
  const types = type === undefined ? wantedTexts(conditions, 'type') : [type];
  const groups = wantedTexts(conditions, 'resourceGroup');
  const group = groups?.length === 1 ? groups[0] : undefined;
  const among = wantedTexts(conditions, 'subscriptionId');
  for (const subscriptionId of subscriptions) {
    if (among !== undefined && !among.includes(subscriptionId)) continue;
    for (const wanted of types === undefined ? [undefined] : new Set(types)) {
      yield* pagesOf(store.resources, {
        subscriptionId,
        ...(wanted === undefined ? {} : { type: wanted }),
        ...(group === undefined || group === '' ? {} : { resourceGroup: group }),
      });
    }
  }
}

function* pagesOf(
  resources: GraphReading['store']['resources'],
  query: Parameters<GraphReading['store']['resources']['list']>[0],
): Iterable<ResourceDocument> {
  let after: string | undefined;
  for (;;) {
    const page = resources.list({ ...query, top: pageSize, ...(after === undefined ? {} : { after }) });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = armIdKey(last.id);
  }
}

/** Rows of `resources`. */
export function* inventoryDocuments(
  reading: GraphReading,
  conditions: readonly PushedCondition[],
): Iterable<GraphDocument> {
  for (const document of storedDocuments(reading, conditions)) {
    if (document.type !== resourceGroupType && isListedResource(document)) yield placed(document);
  }
}

function placed(document: ResourceDocument): GraphDocument {
  const { subscriptionId, resourceGroup } = document;
  return {
    document: policyDocument(document),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  };
}

/** Rows of `resourcecontainers`: management groups, subscriptions, resource groups. */
export function* containerDocuments(
  reading: GraphReading,
  conditions: readonly PushedCondition[],
): Iterable<GraphDocument> {
  const types = wantedTexts(conditions, 'type');
  const wants = (type: string): boolean => types === undefined || types.includes(type.toLowerCase());
  if (wants(managementGroupType)) {
    for (const group of reading.store.resources.list({ type: managementGroupType })) {
      if (reading.above(group.id)) yield { document: groupDocument(reading, group) };
    }
  }
  const subscriptions = wants(subscriptionType) ? reading.subscriptions : [];
  for (const id of subscriptions) {
    const found = reading.store.resources.get(`/subscriptions/${id}`);
    if (found !== undefined) yield { document: subscriptionDocument(reading, found), subscriptionId: found.name };
  }
  if (!wants(graphGroupType)) return;
  for (const document of storedDocuments(reading, conditions, resourceGroupType)) {
    const shown = { ...policyDocument(document), type: graphGroupType };
    yield { ...placed(document), document: shown, resourceGroup: document.name };
  }
}

const graphGroupType = 'Microsoft.Resources/subscriptions/resourceGroups';

function groupDocument(reading: GraphReading, group: ResourceDocument): JsonObject {
  const chain = ancestorsOf(reading, group).slice(1);
  return {
    id: group.id,
    name: group.name,
    type: managementGroupType,
    properties: {
      displayName: textMember(memberOf(group.body, 'properties'), 'displayName') ?? group.name,
      tenantId: reading.tenantId,
      details: { managementGroupAncestorsChain: chain.map(ancestor) },
    },
  };
}

function ancestor(group: ResourceDocument): JsonObject {
  return {
    name: group.name,
    displayName: textMember(memberOf(group.body, 'properties'), 'displayName') ?? group.name,
  };
}

function subscriptionDocument(reading: GraphReading, subscription: ResourceDocument): JsonObject {
  const { body, id, name } = subscription;
  const parent = textMember(body, 'managementGroupId');
  const group = parent === undefined ? undefined : reading.store.resources.get(parent);
  return {
    id,
    name: textMember(body, 'displayName') ?? name,
    type: subscriptionType,
    tags: memberOf(body, 'tags') ?? {},
    properties: {
      state: textMember(body, 'state') ?? 'Enabled',
      managementGroupAncestorsChain: group === undefined ? [] : ancestorsOf(reading, group).map(ancestor),
    },
  };
}
