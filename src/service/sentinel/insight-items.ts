/**
 * What `Microsoft.SecurityInsights` keeps below a workspace: documents by their ARM id, listed under their parent.
 *
 * Owns: their keys and the envelope of an answer. Does not own: what an incident or a watchlist is (`incidents.ts`,
 * `watchlists.ts`). Source: connectors reference 3.5, 4.
 *
 * Invariants
 * SI1. An item's id is kept as it was first written; look-ups ignore case.
 */
import { armIdKey, type JsonObject, memberOf, raise, type StoredDocument, textMember, type Write } from '#foundation';
import type { Services } from '../services.ts';

export const insightCollection = 'securityInsights';

/** `incidents`, `incidents/comments`, `watchlists`, `watchlists/watchlistItems`. */
export type InsightKind =
  | 'alertRules'
  | 'bookmarks'
  | 'dataConnectors'
  | 'entities'
  | 'threatIntelligence'
  | 'incidents'
  | 'incidents/comments'
  | 'incidents/tasks'
  | 'incidents/relations'
  | 'automationRules'
  | 'watchlists'
  | 'watchlists/watchlistItems';

const typeNames: Readonly<Record<InsightKind, string>> = {
  alertRules: 'Microsoft.SecurityInsights/alertRules',
  bookmarks: 'Microsoft.SecurityInsights/Bookmarks',
  dataConnectors: 'Microsoft.SecurityInsights/dataConnectors',
  entities: 'Microsoft.SecurityInsights/Entities',
  threatIntelligence: 'Microsoft.SecurityInsights/threatIntelligence',
  incidents: 'Microsoft.SecurityInsights/Incidents',
  'incidents/comments': 'Microsoft.SecurityInsights/Incidents/Comments',
  'incidents/tasks': 'Microsoft.SecurityInsights/Incidents/Tasks',
  'incidents/relations': 'Microsoft.SecurityInsights/Incidents/relations',
  automationRules: 'Microsoft.SecurityInsights/AutomationRules',
  watchlists: 'Microsoft.SecurityInsights/Watchlists',
  'watchlists/watchlistItems': 'Microsoft.SecurityInsights/Watchlists/WatchlistItems',
};

/** Kinds that decide what becomes of alerts: found by this status, whatever the workspace. */
const watching: ReadonlySet<InsightKind> = new Set(['alertRules', 'automationRules', 'dataConnectors']);
export const watchingStatus = 'Watching';

export interface InsightItem {
  readonly id: string;
  readonly name: string;
  readonly kind: InsightKind;
  /** `MicrosoftSecurityIncidentCreation`, `Ip`: the ARM `kind` of those that have one. */
  readonly settingKind?: string;
  readonly etag: string;
  readonly properties: JsonObject;
  readonly document: StoredDocument;
}

/** The list a child of `parentId` is in. */
export function insightParent(parentId: string, kind: InsightKind): string {
  return `${armIdKey(parentId)}/${kind.split('/').at(-1)?.toLowerCase()}`;
}

export function findInsight(services: Services, id: string): InsightItem | undefined {
  const document = services.store.documents.get(insightCollection, armIdKey(id));
  return document === undefined ? undefined : insightOf(document);
}

/** @throws TocsinError `ResourceNotFound`, with Azure's text. */
export function requireInsight(services: Services, id: string): InsightItem {
  return findInsight(services, id) ?? raise('ResourceNotFound', `The Resource '${id}' was not found.`);
}

export function insightOf(document: StoredDocument): InsightItem {
  const { body } = document;
  const settingKind = textMember(body, 'settingKind');
  return {
    ...(settingKind === undefined ? {} : { settingKind }),
    id: textMember(body, 'id') ?? '',
    name: textMember(body, 'name') ?? '',
    kind: body['kind'] as InsightKind,
    etag: textMember(body, 'etag') ?? '',
    properties: memberOf(body, 'properties') as JsonObject,
    document,
  };
}

/** Children of one kind, the newest first. */
export function listInsights(
  services: Services,
  parentId: string,
  kind: InsightKind,
  top: number,
  after?: { readonly time: number; readonly key: string },
): readonly InsightItem[] {
  return services.store.documents
    .list({
      collection: insightCollection,
      parent: insightParent(parentId, kind),
      top,
      ...(after === undefined ? {} : { after }),
    })
    .map(insightOf);
}

/** The write of an item; `time` keeps its place in its list. */
export function insightWrite(
  services: Services,
  item: {
    readonly parentId: string;
    readonly name: string;
    readonly kind: InsightKind;
    readonly settingKind?: string;
    readonly properties: JsonObject;
    readonly existing: InsightItem | undefined;
  },
): Write & { readonly kind: 'putDocument' } {
  const { parentId, name, kind, properties, existing } = item;
  const settingKind = item.settingKind ?? existing?.settingKind;
  const id = existing?.id ?? `${parentId}/${kind.split('/').at(-1)}/${name}`;
  return {
    kind: 'putDocument',
    document: {
      collection: insightCollection,
      key: armIdKey(id),
      parent: insightParent(parentId, kind),
      time: existing?.document.time ?? services.clock.now(),
      status: watching.has(kind) ? watchingStatus : '',
      body: {
        id,
        name: existing?.name ?? name,
        kind,
        ...(settingKind === undefined ? {} : { settingKind }),
        etag: `"${services.random.uuid()}"`,
        properties,
      },
    },
  };
}

export function insightAnswer({ id, name, kind, settingKind, etag, properties }: InsightItem): JsonObject {
  return {
    id,
    name,
    etag,
    type: typeNames[kind],
    ...(settingKind === undefined ? {} : { kind: settingKind }),
    properties,
  };
}

/** Deletes an item with everything below it; false when it is not there. */
export async function deleteInsight(services: Services, id: string): Promise<boolean> {
  const item = findInsight(services, id);
  if (item === undefined) return false;
  for (;;) {
    const below = services.store.documents.list({
      collection: insightCollection,
      below: item.document.key,
      behindKey: '',
      top: 500,
    });
    if (below.length === 0) break;
    await services.store.commit(
      below.map(({ key }) => ({ kind: 'deleteDocument', collection: insightCollection, key })),
    );
  }
  await services.store.commit([{ kind: 'deleteDocument', collection: insightCollection, key: item.document.key }]);
  return true;
}
