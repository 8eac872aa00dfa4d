/** Calls on Request triggers, as callers see them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { type Reply, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
const apps = new LogicApps(server, 'rg-request');
const echo = { Answer: respond('@triggerOutputs()') };
const codeOf = ({ body }: Reply): unknown => (body.error as JsonObject | undefined)?.code;

before(async () => {
  await server.start();
  await apps.makeGroup();
});
after(() => server.remove());

const send = (url: string, text: string | Uint8Array<ArrayBuffer>, type: string, method = 'POST'): Promise<Reply> =>
  server.call(method, url, { text, headers: { 'content-type': type }, token: null });

describe('the outputs of a call', () => {
  test('hold its body by content type', async () => {
    const url = await apps.make('types', request(), echo);
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const bodies: readonly [string, string, unknown][] = [
      ['application/json', '{"a": 1}', { a: 1 }],
      ['application/vnd.own+json', '[1]', [1]],
      ['application/json', 'null', null],
      ['text/csv', 'a,b', 'a,b'],
      ['application/xml', '<a/>', { '$content-type': 'application/xml', $content: base64('<a/>') }],
      ['application/octet-stream', 'xyz', { '$content-type': 'application/octet-stream', $content: base64('xyz') }],
      [
        'application/x-www-form-urlencoded',
        'a=1+2&b=%26',
        {
          '$content-type': 'application/x-www-form-urlencoded',
          $content: base64('a=1+2&b=%26'),
          $formdata: [
            { key: 'a', value: '1 2' },
            { key: 'b', value: '&' },
          ],
        },
      ],
    ];
    for (const [type, text, expected] of bodies) {
      const { body } = await send(url, text, type);
      assert.deepEqual(body.body, expected, type);
    }
    const parts =
      '--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\n\r\n{"n":1}\r\n--x--\r\n';
    const { body } = await send(url, parts, 'multipart/form-data; boundary=x');
    const [part] = (body.body as JsonObject).$multipart as readonly JsonObject[];
    assert.deepEqual(part?.body, { n: 1 });
    const empty = await server.call('POST', url, { token: null });
    assert.ok(!('body' in empty.body));
    const broken = await send(url, '{"a": ', 'application/json');
    assert.deepEqual([broken.status, codeOf(broken)], [400, 'InvalidRequestContent']);
  });

  test('hold queries, joined when repeated, and never the signature', async () => {
    const url = await apps.make('queries', request(), echo);
    const { body } = await apps.post(`${url}&a=1&b=x%20y&a=2`);
    assert.deepEqual(body.queries, { a: '1,2', b: 'x y' });
    assert.ok(!JSON.stringify(body).includes('sig='));
  });

  test('hold the segments of the relative path, which must fit', async () => {
    const inputs = { method: 'GET', relativePath: '/customers/{id}/orders/{order}' };
    const url = await apps.make('paths', request({}, inputs), echo);
    const at = (path: string): string => url.replace(/invoke\/[^?]*/, `invoke/${path}`);
    const found = await server.call('GET', at('customers/a%20b/orders/7'), { token: null });
    assert.deepEqual(found.body.relativePathParameters, { id: 'a b', order: '7' });
    const wrong = await server.call('GET', at('customers/a/orders'), { token: null });
    assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'TriggerRelativePathNotValid']);
    const method = await apps.post(at('customers/a/orders/7'));
    assert.deepEqual([method.status, codeOf(method)], [400, 'TriggerRequestMethodNotValid']);
    assert.match(method.text, /expected HTTP 'GET' method while actual request method is 'POST'/);
  });

  test('are checked against the schema only when the trigger asks for it', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['b'] };
    const loose = await apps.make('loose', request({}, { schema }), echo);
    assert.equal((await apps.post(loose, { a: 1 })).status, 200);
    const strict = await apps.make('strict', request({ operationOptions: 'EnableSchemaValidation' }, { schema }), echo);
    const refused = await apps.post(strict, { a: 1 });
    assert.deepEqual([refused.status, codeOf(refused)], [400, 'TriggerInputSchemaMismatch']);
    assert.match(refused.text, /Expected String but got Integer\.,Required properties are missing from object: b\./);
    assert.deepEqual(await apps.statuses('strict'), []);
  });
});

