/** Following a file against a server that refuses, is away, is slow, or takes and does not answer. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../../src/cli/client.ts';
import { RequestError } from '../../src/cli/command.ts';
import { CommandLine } from '../../src/cli/command-line.ts';
import { EventSender } from '../../src/cli/sending/event-sender.ts';
import { followFiles } from '../../src/cli/sending/follow-files.ts';

type Handler = (lines: readonly string[], response: ServerResponse, request: IncomingMessage) => void;

let folder = '';
let path = '';
let server: Server;
let port = 0;
/** Lines that the server has answered as durable. */
let taken: string[] = [];
/** Answers in their order; once they are used up everything is taken. */
let handlers: Handler[] = [];
let requests = 0;
let notes: string[] = [];

const take: Handler = (lines, response) => {
  taken.push(...lines);
  answer(response, 202, { accepted: lines.length, duplicates: 0, rejected: [], events: [] });
};

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function refuse(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_lines, response) => answer(response, status, { error: { code, message: 'no' } }, headers);
}

async function listen(): Promise<void> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      const lines = Buffer.concat(chunks).toString('utf8').split('\n').filter(Boolean);
      (handlers.shift() ?? take)(lines, response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
}

async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
  path = join(folder, 'eve.json');
  [taken, handlers, notes] = [[], [], []];
  [port, requests] = [0, 0];
  await listen();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Following {
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

function follow(options: { readonly token?: string; readonly rejectedFile?: string } = {}): Following {
  const stop = new AbortController();
  const line = new CommandLine(['--url', `http://127.0.0.1:${port}`, '--token', options.token ?? 'token-1', path], {});
  const sender = new EventSender(new Client(line), {
    query: { format: 'auto' },
    retrySeconds: Number.POSITIVE_INFINITY,
    signal: stop.signal,
  });
  const ended = followFiles({
    files: [path],
    sender,
    cursors: { folder: join(folder, 'state'), target: 'server' },
    fromEnd: false,
    ...(options.rejectedFile === undefined ? {} : { rejectedFile: options.rejectedFile }),
    onReceipt: () => {},
    onNote: (text) => notes.push(text),
    signal: stop.signal,
  });
  ended.catch(() => {});
  return {
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

const names = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `{"n":${at + from}}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

async function until(done: () => boolean, what = 'the lines'): Promise<void> {
  const end = Date.now() + 10_000;
  while (!done()) {
    assert.ok(Date.now() < end, `${what} did not come: ${JSON.stringify(taken)}`);
    await delay(5);
  }
}

for (const [status, code] of [
  [401, 'AuthenticationFailed'],
  [403, 'AuthorizationFailed'],
] as const) {
  test(`${status} midway ends the following with the reason; the next one sends what was refused, and nothing twice`, async () => {
    writeFileSync(path, text(names(3)));
    const first = follow();
    await until(() => taken.length === 3);
    handlers = [refuse(status, code)];
    appendFileSync(path, text(names(2, 3)));
    await assert.rejects(
      first.ended,
      (error: unknown) => error instanceof RequestError && error.status === status && error.message.startsWith(code),
    );
    assert.deepEqual(taken, names(3));
    appendFileSync(path, text(names(1, 5)));
    const second = follow({ token: 'token-2' });
    await until(() => taken.length === 6);
    await second.stop();
    assert.deepEqual(taken, names(6));
  });
}

test('a server that is away for a while is waited for', async () => {
  writeFileSync(path, text(names(2)));
  const following = follow();
  await until(() => taken.length === 2);
  await close();
  appendFileSync(path, text(names(3, 2)));
  await delay(400);
  assert.equal(taken.length, 2);
  appendFileSync(path, text(names(1, 5)));
  await listen();
  await until(() => taken.length === 6);
  await following.stop();
  assert.deepEqual(taken, names(6));
});

test('a server that is away while its file is rotated twice gets everything in order', async () => {
  writeFileSync(path, text(names(2)));
  const following = follow();
  await until(() => taken.length === 2);
  await close();
  appendFileSync(path, text(names(2, 2)));
  await delay(300);
  renameSync(path, `${path}.1`);
  writeFileSync(path, text(names(2, 4)));
  renameSync(`${path}.1`, `${path}.2`);
  renameSync(path, `${path}.1`);
  await delay(10);
  writeFileSync(path, text(names(2, 6)));
  await listen();
  await until(() => taken.length === 8);
  await following.stop();
  assert.deepEqual(taken, names(8));
});

test('429, 503 and 500 are tried again, Retry-After being the least wait', async () => {
  handlers = [
    refuse(429, 'TooManyRequests', { 'retry-after': '1' }),
    refuse(503, 'ServiceUnavailable'),
    refuse(500, 'InternalServerError'),
  ];
  const from = Date.now();
  writeFileSync(path, text(names(2)));
  const following = follow();
  await until(() => taken.length === 2);
  await following.stop();
  assert.equal(requests, 4);
  assert.ok(Date.now() - from >= 1_000);
  assert.deepEqual(taken, names(2));
});

test('an answer that never comes is not taken for one: the lines are sent again', async () => {
  handlers = [(_lines, _response, request) => request.socket.destroy()];
  writeFileSync(path, text(names(2)));
  const following = follow();
  await until(() => taken.length === 2);
  await following.stop();
  assert.equal(requests, 2);
});

test('400 ends the following: the request is wrong, not the server', async () => {
  handlers = [refuse(400, 'InvalidParameter')];
  writeFileSync(path, text(names(1)));
  await assert.rejects(follow().ended, /InvalidParameter: no/);
});

test('copying and emptying while the server is slow neither loses nor repeats', async () => {
  writeFileSync(path, text(names(3)));
  handlers = [
    (lines, response, request) => {
      copyFileSync(path, `${path}.1`);
      truncateSync(path, 0);
      appendFileSync(path, text(names(2, 3)));
      setTimeout(() => take(lines, response, request), 50);
    },
  ];
  const following = follow();
  await until(() => taken.length === 5);
  await delay(300);
  await following.stop();
  assert.deepEqual(taken, names(5));
});

test('lines of megabytes go whole, one beyond the limit is left out and said to be, those behind it follow', async () => {
  const long = `{"n":"${'x'.repeat(9 << 20)}"}`;
  writeFileSync(path, `{"n":0}\n${long}\n{"n":1}\n${'y'.repeat(17 << 20)}\n{"n":2}\n`);
  const following = follow();
  await until(() => taken.includes('{"n":2}'));
  await following.stop();
  assert.deepEqual(
    taken.map((line) => line.length),
    [7, long.length, 7, 7],
  );
  assert.match(notes.join(), /a line of 17825793 bytes at \d+ is too long and left out/);
});

test('a line that grows for a long time is sent once, when its end comes', async () => {
  writeFileSync(path, '{"n":0}\n{"n":"');
  const following = follow();
  await until(() => taken.length === 1);
  for (let at = 0; at < 3; at += 1) {
    appendFileSync(path, 'z'.repeat(1 << 20));
    await delay(30);
  }
  appendFileSync(path, '"}\n');
  await until(() => taken.length === 2);
  await following.stop();
  assert.equal(taken[1]?.length, (3 << 20) + 8);
});

test('rejected lines are kept as they were, in order, and hold up nothing', async () => {
  const rejectedFile = join(folder, 'rejected.ndjson');
  handlers = [
    (lines, response) => {
      taken.push(...lines);
      const rejected = [0, 2].map((index) => ({ index, code: 'InvalidEvent', message: 'm' }));
      answer(response, 202, { accepted: 1, duplicates: 0, rejected, events: [] });
    },
  ];
  writeFileSync(path, text(names(3)));
  const following = follow({ rejectedFile });
  await until(() => taken.length === 3);
  appendFileSync(path, text(names(1, 3)));
  await until(() => taken.length === 4);
  await following.stop();
  assert.equal(readFileSync(rejectedFile, 'utf8'), '{"n":0}\n{"n":2}\n');
  assert.equal(notes.length, 2);
});
