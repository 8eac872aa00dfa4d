/**
 * The `$filter` of run and history lists: comparisons joined by `and`, `or` and `not`, with parentheses.
 *
 * Owns: `status`, `startTime`, `clientTrackingId`, and of ours `startedBy/kind`. Does not own: the look-up of one conjunction (the store).
 * Source: ARM reference 6.1.
 *
 * Invariants
 * RF1. A filter becomes alternatives, each of which the store looks up by itself: no list reads what it does not show.
 */
import { parseTimeText, raise, runOriginKinds, type RunQuery } from '#foundation';

/** Comparisons that all must hold. */
export type RunFilter = Pick<RunQuery, 'status' | 'startTimeFrom' | 'startTimeTo' | 'clientTrackingId' | 'startedBy'>;

/** What a filter looks at. */
export interface Filtered {
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly clientTrackingId?: string;
}

const mostCharacters = 8_192;
const mostDepth = 100;
const mostAlternatives = 64;

/** Statuses as they are stored; a filter may write them in any case. */
const statuses =
  'NotSpecified Paused Running Waiting Succeeded Skipped Suspended Cancelled Failed Faulted TimedOut Aborted Ignored'.split(
    ' ',
  );

/**
 * Alternatives, none for a filter that nothing passes; `ofRuns`: what started them can be named too.
 * @throws TocsinError `InvalidParameter` for what the list cannot filter by.
 */
export function runFilters(text: string | undefined, ofRuns = false): readonly RunFilter[] {
  if (text === undefined || text.trim() === '') return [{}];
  if (text.length > mostCharacters) refuse(`has more than ${mostCharacters} characters.`);
  return new FilterReader(text, ofRuns).read();
}

/** Whether one of the alternatives holds. */
export function passes(filters: readonly RunFilter[], { status, startTime, clientTrackingId }: Filtered): boolean {
  return filters.some(
    (one) =>
      (one.status === undefined || one.status === status) &&
      (one.clientTrackingId === undefined || one.clientTrackingId === clientTrackingId) &&
      startTime >= (one.startTimeFrom ?? -Infinity) &&
      startTime <= (one.startTimeTo ?? Infinity),
  );
}

/** Up to `count` items of all alternatives in the order of their names, each once; `read` gives those of one. */
export function inAnyOf<T extends { readonly name: string }>(
  filters: readonly RunFilter[],
  count: number,
  read: (filter: RunFilter) => readonly T[],
): readonly T[] {
  const [only, ...others] = filters;
  if (only === undefined) return [];
  if (others.length === 0) return read(only);
  const found = new Map(filters.flatMap(read).map((item) => [item.name, item]));
  return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1)).slice(0, count);
}

function refuse(what: string): never {
  return raise('InvalidParameter', `The filter ${what}`, { target: '$filter' });
}

const tokenPattern = /\s*(?:([()])|((?:datetime)?'(?:[^']|'')*')|([^\s()']+))/iy;

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match === null) return refuse(`is not valid at position ${at}.`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

class FilterReader {
  readonly #tokens: readonly string[];
  readonly #ofRuns: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, ofRuns: boolean) {
    this.#ofRuns = ofRuns;
    this.#tokens = tokensOf(text.trimEnd());
  }

  read(): readonly RunFilter[] {
    const filters = this.#either(false);
    if (this.#at < this.#tokens.length) refuse(`is not valid at '${this.#tokens[this.#at] ?? ''}'.`);
    return filters;
  }

  /** What is denied turns round: neither of two is not the one and not the other. */
  #either(denied: boolean): readonly RunFilter[] {
    let filters = this.#both(denied);
    while (this.#takes('or')) {
      const others = this.#both(denied);
      filters = denied ? allOf(filters, others) : anyOf(filters, others);
    }
    return filters;
  }

  #both(denied: boolean): readonly RunFilter[] {
    let filters = this.#one(denied);
    while (this.#takes('and')) {
      const others = this.#one(denied);
      filters = denied ? anyOf(filters, others) : allOf(filters, others);
    }
    return filters;
  }

  #one(denied: boolean): readonly RunFilter[] {
    this.#depth += 1;
    if (this.#depth > mostDepth) refuse(`is nested more than ${mostDepth} deep.`);
    const filters = this.#primary(denied);
    this.#depth -= 1;
    return filters;
  }

  #primary(denied: boolean): readonly RunFilter[] {
    if (this.#takes('not')) return this.#one(!denied);
    if (!this.#takes('(')) return this.#comparison(denied);
    const filters = this.#either(denied);
    if (!this.#takes(')')) refuse("has a '(' without its ')'.");
    return filters;
  }

  #comparison(denied: boolean): readonly RunFilter[] {
    const [member = '', operator = '', given = ''] = this.#tokens.slice(this.#at, this.#at + 3);
    this.#at += 3;
    const quoted = /^(?:datetime)?'(.*)'$/is.exec(given)?.[1];
    const value = quoted === undefined ? given : quoted.replaceAll("''", "'");
    const wanted = operator.toLowerCase();
    const meant = denied ? (opposites.get(wanted) ?? '') : wanted;
    const isOrigin = this.#ofRuns && member.toLowerCase() === 'startedby/kind';
    const filters = isOrigin ? originComparison(meant, value) : comparison(member.toLowerCase(), meant, value);
    return filters ?? refuse(`'${[member, operator, given].join(' ').trim()}' is not supported.`);
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }
}

