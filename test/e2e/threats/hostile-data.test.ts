/** Threats in data (SECURITY.md): packed many times over, markup that reaches out, prototypes, patterns without end. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { LogicApps, request, respond } from '../logic-apps.ts';
import { subscription, textOf, TocsinServer } from '../tocsin-server.ts';

const server = new TocsinServer();
const apps = new LogicApps(server, 'rg-data');

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

/** What the process holds in memory, in MiB; on Linux only. */
function resident(): number | undefined {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.processId}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Answers of a workflow that responds with an expression, for a body. */
async function evaluate(
  name: string,
  expression: string,
): Promise<(body: JsonObject) => Promise<{ status: number; text: string }>> {
  const url = await apps.make(name, request(), { Answer: respond(expression) });
  return (body) => apps.post(url, body);
}

describe('packed data', () => {
  test('a stream that unpacks to hundreds of times its size is refused without being held', async () => {
    const bomb = gzipSync(Buffer.alloc(200 << 20, 0x20));
    assert.ok(bomb.length < 1 << 20);
    const before = resident();
    const blank = await server.call('POST', '/ingest/v1/events', {
      text: new Uint8Array(bomb),
      headers: { 'content-encoding': 'gzip' },
    });
    assert.ok(blank.status < 500, blank.text);
    const text = gzipSync(Buffer.concat([Buffer.from('{"SystemAlertId":"'), Buffer.alloc(200 << 20, 0x61)]));
    const long = await server.call('POST', '/ingest/v1/events', {
      text: new Uint8Array(text),
      headers: { 'content-encoding': 'gzip' },
    });
    assert.ok(long.status >= 400 && long.status < 500, long.text);
    const after = resident();
    if (before !== undefined && after !== undefined)
      assert.ok(after - before < 300, `${before} MiB before, ${after} MiB after`);
  });

  test('routes that take no packed bodies say so, and damaged ones are refused', async () => {
    const packed = new Uint8Array(gzipSync('{"location":"westeurope"}'));
    const headers = { 'content-encoding': 'gzip' };
    const put = await server.call('PUT', `${subscription}/resourceGroups/packed?api-version=2021-04-01`, {
      text: packed,
      headers,
    });
    assert.equal(put.status, 415, put.text);
    const damaged = await server.call('POST', '/ingest/v1/events', { text: packed.slice(0, 20), headers });
    assert.ok(damaged.status >= 400 && damaged.status < 500, damaged.text);
  });
});

