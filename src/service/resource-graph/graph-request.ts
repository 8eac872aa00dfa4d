/**
 * What a request to Resource Graph asks for, read and checked.
 *
 * Owns: members of the body, options, facets, the token of a page. Does not own: the query's text, scopes that exist.
 *
 * Invariants
 * GQ1. A token leads on only in the query, scopes and form it was made for.
 * Source: published contract of Microsoft.ResourceGraph (resources, 2018-09-01-preview to 2024-04-01); connectors reference 6.2.
 */
import { createHash } from 'node:crypto';
import { isJsonArray, type Json, memberOf, stringifyJson, textMember } from '#foundation';

export const authorizationFilters = [
  'AtScopeAndBelow',
  'AtScopeAndAbove',
  'AtScopeAboveAndBelow',
  'AtScopeExact',
] as const;

export interface GraphFacet {
  readonly expression: string;
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder: 'asc' | 'desc';
  readonly top: number;
}

export interface GraphRequest {
  readonly query: string;
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
  readonly facets: readonly GraphFacet[];
  readonly top: number;
  readonly skip: number;
  readonly format: 'table' | 'objectArray';
  readonly scopeFilter: (typeof authorizationFilters)[number];
  /** What a token must carry to lead on here (GQ1). */
  readonly mark: string;
}

/** What is wrong with a request, in the service's code and words. */
export interface GraphFault {
  readonly kind: 'graph-fault';
  readonly code: string;
  readonly message: string;
  /** `line`, `characterPositionInLine`, `token`, `expectedToken` of a query. */
  readonly place?: Readonly<Record<string, string | number>>;
  /** 400 unless said otherwise. */
  readonly status?: number;
}

export function graphFault(code: string, message: string): GraphFault {
  return { kind: 'graph-fault', code, message };
}

export function isGraphFault(value: unknown): value is GraphFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'graph-fault';
}

class Refused extends Error {
  readonly fault: GraphFault;

  constructor(code: string, message: string) {
    super(message);
    this.fault = graphFault(code, message);
  }
}

const usualTop = 100;
const mostRows = 1000;

/** Versions from here on answer objects unless asked for a table; earlier ones only know tables. */
const objectsSince = '2021-03-01';

export function graphRequestOf(body: Json | undefined, apiVersion: string): GraphRequest | GraphFault {
  try {
    return read(body, apiVersion);
  } catch (error) {
    if (error instanceof Refused) return error.fault;
    throw error;
  }
}

function read(body: Json | undefined, apiVersion: string): GraphRequest {
  const query = textMember(body, 'query');
  if (query === undefined || query.trim() === '') throw new Refused('InvalidQuery', 'Query is empty or missing.');
  const options = memberOf(body, 'options');
  const subscriptions = names(body, 'subscriptions');
  const managementGroups = names(body, 'managementGroups');
  if (subscriptions !== undefined && managementGroups !== undefined)
    throw new Refused('InvalidRequest', "Only one of 'subscriptions' and 'managementGroups' can be given.");
  const format = choice(options, 'resultFormat', ['table', 'objectArray']) ?? usualFormat(apiVersion);
  const scopeFilter = choice(options, 'authorizationScopeFilter', authorizationFilters) ?? 'AtScopeAndBelow';
  const scopes = [subscriptions ?? null, managementGroups ?? null];
  const mark = createHash('sha256')
    .update(stringifyJson([query, ...scopes, format, scopeFilter] as Json))
    .digest('base64url')
    .slice(0, 16);
  // Callers that page by variables begin with an empty token.
  const token = textMember(options, '$skipToken') || undefined;
  const given = whole(options, '$top', 1);
  return {
    query,
    ...(subscriptions === undefined ? {} : { subscriptions }),
    ...(managementGroups === undefined ? {} : { managementGroups }),
    facets: facetsOf(body),
    top: Math.min(given ?? usualTop, mostRows),
    skip: token === undefined ? (whole(options, '$skip', 0) ?? 0) : positionIn(token, mark),
    format,
    scopeFilter,
    mark,
  };
}

function usualFormat(apiVersion: string): 'table' | 'objectArray' {
  return apiVersion.slice(0, 10) < objectsSince ? 'table' : 'objectArray';
}

function names(body: Json | undefined, member: string): readonly string[] | undefined {
  const given = memberOf(body, member);
  if (given === undefined || given === null) return undefined;
  if (!isJsonArray(given) || !given.every((each) => typeof each === 'string'))
    throw new Refused('InvalidRequest', `'${member}' must be an array of texts.`);
  return given.length === 0 ? undefined : given;
}

function choice<T extends string>(options: Json | undefined, member: string, known: readonly T[]): T | undefined {
  const given = memberOf(options, member);
  if (given === undefined || given === null) return undefined;
  const found = known.find((each) => typeof given === 'string' && each.toLowerCase() === given.toLowerCase());
  if (found === undefined) throw new Refused('InvalidRequest', `'${member}' must be one of ${known.join(', ')}.`);
  return found;
}

function whole(options: Json | undefined, member: string, least: number): number | undefined {
  const given = memberOf(options, member);
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < least)
    throw new Refused('InvalidRequest', `'${member}' must be a whole number of at least ${least}.`);
  return given;
}

function facetsOf(body: Json | undefined): readonly GraphFacet[] {
  const given = memberOf(body, 'facets');
  if (given === undefined || given === null) return [];
  if (!isJsonArray(given) || given.length > 10) throw new Refused('InvalidRequest', 'There can be 10 facets at most.');
  return given.map((facet) => {
    const expression = textMember(facet, 'expression');
    if (expression === undefined || expression.trim() === '')
      throw new Refused('InvalidRequest', "A facet needs an 'expression'.");
    const options = memberOf(facet, 'options');
    const [filter, sortBy] = [textMember(options, 'filter'), textMember(options, 'sortBy')];
    return {
      expression,
      ...(filter === undefined ? {} : { filter }),
      ...(sortBy === undefined ? {} : { sortBy }),
      sortOrder: choice(options, 'sortOrder', ['asc', 'desc']) ?? 'desc',
      top: Math.min(whole(options, '$top', 1) ?? 10, mostRows),
    };
  });
}

/** The token of the page behind a position. */
export function skipTokenOf(mark: string, position: number): string {
  return Buffer.from(stringifyJson({ mark, position })).toString('base64url');
}

function positionIn(token: string, mark: string): number {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const found = /^\{"mark":"([\w-]{16})","position":(\d{1,15})\}$/.exec(text);
  if (found === null || found[1] !== mark)
    throw new Refused('InvalidSkipToken', 'The $skipToken is not one of this query.');
  return Number(found[2]);
}
