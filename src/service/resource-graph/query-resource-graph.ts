/**
 * A query over Resource Graph: from the request to its answer.
 *
 * Owns: scopes, bounds, both forms of the answer, facets, errors. Does not own: the language (`#query`), tables
 * (`graph-catalog.ts`).
 *
 * Invariants
 * GG1. Scopes the caller may not see are looked into no more than ones that do not exist.
 * GG2. A fault of the query carries the line and the character where it is.
 * Source: connectors reference 6.2; published contract of Microsoft.ResourceGraph.
 */
import { armIdKey, isWithin, type Json, type JsonObject, setMember, type Store } from '#foundation';
import {
  type Catalog,
  DateTime,
  isKqlFault,
  jsonOf,
  type KqlColumn,
  type KqlFault,
  type KqlLimits,
  type KqlResult,
  type KqlTable,
  type Row,
  runKql,
  type Value,
} from '#query';
import { managementGroupId, subscriptionType } from '../seed-tenant.ts';
import { scopeTest } from '../read-events.ts';
import { graphCatalog } from './graph-catalog.ts';
import type { GraphReading } from './graph-reading.ts';
import {
  type GraphFacet,
  type GraphFault,
  graphFault,
  type GraphRequest,
  isGraphFault,
  skipTokenOf,
} from './graph-request.ts';

export interface GraphCaller {
  readonly allowed: (action: string, scope: string) => boolean;
  readonly visible: (scope: string) => boolean;
  readonly groupsAbove: (scope: string) => readonly string[];
}

export interface GraphServices {
  readonly store: Store;
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly limits: KqlLimits;
}

/** The body of the answer, or what is wrong with the request. */
export function queryResourceGraph(
  services: GraphServices,
  caller: GraphCaller,
  request: GraphRequest,
): JsonObject | GraphFault {
  const reading = readingOf(services, caller, request);
  if (isGraphFault(reading)) return reading;
  const result = run(request.query, graphCatalog(reading), services, 'Resources');
  if (isKqlFault(result)) return queryFault(request.query, result);
  const facets = request.facets.map((facet) => facetAnswer(facet, result, services));
  return answer(request, result, facets);
}

function run(
  text: string,
  catalog: Catalog,
  { now, limits }: GraphServices,
  defaultTable: string,
): KqlResult | KqlFault {
  return runKql(text, { catalog, now, limits, defaultTable, ignoresCase: true });
}

// --- Scopes -----------------------------------------------------------------------------------------------------

function readingOf(services: GraphServices, caller: GraphCaller, request: GraphRequest): GraphReading | GraphFault {
  const { store, tenantId } = services;
  const all = store.resources.list({ type: subscriptionType }).filter(({ id }) => caller.visible(id));
  const inside = insideOf(services, caller, request);
  if (isGraphFault(inside)) return inside;
  const subscriptions = all.filter(({ id }) => inside(id)).map(({ name }) => name.toLowerCase());
  if (request.subscriptions !== undefined && subscriptions.length === 0) {
    const given = request.subscriptions.join(', ').slice(0, 500);
    return graphFault(
      'NoValidSubscriptionsInQueryRequest',
      `There must be at least one subscription that is eligible to contain resources. Given: '${given}'.`,
    );
  }
  return {
    store,
    tenantId,
    subscriptions,
    above: (scope) => request.subscriptions === undefined && inside(scope) && caller.visible(scope),
    allowed: caller.allowed,
    standsAt: standsAt(request, caller),
  };
}

/** Whether a scope is in the request's. */
function insideOf(
  services: GraphServices,
  caller: GraphCaller,
  { subscriptions, managementGroups }: GraphRequest,
): ((scope: string) => boolean) | GraphFault {
  if (subscriptions !== undefined) {
    const wanted = new Set(subscriptions.map((id) => id.toLowerCase()));
    return (scope) => wanted.has(armIdKey(scope).replace('/subscriptions/', ''));
  }
  if (managementGroups === undefined) return () => true;
  const groups = managementGroups.map((name) => managementGroupId(name.slice(name.lastIndexOf('/') + 1)));
  const hidden = groups.find((id) => services.store.resources.get(id) === undefined || !caller.visible(id));
  if (hidden !== undefined) {
    const message = 'Access is denied to the requested resource. The user might not have enough permissions.';
    return { kind: 'graph-fault', code: 'AccessDenied', message, status: 403 };
  }
  const tests = groups.map((id) => scopeTest(services, id));
  const keys = new Set(groups.map(armIdKey));
  return (scope) =>
    tests.some((test) => test(scope)) ||
    keys.has(armIdKey(scope)) ||
    caller.groupsAbove(scope).some((key) => keys.has(key));
}

