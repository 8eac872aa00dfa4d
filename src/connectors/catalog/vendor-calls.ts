/**
 * Calls of vendors' services whose form is not that of their operation.
 *
 * Owns: rewriting them: multipart forms, tables of Zendesk, engines of OpenAI. Does not own: the tables (`vendors.data.ts`).
 */
import {
  fault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  textMember,
} from '#foundation';
import { objectOf, type OperationInput, type ServiceAnswer, type ServiceMapping } from './connector.ts';

/** Names and values of a multipart form, or of an object: the one named so (else the first) and the others. */
export function formFields(
  name: string,
  body: Json | undefined,
): { readonly value: string; readonly options: Readonly<Record<string, string>> } {
  const parts = memberIgnoringCase(body ?? null, '$multipart');
  const fields = isJsonArray(parts)
    ? parts.map((part) => [partName(part), textMember(part, 'body') ?? ''] as const)
    : Object.entries(objectOf(body)).map(
        ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
      );
  const asked = fields.find(([field]) => field.toLowerCase() === name) ?? fields[0];
  return {
    value: asked?.[1] ?? '',
    options: Object.fromEntries(fields.filter((field) => field !== asked && field[0] !== '')),
  };
}

function partName(part: Json): string {
  const disposition = memberIgnoringCase(memberIgnoringCase(part, 'headers'), 'Content-Disposition');
  return /name="([^"]*)"/i.exec(typeof disposition === 'string' ? disposition : '')?.[1] ?? '';
}

// --- OpenAI -----------------------------------------------------------------------------------------------------

/** The engine of the path is the model of the body, unless the connection names another. */
export function completionBody({ path, body, connection }: OperationInput): Json {
  return { ...objectOf(body), model: connection['model'] ?? path['engine'] ?? '' };
}

// --- Zendesk ----------------------------------------------------------------------------------------------------

/** Collections of the Support API, with the member that holds one of them. */
const collections: Readonly<Record<string, string>> = {
  groups: 'group',
  organizations: 'organization',
  tickets: 'ticket',
  users: 'user',
};

const methods = { list: 'GET', get: 'GET', create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

/** An operation on a table, as a call of its collection. */
export function zendeskOperation(kind: keyof typeof methods): ServiceMapping {
  const isOne = kind === 'get' || kind === 'update' || kind === 'delete';
  return {
    to: (input) => {
      const table = tableOf(input);
      if (collections[table] === undefined) {
        const known = Object.keys(collections).join(', ');
        return fault('InvalidRequestContent', `Zendesk has no table '${table.slice(0, 100)}'; there are ${known}.`);
      }
      return `${methods[kind]} /api/v2/${table}${isOne ? `/${encodeURIComponent(input.path['id'] ?? '')}` : ''}.json`;
    },
    query: () => ({}),
    body: (input) => {
      if (kind !== 'create' && kind !== 'update') return undefined;
      const item = objectOf(input.body);
      return { [collections[tableOf(input)] ?? '']: tableOf(input) === 'tickets' ? ticketOf(item) : item };
    },
    answer: (answer, input) => unwrapped(answer, tableOf(input)),
  };
}

const tableOf = ({ path }: OperationInput): string => (path['table'] ?? '').toLowerCase();

/** A new ticket begins with a comment; the connector calls it its description. */
function ticketOf(item: JsonObject): JsonObject {
  const { description, ...others } = item;
  return description === undefined ? item : { ...others, comment: { body: description } };
}

function unwrapped(answer: ServiceAnswer, table: string): ServiceAnswer {
  if (answer.status >= 300 || !isJsonObject(answer.body)) return answer;
  const one = memberIgnoringCase(answer.body, collections[table] ?? '');
  const all = memberIgnoringCase(answer.body, table);
  if (isJsonArray(all)) return { ...answer, body: { value: all } };
  return one === undefined ? answer : { ...answer, body: one };
}
