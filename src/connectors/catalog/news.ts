/**
 * What is new at a service, asked for again and again: the one cursor of all polling triggers.
 *
 * Owns: where a poll goes on from the last one, that each thing is answered once. Does not own: how a service is asked
 * (`new-mail.ts`, `*-triggers.ts`), when polls are made and what they start (`#service`). Source: engine reference 2.8, 2.10.
 *
 * Invariants
 * NW1. The first poll fires nothing: it notes the newest things, and only what comes later is new.
 * NW2. Every later thing is answered once: polls overlap by two minutes, since things may show late, and the state names those
 *      of the overlap that were answered.
 * NW3. A poll that failed changes no state.
 */
import { createHash } from 'node:crypto';
import {
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  textMember,
} from '#foundation';
import type {
  Operation,
  OperationInput,
  OperationParameter,
  SendToService,
  ServiceAnswer,
  OperationOutcome,
} from './connector.ts';

/** What a service is asked with. */
export interface Ask {
  readonly send: SendToService;
  readonly input: OperationInput;
}

export interface Page {
  readonly things: readonly JsonObject[];
  /** Where the next page is. */
  readonly next?: string | undefined;
}

/** The service did not answer as it should. */
export type Refused = OperationOutcome;

export interface News {
  /** Of the trigger's path and queries, where how they are encoded has to be said. */
  readonly parameters?: readonly OperationParameter[];
  /** The newest things, in whatever order: where the first poll begins. */
  readonly newest: (ask: Ask) => Promise<Page | Refused>;
  /** Things from that time on, the oldest first; `place` is the `next` of the page before. */
  readonly from: (ask: Ask, since: Date, place: string | undefined) => Promise<Page | Refused>;
  /** When a thing came, RFC 3339 or as `Date.parse` reads it: by this pages are ordered. */
  readonly time: (one: JsonObject) => string;
  /** What tells it from others; with a time in it, a thing is new with each change. */
  readonly key: (one: JsonObject, input: OperationInput) => string;
  /** Whether it is asked for. */
  readonly fits?: (one: JsonObject, input: OperationInput, since: Date) => boolean;
  /** All in one answer: for things whose `time` is another than the one that `fits` looks at. */
  readonly uncut?: true;
  /** How things look in the answer. */
  readonly show?: (ask: Ask, things: readonly JsonObject[]) => Promise<readonly Json[] | Refused>;
  /** The answer's body; `{value: […]}` unless given. */
  readonly body?: (things: readonly Json[]) => Json;
}

interface PollState {
  /** Nothing from before is new, RFC 3339. */
  readonly base: string;
  /** The newest that was looked at. */
  readonly since: string;
  /** Digests of keys that were looked at and that the next poll meets again. */
  readonly seen: readonly string[];
}

const overlapMilliseconds = 120_000;
const mostPages = 20;
/** Things that one answer holds; more come with the next poll, at once. */
const mostAnswered = 25;
const mostSeen = 1_000;
/** Where nothing is new, seconds until it is worth asking again. */
const pause = '30';
const never = '1970-01-01T00:00:00.000Z';
const jsonType = { 'content-type': 'application/json; charset=utf-8' } as const;

export function isRefused(answer: object): answer is Refused {
  return isFault(answer) || 'kind' in answer || 'status' in answer;
}

/** The poll of a trigger at `path`, as an operation performs it. */
function pollNews(path: string, news: News, twice: ReadonlySet<string>): NonNullable<Operation['perform']> {
  return async (send, input) => {
    const ask = { send, input };
    const state = stateOf(input.query['triggerState']);
    if (state === undefined) return begin(ask, news, (next) => nextPlace(path, input, next, twice));
    const found = await search(ask, news, state);
    if (isRefused(found)) return found;
    const shown = news.show === undefined ? found.things : await news.show(ask, found.things);
    if (!Array.isArray(shown)) return shown as Refused;
    const location = nextPlace(path, input, found.state, twice);
    if (shown.length === 0) return nothingNew(location, found.more ? '1' : pause);
    const headers = { location, ...jsonType, ...(found.more ? { 'retry-after': '1' } : {}) };
    return { status: 200, headers, body: news.body?.(shown as Json[]) ?? { value: [...(shown as Json[])] } };
  };
}