describe('the answer to a call', () => {
  const names = [
    'x-ms-workflow-run-id',
    'x-ms-correlation-id',
    'x-ms-client-tracking-id',
    'x-ms-trigger-history-name',
    'x-ms-workflow-system-id',
    'x-ms-workflow-id',
    'x-ms-workflow-version',
    'x-ms-workflow-name',
    'x-ms-tracking-id',
    'x-ms-request-id',
    'x-ms-execution-location',
  ];

  test('names the run in its headers, or nothing at all when the trigger says so', async () => {
    const url = await apps.make('named', request(), {});
    const { status, text, headers } = await apps.post(
      url,
      {},
      { 'x-ms-client-tracking-id': 't-1', 'x-ms-client-keywords': 'a, b' },
    );
    assert.deepEqual([status, text], [202, '']);
    for (const name of names) assert.ok(headers.get(name), name);
    assert.equal(headers.get('x-ms-client-tracking-id'), 't-1');
    assert.equal(headers.get('x-ms-request-id'), `:${headers.get('x-ms-tracking-id') ?? ''}`);
    const [run] = await apps.runs('named');
    assert.deepEqual(run?.correlation, { clientTrackingId: 't-1', clientKeywords: ['a', 'b'] });
    const quiet = await apps.make('quiet', request({ operationOptions: 'SuppressWorkflowHeadersOnResponse' }), {});
    const shown = [...(await apps.post(quiet)).headers.keys()].filter((name) => name.startsWith('x-ms-'));
    assert.deepEqual(shown, []);
  });

  test('has the status, headers and body of the Response, without those that are not its own', async () => {
    const inputs = {
      statusCode: '418',
      headers: { 'x-own': 'a', 'Set-Cookie': 'no', 'Content-Type': 'text/x-own' },
      body: 'tea',
    };
    const url = await apps.make('teapot', request(), { Answer: { type: 'Response', kind: 'Http', inputs } });
    const { status, headers, text } = await apps.post(url);
    assert.deepEqual([status, text, headers.get('x-own'), headers.get('set-cookie')], [418, 'tea', 'a', null]);
    assert.equal(headers.get('content-type'), 'text/x-own');
  });

  test('is 504 after two minutes, and 502 when the run ends without one', async () => {
    const pause = { type: 'Wait', inputs: { interval: { count: 3, unit: 'Minute' } } };
    const late = await apps.make('late', request(), {
      Pause: pause,
      Answer: respond('late', 200, { runAfter: { Pause: ['Succeeded'] } }),
    });
    const timedOut = await apps.post(late);
    assert.deepEqual([timedOut.status, codeOf(timedOut)], [504, 'GatewayTimeout']);
    const run = textOf(
      (await server.call('GET', `${apps.id('late')}/runs?api-version=2019-05-01`)).body.value?.[0],
      'name',
    );
    await server.finishedRun(`${apps.id('late')}/runs/${run}`);
    const answer = await apps.action('late', run, 'Answer');
    assert.deepEqual([answer.status, answer.code], ['Failed', 'GatewayTimeout']);
    const never = { ...respond('never'), runAfter: { Fail: ['Failed'] } };
    const mute = await apps.make('mute', request(), { Fail: { type: 'Compose', inputs: 1 }, Answer: never });
    const none = await apps.post(mute);
    assert.deepEqual([none.status, codeOf(none)], [502, 'NoResponse']);
  });

  test('is 202 without a run when a condition does not hold', async () => {
    const conditions = [{ expression: "@equals(triggerBody()?['go'], true)" }];
    const url = await apps.make('conditions', request({ conditions }), echo);
    const skipped = await apps.post(url, { go: false });
    assert.deepEqual([skipped.status, skipped.headers.get('x-ms-workflow-run-id')], [202, null]);
    assert.equal((await apps.post(url, { go: true })).status, 200);
  });

  test('names what is wrong: unknown, switched off, or a tracking id nobody could keep', async () => {
    const url = await apps.make('off', request(), {});
    const unknown = await apps.post(url.replace(/workflows\/[0-9a-f]{32}/, `workflows/${'0'.repeat(32)}`));
    assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'WorkflowNotFound']);
    const long = await apps.post(url, {}, { 'x-ms-client-tracking-id': 'x'.repeat(257) });
    assert.deepEqual([long.status, codeOf(long)], [400, 'ClientTrackingIdLengthLimitExceeded']);
    await apps.operation('POST', `${apps.id('off')}/disable`);
    const off = await apps.post(url);
    assert.deepEqual([off.status, codeOf(off)], [400, 'WorkflowTriggerIsNotEnabled']);
    assert.match(
      off.text,
      /Could not execute workflow 'off' trigger 'manual' with state 'Disabled': trigger is not enabled\./,
    );
  });

  test('to a management call comes at once, and the Response is skipped', async () => {
    await apps.make('by-hand', request(), echo);
    const { status, headers } = await apps.operation('POST', `${apps.id('by-hand')}/triggers/manual/run`, {
      body: { a: 1 },
    });
    assert.equal(status, 202);
    const run = headers.get('x-ms-workflow-run-id') ?? '';
    await server.finishedRun(`${apps.id('by-hand')}/runs/${run}`);
    assert.equal((await apps.action('by-hand', run, 'Answer')).code, 'ActionResponseSkipped');
  });
});

