/**
 * What all answers of the directory share: context links, pages, the version of the path.
 *
 * Owns: `@odata.context`, `@odata.nextLink`, `@odata.count`, query options out of a request.
 * Does not own: entities (`#service`), errors (`graph-errors.ts`).
 */
import { type ArmRequest, type ArmResponse, type Json, type JsonObject, orThrow, raise } from '#foundation';
import { type DirectoryQuery, type EntitySet, isGraphHost, planDirectoryQuery } from '#service';
import { parameter, segment } from '../../call-values.ts';
import { skipPosition } from '../../paging.ts';
import type { RouteCall } from '../../route.ts';

const usualPage = 100;

/** The address that stands for `https://graph.microsoft.com`: a caller in process sees the host it named. */
export function graphRoot({ baseUrl }: Pick<ArmRequest, 'baseUrl'>): string {
  return isGraphHost(new URL(baseUrl).hostname) ? baseUrl : `${baseUrl}/graph`;
}

/** The path as the caller wrote it, from the version on: `/v1.0/users`. */
function pathBelow({ path }: Pick<ArmRequest, 'path'>): string {
  return path.replace(/^\/+graph(?=\/)/i, '');
}

/** `v1.0` or `beta`. @throws TocsinError `Request_BadRequest`. */
export function versionOf(call: RouteCall): string {
  const version = segment(call, 'version').toLowerCase();
  return version === 'v1.0' || version === 'beta'
    ? version
    : raise('Request_BadRequest', `Invalid version: ${segment(call, 'version').slice(0, 40)}.`);
}

export function contextOf(call: RouteCall, fragment: string): string {
  return `${graphRoot(call.request)}/${versionOf(call)}/$metadata#${fragment}`;
}

/** An entity as the whole answer. */
export function entityResponse(call: RouteCall, fragment: string, entity: JsonObject, status = 200): ArmResponse {
  return { status, body: { '@odata.context': contextOf(call, `${fragment}/$entity`), ...entity } };
}

export interface ListPage {
  readonly value: readonly Json[];
  /** Where the next page begins. */
  readonly next?: string | undefined;
  readonly count?: number | undefined;
}

export function listResponse(call: RouteCall, fragment: string, { value, next, count }: ListPage): ArmResponse {
  return {
    status: 200,
    body: {
      '@odata.context': contextOf(call, fragment),
      ...(count === undefined ? {} : { '@odata.count': count }),
      ...(next === undefined ? {} : { '@odata.nextLink': nextLink(call.request, next) }),
      value,
    },
  };
}

function nextLink(request: ArmRequest, position: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query)) {
    if (name.toLowerCase() !== '$skiptoken') query.append(name, value);
  }
  query.append('$skiptoken', Buffer.from(`p:${position}`, 'utf8').toString('base64url'));
  return `${graphRoot(request)}${pathBelow(request)}?${query.toString().replaceAll('%24', '$')}`;
}

/** The query options of a call on a set. @throws TocsinError `Request_BadRequest`, `Request_UnsupportedQuery`. */
export function queryOf(call: RouteCall, set: EntitySet, relations: readonly string[] = []): DirectoryQuery {
  return orThrow(
    planDirectoryQuery(set, {
      option: (name) => parameter(call, name),
      advanced: call.request.headers['consistencylevel']?.toLowerCase() === 'eventual',
      relations,
    }),
  );
}

/** How many entities a page has, and where it begins. */
export function pageOf(call: RouteCall, query: DirectoryQuery): { readonly count: number; readonly after?: string } {
  const after = skipPosition(call.request);
  return { count: query.top ?? usualPage, ...(after === undefined ? {} : { after }) };
}

/** `users`, or `users(displayName,id)` where properties were selected. */
export function selectedFragment(fragment: string, select: readonly string[] | undefined): string {
  return select === undefined ? fragment : `${fragment}(${select.join(',')})`;
}

/** `ConsistencyLevel: eventual`, without which Microsoft Graph does not count. */
export function requireEventual(call: RouteCall): void {
  if (call.request.headers['consistencylevel']?.toLowerCase() === 'eventual') return;
  raise('Request_BadRequest', "$count is not currently supported without the header 'ConsistencyLevel: eventual'.");
}
