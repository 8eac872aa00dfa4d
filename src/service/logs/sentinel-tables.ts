/**
 * What Sentinel keeps of a workspace as log tables: `SecurityIncident`, and watchlists by `_GetWatchlist('alias')`.
 *
 * Owns: their columns' values. Does not own: incidents and watchlists (`sentinel/`).
 *
 * Invariants
 * ST1. An incident is one row, as it is now; Azure adds a row for each change.
 * Source: published reference of the table SecurityIncident; connectors reference 6.1 (`_GetWatchlist`).
 */
import {
  armIdKey,
  isJsonArray,
  isJsonObject,
  type Json,
  memberOf,
  type Store,
  type StoredDocument,
  textMember,
} from '#foundation';
import { convert, dynamicOf, type KqlColumn, type KqlTable, type Row, type Value } from '#query';
import { alertIdsOf } from '../sentinel/incident-shapes.ts';
import { insightCollection, insightOf, insightParent } from '../sentinel/insight-items.ts';
import { schemaOf } from './log-columns.ts';
import { logColumns, type LogSpan, withinSpan } from './log-table.ts';

const pageSize = 500;

function providerOf(workspaceId: string): string {
  return `${workspaceId}/providers/Microsoft.SecurityInsights`;
}

function* children(store: Store, parent: string): Iterable<StoredDocument> {
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const page = store.documents.list({
      collection: insightCollection,
      parent,
      top: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = { time: last.time, key: last.key };
  }
}

/** The incidents of a workspace, the newest first. */
export function incidentTable(
  store: Store,
  workspaceId: string,
  fixed: Readonly<Record<string, string>>,
  span: LogSpan,
): KqlTable {
  const columns = logColumns(schemaOf('SecurityIncident') ?? []);
  return {
    name: 'SecurityIncident',
    columns,
    *rows() {
      for (const document of children(store, insightParent(providerOf(workspaceId), 'incidents'))) {
        const row = incidentRow(document, columns, fixed);
        if (withinSpan(span, row[0] ?? null)) yield row;
      }
    },
  };
}

/** Columns whose member has another name than the column in lower case at its start. */
const members: Readonly<Record<string, string>> = {
  TimeGenerated: 'lastModifiedTimeUtc',
  FirstActivityTime: 'firstActivityTimeUtc',
  LastActivityTime: 'lastActivityTimeUtc',
  FirstModifiedTime: 'createdTimeUtc',
  LastModifiedTime: 'lastModifiedTimeUtc',
  CreatedTime: 'createdTimeUtc',
};

function incidentRow(
  document: StoredDocument,
  columns: readonly KqlColumn[],
  fixed: Readonly<Record<string, string>>,
): Row {
  const item = insightOf(document);
  const { properties } = item;
  const made: Readonly<Record<string, Json | undefined>> = {
    ...fixed,
    IncidentName: item.name,
    AlertIds: [...alertIdsOf(item)],
    ClosedTime: textMember(properties, 'status') === 'Closed' ? memberOf(properties, 'lastModifiedTimeUtc') : null,
    RelatedAnalyticRuleIds: memberOf(properties, 'relatedAnalyticRuleIds') ?? [],
  };
  return columns.map(({ name, type }): Value => {
    const member = members[name] ?? name.charAt(0).toLowerCase() + name.slice(1);
    const json = name in made ? made[name] : memberOf(properties, member);
    return convert(dynamicOf(json ?? null), 'dynamic', type);
  });
}

/** What a STIX pattern compares first, as columns of `ThreatIntelligenceIndicator`. */
const patternColumns: Readonly<Record<string, string>> = {
  'ipv4-addr': 'NetworkIP',
  'ipv6-addr': 'NetworkIP',
  'domain-name': 'DomainName',
  url: 'Url',
  'email-addr': 'EmailSenderAddress',
};

function patternValues(pattern: string): Readonly<Record<string, Json>> {
  const hash = /file:hashes\.'?([\w-]+)'?\s*=\s*'([^']*)'/.exec(pattern);
  if (hash !== null) return { FileHashType: hash[1] ?? '', FileHashValue: hash[2] ?? '' };
  const [, type = '', value = ''] = /\[\s*([\w-]+):value\s*=\s*'([^']*)'/.exec(pattern) ?? [];
  const column = patternColumns[type];
  return column === undefined ? {} : { [column]: value };
}

