/**
 * Clusters of Azure Data Explorer: which one a call means, and what its answer holds.
 *
 * Owns: that. Does not own: the table (`office-apps.data.ts`). Source: Kusto REST API, query and management, version 1.
 *
 * Invariants
 * KC1. The credential of a connection goes to hosts of Azure Data Explorer only, whatever cluster a workflow names.
 */
import { type Fault, fault, isJsonArray, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { objectOf, type OperationInput, type ServiceAnswer } from './connector.ts';

const clusterHost =
  /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(kusto|kustomfa)\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn|azuresynapse\.net|data\.microsoft\.com|fabric\.microsoft\.com)$/i;

/** `cluster` of the call: `https://help.kusto.windows.net`, or `help.westeurope`. */
export function clusterOf({ body }: OperationInput): Readonly<Record<string, string>> | Fault {
  const given = (textMember(objectOf(body), 'cluster') ?? '').trim();
  const text = /^https?:\/\//i.test(given)
    ? given
    : `https://${given.includes('.kusto') ? given : `${given}.kusto.windows.net`}`;
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || !clusterHost.test(url.hostname)) {
    return fault('InvalidRequestContent', `'${given.slice(0, 200)}' is no cluster of Azure Data Explorer.`);
  }
  return { cluster: url.origin };
}

/** Commands begin with a dot and have a place of their own. */
export function kustoQuery({ body }: OperationInput): string {
  const command = (textMember(objectOf(body), 'csl') ?? '').trimStart().startsWith('.');
  return `POST /v1/rest/${command ? 'mgmt' : 'query'}`;
}

/** The first table's rows as objects by the names of its columns. */
export function kustoRows(answer: ServiceAnswer): ServiceAnswer {
  if (answer.status >= 300) return answer;
  const tables = memberOf(answer.body ?? null, 'Tables');
  const first = isJsonArray(tables) ? (tables[0] ?? null) : null;
  const columns = memberOf(first, 'Columns');
  const rows = memberOf(first, 'Rows');
  const names = (isJsonArray(columns) ? columns : []).map((column) => textMember(column, 'ColumnName') ?? '');
  const value = (isJsonArray(rows) ? rows : []).flatMap((row) => (isJsonArray(row) ? [objectOfRow(names, row)] : []));
  return { ...answer, body: { value } };
}

function objectOfRow(names: readonly string[], row: readonly Json[]): JsonObject {
  return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]));
}
