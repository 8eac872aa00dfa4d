/**
 * `AzureActivity`: the activity log of a workspace's subscription as a log table.
 *
 * Owns: its columns' values. Does not own: the log (`record-activity.ts`), who may see it (`query-logs.ts`).
 * Source: published reference of the table AzureActivity.
 */
import { type JsonObject, memberOf, parseArmId, type Store, stringifyJson, textMember } from '#foundation';
import { convert, dynamicOf, type KqlColumn, type KqlTable, type PushedCondition, type Row, type Value } from '#query';
import { activityCollection } from '../record-activity.ts';
import { logColumns, type LogSpan, withinSpan } from './log-table.ts';
import { schemaOf } from './log-columns.ts';

const pageSize = 500;

export function activityTable(
  store: Pick<Store, 'documents'>,
  subscriptionId: string,
  fixed: Readonly<Record<string, string>>,
  span: LogSpan,
): KqlTable {
  const columns = logColumns(schemaOf('AzureActivity') ?? []);
  return {
    name: 'AzureActivity',
    columns,
    *rows({ conditions }) {
      const bounds = timeBounds(conditions, span);
      let after: { readonly time: number; readonly key: string } | undefined;
      for (;;) {
        const page = store.documents.list({
          collection: activityCollection,
          parent: subscriptionId.toLowerCase(),
          top: pageSize,
          ...bounds,
          ...(after === undefined ? {} : { after }),
        });
        for (const { body } of page) {
          const row = rowOf(body, columns, fixed);
          if (withinSpan(span, row[0] ?? null)) yield row;
        }
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return;
        after = { time: last.time, key: last.key };
      }
    },
  };
}

const epochTicks = 621_355_968_000_000_000n;

function millisecondsOf(ticks: bigint): number {
  return Number((ticks - epochTicks) / 10_000n);
}

/** Milliseconds between which all wanted rows lie. */
export function timeBounds(
  conditions: readonly PushedCondition[],
  { from, to }: LogSpan,
): { from?: number; to?: number } {
  const bounds: { from?: number; to?: number } = {};
  const raise = (ticks: bigint): number => (bounds.from = Math.max(bounds.from ?? 0, millisecondsOf(ticks)));
  const lower = (ticks: bigint): number =>
    (bounds.to = Math.min(bounds.to ?? Number.MAX_SAFE_INTEGER, millisecondsOf(ticks) + 1));
  if (from !== undefined) raise(from);
  if (to !== undefined) lower(to);
  for (const { column, operator, values } of conditions) {
    const [value] = values;
    if (column !== 'TimeGenerated' || typeof value !== 'object' || value === null || !('ticks' in value)) continue;
    const ticks = value.ticks as bigint;
    if (operator === '>' || operator === '>=' || operator === '==') raise(ticks);
    if (operator === '<' || operator === '<=' || operator === '==') lower(ticks);
  }
  return bounds;
}

function rowOf(body: JsonObject, columns: readonly KqlColumn[], fixed: Readonly<Record<string, string>>): Row {
  const id = textMember(body, 'resourceId') ?? '';
  const place = parseArmId(id);
  const inner = (name: string): string => textMember(memberOf(body, name), 'value') ?? '';
  const json = (name: string): string => stringifyJson(memberOf(body, name) ?? {});
  const values: Readonly<Record<string, string>> = {
    ...fixed,
    TimeGenerated: textMember(body, 'eventTimestamp') ?? '',
    OperationName: inner('operationName'),
    OperationNameValue: inner('operationName').toUpperCase(),
    Level: textMember(body, 'level') ?? '',
    ActivityStatus: inner('status'),
    ActivityStatusValue: inner('status') === 'Succeeded' ? 'Success' : inner('status'),
    ActivitySubstatus: inner('subStatus'),
    ActivitySubstatusValue: inner('subStatus'),
    ResourceGroup: textMember(body, 'resourceGroupName') ?? '',
    SubscriptionId: textMember(body, 'subscriptionId') ?? '',
    CorrelationId: textMember(body, 'correlationId') ?? '',
    Caller: textMember(body, 'caller') ?? '',
    Category: inner('category'),
    CategoryValue: inner('category'),
    HTTPRequest: json('httpRequest'),
    Properties: json('properties'),
    Properties_d: json('properties'),
    EventDataId: textMember(body, 'eventDataId') ?? '',
    EventSubmissionTimestamp: textMember(body, 'submissionTimestamp') ?? '',
    Claims: json('claims'),
    Claims_d: json('claims'),
    OperationId: textMember(body, 'operationId') ?? '',
    ResourceId: id,
    ResourceProvider: inner('resourceProviderName'),
    ResourceProviderValue: inner('resourceProviderName').toUpperCase(),
    Resource: place?.name ?? '',
    _ResourceId: id.toLowerCase(),
  };
  return columns.map(({ name, type }): Value => {
    const text = values[name] ?? '';
    if (type === 'dynamic') return text === '' ? null : dynamicOf(JSON.parse(text) as JsonObject);
    return convert(text, 'string', type);
  });
}