/** A row of an operation table for a polling trigger. */
export function newsTrigger(id: string, path: string, summary: string, example: Json, news: News): Operation {
  const body = news.body?.([example]) ?? { value: [example] };
  const { parameters } = news;
  const perform = pollNews(path, news, encodedTwice(parameters));
  return {
    id,
    method: 'GET',
    path,
    summary,
    kind: 'trigger',
    answer: { status: 200, body },
    perform,
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** Names of a path's parameters that callers encode twice. */
export function encodedTwice(parameters: readonly OperationParameter[] = []): ReadonlySet<string> {
  return new Set(parameters.filter(({ encoding }) => encoding === 'double').map(({ name }) => name));
}

function nothingNew(location: string, wait: string): ServiceAnswer {
  return { status: 202, headers: { location, 'retry-after': wait } };
}

// --- Where a poll goes on ---------------------------------------------------------------------------------------

function stateOf(text: string | undefined): PollState | undefined {
  if (text === undefined || text === '') return undefined;
  const value = readJson(Buffer.from(text, 'base64url').toString());
  const base = textMember(value, 'base');
  const since = textMember(value, 'since');
  const seen = memberOf(value, 'seen');
  if (base === undefined || since === undefined || !isJsonArray(seen)) return undefined;
  return { base, since, seen: seen.filter((one) => typeof one === 'string') };
}

function readJson(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    // A state that somebody else wrote: the trigger begins anew (NW1).
    return null;
  }
}

/** The trigger's own path again, with what it has to remember. */
export function nextPlace(
  path: string,
  { path: values, query }: Pick<OperationInput, 'path' | 'query'>,
  state: object,
  twice: ReadonlySet<string>,
): string {
  const { triggerState: _, ...own } = query;
  const triggerState = Buffer.from(JSON.stringify(state)).toString('base64url');
  const filled = path.replace(/\{([^}]+)\}/g, (__, name: string) => {
    const value = encodeURIComponent(values[name] ?? '');
    return twice.has(name) ? encodeURIComponent(value) : value;
  });
  return `${filled}?${new URLSearchParams({ ...own, triggerState }).toString()}`;
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}

/** NW1. */
async function begin(ask: Ask, news: News, placeOf: (state: PollState) => string): Promise<Refused> {
  const newest = await news.newest(ask);
  if (isRefused(newest)) return newest;
  const times = newest.things.map((one) => isoOf(news.time(one))).toSorted();
  const since = times.at(-1) ?? never;
  const seen = newest.things.map((one) => digestOf(news.key(one, ask.input))).slice(-mostSeen);
  return nothingNew(placeOf({ base: since, since, seen }), pause);
}

function isoOf(time: string): string {
  const at = Date.parse(time);
  return Number.isFinite(at) ? new Date(at).toISOString() : never;
}

interface Found {
  readonly things: readonly JsonObject[];
  readonly state: PollState;
  /** There is more than this answer holds. */
  readonly more: boolean;
}

async function search(ask: Ask, news: News, state: PollState): Promise<Found | Refused> {
  const from = new Date(Math.max(Date.parse(state.since) - overlapMilliseconds, Date.parse(state.base)));
  const seen = new Set(state.seen);
  const looked: JsonObject[] = [];
  const things: JsonObject[] = [];
  let place: string | undefined;
  let more = false;
  for (let page = 0; page === 0 || (place !== undefined && !more); page += 1) {
    const answer = await news.from(ask, from, place);
    if (isRefused(answer)) return answer;
    for (const one of answer.things) {
      if (Date.parse(news.time(one)) < from.getTime()) continue;
      more = things.length >= mostAnswered && news.uncut !== true;
      if (more) break;
      looked.push(one);
      const digest = digestOf(news.key(one, ask.input));
      if (!seen.has(digest) && (news.fits?.(one, ask.input, from) ?? true)) things.push(one);
      seen.add(digest);
    }
    place = answer.next;
    more ||= place !== undefined && page + 1 >= mostPages;
  }
  return { things, state: stateAfter(ask, news, state, { looked, stopped: more }), more };
}

