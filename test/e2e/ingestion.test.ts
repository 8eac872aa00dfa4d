/** Events into a real server: streams, broken bodies, the command that sends them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { falcoLine } from '../../tools/demo-lines.ts';
import { TocsinServer } from './tocsin-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'ingestion-'));
/** Read at every start. */
const options = ['--empty'];
const server = new TocsinServer(options);

before(() => server.start());
after(async () => {
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => `${falcoLine(from + at)}\n`).join('');
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function tocsin(...words: readonly string[]): Promise<Ended> {
  const command = join(import.meta.dirname, '../../src/cli/main.ts');
  const child = spawn(process.execPath, [command, ...words], {
    env: { ...process.env, TOCSIN_URL: server.url, TOCSIN_TOKEN: server.token, XDG_STATE_HOME: join(folder, 'state') },
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}

describe('the stream', () => {
  test('takes lines that come slowly while the request stays open, before it ends', async () => {
    const sending = request(`${server.url}/ingest/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/x-ndjson' },
    });
    const answered = new Promise<number>((resolve) =>
      sending.once('response', (answer) => resolve(answer.statusCode ?? 0)),
    );
    sending.write(lines(0, 3));
    await server.eventually(async () => {
      const alerts = await server.call(
        'GET',
        '/subscriptions/00000000-0000-4000-8000-000000000001/providers/Microsoft.Security/alerts?api-version=2022-01-01',
      );
      return alerts.body.value?.length === 3 ? true : undefined;
    }, 'the three alerts of an open request');
    sending.end(lines(3, 4));
    assert.equal(await answered, 202);
  });

  test('answers a whole compressed stream in batches once, in order', async () => {
    const text = Uint8Array.from(gzipSync(lines(10, 3_010)));
    const answer = await server.call('POST', '/ingest/v1/events?format=falco', {
      text,
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' },
    });
    assert.equal(answer.status, 202);
    assert.equal(answer.body['accepted'], 3_000);
    const events = answer.body['events'] as { index: number }[];
    assert.deepEqual(
      events.map(({ index }) => index),
      Array.from({ length: 3_000 }, (_, at) => at),
    );
  });

  test('says what is wrong with a body, and goes on serving', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const cases: readonly (readonly [string | Uint8Array<ArrayBuffer>, number, string])[] = [
      ['{"rule":', 400, 'InvalidRequestContent'],
      ['{"rule":NaN}', 400, 'InvalidRequestContent'],
      [Uint8Array.from(gzipSync('{"a":1}').subarray(0, 12)), 400, 'InvalidRequestContent'],
      ['', 400, 'InvalidRequestContent'],
      [`"${'x'.repeat(70 << 20)}"`, 413, 'RequestEntityTooLarge'],
    ];
    for (const [text, status, code] of cases) {
      const answer = await server.call('POST', '/ingest/v1/events', { text });
      assert.equal(answer.status, status);
      assert.equal((answer.body['error'] as { code: string }).code, code);
    }
    for (const record of [
      `{"AlertDisplayName":"x","Severity":"Low","Deep":${deep}}`,
      `{"specversion":"1.0","id":"1","type":"t","source":"s","data":${JSON.stringify(deep)}}`,
      `[${deep}]`,
      '[null,1,"x",[]]',
    ]) {
      const answer = await server.call('POST', '/ingest/v1/events', { text: record });
      assert.equal(answer.status, 202, answer.text.slice(0, 300));
      assert.ok((answer.body['rejected'] as unknown[]).length > 0);
    }
    assert.equal((await server.call('GET', '/healthz')).status, 200);
  });
});

test('a recommendation is healthy when the last vulnerability found one by one is put right', async () => {
  const record = (cve: string, state: number) => ({
    class_uid: 2002,
    severity_id: 4,
    status_id: state,
    metadata: { product: { name: 'Scanner' } },
    finding_info: { uid: cve, title: cve },
    resources: [{ uid: 'host-1' }],
    vulnerabilities: [{ cve: { uid: cve } }],
  });
  const code = async (records: readonly object[]): Promise<unknown> => {
    const sent = await server.call('POST', '/ingest/v1/events', { text: JSON.stringify(records) });
    assert.equal(sent.status, 202);
    const events = sent.body['events'] as { kind: string; id: string }[];
    parent = events.find(({ kind }) => kind === 'Assessments')?.id ?? parent;
    const found = await server.call('GET', `${parent}?api-version=2020-01-01`);
    return ((found.body['properties'] as Record<string, unknown>)['status'] as Record<string, unknown>)['code'];
  };
  let parent = '';
  assert.equal(await code([record('CVE-1', 1), record('CVE-2', 1)]), 'Unhealthy');
  assert.equal(await code([record('CVE-1', 4)]), 'Unhealthy');
  assert.equal(await code([record('CVE-2', 4)]), 'Healthy');
  assert.equal(await code([record('CVE-1', 1)]), 'Unhealthy');
});

describe('tocsin send', () => {
  test('sends files, tells what came of them by its code, and draws nothing when it is piped', async () => {
    const file = join(folder, 'falco.ndjson');
    writeFileSync(file, `${lines(4_000, 6_500)}{"hello":"world"}\n`);
    const sent = await tocsin('send', file, '--output', 'json');
    assert.equal(sent.code, 1);
    assert.equal(sent.errors, '');
    const answer = JSON.parse(sent.output) as { accepted: number; rejected: { file: string; index: number }[] };
    assert.equal(answer.accepted, 2_500);
    assert.deepEqual(
      answer.rejected.map((one) => [one.file, one.index]),
      [[file, 2_500]],
    );
    writeFileSync(file, lines(4_000, 4_002));
    assert.equal((await tocsin('send', file)).code, 0);
    assert.equal((await tocsin('send', join(folder, 'nothing.json'))).code, 1);
    assert.equal((await tocsin('send')).code, 2);
    assert.equal((await tocsin('send', file, '--from-end')).code, 2);
  });

  test('leaves out with --resume what was sent before', async () => {
    const file = join(folder, 'again.ndjson');
    writeFileSync(file, lines(7_000, 7_100));
    const first = await tocsin('send', file, '--resume', '--output', 'json');
    const second = await tocsin('send', file, '--resume', '--output', 'json');
    assert.deepEqual(
      [first, second].map(({ output }) => {
        const { accepted, duplicates } = JSON.parse(output) as { accepted: number; duplicates: number };
        return [accepted, duplicates];
      }),
      [
        [100, 0],
        [0, 0],
      ],
    );
  });

  test('waits for a server that is away', async () => {
    const file = join(folder, 'wait.ndjson');
    writeFileSync(file, lines(8_000, 8_010));
    const port = new URL(server.url).port;
    await server.stop();
    const sending = tocsin('send', file, '--output', 'json', '--retry-for', '100');
    await delay(500);
    options.push('--port', port);
    await server.start();
    const sent = await sending;
    assert.equal(sent.code, 0, sent.errors);
    assert.equal((JSON.parse(sent.output) as { accepted: number }).accepted, 10);
  });
});
