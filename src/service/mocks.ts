/**
 * The sandbox's mocks: which call gets which answer.
 *
 * Owns: parsing, matching, hit counts. Does not own: what is captured (`sandbox.ts`). Source: design section 5.
 *
 * Invariants
 * K1. The first mock whose `match` fits and whose `times` are not used up answers.
 * K2. A list that does not parse replaces nothing.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, raise, stringifyJson } from '#foundation';

const matchMembers = ['method', 'host', 'path', 'connector', 'operation', 'action'] as const;
type MatchMember = (typeof matchMembers)[number];

/** What a captured call looks like to a mock; every member is compared ignoring case, `*` stands for any text. */
export type MockCall = Partial<Readonly<Record<MatchMember, string>>>;

export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
}

interface Mock {
  readonly source: JsonObject;
  readonly match: MockCall;
  readonly respond: MockAnswer;
  readonly times: number;
  hits: number;
}

export class Mocks {
  #list: readonly Mock[] = [];

  /** Replaces all mocks. @throws TocsinError `InvalidRequestContent` naming the entry (K2). */
  replace(mocks: Json): void {
    if (!isJsonArray(mocks)) raise('InvalidRequestContent', "'mocks' must be an array.");
    this.#list = mocks.map(parseMock);
  }

  /** The mocks as given, each with its `hits`. */
  list(): readonly JsonObject[] {
    return this.#list.map((mock) => ({ ...mock.source, hits: mock.hits }));
  }

  /** The answer for a call (K1); counts the hit. */
  answer(call: MockCall): MockAnswer | undefined {
    const found = this.#list.find((mock) => mock.hits < mock.times && fits(mock.match, call));
    if (found === undefined) return undefined;
    found.hits += 1;
    return found.respond;
  }
}

function fits(match: MockCall, call: MockCall): boolean {
  return matchMembers.every((member) => {
    const wanted = match[member];
    return wanted === undefined || matchesText(wanted.toLowerCase(), call[member]?.toLowerCase());
  });
}

/** `*` stands for any text; linear in the text, whatever the pattern. */
function matchesText(pattern: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let position = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

function parseMock(mock: Json, index: number): Mock {
  const at = `mocks[${index}]`;
  const match = memberOf(mock, 'match') ?? {};
  const respond = memberOf(mock, 'respond');
  if (!isJsonObject(mock) || !isJsonObject(match) || !isJsonObject(respond)) {
    return raise('InvalidRequestContent', `'${at}' must have the objects 'match' and 'respond'.`);
  }
  const unknown = Object.keys(match).find((name) => !(matchMembers as readonly string[]).includes(name));
  if (unknown !== undefined) {
    raise('InvalidRequestContent', `'${at}.match.${unknown}' is not one of ${matchMembers.join(', ')}.`);
  }
  const status = memberOf(respond, 'status') ?? 200;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    return raise('InvalidRequestContent', `'${at}.respond.status' must be a status from 200 to 599.`);
  }
  const times = memberOf(mock, 'times') ?? Number.MAX_SAFE_INTEGER;
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1) {
    return raise('InvalidRequestContent', `'${at}.times' must be a whole number from 1.`);
  }
  const body = memberOf(respond, 'body');
  const headers = memberOf(respond, 'headers');
  return {
    source: mock,
    match: texts(match),
    respond: { status, headers: texts(headers), ...(body === undefined ? {} : { body }) },
    times,
    hits: 0,
  };
}

function texts(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isJsonObject(value) ? value : {}).map(([name, text]) => [
      name,
      typeof text === 'string' ? text : stringifyJson(text),
    ]),
  );
}