/** The filter of assignments by where they stand. */
function standsAt(request: GraphRequest, caller: GraphCaller): (scope: string) => boolean {
  const { scopeFilter } = request;
  const scopes = [
    ...(request.subscriptions ?? []).map((id) => `/subscriptions/${id}`),
    ...(request.managementGroups ?? []).map((name) => managementGroupId(name.slice(name.lastIndexOf('/') + 1))),
  ].map(armIdKey);
  if (scopes.length === 0) return () => true;
  const above = new Set(scopes.flatMap((scope) => caller.groupsAbove(scope)));
  const isBelow = (scope: string): boolean =>
    scopes.some((each) => isWithin(scope, each) || caller.groupsAbove(scope).includes(each));
  return (given) => {
    const scope = armIdKey(given);
    if (scopes.includes(scope)) return true;
    if (scopeFilter === 'AtScopeExact') return false;
    const isAbove = scope === '' || scope === '/' || above.has(scope);
    if (isAbove) return scopeFilter !== 'AtScopeAndBelow';
    return scopeFilter !== 'AtScopeAndAbove' && isBelow(scope);
  };
}

// --- Answers ----------------------------------------------------------------------------------------------------

function answer(request: GraphRequest, { columns, rows }: KqlResult, facets: readonly JsonObject[]): JsonObject {
  const { top, skip, format, mark } = request;
  const page = rows.slice(skip, skip + top);
  const next = skip + page.length;
  const more = next < rows.length;
  // Pages are told apart by the id: without it there is no next one.
  const pageable = columns.some(({ name }) => name.toLowerCase() === 'id');
  return {
    totalRecords: rows.length,
    count: page.length,
    data: format === 'table' ? tableOf(columns, page) : objectsOf(columns, page),
    facets,
    resultTruncated: more && !pageable ? 'true' : 'false',
    ...(more && pageable ? { $skipToken: skipTokenOf(mark, next) } : {}),
  };
}

const columnTypes: Readonly<Record<string, string>> = {
  int: 'integer',
  long: 'integer',
  real: 'number',
  decimal: 'number',
  bool: 'boolean',
  dynamic: 'object',
  datetime: 'datetime',
};

function tableOf(columns: readonly KqlColumn[], rows: readonly Row[]): JsonObject {
  return {
    columns: columns.map(({ name, type }) => ({ name, type: columnTypes[type] ?? 'string' })),
    rows: rows.map((row) => row.map(shown)),
  };
}

function objectsOf(columns: readonly KqlColumn[], rows: readonly Row[]): Json {
  return rows.map((row) => {
    const object: { [name: string]: Json } = {};
    columns.forEach(({ name }, index) => setMember(object, name, shown(row[index] ?? null)));
    return object;
  });
}

function shown(value: Value): Json {
  return value instanceof DateTime ? value.toString() : jsonOf(value);
}

/** The values of an expression over the rows found, with how many rows have each. */
function facetAnswer(facet: GraphFacet, { columns, rows }: KqlResult, services: GraphServices): JsonObject {
  const { expression, filter, sortBy, sortOrder, top } = facet;
  const table: KqlTable = { name: 'T', columns, rows: () => rows };
  const catalog: Catalog = { names: () => ['T'], table: (name) => (name === 'T' ? table : undefined) };
  const narrowed = filter === undefined ? '' : `| where ${filter} `;
  const order = sortBy ?? 'count_';
  const grouped = `T ${narrowed}| summarize count_ = count() by value_ = ${expression}`;
  const text = `${grouped} | sort by ${order === 'count' ? 'count_' : order === expression ? 'value_' : order} ${sortOrder}`;
  const result = run(text, catalog, services, 'T');
  if (isKqlFault(result)) {
    return { expression, errors: [{ code: 'InvalidFacet', message: result.message }], resultType: 'FacetError' };
  }
  const shownRows = result.rows.slice(0, top);
  const data = objectsOf(
    result.columns.map((column) => ({ ...column, name: column.name === 'count_' ? 'count' : expression })),
    shownRows,
  );
  return {
    expression,
    totalRecords: result.rows.length,
    count: shownRows.length,
    data,
    resultType: 'FacetResult',
  };
}

/** A fault of the query in the service's words (GG2). */
export function queryFault(query: string, { code, message, line, column }: KqlFault): GraphFault {
  const rest = (query.split('\n')[line - 1] ?? '').slice(column - 1);
  const token = /^\s*([\w$-]+|[=!<>~]+|\S)/.exec(rest)?.[1] ?? '<EOF>';
  const position = { line, characterPositionInLine: column - 1, token };
  switch (code) {
    case 'SYN0001':
      return {
        ...graphFault('ParserFailure', 'ParserFailure'),
        place: { ...position, expectedToken: expectedOf(message) },
      };
    case 'LIM0001':
      return graphFault('QueryLimitExceeded', `${message} Narrow it by a filter, or read fewer columns.`);
    default:
      return { ...graphFault('Default', message), place: position };
  }
}

function expectedOf(message: string): string {
  return /\b(?:expected|needs) (.+?)\.?$/.exec(message)?.[1] ?? message;
}