describe('an asynchronous Response', () => {
  const actions = {
    Pause: { type: 'Wait', inputs: { interval: { count: 4, unit: 'Minute' } } },
    Answer: respond({ done: true }, 201, { runAfter: { Pause: ['Succeeded'] }, operationOptions: 'Asynchronous' }),
  };

  test('is asked for again until it is there, beyond two minutes and over a restart', async () => {
    const url = await apps.make('asynchronous', request(), actions);
    const first = await apps.post(url);
    assert.equal(first.status, 202);
    assert.ok(Number(first.headers.get('retry-after')) > 0);
    const location = (): string => (first.headers.get('location') ?? '').replace(/^https?:\/\/[^/]+/, server.url);
    assert.equal((await server.call('GET', location(), { token: null })).status, 202);
    await server.stop('SIGKILL');
    await server.start();
    const answered = await server.eventually(async () => {
      const reply = await server.call('GET', location(), { token: null });
      return reply.status === 202 ? undefined : reply;
    }, 'the answer');
    assert.deepEqual([answered.status, answered.body], [201, { done: true }]);
    assert.deepEqual((await server.call('GET', location(), { token: null })).body, { done: true });
    assert.equal((await server.call('GET', location().replace(/sig=.*/, 'sig=x'), { token: null })).status, 401);
  });

  test('is waited for by an action that calls the URL, and by a nested call', async () => {
    const url = await apps.make('called', request(), actions);
    const after = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded', 'Failed'] } });
    const call = { type: 'Workflow', inputs: { host: { triggerName: 'manual', workflow: { id: apps.id('called') } } } };
    const caller = await apps.make('caller', request({ operationOptions: '' }), {
      Http: { type: 'Http', inputs: { method: 'POST', uri: url } },
      Nested: { ...call, ...after('Http') },
      At_once: { ...call, operationOptions: 'DisableAsyncPattern', ...after('Nested') },
    });
    const run = (await apps.post(caller)).headers.get('x-ms-workflow-run-id') ?? '';
    await server.finishedRun(`${apps.id('caller')}/runs/${run}`);
    const codes = [];
    for (const name of ['Http', 'Nested', 'At_once']) codes.push((await apps.action('caller', run, name)).code);
    assert.deepEqual(codes, ['Created', 'Created', 'Accepted']);
  });
});
