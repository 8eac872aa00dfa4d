/**
 * Items of SharePoint lists by Microsoft Graph.
 *
 * Owns: the requests, the two ways between the connector's columns and Graph's fields, filters. Does not own: how an item looks
 * (`graph-triggers.ts`), which site is meant (`drive-files.ts`), the table (`documents.data.ts`).
 * Source: the published contract of SharePoint (tables); Microsoft Graph v1.0, listItem.
 *
 * Invariants
 * SL1. Names of a filter become fields; nothing within quotes is touched.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  textMember,
} from '#foundation';
import { isFine, objectOf, type OperationInput, type OperationOutcome, type SendToService } from './connector.ts';
import { graphItems, isGraphItems } from './graph-pages.ts';
import { sitePath } from './drive-files.ts';
import { listItem } from './graph-triggers.ts';

const mostPages = 50;
const usualTop = 100;
const mostTop = 5_000;
/** Columns without an index may be asked for, too. */
const preferred = { prefer: 'HonorNonIndexedQueriesWarningMayFailRandomly' } as const;

// --- Filters ----------------------------------------------------------------------------------------------------

const words: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'true',
  'false',
  'null',
]);

/** `Title eq 'x' and substringof('y', Body)` of a list, as Graph asks for it: `fields/Title eq 'x' and …` (SL1). */
export function fieldFilter(filter: string): string {
  const plain = filter
    .replace(/datetime(?='\d)/gi, '')
    .replace(/substringof\(\s*('(?:[^']|'')*')\s*,\s*([\w/]+)\s*\)/gi, 'contains($2,$1)');
  return plain.replace(/'(?:[^']|'')*'|[A-Za-z_][\w/]*(\s*\()?/g, (whole, call: string | undefined) => {
    if (whole.startsWith("'") || call !== undefined || words.has(whole.toLowerCase())) return whole;
    return fieldOf(whole);
  });
}

function fieldOf(name: string): string {
  if (/^fields\//i.test(name)) return name;
  return /^id$/i.test(name) ? 'id' : `fields/${name}`;
}

/** `Created desc, Title` with each column as a field. */
export function fieldOrder(order: string): string {
  return order
    .split(',')
    .map((part) => part.trim().replace(/^[\w/]+/, fieldOf))
    .join(',');
}

// --- Columns ----------------------------------------------------------------------------------------------------

/** Columns as the connector has them: choices and look-ups are objects. */
function fieldsOf(body: Json | undefined): JsonObject | Fault {
  const fields: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(objectOf(body))) {
    // What is of the item itself is not written.
    if (name.startsWith('{') || name.startsWith('@')) continue;
    const values = isJsonArray(value) ? value.map(plainValue) : plainValue(value);
    if (isJsonArray(value)) {
      fields[`${name}@odata.type`] = 'Collection(Edm.String)';
      fields[name] = values;
    } else if (isJsonObject(value) && typeof memberOf(value, 'Claims') === 'string') {
      const message = `The column '${name}' is one of people: give it the id of the site's user as '${name}LookupId'.`;
      return fault('InvalidRequestContent', message);
    } else if (isJsonObject(value) && memberOf(value, 'Value') === undefined && lookUpOf(value) !== '') {
      fields[`${name}LookupId`] = lookUpOf(value);
    } else fields[name] = values;
  }
  return fields;
}

/** The id that a look-up names; empty for none. */
function lookUpOf(value: Json): string {
  const id = memberOf(value, 'Id');
  return typeof id === 'number' || typeof id === 'string' ? String(id) : '';
}

function plainValue(value: Json): Json {
  return isJsonObject(value) ? (memberOf(value, 'Value') ?? value) : value;
}

// --- Operations -------------------------------------------------------------------------------------------------

async function listPath(send: SendToService, input: OperationInput): Promise<string | OperationOutcome> {
  const site = await sitePath(send, input);
  return typeof site === 'string' ? `${site}/lists/${encodeURIComponent(input.path['table'] ?? '')}` : site;
}

async function itemPath(send: SendToService, input: OperationInput): Promise<string | OperationOutcome> {
  const list = await listPath(send, input);
  return typeof list === 'string' ? `${list}/items/${encodeURIComponent(input.path['id'] ?? '')}` : list;
}

/** Ways to narrow a list that Graph does not have. */
const unserved = ['folderPath', 'view'] as const;

export async function listItems(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const asked = unserved.find((name) => (input.query[name] ?? '').trim() !== '');
  if (asked !== undefined)
    return fault('InvalidRequestContent', `Items cannot be limited by '${asked}' at Microsoft Graph; use '$filter'.`);
  const list = await listPath(send, input);
  if (typeof list !== 'string') return list;
  const { $filter = '', $orderby = '', $top = '' } = input.query;
  const top = Math.min(Math.max(Number($top) || usualTop, 1), mostTop);
  const query = new URLSearchParams({
    $expand: 'fields',
    $top: String(Math.min(top, 500)),
    ...($filter.trim() === '' ? {} : { $filter: fieldFilter($filter) }),
    ...($orderby.trim() === '' ? {} : { $orderby: fieldOrder($orderby) }),
  });
  const path = `${list}/items?${query.toString().replaceAll('%24', '$')}`;
  const bounds = { pages: mostPages, items: top };
  const found = await graphItems(send, { path, headers: preferred }, bounds, (one) => listItem(objectOf(one)));
  return isGraphItems(found) ? { status: 200, headers: found.headers, body: { value: found.items } } : found;
}

async function read(send: SendToService, path: string): Promise<OperationOutcome> {
  const answer = await send({ method: 'GET', path: `${path}?$expand=fields` });
  return isFine(answer) ? { ...answer, body: listItem(objectOf(answer.body)) } : answer;
}

export async function readItem(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const path = await itemPath(send, input);
  return typeof path === 'string' ? read(send, path) : path;
}

export async function createItem(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const fields = fieldsOf(input.body);
  if (isFault(fields)) return fields;
  const list = await listPath(send, input);
  if (typeof list !== 'string') return list;
  const made = await send({ method: 'POST', path: `${list}/items`, body: { fields } });
  if (!isFine(made)) return made;
  const created = await read(send, `${list}/items/${encodeURIComponent(textMember(made.body ?? null, 'id') ?? '')}`);
  return isFine(created) ? { ...created, status: 200 } : created;
}

export async function changeItem(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const fields = fieldsOf(input.body);
  if (isFault(fields)) return fields;
  const path = await itemPath(send, input);
  if (typeof path !== 'string') return path;
  const changed = await send({ method: 'PATCH', path: `${path}/fields`, body: fields });
  return isFine(changed) ? read(send, path) : changed;
}

export async function deleteItem(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const path = await itemPath(send, input);
  if (typeof path !== 'string') return path;
  const answer = await send({ method: 'DELETE', path });
  return isFine(answer) ? { status: 200, headers: answer.headers } : answer;
}

/** The site's lists, by the names that the connector shows. */
export async function listLists(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const site = await sitePath(send, input);
  if (typeof site !== 'string') return site;
  const answer = await send({ method: 'GET', path: `${site}/lists?$select=id,displayName` });
  if (!isFine(answer)) return answer;
  const found = memberOf(answer.body ?? null, 'value');
  const value = (isJsonArray(found) ? found : []).map((one) => ({
    Name: textMember(one, 'id') ?? '',
    DisplayName: textMember(one, 'displayName') ?? '',
  }));
  return { ...answer, body: { value } };
}
