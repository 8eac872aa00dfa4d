/**
 * The shape of a conformance file of the Kusto query language and how one case is judged.
 *
 * Owns: reading case files, running a case. Does not own: the cases (`*.json`), registering tests (`query.test.ts`).
 *
 * A case is `{name, source, query, …}` with `rows`, the rows expected (`columns`, where given, are `name:type` in order), or
 * `error`: `{code, line, column, message}`, the message a part of the fault's. `tables` are `{name: {columns: {name: type},
 * rows}}`, of one case or, in a file that is an object with `tables` and `cases`, of all; with `resourceGraph` a query may begin with an operator (the table is `resources`) and columns ignore case.
 * The clock stands at 2026-01-31T12:00:00Z; a query may read 100,000 rows.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import { type Catalog, convert, dynamicOf, isKqlFault, jsonOf, type KqlTable, runKql, typeNamed } from '#query';

export interface QueryCase {
  readonly name: string;
  readonly source: string;
  readonly query: string;
  readonly body: JsonObject;
}

/** Reads a case file's text; throws with the case where it is malformed. */
export function readCases(text: string): readonly QueryCase[] {
  const json = parseJson(text);
  const cases = isJsonArray(json) ? json : memberOf(json, 'cases');
  const shared = memberOf(json, 'tables');
  if (!isJsonArray(cases)) throw new Error('A case file is an array of cases, or an object with cases.');
  return cases.map((entry) => {
    const [name, source, query] = ['name', 'source', 'query'].map((member) => textMember(entry, member));
    if (!isJsonObject(entry) || name === undefined || source === undefined || query === undefined) {
      throw new Error(`A case needs name, source and query: ${stringifyJson(entry)}`);
    }
    return { name, source, query, body: shared === undefined ? entry : { tables: shared, ...entry } };
  });
}

/** A table of JSON values, converted to its columns' types. */
function tableOf(name: string, json: Json): KqlTable {
  const given = memberOf(json, 'columns');
  const columns = Object.entries(isJsonObject(given) ? given : {}).map(([column, type]) => ({
    name: column,
    type: typeNamed(typeof type === 'string' ? type : '') ?? 'dynamic',
  }));
  const list = memberOf(json, 'rows');
  const rows = (isJsonArray(list) ? list : []).map((row) =>
    columns.map(({ type }, index) =>
      convert(dynamicOf((isJsonArray(row) ? row[index] : null) ?? null), 'dynamic', type),
    ),
  );
  return { name, columns, rows: () => rows };
}

/** The tables of a case. */
export function catalogOf(body: JsonObject, ignoresCase: boolean): Catalog {
  const given = memberOf(body, 'tables');
  const fold = (name: string): string => (ignoresCase ? name.toLowerCase() : name);
  const entries = Object.entries(isJsonObject(given) ? given : {});
  const tables = new Map(entries.map(([name, json]) => [fold(name), tableOf(name, json)]));
  return { table: (name) => tables.get(fold(name)), names: () => [...tables.values()].map(({ name }) => name) };
}

/** Why a case fails; undefined when it holds. */
export function judgeCase({ query, body }: QueryCase): string | undefined {
  const resourceGraph = memberOf(body, 'resourceGraph') === true;
  const result = runKql(query, {
    catalog: catalogOf(body, resourceGraph),
    now: Date.UTC(2026, 0, 31, 12),
    limits: { rows: 100_000, bytes: 50_000_000 },
    ignoresCase: resourceGraph,
    ...(resourceGraph ? { defaultTable: 'resources' } : {}),
  });
  const error = memberOf(body, 'error');
  if (isKqlFault(result)) {
    const { code, line, column, message } = result;
    const got = { code, line, column, message };
    const wanted = { ...got, ...(isJsonObject(error) ? error : {}), message };
    const says = message.includes(textMember(error, 'message') ?? '');
    return error !== undefined && says && jsonEquals(got, wanted) ? undefined : `gave ${stringifyJson(got)}`;
  }
  if (error !== undefined) return `gave rows, expected ${stringifyJson(error)}`;
  const columns = result.columns.map(({ name, type }) => `${name}:${type}`);
  const wanted = memberOf(body, 'columns');
  if (wanted !== undefined && !jsonEquals(wanted, columns)) return `has the columns ${stringifyJson(columns)}`;
  const rows = result.rows.map((row) => row.map((value) => jsonOf(value)));
  return jsonEquals(rows, memberOf(body, 'rows') ?? null) ? undefined : `gave ${stringifyJson(rows)}`;
}