const opposites: ReadonlyMap<string, string> = new Map([
  ['eq', 'ne'],
  ['ne', 'eq'],
  ['gt', 'le'],
  ['le', 'gt'],
  ['ge', 'lt'],
  ['lt', 'ge'],
]);

function comparison(member: string, operator: string, value: string): readonly RunFilter[] | undefined {
  if (member === 'status') {
    const same = (status: string): boolean => status.toLowerCase() === value.toLowerCase();
    if (operator === 'eq') return [{ status: statuses.find(same) ?? value }];
    return operator === 'ne' ? statuses.filter((status) => !same(status)).map((status) => ({ status })) : undefined;
  }
  if (member === 'clienttrackingid') return operator === 'eq' ? [{ clientTrackingId: value }] : undefined;
  const time = parseTimeText(value);
  if (member !== 'starttime' || time === undefined) return undefined;
  return timeComparisons.get(operator)?.(time);
}

/** What started a run is one of the known kinds; runs of earlier versions have none and pass no comparison. */
function originComparison(operator: string, value: string): readonly RunFilter[] | undefined {
  const same = (kind: string): boolean => kind.toLowerCase() === value.toLowerCase();
  if (operator === 'eq') return [{ startedBy: runOriginKinds.find(same) ?? value }];
  return operator === 'ne'
    ? runOriginKinds.filter((kind) => !same(kind)).map((startedBy) => ({ startedBy }))
    : undefined;
}

const timeComparisons = new Map<string, (time: number) => readonly RunFilter[]>([
  ['ge', (time) => [{ startTimeFrom: time }]],
  ['gt', (time) => [{ startTimeFrom: time + 1 }]],
  ['le', (time) => [{ startTimeTo: time }]],
  ['lt', (time) => [{ startTimeTo: time - 1 }]],
  ['eq', (time) => [{ startTimeFrom: time, startTimeTo: time }]],
  ['ne', (time) => [{ startTimeTo: time - 1 }, { startTimeFrom: time + 1 }]],
]);

function anyOf(one: readonly RunFilter[], other: readonly RunFilter[]): readonly RunFilter[] {
  return simplified([...one, ...other]);
}

function allOf(one: readonly RunFilter[], other: readonly RunFilter[]): readonly RunFilter[] {
  return simplified(one.flatMap((left) => other.flatMap((right) => joined(left, right))));
}

function simplified(filters: readonly RunFilter[]): readonly RunFilter[] {
  const different = new Map(
    filters.map((one) => [
      JSON.stringify([one.status, one.clientTrackingId, one.startedBy, one.startTimeFrom, one.startTimeTo]),
      one,
    ]),
  );
  if (different.size > mostAlternatives) refuse(`has more than ${mostAlternatives} alternatives.`);
  return [...different.values()];
}

/** Both: of two bounds the narrower one; nothing when they contradict each other. */
function joined(one: RunFilter, other: RunFilter): readonly RunFilter[] {
  const contradicts = (name: 'status' | 'clientTrackingId' | 'startedBy'): boolean =>
    one[name] !== undefined && other[name] !== undefined && one[name] !== other[name];
  const from = Math.max(one.startTimeFrom ?? -Infinity, other.startTimeFrom ?? -Infinity);
  const to = Math.min(one.startTimeTo ?? Infinity, other.startTimeTo ?? Infinity);
  if (contradicts('status') || contradicts('clientTrackingId') || contradicts('startedBy') || from > to) return [];
  const { status = other.status, clientTrackingId = other.clientTrackingId, startedBy = other.startedBy } = one;
  return [
    {
      ...(status === undefined ? {} : { status }),
      ...(clientTrackingId === undefined ? {} : { clientTrackingId }),
      ...(startedBy === undefined ? {} : { startedBy }),
      ...(from === -Infinity ? {} : { startTimeFrom: from }),
      ...(to === Infinity ? {} : { startTimeTo: to }),
    },
  ];
}
