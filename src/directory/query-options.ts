/**
 * The query options of Microsoft Graph: parse and plan.
 *
 * Owns: `$select`, `$filter`, `$search`, `$orderby`, `$expand`, `$top`, `$count`, and which of them need the header
 * `ConsistencyLevel: eventual`. Does not own: the filter language (`#query`), where entities come from.
 * Source: the published query parameters of Microsoft Graph.
 *
 * Invariants
 * DQ1. An option that cannot be followed is a fault, never left out.
 */
import { type Fault, isFault, isJsonArray, type Json, memberOf } from '#foundation';
import { orderOf, planFilter, requiredTexts } from '#query';
import type { Entity } from './entities.ts';
import { propertyName } from './entities.ts';
import { type EntitySet, entitySets } from './entity-sets.data.ts';
import { badDirectoryRequest, unknownProperty, unsupportedQuery } from './faults.ts';

/** What a query looks at. */
export type QueriedEntity = Pick<Entity, 'id' | 'body'>;

export interface Expansion {
  /** `manager`, `members`, …. */
  readonly name: string;
  readonly select?: readonly string[];
}

export interface DirectoryQuery {
  readonly select?: readonly string[];
  /** Filter and search together. */
  readonly test: (entity: QueriedEntity) => boolean;
  /** Whether `test` may fail at all. */
  readonly selective: boolean;
  /** Properties that every entity which passes holds: name in the set's spelling and text. */
  readonly required: ReadonlyMap<string, string>;
  /** Absent: in the order of ids. */
  readonly compare?: (left: QueriedEntity, right: QueriedEntity) => number;
  readonly expand: readonly Expansion[];
  readonly top?: number;
  readonly count: boolean;
}

export interface QuerySource {
  /** The value of an option, undefined when absent or empty. */
  readonly option: (name: string) => string | undefined;
  /** Whether `ConsistencyLevel: eventual` was sent. */
  readonly advanced: boolean;
  /** Relations that `$expand` may name. */
  readonly relations: readonly string[];
}

const mostPerPage = 999;

export function planDirectoryQuery(set: EntitySet, source: QuerySource): DirectoryQuery | Fault {
  const select = planSelect(set, source.option('$select'));
  if (isFault(select)) return select;
  const filter = source.option('$filter');
  const test = planTest(set, filter);
  if (isFault(test)) return test;
  const search = planSearch(set, source);
  if (isFault(search)) return search;
  const compare = planOrder(set, source.option('$orderby'));
  if (isFault(compare)) return compare;
  const expand = planExpand(source);
  if (isFault(expand)) return expand;
  const top = planTop(source.option('$top'));
  if (isFault(top)) return top;
  const count = source.option('$count')?.toLowerCase() ?? 'false';
  if (count !== 'true' && count !== 'false')
    return badDirectoryRequest(`Invalid value '${count}' for $count query option found.`);
  return {
    ...(select === undefined ? {} : { select }),
    test: search === undefined ? test : (entity) => test(entity) && search(entity),
    selective: filter !== undefined || search !== undefined,
    required: filter === undefined ? new Map() : requiredProperties(set, filter),
    ...(compare === undefined ? {} : { compare }),
    expand,
    ...(top === undefined ? {} : { top }),
    count: count === 'true' && source.advanced,
  };
}

