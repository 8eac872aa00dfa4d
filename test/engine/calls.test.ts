import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RetryPolicyPlan, WorkflowPlan } from '#workflow';
import { type Json, type JsonObject, stringifyJson } from '#foundation';
import { isRetryable, retryAfter, retryDelay } from '../../src/engine/retry.ts';
import { statusName } from '../../src/engine/status-names.data.ts';
import { addInterval, parseTime } from '../../src/engine/wait-end.ts';
import { Driver, plan, response, startTime } from './driver.ts';

const policy = (more: Partial<RetryPolicyPlan>): RetryPolicyPlan => ({
  type: 'Exponential',
  count: 4,
  interval: 7_500,
  ...more,
});

describe('waits between attempts', () => {
  test('grow exponentially within their bounds', () => {
    const anyPolicy = fc.record({
      interval: fc.integer({ min: 5_000, max: 86_400_000 }),
      minimum: fc.integer({ min: 1_000, max: 60_000 }),
      spread: fc.integer({ min: 0, max: 86_400_000 }),
      retry: fc.integer({ min: 1, max: 90 }),
      fraction: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(anyPolicy, ({ interval, minimum, spread, retry, fraction }) => {
        const maximum = minimum + spread;
        const delay = retryDelay(
          policy({ interval, minimumInterval: minimum, maximumInterval: maximum }),
          retry,
          fraction,
        );
        assert.ok(Number.isInteger(delay));
        assert.ok(delay >= Math.min(minimum, maximum) && delay <= maximum, `${delay} of ${minimum}..${maximum}`);
      }),
    );
  });

  test('of the default policy lie between 5 and 45 seconds', () => {
    const standard = policy({ type: 'Default' });
    const ranges = [1, 2, 3, 4].map((retry) => [
      retryDelay(standard, retry, 0),
      retryDelay(standard, retry, 0.999_999),
    ]);
    assert.deepEqual(ranges, [
      [5_000, 7_500],
      [7_500, 15_000],
      [15_000, 30_000],
      [30_000, 45_000],
    ]);
  });

  test('of a fixed policy are its interval', () => {
    for (const retry of [1, 2, 50])
      assert.equal(retryDelay(policy({ type: 'Fixed', interval: 9_000 }), retry, 0.5), 9_000);
  });

  test('come from Retry-After when it is a number of seconds or a date, and not when it is neither', () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(retryAfter({ 'Retry-After': '12' }, now), 12_000);
    assert.equal(retryAfter({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, now), 30_000);
    assert.equal(retryAfter({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, now), 0);
    for (const text of ['soon', '1.5', '-5', '5, 5', 'Thu, 32 Jan 2026 00:00:30 GMT']) {
      assert.equal(retryAfter({ 'retry-after': text }, now), undefined, text);
    }
    assert.equal(retryAfter({}, now), undefined);
  });

  test('follow 408, 429, 5xx and lost connections, unless the policy names its own statuses', () => {
    const retried = (statusCode: number, more: Partial<RetryPolicyPlan> = {}): boolean =>
      isRetryable({ kind: 'response', statusCode, headers: {} }, policy(more));
    assert.deepEqual(
      [408, 429, 500, 503, 599].map((code) => retried(code)),
      [true, true, true, true, true],
    );
    assert.deepEqual(
      [200, 400, 401, 404, 409].map((code) => retried(code)),
      [false, false, false, false, false],
    );
    assert.ok(retried(404, { statusCodes: new Set([404]) }));
    assert.ok(!retried(500, { statusCodes: new Set([404]) }));
    assert.ok(!retried(500, { type: 'None' }));
  });
});

describe('names of statuses', () => {
  test('are those of the .NET enumeration, numbers where it has none', () => {
    assert.deepEqual([200, 404, 416, 422, 429, 505].map(statusName), [
      'OK',
      'NotFound',
      'RequestedRangeNotSatisfiable',
      '422',
      '429',
      'HttpVersionNotSupported',
    ]);
  });
});

describe('the end of a wait', () => {
  test('counts months by the calendar and clamps to the last day', () => {
    const end = addInterval(Date.UTC(2026, 0, 31), 1, 'Month');
    assert.equal(end, Date.UTC(2026, 1, 28));
    assert.equal(addInterval(0, 2, 'week'), 14 * 86_400_000);
  });

  test('refuses what is no count, no unit and no moment', () => {
    assert.equal(addInterval(0, 1.5, 'Day'), undefined);
    assert.equal(addInterval(0, 1, 'constructor'), undefined);
    assert.equal(addInterval(0, null, 'Day'), undefined);
    assert.equal(parseTime('tomorrow'), undefined);
    assert.equal(parseTime('2026-13-01T00:00:00Z'), undefined);
  });

  test('reads moments with and without zone, date only, with seven digits', () => {
    const day = Date.UTC(2026, 4, 6);
    assert.equal(parseTime('2026-05-06'), day);
    assert.equal(parseTime('2026-05-06T01:00:00'), day + 3_600_000);
    assert.equal(parseTime('2026-05-06T01:00:00.0000000Z'), day + 3_600_000);
    assert.equal(parseTime('2026-05-06T01:00:00+01:00'), day);
  });
});

// --- Calls in runs ----------------------------------------------------------------------------------------------

const http = (more: JsonObject = {}, inputs: JsonObject = {}): JsonObject => ({
  type: 'Http',
  inputs: { method: 'GET', uri: 'https://a.test/', retryPolicy: { type: 'none' }, ...inputs },
  ...more,
});

/** The same plan with an action's kind changed, for kinds that definitions cannot ask for yet. */
function withKind(workflow: WorkflowPlan, name: string, change: JsonObject): WorkflowPlan {
  const action = workflow.actions.get(name.toLowerCase());
  assert.ok(action !== undefined);
  Object.assign(action, change);
  return workflow;
}

describe('a call', () => {
  test('CA2 the limit of time does not cut the synchronous call, but no attempt follows', () => {
    const limited = http(
      { limit: { timeout: 'PT30S' } },
      { retryPolicy: { type: 'fixed', count: 3, interval: 'PT10S' } },
    );
    const timeout = (driver: Driver): string =>
      driver.timers.find(({ delayMilliseconds }) => delayMilliseconds === 30_000)?.id ?? '';
    const good = new Driver(plan({ H: limited })).start();
    good.fire(timeout(good), startTime + 30_000);
    assert.equal(good.state.status, 'Running');
    good.answer('e1', 200, startTime + 40_000);
    assert.equal(good.status('H'), 'Succeeded');
    const bad = new Driver(plan({ H: limited })).start();
    bad.fire(timeout(bad), startTime + 30_000).answer('e1', 500, startTime + 40_000);
    assert.equal(bad.status('H'), 'TimedOut');
    assert.equal(bad.effects.length, 1);
  });

  test('an ended call leaves no timer armed', () => {
    const driver = new Driver(
      plan({
        H: http({ limit: { timeout: 'PT30S' } }),
        W: { type: 'Wait', inputs: { interval: { count: 1, unit: 'Day' } } },
      }),
    );
    driver.start().answer('e1', 200);
    const armed = Object.values(driver.state.timers).map(({ purpose }) => purpose.for);
    assert.deepEqual(armed.sort(), ['action', 'run']);
  });

  test('attempts that failed show in the record while the next one is waited for', () => {
    const flaky = http({}, { retryPolicy: { type: 'fixed', count: 3, interval: 'PT10S' } });
    const driver = new Driver(plan({ H: flaky })).start();
    driver.answer('e1', { kind: 'failure', code: 'GatewayTimeout', message: 'late', retryable: true });
    const record = driver.folded.actions.get('H');
    assert.equal(record?.status, 'Running');
    assert.equal(record?.retryHistory?.length, 1);
  });

  test('the source of a sandboxed answer is in the record', () => {
    const driver = new Driver(plan({ H: http() })).start();
    driver.answer('e1', { kind: 'response', statusCode: 200, headers: {}, sandbox: 'mock' });
    assert.equal(driver.folded.actions.get('H')?.sandbox, 'mock');
  });

  test('a request without a URI fails without being sent', () => {
    const driver = new Driver(plan({ H: http({}, { uri: "@triggerBody()?['none']" }) })).start();
    assert.equal(driver.status('H'), 'Failed');
    assert.equal(driver.effects.length, 0);
  });

  test('attempts of one call share the idempotency key and differ in the client request id', () => {
    const flaky = http({}, { retryPolicy: { type: 'fixed', count: 1, interval: 'PT10S' } });
    const driver = new Driver(plan({ H: flaky })).start().answer('e1', 500);
    driver.fire(driver.timers.at(-1)?.id ?? '', startTime + 10_000);
    const [first, second] = driver.effects;
    assert.equal(first?.idempotencyKey, second?.idempotencyKey);
    assert.notEqual(first?.clientRequestId, second?.clientRequestId);
    assert.deepEqual([first?.attempt, second?.attempt], [1, 2]);
  });

  test('polls and pages have idempotency keys of their own', () => {
    const driver = new Driver(plan({ H: http() })).start().answer('e1', response(202, undefined, { location: '/s' }));
    driver.fire(driver.timers.at(-1)?.id ?? '', startTime + 20_000);
    assert.deepEqual(
      driver.effects.map(({ idempotencyKey }) => idempotencyKey),
      ['run/H', 'run/H/poll-1'],
    );
    const request = driver.effects[1]?.request;
    assert.ok(request?.type === 'Poll' && request.url === 'https://a.test/s' && request.of === 'Http');
  });

  test('is not polled more than once a second, and not for pages without end', () => {
    const eager = new Driver(plan({ H: http() })).start();
    eager.answer('e1', response(202, undefined, { location: '/s', 'retry-after': '0' }));
    assert.equal(eager.timers.at(-1)?.delayMilliseconds, 1_000);
    const paged = http({ runtimeConfiguration: { paginationPolicy: { minimumItemCount: 10 } } });
    const endless = new Driver(plan({ H: paged }), { settings: { pages: 3 } }).start();
    for (let page = 1; page <= 3; page += 1)
      endless.answer(`e${page}`, response(200, { value: [], nextLink: '/more' }));
    assert.equal(endless.folded.actions.get('H')?.code, 'MaxRequestCountReached');
    assert.equal(endless.effects.length, 3);
  });

  test('RQ1 is recorded by itself only when the action makes several', () => {
    const once = new Driver(plan({ H: http() })).start().answer('e1', 200);
    assert.deepEqual(once.folded.requests('H', ''), []);
    const driver = new Driver(plan({ H: http() })).start().answer('e1', response(202, undefined, { location: '/s' }));
    driver.fire(driver.timers.at(-1)?.id ?? '', startTime + 20_000).answer('e2', response(200, { done: true }));
    assert.deepEqual(
      driver.folded.requests('H', '').map(({ number, url, statusCode, body }) => [number, url, statusCode, body]),
      [
        [1, undefined, 202, undefined],
        [2, 'https://a.test/s', 200, { value: { done: true } }],
      ],
    );
  });

  test('RQ2 of an action with hidden outputs is recorded without what was answered', () => {
    const hidden = { runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } } };
    const driver = new Driver(plan({ H: http(hidden) })).start();
    driver.answer('e1', response(202, { secret: 1 }, { location: '/s?secret' }));
    driver.fire(driver.timers.at(-1)?.id ?? '', startTime + 20_000).answer('e2', response(200, { secret: 2 }));
    assert.equal(driver.folded.requests('H', '').length, 2);
    assert.doesNotMatch(stringifyJson(driver.folded.requests('H', '') as unknown as Json), /secret/);
  });
});

