/**
 * Security events as log tables: `SecurityAlert`, `SecurityRecommendation` and those beside them, of a workspace's
 * subscription.
 *
 * Owns: which events are rows. Does not own: their columns' values (`#events`), rows that were written (`log-table.ts`).
 *
 * Invariants
 * EV1. They stand only while nothing was written into the workspace's table of that name: an event is never there twice.
 * EV2. Events are read by the time they came; one whose own time is more than a day later than that may be left out of a
 *      span that begins after it came.
 * Source: connectors reference 6; the published table schemas of continuous export.
 */
import { type EventKind, logRowOf } from '#events';
import { formatTime, type JsonObject, memberOf, type Store, type StoredDocument, textMember } from '#foundation';
import { convert, dynamicOf, type KqlColumn, type KqlTable, type Row, type Value } from '#query';
import { eventCollections, goneStatus } from '../event-documents.ts';
import { timeBounds } from './activity-table.ts';
import { schemaOf } from './log-columns.ts';
import { logColumns, type LogSpan, withinSpan } from './log-table.ts';

const kinds: Readonly<Record<string, EventKind>> = {
  SecurityAlert: 'Alerts',
  SecurityRecommendation: 'Assessments',
  SecurityNestedRecommendation: 'SubAssessments',
  SecurityRegulatoryCompliance: 'RegulatoryComplianceAssessment',
  SecureScores: 'SecureScores',
  SecureScoreControls: 'SecureScoreControls',
  SecurityAttackPathData: 'AttackPaths',
};

const pageSize = 500;
const marginMilliseconds = 24 * 60 * 60 * 1000;

export const eventTableNames: readonly string[] = Object.keys(kinds);

export function isEventTable(name: string): boolean {
  return Object.hasOwn(kinds, name);
}

/** The events of a subscription as they are now, the newest first. */
export function eventTable(
  store: Pick<Store, 'documents'>,
  name: string,
  subscriptionId: string,
  fixed: Readonly<Record<string, string>>,
  span: LogSpan,
): KqlTable {
  const kind = kinds[name] ?? 'Alerts';
  const columns = logColumns(schemaOf(name) ?? []);
  return {
    name,
    columns,
    *rows({ conditions }) {
      const { from } = timeBounds(conditions, span);
      const since = from === undefined ? {} : { from: from - marginMilliseconds };
      let after: { readonly time: number; readonly key: string } | undefined;
      for (;;) {
        const page = store.documents.list({
          collection: eventCollections[kind],
          parent: subscriptionId.toLowerCase(),
          top: pageSize,
          ...since,
          ...(after === undefined ? {} : { after }),
        });
        for (const document of page) {
          if (document.status === goneStatus) continue;
          const row = rowOf(document, kind, columns, fixed);
          if (withinSpan(span, row[0] ?? null)) yield row;
        }
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return;
        after = { time: last.time, key: last.key };
      }
    },
  };
}

function rowOf(
  { body, time }: StoredDocument,
  kind: EventKind,
  columns: readonly KqlColumn[],
  fixed: Readonly<Record<string, string>>,
): Row {
  const event = { kind, id: textMember(body, 'id') ?? '', body: (memberOf(body, 'event') ?? {}) as JsonObject };
  const { row } = logRowOf(event, formatTime(time));
  return columns.map(({ name, type }): Value => {
    const json = name in fixed ? fixed[name] : memberOf(row, name);
    return convert(dynamicOf(json ?? null), 'dynamic', type);
  });
}
