/** `tocsin outbox`: what sandboxed connections would have sent. */
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { say, table } from '../terminal.ts';

function row(item: Json): readonly string[] {
  const request = memberOf(item, 'request');
  const body = memberOf(request, 'body');
  const subject = textMember(body, 'Subject') ?? textMember(body, 'subject') ?? textMember(request, 'path') ?? '';
  return [
    (textMember(item, 'time') ?? '').slice(0, 19).replace('T', ' '),
    textMember(item, 'connector') ?? '',
    textMember(item, 'operation') ?? '',
    textMember(item, 'action') ?? '',
    subject.slice(0, 60),
    textMember(item, 'id') ?? '',
  ];
}

async function list(line: CommandLine): Promise<number> {
  const top = line.count('top') ?? 30;
  const items = await new Client(line).list('/tocsin/v1/outbox', { $top: String(Math.min(top, 1000)) }, top);
  const headings = ['TIME', 'CONNECTOR', 'OPERATION', 'ACTION', 'SUBJECT OR PATH', 'ID'];
  say(line.json ? stringifyJson({ value: items }) : table(headings, items.map(row)));
  return 0;
}

async function show(line: CommandLine): Promise<number> {
  const id = line.words[1];
  if (id === undefined) throw new UsageError('outbox show needs the id of an item.');
  const { body } = await new Client(line).send(`/tocsin/v1/outbox/${encodeURIComponent(id)}`);
  say(line.json ? stringifyJson(body ?? null) : JSON.stringify(body, null, 2));
  return 0;
}

/** The callback URL of ours somewhere in a captured request. */
function callbackIn(value: Json | undefined): string | undefined {
  if (typeof value === 'string')
    return /\/workflows\/[0-9a-f]{32}\/runs\/[^?]+\?.*\bsig=/i.test(value) ? value : undefined;
  const inner = isJsonArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  for (const one of inner) {
    const found = callbackIn(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Calls back the action that waits behind an item, as the service would. */
async function answer(line: CommandLine): Promise<number> {
  const [, id, given] = line.words;
  if (id === undefined || given === undefined)
    throw new UsageError('outbox answer needs the id of an item and a body, JSON or an option.');
  const client = new Client(line);
  const { body } = await client.send(`/tocsin/v1/outbox/${encodeURIComponent(id)}`);
  const url = callbackIn(memberOf(body, 'request'));
  if (url === undefined) throw new RequestError(`The item '${id}' has no callback URL: nobody waits for its answer.`);
  const { pathname, searchParams } = new URL(url);
  const query = Object.fromEntries(searchParams);
  await client.send(pathname, { method: 'POST', query, body: answerBody(given) });
  say(line.json ? stringifyJson({ id, answered: true }) : 'answered');
  return 0;
}

/** Puts a mock that answers an item's call, as it was answered or by a body, before the others. */
async function mock(line: CommandLine): Promise<number> {
  const [, id, given] = line.words;
  if (id === undefined) throw new UsageError('outbox mock needs the id of an item.');
  const client = new Client(line);
  const { body } = await client.send(`/tocsin/v1/outbox/${encodeURIComponent(id)}`);
  const proposed = memberOf(body, 'mock');
  if (!isJsonObject(proposed)) throw new RequestError(`The server proposes no mock for the item '${id}'.`);
  const respond = memberOf(proposed, 'respond');
  const status = line.count('status');
  const times = line.count('times');
  const made = {
    ...proposed,
    respond: {
      ...(isJsonObject(respond) ? respond : {}),
      ...(status === undefined ? {} : { status }),
      ...(given === undefined ? {} : { body: parseJson(given) }),
    },
    ...(times === undefined ? {} : { times }),
  };
  const { body: before } = await client.send('/tocsin/v1/mocks');
  const others = memberOf(before, 'mocks');
  const kept = (isJsonArray(others) ? others : []).map((one) => {
    const { hits: _, ...rest } = isJsonObject(one) ? one : {};
    return rest;
  });
  await client.send('/tocsin/v1/mocks', { method: 'PUT', body: { mocks: [made, ...kept] } });
  say(line.json ? stringifyJson(made) : JSON.stringify(made, null, 2));
  return 0;
}

/** A text that is no JSON is the option of an approval. */
function answerBody(given: string): Json {
  try {
    const parsed = parseJson(given);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // Not JSON: an option.
  }
  return { SelectedOption: given };
}

export const outboxCommand: Command = {
  name: 'outbox',
  summary: 'show what sandboxed connections would have sent, answer it, and make mocks of it',
  usage: `tocsin outbox list [--top N]
tocsin outbox show ID
tocsin outbox answer ID OPTION | JSON    calls back the action that waits behind an item: an approval, a card
tocsin outbox mock ID [JSON] [--status N] [--times N]    answers the same call so from now on, or by this body`,
  options: { top: 'string', status: 'string', times: 'string' },
  run: (line) => {
    if (line.words[0] === 'list') return list(line);
    if (line.words[0] === 'show') return show(line);
    if (line.words[0] === 'answer') return answer(line);
    if (line.words[0] === 'mock') return mock(line);
    throw new UsageError("outbox takes 'list', 'show', 'answer' or 'mock'.");
  },
};
