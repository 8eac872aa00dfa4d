/**
 * Takes records of the Logs Ingestion API: through a data collection rule into the table its flow names.
 *
 * Owns: finding the rule, its streams, its transformation. Does not own: columns (`append-logs.ts`), the language (`#query`).
 *
 * Invariants
 * IS1. Records go where the rule says or nowhere: a stream without a flow is refused.
 * IS2. Without a transformation members become the columns of the table that have their name; others are left out.
 * Source: published Logs Ingestion API (2023-01-01) and resource Microsoft.Insights/dataCollectionRules.
 */
import {
  armIdKey,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  type LogColumn,
  memberOf,
  type ResourceDocument,
  setMember,
  textMember,
} from '#foundation';
import { convert, dynamicOf, isKqlFault, jsonOf, type KqlColumn, runKql } from '#query';
import type { Services } from '../services.ts';
import { logWrites } from './append-logs.ts';
import { logTypeOf, schemaOf, timeColumn } from './log-columns.ts';

export const ruleType = 'Microsoft.Insights/dataCollectionRules';

/** Why a stream takes nothing. */
export interface StreamFault {
  readonly kind: 'stream-fault';
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function isStreamFault(value: unknown): value is StreamFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'stream-fault';
}

function refused(status: number, code: string, message: string): StreamFault {
  return { kind: 'stream-fault', status, code, message };
}

/** The rule of an immutable id. */
export function findRule({ store }: Pick<Services, 'store'>, immutableId: string): ResourceDocument | StreamFault {
  const found = store.resources
    .list({ type: ruleType })
    .find(({ body }) => textMember(memberOf(body, 'properties'), 'immutableId') === immutableId);
  return (
    found ?? refused(404, 'NotFound', `Data collection rule with immutable Id '${immutableId.slice(0, 80)}' not found.`)
  );
}

/** Puts the records where the rule's flow says; undefined when they are durable. */
export async function ingestLogStream(
  services: Pick<Services, 'store' | 'clock'>,
  rule: ResourceDocument,
  stream: string,
  body: Json | undefined,
): Promise<StreamFault | undefined> {
  const properties = memberOf(rule.body, 'properties');
  const flows = memberOf(properties, 'dataFlows');
  const flow = (isJsonArray(flows) ? flows : []).find((each) => {
    const streams = memberOf(each, 'streams');
    return isJsonArray(streams) && streams.some((one) => typeof one === 'string' && one === stream);
  });
  if (flow === undefined)
    return refused(400, 'InvalidStream', `Stream '${stream.slice(0, 80)}' was not found in the data collection rule.`);
  const records = isJsonObject(body) ? [body] : body;
  if (!isJsonArray(records) || !records.every(isJsonObject))
    return refused(400, 'InvalidPayload', 'The body must be a JSON array of objects.');
  const target = textMember(flow, 'outputStream') ?? stream;
  const table = target.replace(/^(?:Custom|Microsoft)-/, '');
  const declared = declaredColumns(memberOf(memberOf(properties, 'streamDeclarations'), stream));
  const rows = transformed(records, declared, textMember(flow, 'transformKql'), services.clock.now());
  if (isStreamFault(rows)) return rows;
  const writes = destinationsOf(properties, flow).flatMap((workspaceId) =>
    logWrites(services, {
      workspaceId,
      table,
      records: rows.records,
      declared: services.store.logs.table({ workspace: armIdKey(workspaceId), name: table })?.columns ??
        schemaOf(table) ?? [timeColumn, ...rows.columns.filter(({ name }) => name !== timeColumn.name)],
    }),
  );
  if (writes.length > 0) await services.store.commit(writes);
  return undefined;
}

/** Ids of the workspaces of a flow. */
function destinationsOf(properties: Json | undefined, flow: Json): readonly string[] {
  const names = memberOf(flow, 'destinations');
  const known = memberOf(memberOf(properties, 'destinations'), 'logAnalytics');
  return (isJsonArray(known) ? known : []).flatMap((each) => {
    const isMeant = isJsonArray(names) && names.includes(textMember(each, 'name') ?? '');
    const id = textMember(each, 'workspaceResourceId');
    return isMeant && id !== undefined ? [id] : [];
  });
}

function declaredColumns(declaration: Json | undefined): readonly LogColumn[] {
  const columns = memberOf(declaration, 'columns');
  return (isJsonArray(columns) ? columns : []).flatMap((column): LogColumn[] => {
    const name = textMember(column, 'name');
    return name === undefined ? [] : [{ name, type: logTypeOf(textMember(column, 'type') ?? 'string') ?? 'string' }];
  });
}

interface Transformed {
  readonly records: readonly JsonObject[];
  readonly columns: readonly LogColumn[];
}

/** What the rule's `transformKql` makes of the records, which it calls `source`. */
function transformed(
  records: readonly JsonObject[],
  declared: readonly LogColumn[],
  text: string | undefined,
  now: number,
): Transformed | StreamFault {
  if (text === undefined || text.trim() === '' || text.trim() === 'source') return { records, columns: declared };
  const columns: readonly KqlColumn[] = declared;
  const rows = records.map((record) =>
    columns.map(({ name, type }) => convert(dynamicOf(memberOf(record, name) ?? null), 'dynamic', type)),
  );
  const source = { name: 'source', columns, rows: () => rows };
  const result = runKql(text, {
    catalog: { table: (name) => (name === 'source' ? source : undefined), names: () => ['source'] },
    now,
    limits: { rows: 1_000_000, bytes: 64 * 1024 * 1024 },
  });
  if (isKqlFault(result)) {
    const { line, column, message } = result;
    return refused(
      400,
      'InvalidTransform',
      `The transformation of the rule fails at line ${line}, column ${column}: ${message}`,
    );
  }
  return {
    records: result.rows.map((row) => {
      const record: { [name: string]: Json } = {};
      result.columns.forEach(({ name }, index) => setMember(record, name, jsonOf(row[index] ?? null)));
      return record;
    }),
    columns: result.columns.map(({ name, type }) => ({ name, type: logTypeOf(type) ?? 'string' })),
  };
}