describe('a nested workflow', () => {
  const nested = (more: JsonObject = {}): WorkflowPlan =>
    withKind(plan({ C: http(more, { body: { n: 7 } }) }), 'C', { kind: 'workflow' });

  test('gives the response of the child as its outputs', () => {
    const driver = new Driver(nested()).start();
    assert.equal(driver.effects[0]?.request.type, 'Workflow');
    driver.answer('e1', response(201, { r: 1 }));
    assert.equal(driver.folded.actions.get('C')?.code, 'Created');
    assert.deepEqual(driver.outputs('C'), { statusCode: 201, headers: {}, body: { r: 1 } });
  });

  test('fails with the status name when the child refuses', () => {
    const driver = new Driver(nested()).start().answer('e1', 400);
    assert.equal(driver.folded.actions.get('C')?.code, 'BadRequest');
    assert.equal(driver.status('C'), 'Failed');
  });

  test('is cut by its limit of time at any moment', () => {
    const driver = new Driver(nested({ limit: { timeout: 'PT30S' } })).start();
    const timer = driver.timers.find(({ delayMilliseconds }) => delayMilliseconds === 30_000)?.id ?? '';
    driver.fire(timer, startTime + 30_000);
    assert.equal(driver.status('C'), 'TimedOut');
    assert.ok(driver.last.commands.some(({ kind }) => kind === 'abort'));
  });
});