/** The indicators of a workspace. */
export function indicatorTable(
  store: Store,
  workspaceId: string,
  fixed: Readonly<Record<string, string>>,
  span: LogSpan,
): KqlTable {
  const columns = logColumns(schemaOf('ThreatIntelligenceIndicator') ?? []);
  return {
    name: 'ThreatIntelligenceIndicator',
    columns,
    *rows() {
      for (const document of children(store, insightParent(providerOf(workspaceId), 'threatIntelligence'))) {
        const row = indicatorRow(document, columns, fixed);
        if (withinSpan(span, row[0] ?? null)) yield row;
      }
    },
  };
}

function indicatorRow(
  document: StoredDocument,
  columns: readonly KqlColumn[],
  fixed: Readonly<Record<string, string>>,
): Row {
  const { name, properties } = insightOf(document);
  const member = (of: string): Json => memberOf(properties, of) ?? null;
  const types = member('threatTypes');
  const values: Readonly<Record<string, Json>> = {
    ...fixed,
    TimeGenerated: member('lastUpdatedTimeUtc'),
    LastReceivedDateTime: member('lastUpdatedTimeUtc'),
    Action: 'alert',
    Active: member('revoked') !== true,
    ConfidenceScore: member('confidence'),
    Description: member('description') ?? member('displayName'),
    ExpirationDateTime: member('validUntil'),
    ExternalIndicatorId: member('externalId'),
    IndicatorId: name,
    IndicatorProvider: member('source'),
    Tags: member('threatIntelligenceTags'),
    ThreatType: isJsonArray(types) ? (types[0] ?? null) : null,
    ...patternValues(textMember(properties, 'pattern') ?? ''),
  };
  return columns.map(({ name: column, type }): Value => convert(dynamicOf(values[column] ?? null), 'dynamic', type));
}

/** A watchlist's items of all the workspaces; their own columns in the order they are first met. */
export function watchlistTable(store: Store, workspaceIds: readonly string[], alias: string): KqlTable {
  const found = workspaceIds.flatMap((workspaceId) => {
    const id = `${providerOf(workspaceId)}/watchlists/${alias}`;
    const watchlist = store.documents.get(insightCollection, armIdKey(id));
    const searchKey = textMember(memberOf(watchlist?.body, 'properties'), 'itemsSearchKey') ?? '';
    const items = [...children(store, insightParent(id, 'watchlists/watchlistItems'))];
    return items.map((item) => ({ item: insightOf(item), searchKey }));
  });
  const values = found.map(({ item }) => memberOf(item.properties, 'itemsKeyValue') ?? null);
  const names = [...new Set(values.flatMap((value) => (isJsonObject(value) ? Object.keys(value) : [])))];
  const columns: readonly KqlColumn[] = [
    { name: '_DTItemId', type: 'string' },
    { name: 'LastUpdatedTimeUTC', type: 'datetime' },
    { name: 'SearchKey', type: 'string' },
    ...names.map((name): KqlColumn => ({ name, type: 'string' })),
  ];
  const rows = found.map(({ item, searchKey }, index): Row => {
    const value = (name: string): Json => memberOf(values[index], name) ?? null;
    const text = (json: Json): Value => convert(dynamicOf(isJsonArray(json) ? [...json] : json), 'dynamic', 'string');
    const updated = convert(textMember(item.properties, 'updated') ?? '', 'string', 'datetime');
    return [item.name, updated, text(value(searchKey)), ...names.map((name) => text(value(name)))];
  });
  return { name: '_GetWatchlist', columns, rows: () => rows };
}
