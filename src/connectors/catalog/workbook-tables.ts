/**
 * Rows of a table in a workbook, by Microsoft Graph: read as objects by the names of its columns, found by the value of one.
 *
 * Owns: those requests. Does not own: credentials (`service-client.ts`), the tables (`office-apps.data.ts`).
 * Source: Microsoft Graph v1.0, workbookTable, workbookTableRow, workbookTableColumn.
 *
 * Invariants
 * WT1. A row that is not there is 404, and nothing is changed; of several rows with the value it is the first.
 * WT2. At most 100,000 rows are looked through, in pages; a longer table is refused, never read in part.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  type OutboundFailure,
  textMember,
} from '#foundation';
import {
  isFine,
  objectOf,
  type OperationInput,
  type OperationOutcome,
  type SendToService,
  type ServiceAnswer,
} from './connector.ts';

export type RowOperation = 'list' | 'get' | 'add' | 'update' | 'delete';

const pageSize = 1000;
const mostRows = 100_000;

interface Row {
  readonly index: number;
  readonly item: JsonObject;
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const isTable = (value: Table | OperationOutcome): value is Table => 'columns' in value;

/** The workbook of a call: `source` is `me`, `sites/…` or `groups/…`, and a drive is known by its own id. */
export function workbookOf({ path }: OperationInput): string {
  const drive = encodeURIComponent(path['drive'] ?? '');
  return `/v1.0/drives/${drive}/items/${encodeURIComponent(path['file'] ?? '')}/workbook`;
}

export function onRows(
  operation: RowOperation,
): (send: SendToService, input: OperationInput) => Promise<OperationOutcome> {
  return async (send, input) => {
    const base = `${workbookOf(input)}/tables/${encodeURIComponent(input.path['table'] ?? '')}`;
    if (operation === 'add') return addRow(send, base, input);
    const table = await readTable(send, base);
    if (!isTable(table)) return table;
    if (operation === 'list') return ok({ value: table.rows.map(({ item }) => item) });
    const row = findRow(table, input);
    if (isFault(row)) return row;
    if (row === undefined) return notFound(input);
    const place = `${base}/rows/itemAt(index=${row.index})`;
    switch (operation) {
      case 'get':
        return ok(row.item);
      case 'update': {
        const item = { ...row.item, ...known(table.columns, objectOf(input.body)) };
        const changed = await send({ method: 'PATCH', path: place, body: { values: [valuesOf(table.columns, item)] } });
        return isFine(changed) ? ok(item) : changed;
      }
      case 'delete': {
        const gone = await send({ method: 'DELETE', path: place });
        return isFine(gone) ? { status: 200, headers: {} } : gone;
      }
    }
  };
}

async function addRow(send: SendToService, base: string, input: OperationInput): Promise<OperationOutcome> {
  const columns = await columnsOf(send, base);
  if (!isJsonArray(columns)) return columns;
  const item = known(columns, objectOf(input.body));
  const added = await send({
    method: 'POST',
    path: `${base}/rows/add`,
    body: { index: null, values: [valuesOf(columns, item)] },
  });
  return isFine(added) ? ok(item) : added;
}

async function columnsOf(
  send: SendToService,
  base: string,
): Promise<readonly string[] | ServiceAnswer | OutboundFailure> {
  const answer = await send({ method: 'GET', path: `${base}/columns?$select=name` });
  if (!isFine(answer)) return answer;
  return listOf(answer.body).map((column) => textMember(column, 'name') ?? '');
}

async function readTable(send: SendToService, base: string): Promise<Table | OperationOutcome> {
  const columns = await columnsOf(send, base);
  if (!isJsonArray(columns)) return columns;
  const rows: Row[] = [];
  for (;;) {
    const answer = await send({ method: 'GET', path: `${base}/rows?$top=${pageSize}&$skip=${rows.length}` });
    if (!isFine(answer)) return answer;
    const page = listOf(answer.body).map((row, at) => rowOf(columns, row, rows.length + at));
    rows.push(...page);
    if (page.length < pageSize) return { columns, rows };
    if (rows.length >= mostRows) {
      return fault('InvalidRequestContent', `The table has more than ${mostRows} rows.`);
    }
  }
}

function listOf(body: Json | undefined): readonly Json[] {
  const value = memberOf(body ?? null, 'value');
  return isJsonArray(value) ? value : [];
}

/** `ItemInternalId` is where the row stands, as the connector names it. */
function rowOf(columns: readonly string[], row: Json, at: number): Row {
  const values = memberOf(row, 'values');
  const cells = isJsonArray(values) && isJsonArray(values[0]) ? values[0] : [];
  const index = memberOf(row, 'index');
  const item = Object.fromEntries(columns.map((name, column) => [name, textOfCell(cells[column])]));
  const place = typeof index === 'number' ? index : at;
  return { index: place, item: { ItemInternalId: String(place), ...item } };
}

/** The connector gives every cell as text. */
const textOfCell = (cell: Json | undefined): string =>
  cell === undefined || cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell);

function findRow({ columns, rows }: Table, { path, query }: OperationInput): Row | Fault | undefined {
  const wanted = query['idColumn'] ?? '';
  const column = columns.find((name) => name.toLowerCase() === wanted.toLowerCase());
  if (column === undefined) {
    return fault('InvalidRequestContent', `The table has no column '${wanted.slice(0, 200)}' (query 'idColumn').`);
  }
  return rows.find(({ item }) => memberOf(item, column) === path['id']);
}

function known(columns: readonly string[], body: JsonObject): JsonObject {
  return Object.fromEntries(
    columns.flatMap((name) => {
      const value = memberIgnoringCase(body, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Cells in the order of the columns; `null` leaves a cell as it is. */
const valuesOf = (columns: readonly string[], item: JsonObject): readonly Json[] =>
  columns.map((name) => memberOf(item, name) ?? null);

const ok = (body: Json): ServiceAnswer => ({ status: 200, headers: { 'content-type': 'application/json' }, body });

function notFound({ path, query }: OperationInput): ServiceAnswer {
  const message = `No row was found with ${query['idColumn'] ?? ''} '${path['id'] ?? ''}'.`;
  return { status: 404, headers: { 'content-type': 'application/json' }, body: { status: 404, message } };
}