describe('markup', () => {
  const entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>';
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, n) => `<!ENTITY ${'abcdefghijklmnopqrstuvwxyz'[n + 1] ?? ''} "${`&${'abcdefghijklmnopqrstuvwxyz'[n] ?? ''};`.repeat(10)}">`).join('')}]><x>&u;</x>`;

  test('external entities are not fetched, and entities of entities not unfolded', async () => {
    const answer = await evaluate('markup', "@string(xml(triggerBody()?['text']))");
    for (const text of [entity, laughs]) {
      const reply = await answer({ text });
      assert.doesNotMatch(reply.text, /root:|hahaha/);
      assert.ok(reply.status >= 500 || reply.status === 502, String(reply.status));
    }
    assert.equal((await answer({ text: '<x>1</x>' })).status, 200);
  });
});

describe('prototypes', () => {
  const hostile = (more: object): string =>
    JSON.stringify(more).replace(
      /\}$/,
      `${Object.keys(more).length === 0 ? '' : ','}"__proto__":{"polluted":"yes","isEnabled":false,"status":"polluted"},"constructor":{"prototype":{"polluted":"yes"}}}`,
    );
  const group = `${subscription}/resourceGroups/rg-data`;

  test('names such as __proto__ in any body stay data, and change nothing else', async () => {
    const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
    const calls: readonly (readonly [string, string, object])[] = [
      ['PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' }],
      [
        'PUT',
        `${group}/providers/Microsoft.Compute/disks/d1?api-version=2022-07-02`,
        { location: 'westeurope', properties: {} },
      ],
      ['PATCH', `${group}/providers/Microsoft.Compute/disks/d1?api-version=2022-07-02`, { tags: {} }],
      [
        'PUT',
        `${group}/providers/Microsoft.Logic/workflows/w?api-version=2019-05-01`,
        { location: 'westeurope', properties: { definition } },
      ],
      [
        'PUT',
        `${group}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01`,
        { properties: { tags: { a: 'b' } } },
      ],
      [
        'PUT',
        `${group}/providers/Microsoft.Resources/deployments/d?api-version=2021-04-01`,
        { properties: { mode: 'Incremental', template: { $schema: 'x', contentVersion: '1.0.0.0', resources: [] } } },
      ],
      [
        'PUT',
        `${subscription}/providers/Microsoft.Authorization/policyDefinitions/p?api-version=2021-06-01`,
        { properties: {} },
      ],
      [
        'POST',
        '/ingest/v1/events',
        {
          SystemAlertId: 'proto',
          AlertDisplayName: 'x',
          AlertType: 'x',
          Severity: 'High',
          AzureResourceId: subscription,
        },
      ],
      [
        'POST',
        '/ingest/v1/events?format=falco',
        { rule: 'x', priority: 'Error', output: 'o', time: '2026-01-01T00:00:00Z', output_fields: {} },
      ],
      ['POST', '/tocsin/v1/principals', { displayName: 'x' }],
      ['POST', '/tocsin/v1/explain', { event: {}, eventSource: 'Alerts' }],
      ['PUT', '/tocsin/v1/mocks', { mocks: [] }],
      ['POST', '/tocsin/v1/session', { token: 'x' }],
    ];
    for (const [method, path, body] of calls) {
      const reply = await server.call(method, path, { text: hostile(body) });
      assert.ok(reply.status < 500, `${method} ${path}: ${reply.text}`);
    }
    const clean = await evaluate('clean', "@concat(coalesce(json('{}')?['polluted'], 'clean'), string(triggerBody()))");
    assert.match((await clean({ a: 1 })).text, /^"?clean\{/);
    const groups = await server.call('GET', `${group}?api-version=2021-04-01`);
    assert.doesNotMatch(groups.text, /polluted/);
    const fresh = await server.call('PUT', `${subscription}/resourceGroups/fresh?api-version=2021-04-01`, {
      body: { location: 'westeurope' },
    });
    assert.equal(fresh.status, 201, fresh.text);
  });

  test('expressions reach no prototype by any of its names', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__']) {
      const answer = await evaluate(
        `reach-${name.replaceAll('_', '')}`,
        `@if(equals(triggerBody()?['${name}'], null), 'nothing', 'something')`,
      );
      assert.match((await answer({ a: 1 })).text, /nothing/, name);
    }
    const set = await evaluate('set', "@string(setProperty(json('{}'), '__proto__', json('{\"polluted\":\"yes\"}')))");
    await set({});
    const clean = await evaluate('clean-2', "@coalesce(json('{}')?['polluted'], 'clean')");
    assert.match((await clean({})).text, /clean/);
  });
});

describe('patterns', () => {
  const evil = '^(a+)+$';
  const long = `${'a'.repeat(40_000)}!`;

  /** Whether the server goes on answering while something is judged, and the judgement itself ends. */
  async function alert(work: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await Promise.all([work(), server.call('GET', '/healthz', { token: null })]);
    return performance.now() - began;
  }

  test('a pattern in the schema of a trigger is matched in time that grows with the text', async () => {
    const schema: Json = { type: 'object', properties: { text: { type: 'string', pattern: evil } } };
    const triggers = {
      manual: { type: 'Request', kind: 'Http', inputs: { schema }, operationOptions: 'EnableSchemaValidation' },
    };
    const url = await apps.make('pattern', triggers, {});
    assert.ok((await alert(() => apps.post(url, { text: long }))) < 5_000);
    assert.equal((await apps.post(url, { text: long })).status, 400);
  });

  test('a pattern in a query is too', async () => {
    const query = `resources | extend t = '${'a'.repeat(4_000)}!' | where t matches regex '${evil}' | take 1`;
    const ask = () =>
      server.call('POST', '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01', { body: { query } });
    assert.ok((await alert(ask)) < 5_000);
    assert.ok((await ask()).status < 500);
  });

  test('a filter of a thousand conditions, and one nested as deep, is answered or refused, not endless', async () => {
    const wide = Array.from({ length: 1_000 }, (_, n) => `name eq '${n}'`).join(' or ');
    const deep = `${'('.repeat(2_000)}name eq 'a'${')'.repeat(2_000)}`;
    for (const filter of [wide, deep]) {
      const path = `${subscription}/resources?api-version=2021-04-01&$filter=${encodeURIComponent(filter)}`;
      const reply = await server.call('GET', path.slice(0, 30_000));
      assert.ok(reply.status < 500, reply.text.slice(0, 200));
    }
  });
});

test('a workflow that builds ever larger texts ends with an error, and the server goes on', async () => {
  const actions: JsonObject = { Grow_0: { type: 'Compose', inputs: 'x'.repeat(1_000), runAfter: {} } };
  const all: Record<string, Json> = { ...actions };
  for (let step = 1; step < 30; step++) {
    const before = `Grow_${step - 1}`;
    all[`Grow_${step}`] = {
      type: 'Compose',
      inputs: `@concat(outputs('${before}'), outputs('${before}'))`,
      runAfter: { [before]: ['Succeeded'] },
    };
  }
  const url = await apps.make('grow', request(), all);
  await apps.post(url);
  const [run] = await server.eventually(async () => {
    const runs = await apps.runs('grow');
    return runs[0]?.endTime === undefined ? undefined : runs;
  }, 'the end of the growing run');
  assert.equal(run?.status, 'Failed', textOf(run, 'status'));
  assert.equal((await server.call('GET', '/healthz', { token: null })).status, 200);
});
