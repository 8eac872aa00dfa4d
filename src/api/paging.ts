/**
 * Pages of a list: `value`, `nextLink`, and the opaque `$skiptoken` that leads on.
 *
 * Owns: `$top`, the token, building the link. Source: ARM reference 1.4.
 *
 * Invariants
 * G1. The token is the position of the last item shown, so items that come or go meanwhile neither repeat nor hide others.
 * G2. `nextLink` is absent on the last page, and keeps every other parameter of the request as it was sent.
 */
import { type ArmRequest, fault, type Json, type JsonObject, raise, TocsinError } from '#foundation';
import { queryValue } from './api-version.ts';

export interface PageSource<T> {
  /** Up to `count` items behind the position `after` (from the start without it), in a stable order. */
  readonly read: (count: number, after: string | undefined) => readonly T[];
  /** The item's place in that order. */
  readonly position: (item: T) => string;
  readonly shape: (item: T) => Json;
}

export interface PageSizes {
  /** Items on a page when the caller does not say; 100. */
  readonly usual?: number;
  /** Most items on a page, whatever `$top` says; 1,000. */
  readonly most?: number;
}

/** The body of one page. @throws TocsinError `InvalidParameter` for a malformed `$top` or `$skiptoken`. */
export function page<T>(request: ArmRequest, source: PageSource<T>, sizes: PageSizes = {}): JsonObject {
  const size = sizeOf(request, sizes);
  const items = source.read(size + 1, skipPosition(request));
  const shown = items.slice(0, size);
  const last = shown.at(-1);
  const value = shown.map(source.shape);
  if (items.length <= size || last === undefined) return { value };
  return { value, nextLink: nextLink(request, source.position(last)) };
}

function sizeOf(request: ArmRequest, sizes: PageSizes): number {
  return Math.min(topOf(request) ?? sizes.usual ?? 100, sizes.most ?? 1000);
}

export interface ScannedPage<T> {
  readonly items: readonly T[];
  /** Where to go on when the look-up ended before it was through; the page may then hold few items or none. */
  readonly resume?: string | undefined;
}

/** As `page`, over a source that may stop short of what was asked for and say where to go on. */
export async function pageOfScan<T>(
  request: ArmRequest,
  source: Omit<PageSource<T>, 'read'> & {
    readonly read: (count: number, after: string | undefined) => Promise<ScannedPage<T>>;
  },
  sizes: PageSizes = {},
): Promise<JsonObject> {
  const { items, resume } = await source.read(sizeOf(request, sizes) + 1, skipPosition(request));
  const body = page(request, { ...source, read: () => items }, sizes);
  if (resume === undefined || body['nextLink'] !== undefined) return body;
  return { ...body, nextLink: nextLink(request, resume) };
}

/** A page of a list that is in memory already, in its order; positions are places in the list. */
export function pageOfList<T>(
  request: ArmRequest,
  items: readonly T[],
  shape: (item: T) => Json,
  sizes: PageSizes = {},
): JsonObject {
  const indexed = items.map((item, index) => ({ item, index }));
  return page(
    request,
    {
      read: (count, after) => {
        const start = after === undefined ? 0 : Number(after) + 1;
        if (!Number.isSafeInteger(start)) throw invalidToken();
        return indexed.slice(start, start + count);
      },
      position: ({ index }) => String(index),
      shape: ({ item }) => shape(item),
    },
    sizes,
  );
}

/** `$top`, undefined when absent or empty. @throws TocsinError `InvalidParameter` unless a whole number from 1. */
export function topOf(request: ArmRequest): number | undefined {
  const text = queryValue(request.query, '$top');
  if (text === undefined || text === '') return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    raise('InvalidParameter', `The value '${text.slice(0, 40)}' of '$top' is not a whole number from 1.`, {
      target: '$top',
    });
  }
  return Number(text);
}

/** The position in `$skiptoken`, undefined when absent. @throws TocsinError `InvalidParameter` when it is not ours. */
export function skipPosition(request: ArmRequest): string | undefined {
  const token = queryValue(request.query, '$skiptoken');
  if (token === undefined || token === '') return undefined;
  if (token.length > 4096 || !/^[\w-]+$/.test(token)) throw invalidToken();
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('p:')) throw invalidToken();
  return text.slice(2);
}

/** The link to the page behind `position`. */
export function nextLink(request: ArmRequest, position: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query)) {
    if (name.toLowerCase() !== '$skiptoken') query.append(name, value);
  }
  query.append('$skiptoken', Buffer.from(`p:${position}`, 'utf8').toString('base64url'));
  return `${request.baseUrl}${request.path}?${query.toString().replaceAll('%24', '$')}`;
}

function invalidToken(): TocsinError {
  return new TocsinError(fault('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' }));
}