function planSelect(set: EntitySet, text: string | undefined): readonly string[] | undefined | Fault {
  if (text === undefined) return undefined;
  const names: string[] = [];
  for (const part of text.split(',')) {
    const given = part.trim();
    if (given === '*') return undefined;
    const name = propertyName(set, given);
    if (name === undefined) return unknownProperty(set, given.slice(0, 100));
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

/** A property, or a member of one: `onPremisesExtensionAttributes/extensionAttribute1`. */
function reader(set: EntitySet, path: string): ((entity: QueriedEntity) => Json | undefined) | undefined {
  const [first = '', ...rest] = path.split('/');
  const name = propertyName(set, first);
  if (name === undefined) return undefined;
  if (name === 'id') return rest.length === 0 ? ({ id }) => id : undefined;
  return (entity) => rest.reduce<Json | undefined>((at, part) => memberOf(at, part), memberOf(entity.body, name));
}

function planTest(set: EntitySet, text: string | undefined): ((entity: QueriedEntity) => boolean) | Fault {
  const test = planFilter<QueriedEntity>(text ?? '', { field: (path) => reader(set, path) });
  return isFault(test) ? badDirectoryRequest(`Invalid filter clause: ${test.message}`, '$filter') : test;
}

function requiredProperties(set: EntitySet, filter: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [path, text] of requiredTexts(filter)) {
    const name = propertyName(set, path);
    if (name !== undefined) found.set(name, text);
  }
  return found;
}

/** `"displayName:dan" OR "mail:dan"`: every word of a clause begins a word of the property. */
function planSearch(set: EntitySet, source: QuerySource): ((entity: QueriedEntity) => boolean) | undefined | Fault {
  const text = source.option('$search');
  if (text === undefined) return undefined;
  if (!source.advanced) {
    return unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const alternatives: ((entity: QueriedEntity) => boolean)[][] = [[]];
  const clause = /\s*"([^":]+):([^"]*)"\s*(AND|OR)?/giy;
  while (clause.lastIndex < text.length) {
    const match = clause.exec(text);
    if (match === null)
      return badDirectoryRequest('Syntax error: the $search clause must be \'"property:value"\', joined by AND or OR.');
    const read = reader(set, match[1] ?? '');
    if (read === undefined) return unknownProperty(set, match[1] ?? '');
    const words = (match[2] ?? '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}@._-]+/u)
      .filter(Boolean);
    alternatives.at(-1)?.push((entity) => matchesWords(read(entity), words));
    if (match[3]?.toUpperCase() === 'OR') alternatives.push([]);
  }
  return (entity) => alternatives.some((all) => all.every((one) => one(entity)));
}

function matchesWords(value: Json | undefined, words: readonly string[]): boolean {
  if (isJsonArray(value)) return value.some((item) => matchesWords(item, words));
  if (typeof value !== 'string') return false;
  const text = value.toLowerCase();
  return words.every((word) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
    }
    return false;
  });
}

function planOrder(set: EntitySet, text: string | undefined): DirectoryQuery['compare'] | Fault {
  if (text === undefined) return undefined;
  const keys: { readonly read: (entity: QueriedEntity) => Json | undefined; readonly sign: number }[] = [];
  for (const part of text.split(',')) {
    const [path = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    const read = reader(set, path);
    if (read === undefined) return unknownProperty(set, path.slice(0, 100));
    if (rest.length > 0 || !/^(?:asc|desc)$/i.test(direction)) {
      return badDirectoryRequest(`Syntax error in '${text.slice(0, 100)}' of $orderby.`, '$orderby');
    }
    keys.push({ read, sign: direction.toLowerCase() === 'desc' ? -1 : 1 });
  }
  return (left, right) => {
    for (const { read, sign } of keys) {
      const order = orderOf(read(left) ?? null, read(right) ?? null) ?? nullsFirst(read(left), read(right));
      if (order !== 0) return order * sign;
    }
    return left.id < right.id ? -1 : 1;
  };
}

function nullsFirst(left: Json | undefined, right: Json | undefined): number {
  return Number((left ?? null) !== null) - Number((right ?? null) !== null);
}

function planTop(text: string | undefined): number | undefined | Fault {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > mostPerPage) {
    return badDirectoryRequest(
      `Invalid page size specified: '${text.slice(0, 20)}'. Must be between 1 and ${mostPerPage} inclusive.`,
      '$top',
    );
  }
  return value;
}

function planExpand({ option, relations }: QuerySource): readonly Expansion[] | Fault {
  const text = option('$expand');
  if (text === undefined) return [];
  const expansions: Expansion[] = [];
  const item = /\s*([\w*]+)(?:\(([^()]*)\))?\s*(?:,|$)/y;
  while (item.lastIndex < text.length) {
    const match = item.exec(text);
    const given = match?.[1];
    const name = relations.find((relation) => relation.toLowerCase() === given?.toLowerCase());
    if (match === null || name === undefined) {
      return badDirectoryRequest(
        `Parsing OData Select and Expand failed: '${text.slice(0, 100)}' cannot be expanded here.`,
        '$expand',
      );
    }
    const select = planExpansion(match[2] ?? '');
    if (isFault(select)) return select;
    expansions.push({ name, ...(select === undefined ? {} : { select }) });
  }
  return expansions;
}

/** Options in parentheses: `$select` of what is expanded, `$levels=1`. */
function planExpansion(text: string): readonly string[] | undefined | Fault {
  let select: readonly string[] | undefined;
  for (const part of text.split(';').filter((one) => one.trim() !== '')) {
    const [name = '', value = ''] = part.split('=');
    if (name.trim().toLowerCase() === '$levels' && value.trim() === '1') continue;
    if (name.trim().toLowerCase() !== '$select') {
      return badDirectoryRequest(`The option '${name.trim().slice(0, 40)}' of $expand is not supported.`, '$expand');
    }
    const names = planSelect(entitySets.users, value);
    if (isFault(names)) return names;
    select = names;
  }
  return select;
}
