/**
 * Watchlists of Microsoft Sentinel, kept on this server: made from CSV text, with items of their own.
 *
 * Owns: reading the text, items. Does not own: `_GetWatchlist` in queries (local tables).
 * Source: connectors reference 3.5, 6.1.
 *
 * Invariants
 * WL1. A watchlist and the items of its text are one commit; the text is at most 3.8 MB, as in Azure.
 */
import {
  formatTime,
  type Identity,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
  type Write,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import {
  findInsight,
  insightCollection,
  insightOf,
  type InsightItem,
  insightWrite,
  requireInsight,
} from './insight-items.ts';

const largestText = 3_800_000;
const mostItems = 100_000;

export interface WatchlistPut {
  readonly providerId: string;
  readonly alias: string;
  readonly body: Json;
  readonly author: Identity;
}

/** Creates or replaces a watchlist; a text replaces its items. @throws TocsinError `InvalidRequestContent`. */
export function putWatchlist(
  services: Services,
  { providerId, alias, body, author }: WatchlistPut,
): Promise<{ readonly watchlist: InsightItem; readonly created: boolean }> {
  const id = `${providerId}/watchlists/${alias}`;
  return inTurn(services.store, id, async () => {
    const existing = findInsight(services, id);
    const given = memberOf(body, 'properties');
    if (!isJsonObject(given)) return raise('InvalidRequestContent', "The watchlist has no 'properties'.");
    const { rawContent, ...open } = given;
    const text = typeof rawContent === 'string' ? rawContent : undefined;
    const rows = text === undefined ? undefined : rowsOf(text, Number(memberOf(given, 'numberOfLinesToSkip') ?? 0));
    const now = formatTime(services.clock.now());
    const properties: JsonObject = {
      ...existing?.properties,
      watchlistId: existing?.properties['watchlistId'] ?? services.random.uuid(),
      ...open,
      displayName: textMember(given, 'displayName') ?? alias,
      watchlistAlias: alias,
      created: existing?.properties['created'] ?? now,
      updated: now,
      createdBy: existing?.properties['createdBy'] ?? { name: author.displayName, objectId: author.objectId },
      isDeleted: false,
      ...(rows === undefined ? {} : { watchlistItemsCount: rows.length, provisioningState: 'Succeeded' }),
    };
    const write = insightWrite(services, {
      parentId: providerId,
      name: alias,
      kind: 'watchlists',
      properties,
      existing,
    });
    const watchlist = insightOf(write.document);
    await services.store.commit([
      write,
      ...(rows === undefined ? [] : itemWrites(services, watchlist, rows, existing)),
    ]);
    return { watchlist, created: existing === undefined };
  });
}

function itemWrites(
  services: Services,
  watchlist: InsightItem,
  rows: readonly JsonObject[],
  existing: InsightItem | undefined,
): readonly Write[] {
  const old =
    existing === undefined
      ? []
      : services.store.documents.list({
          collection: insightCollection,
          below: existing.document.key,
          behindKey: '',
          top: mostItems,
        });
  return [
    ...old.map(({ key }): Write => ({ kind: 'deleteDocument', collection: insightCollection, key })),
    ...rows.map((row) => itemWrite(services, watchlist, services.random.uuid(), row, undefined)),
  ];
}

function itemWrite(
  services: Services,
  watchlist: InsightItem,
  name: string,
  values: JsonObject,
  existing: InsightItem | undefined,
) {
  const now = formatTime(services.clock.now());
  const properties: JsonObject = {
    watchlistItemType: 'watchlist-item',
    watchlistItemId: name,
    isDeleted: false,
    created: existing?.properties['created'] ?? now,
    updated: now,
    itemsKeyValue: values,
    entityMapping: {},
  };
  return insightWrite(services, {
    parentId: watchlist.id,
    name,
    kind: 'watchlists/watchlistItems',
    properties,
    existing,
  });
}

/** Creates or replaces one item. @throws TocsinError `ResourceNotFound`, `InvalidRequestContent`. */
export async function putWatchlistItem(
  services: Services,
  { watchlistId, name, body }: { readonly watchlistId: string; readonly name: string; readonly body: Json },
): Promise<{ readonly item: InsightItem; readonly created: boolean }> {
  const watchlist = requireInsight(services, watchlistId);
  const values = memberOf(memberOf(body, 'properties') ?? null, 'itemsKeyValue');
  if (!isJsonObject(values)) return raise('InvalidRequestContent', "The item has no 'properties.itemsKeyValue'.");
  const existing = findInsight(services, `${watchlist.id}/watchlistItems/${name}`);
  const write = itemWrite(services, watchlist, name, values, existing);
  await services.store.commit([write]);
  return { item: insightOf(write.document), created: existing === undefined };
}

/** Rows of a CSV text by the names in its first line. @throws TocsinError `InvalidRequestContent`. */
function rowsOf(text: string, skipped: number): readonly JsonObject[] {
  if (text.length > largestText)
    return raise('InvalidRequestContent', `The text of a watchlist has at most ${largestText} characters.`);
  const lines = csvLines(text).slice(Number.isInteger(skipped) && skipped > 0 ? skipped : 0);
  const [header = [], ...rows] = lines;
  if (rows.length > mostItems) return raise('InvalidRequestContent', `A watchlist has at most ${mostItems} items.`);
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name.trim(), row[at] ?? ''])));
}

/** RFC 4180: quotes around fields, doubled inside; empty lines do not count. */
function csvLines(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (const [whole, quoted, plain = '', end = ''] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/g)) {
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (line.length > 1 || line[0] !== '') lines.push(line);
    line = [];
    if (whole === '' && end === '') break;
  }
  return lines;
}