describe('an asynchronous Response', () => {
  const later = (): WorkflowPlan =>
    withKind(
      plan({
        W: { type: 'Wait', inputs: { interval: { count: 5, unit: 'Minute' } } },
        R: { type: 'Response', inputs: { statusCode: 200, body: 'later' }, runAfter: { W: ['Succeeded'] } },
      }),
      'R',
      { asynchronous: true },
    );

  test('is carried out although the caller left', () => {
    const driver = new Driver(later()).start({}, { responder: true });
    driver.send({ kind: 'callerGone', now: startTime });
    driver.fire(
      driver.timers.find(({ delayMilliseconds }) => delayMilliseconds === 300_000)?.id ?? '',
      startTime + 300_000,
    );
    assert.equal(driver.status('R'), 'Succeeded');
    assert.equal(driver.folded.run?.response?.['statusCode'], 200);
  });

  test('is skipped when nobody ever called', () => {
    const driver = new Driver(later()).start();
    driver.fire(
      driver.timers.find(({ delayMilliseconds }) => delayMilliseconds === 300_000)?.id ?? '',
      startTime + 300_000,
    );
    assert.equal(driver.status('R'), 'Skipped');
  });
});

describe('what must stay hidden', () => {
  const text = (driver: Driver): string => stringifyJson(driver.history as unknown as Json);

  test('D1 secured contents stand nowhere in the history', () => {
    const secured = http(
      { runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } } },
      { body: 'hush-in' },
    );
    const driver = new Driver(
      plan({
        H: secured,
        C: { type: 'Compose', inputs: "@body('H')", runAfter: { H: ['Succeeded'] } },
        S: {
          type: 'Select',
          inputs: { from: "@createArray(body('H'))", select: '@item()' },
          runAfter: { H: ['Succeeded'] },
        },
      }),
    ).start();
    driver.answer('e1', response(200, 'hush-out'));
    assert.equal(driver.state.status, 'Succeeded');
    assert.ok(!text(driver).includes('hush-in'));
    assert.deepEqual(driver.folded.actions.get('H')?.hidden, ['inputs', 'outputs']);
    assert.deepEqual(driver.folded.actions.get('C')?.hidden, ['inputs', 'outputs']);
    assert.deepEqual(driver.folded.actions.get('S')?.hidden, ['inputs']);
  });

  const secure = (type: string, value?: Json, defaultValue?: Json): WorkflowPlan =>
    plan(
      {
        A: { type: 'Compose', inputs: { header: "Bearer @{parameters('key')}", list: ["@parameters('key')"] } },
        F: { type: 'Compose', inputs: "@int(concat('x', parameters('key')))", runAfter: { A: ['Succeeded'] } },
      },
      { parameters: { key: { type, ...(defaultValue === undefined ? {} : { defaultValue }) } } },
      value === undefined ? {} : { key: { value } },
    );

  test('D1 a secure parameter stands nowhere in the history, error messages included', () => {
    const driver = new Driver(secure('SecureString', 'p4ss-w0rd')).start();
    assert.equal(driver.status('F'), 'Failed');
    assert.ok(!text(driver).includes('p4ss-w0rd'));
    assert.deepEqual(driver.outputs('A'), { header: 'Bearer *sanitized*', list: ['*sanitized*'] });
  });

  test('D1 so does one that has only a default', () => {
    const driver = new Driver(secure('SecureString', undefined, 'd3fault-w0rd')).start();
    assert.ok(!text(driver).includes('d3fault-w0rd'));
  });

  test('D2 expressions see what the record hides', () => {
    const read = plan(
      {
        A: { type: 'Compose', inputs: "@parameters('key')" },
        L: { type: 'Compose', inputs: "@length(outputs('A'))", runAfter: { A: ['Succeeded'] } },
      },
      { parameters: { key: { type: 'SecureString' } } },
      { key: { value: 'p4ss-w0rd' } },
    );
    assert.equal(new Driver(read).start().outputs('L'), 9);
  });

  test('K1 a short secret is masked where it is the whole text, not inside words', () => {
    const driver = new Driver(
      plan(
        { A: { type: 'Compose', inputs: { whole: "@parameters('key')", inside: 'abacus' } } },
        { parameters: { key: { type: 'SecureString' } } },
        { key: { value: 'ab' } },
      ),
    ).start();
    assert.deepEqual(driver.outputs('A'), { whole: '*sanitized*', inside: 'abacus' });
  });

  test('secrets of authentication in a webhook are not recorded', () => {
    const part = { method: 'POST', uri: 'https://h.test/', authentication: { type: 'Raw', value: 'Bearer t0ken' } };
    const driver = new Driver(
      plan({ W: { type: 'HttpWebhook', inputs: { subscribe: part, unsubscribe: part } } }),
    ).start();
    assert.ok(!text(driver).includes('t0ken'));
    assert.ok(stringifyJson(driver.effects as unknown as Json).includes('t0ken'));
  });
});
