/**
 * Files that tell of resources, as resources: what other tools write, read into one shape.
 *
 * Owns: recognising a format, its rows as `{id, …}` objects. Does not own: writing them (`#service`), ARM templates, which are
 * deployed.
 * Source: answers of Azure Resource Manager, Resource Graph and the Azure command line as published.
 *
 * Invariants
 * IF1. A row without an id is counted and left out, never guessed.
 * IF2. Members that the command line lifts out of `properties` go back there.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  parseJson,
  setMember,
  textMember,
} from '#foundation';
import { csvRows } from './csv-rows.ts';

export type ImportFormat = 'template' | 'resourceGraph' | 'list' | 'csv';

export type ImportedFile =
  | { readonly format: 'template'; readonly template: JsonObject }
  | {
      readonly format: Exclude<ImportFormat, 'template'>;
      readonly rows: readonly JsonObject[];
      readonly withoutId: number;
    };

/** Reads a file. `InvalidRequestContent` for one that is of no known format. */
export function readImportedFile(text: string): ImportedFile | Fault {
  const trimmed = text.replace(/^\uFEFF/, '').trimStart();
  if (!/^[[{]/.test(trimmed)) return rowsOfCsv(trimmed);
  let value: Json;
  try {
    value = parseJson(trimmed);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return unknown(error.message);
  }
  if (
    isJsonObject(value) &&
    typeof value['$schema'] === 'string' &&
    /deploymentTemplate\.json/i.test(value['$schema'])
  ) {
    return { format: 'template', template: value };
  }
  const data = memberOf(value, 'data');
  if (isJsonObject(data)) return rowsOfTable(data);
  if (isJsonArray(data)) return listed('resourceGraph', data);
  const list = isJsonArray(value) ? value : memberOf(value, 'value');
  if (isJsonArray(list)) return listed('list', list);
  if (textMember(value, 'id') !== undefined) return listed('list', [value]);
  return unknown('it is neither an ARM template, a Resource Graph result, a list of resources nor a table as CSV.');
}

function unknown(reason: string): Fault {
  return fault('InvalidRequestContent', `The file cannot be imported: ${reason}`);
}

/** A Resource Graph result in the table format: columns and rows. */
function rowsOfTable(data: JsonObject): ImportedFile | Fault {
  const columns = memberOf(data, 'columns');
  const rows = memberOf(data, 'rows');
  if (!isJsonArray(columns) || !isJsonArray(rows)) return unknown("its member 'data' has no columns and rows.");
  const names = columns.map((column) => textMember(column, 'name') ?? '');
  const objects = rows.map((row): JsonObject => {
    const result: { [name: string]: Json } = {};
    for (const [index, name] of names.entries()) {
      const cell = isJsonArray(row) ? row[index] : undefined;
      if (cell !== undefined) setMember(result, name, cell);
    }
    return result;
  });
  return listed('resourceGraph', objects);
}

function rowsOfCsv(text: string): ImportedFile | Fault {
  const rows = csvRows(text);
  if (isFault(rows)) return unknown(rows.message);
  const [header, ...lines] = rows;
  if (header === undefined || !header.some((name) => /^(?:resource ?)?id$/i.test(name.trim()))) {
    return unknown("a table as CSV needs a column named 'id'.");
  }
  const names = header.map((name) => columnName(name.trim()));
  const objects = lines
    .filter((line) => line.length > 1 || line[0] !== '')
    .map((line): JsonObject => {
      const result: { [name: string]: Json } = {};
      for (const [index, name] of names.entries()) setMember(result, name, cellValue(line[index] ?? ''));
      return result;
    });
  return listed('csv', objects);
}

const columns = [
  'id',
  'name',
  'type',
  'kind',
  'location',
  'tags',
  'sku',
  'properties',
  'identity',
  'plan',
  'zones',
  'managedBy',
];

/** Portals write `RESOURCE ID`, `Resource group`: the names that resources have. */
function columnName(name: string): string {
  const plain = name.toLowerCase().replaceAll(' ', '');
  if (plain === 'resourceid') return 'id';
  return columns.find((known) => known.toLowerCase() === plain) ?? name;
}

/** Objects and lists are JSON inside a cell; an empty cell and the word null say nothing. */
function cellValue(text: string): Json {
  if (text === '' || text === 'null') return null;
  if (!/^[[{]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function listed(format: 'resourceGraph' | 'list' | 'csv', rows: readonly Json[]): ImportedFile {
  const found = rows.flatMap((row) => (isJsonObject(row) && idOf(row) !== '' ? [resourceOf(row)] : []));
  return { format, rows: found, withoutId: rows.length - found.length };
}

function idOf(row: JsonObject): string {
  return textMember(row, 'id') ?? textMember(row, 'resourceId') ?? '';
}

const topLevel = new Set([
  'id',
  'name',
  'type',
  'location',
  'tags',
  'kind',
  'sku',
  'identity',
  'plan',
  'zones',
  'managedBy',
  'extendedLocation',
  'properties',
]);
/** What a listing says about a row and what is the server's to say. */
const leftOut = new Set([
  'resourceId',
  'subscriptionId',
  'resourceGroup',
  'tenantId',
  'createdTime',
  'changedTime',
  'systemData',
  'etag',
  'provisioningState',
  'apiVersion',
  'aggregateScore',
]);

function resourceOf(row: JsonObject): JsonObject {
  const result: { [name: string]: Json } = { id: idOf(row) };
  const lifted: { [name: string]: Json } = {};
  const hasProperties = isJsonObject(row['properties']);
  for (const [name, value] of Object.entries(row)) {
    if (value === null || value === '' || leftOut.has(name)) continue;
    if (topLevel.has(name)) setMember(result, name, value);
    else if (!hasProperties) setMember(lifted, name, value);
  }
  result['id'] = idOf(row);
  if (!hasProperties && Object.keys(lifted).length > 0) result['properties'] = lifted;
  return result;
}