/** NW2. A poll that stopped early did not meet all of the overlap: what was noted of it stays noted. */
function stateAfter(
  { input }: Ask,
  news: News,
  state: PollState,
  { looked, stopped }: { readonly looked: readonly JsonObject[]; readonly stopped: boolean },
): PollState {
  const last = looked.at(-1);
  const newest = last === undefined ? state.since : isoOf(news.time(last));
  const since = newest < state.since ? state.since : newest;
  const kept = Date.parse(since) - overlapMilliseconds;
  const again = looked.filter((one) => Date.parse(news.time(one)) >= kept).map((one) => digestOf(news.key(one, input)));
  const seen = stopped ? [...new Set([...state.seen, ...again])] : again;
  return { base: state.base, since, seen: seen.slice(-mostSeen) };
}

// --- Reading pages ----------------------------------------------------------------------------------------------

/** The objects in a list of an answer; `value` as most services name it, or the answer itself. */
export function listIn(answer: ServiceAnswer, name = 'value'): readonly JsonObject[] {
  const list = name === '' ? answer.body : memberOf(answer.body ?? null, name);
  return isJsonArray(list) ? list.filter(isJsonObject) : [];
}

/** One GET as a page. */
export async function getPage(
  { send }: Ask,
  path: string,
  read: (answer: ServiceAnswer) => Page,
  headers: Readonly<Record<string, string>> = {},
): Promise<Page | Refused> {
  const answer = await send({ method: 'GET', path, headers });
  return 'kind' in answer || answer.status >= 300 ? answer : read(answer);
}

/** Pages of a service that lists the newest first: read down to `since`, and turned around. */
export function newestFirst(
  page: (ask: Ask, place: string | undefined) => Promise<Page | Refused>,
  time: (one: JsonObject) => string,
): Pick<News, 'newest' | 'from'> {
  return {
    newest: (ask) => page(ask, undefined),
    from: async (ask, since) => {
      const things: JsonObject[] = [];
      let place: string | undefined;
      for (let count = 0; count === 0 || place !== undefined; count += 1) {
        if (count >= mostNewestPages) return tooMany;
        const answer = await page(ask, place);
        if (isRefused(answer)) return answer;
        const news = answer.things.filter((one) => Date.parse(time(one)) >= since.getTime());
        things.push(...news);
        place = news.length < answer.things.length ? undefined : answer.next;
      }
      return { things: things.reverse() };
    },
  };
}

/** Pages read of what came since the last poll. */
export const mostNewestPages = 100;
/** More than that came: better a poll that fails than things that are lost. */
export const tooMany: ServiceAnswer = {
  status: 502,
  headers: jsonType,
  body: { status: 502, message: 'There is more news since the last poll than can be read; reset the trigger.' },
};

/** A text or number inside a thing, as a text; empty when there is none. */
export function textAt(one: JsonObject, ...path: readonly string[]): string {
  const value = path.reduce<Json | undefined>((owner, name) => memberOf(owner ?? null, name), one);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export const idOf = (one: JsonObject): string => textAt(one, 'id');

/** Where a thing notes when what is asked for happened to it, if no member of its own says so. */
export const eventTime = ' happened';

/** Notes of each thing when it happened. */
export async function withTimes(
  things: readonly JsonObject[],
  timeOf: (one: JsonObject) => Promise<string | Refused>,
): Promise<Page | Refused> {
  const noted: JsonObject[] = [];
  for (const one of things) {
    const time = await timeOf(one);
    if (typeof time !== 'string') return time;
    noted.push({ ...one, [eventTime]: time });
  }
  return { things: noted };
}

export function happened(one: JsonObject, _: OperationInput, since: Date): boolean {
  return Date.parse(textAt(one, eventTime)) >= since.getTime();
}
