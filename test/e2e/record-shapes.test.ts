/** The records of history as REST answers, member by member (engine reference 8, ARM reference 6.3). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { LogicApps, request, respond } from './logic-apps.ts';
import { ScriptedService } from './scripted-service.ts';
import { TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
const apps = new LogicApps(server, 'rg-shapes');
let calls = 0;
const service = new ScriptedService(() => {
  calls += 1;
  return calls === 1 ? { status: 503 } : { status: 200, body: { ok: 1 } };
});
let run = '';

before(async () => {
  await server.start();
  await service.start();
  await apps.makeGroup();
  const url = await apps.make('shapes', request(), {
    Call: {
      type: 'Http',
      inputs: { method: 'GET', uri: `${service.url}/x` },
      trackedProperties: { t: "@action()?['status']" },
    },
    Each: {
      type: 'Foreach',
      foreach: [1, 2],
      actions: {
        Item: { type: 'Compose', inputs: '@item()' },
        Fail: { type: 'Compose', inputs: '@div(1, sub(item(), 1))', runAfter: { Item: ['Succeeded'] } },
      },
      runAfter: { Call: ['Succeeded'] },
    },
    Never: { type: 'Compose', inputs: 1, runAfter: { Each: ['Succeeded'] } },
    Answer: respond({ a: 1 }, 200, { runAfter: { Each: ['Succeeded', 'Failed'] } }),
  });
  const reply = await apps.post(url, { x: 1 }, { 'x-ms-client-keywords': 'a,b' });
  run = `/runs/${reply.headers.get('x-ms-workflow-run-id') ?? ''}`;
  await server.finishedRun(`${apps.id('shapes')}${run}`);
});
after(async () => {
  await service.stop();
  await server.remove();
});

async function read(path: string, method = 'GET'): Promise<JsonObject> {
  const { status, body, text } = await apps.operation(method, `${apps.id('shapes')}${path}`);
  assert.equal(status, 200, text);
  return body;
}

const keys = (value: Json | undefined): readonly string[] => Object.keys((value ?? {}) as JsonObject).toSorted();
const properties = (record: JsonObject): JsonObject => record.properties as JsonObject;
const sorted = (text: string): readonly string[] => text.split(' ').toSorted();

/** The record's own members, those of its properties, and its type. */
function hasShape(record: JsonObject, type: string, members: string): void {
  assert.deepEqual(keys(record), ['id', 'name', 'properties', 'type']);
  assert.equal(record.type, `Microsoft.Logic/workflows/${type}`);
  assert.deepEqual(keys(record.properties), sorted(members));
}

const link = sorted('uri contentVersion contentSize contentHash');

test('a run', async () => {
  const record = await read(run);
  hasShape(
    record,
    'runs',
    'waitEndTime startTime endTime status code error correlation workflow trigger outputs response runDueTime',
  );
  const { correlation, workflow, trigger, error } = properties(record);
  assert.deepEqual(keys(correlation), sorted('clientTrackingId clientKeywords'));
  assert.deepEqual(keys(workflow), ['id', 'name', 'type']);
  assert.deepEqual(keys(error), ['code', 'message']);
  assert.deepEqual(
    keys(trigger),
    sorted('name startTime endTime trackingId originHistoryName status outputsLink correlation'),
  );
  assert.deepEqual(keys((trigger as JsonObject).outputsLink), link);
});

test('an action that was tried again, with tracked properties', async () => {
  const record = await read(`${run}/actions/Call`);
  hasShape(
    record,
    'runs/actions',
    'inputsLink outputsLink startTime endTime correlation status code trackedProperties retryHistory canResubmit',
  );
  const { retryHistory, correlation, inputsLink } = properties(record);
  assert.deepEqual(keys(correlation), sorted('actionTrackingId clientTrackingId'));
  assert.deepEqual(keys((retryHistory as readonly Json[])[0]), sorted('startTime endTime code clientRequestId'));
  assert.deepEqual(keys(inputsLink), link);
});

test('a loop, an action inside it, and one that was skipped', async () => {
  const loop = await read(`${run}/actions/Each`);
  hasShape(loop, 'runs/actions', 'startTime endTime correlation status code error iterationCount canResubmit');
  const inner = await read(`${run}/actions/Fail`);
  hasShape(inner, 'runs/actions', 'startTime endTime correlation status code repetitionCount canResubmit');
  assert.deepEqual([properties(inner).code, properties(inner).repetitionCount], ['NotSpecified', 2]);
  const skipped = await read(`${run}/actions/Never`);
  hasShape(skipped, 'runs/actions', 'startTime endTime correlation status code error canResubmit');
  assert.equal(properties(skipped).canResubmit, false);
});

test('a repetition, and one of the scope', async () => {
  const members = 'startTime endTime correlation status code error repetitionIndexes canResubmit';
  const failed = await read(`${run}/actions/Fail/repetitions/000000`);
  hasShape(failed, 'runs/actions/repetitions', members);
  assert.deepEqual(properties(failed).repetitionIndexes, [{ scopeName: 'Each', itemIndex: 0 }]);
  const good = await read(`${run}/actions/Fail/repetitions/000001`);
  hasShape(
    good,
    'runs/actions/repetitions',
    'inputsLink outputsLink startTime endTime correlation status code repetitionIndexes canResubmit',
  );
  hasShape(await read(`${run}/actions/Each/scopeRepetitions/000000`), 'runs/actions/scopeRepetitions', members);
});

test('the history of requests', async () => {
  const [failed, good] = (await read(`${run}/actions/Call/requestHistories`)).value as readonly JsonObject[];
  for (const record of [failed, good]) {
    hasShape(record ?? {}, 'runs/actions/requestHistories', 'startTime endTime request response');
  }
  const { request: sent, response } = properties(good ?? {});
  assert.deepEqual(keys(sent), sorted('headers uri method'));
  assert.deepEqual(keys(response), sorted('headers statusCode bodyLink'));
  assert.deepEqual(keys(properties(failed ?? {}).response), sorted('headers statusCode'));
});

test('a trigger and its history', async () => {
  const trigger = await read('/triggers/manual');
  hasShape(trigger, 'triggers', 'provisioningState createdTime changedTime state status lastExecutionTime workflow');
  const [history] = (await read('/triggers/manual/histories')).value as readonly JsonObject[];
  hasShape(
    history ?? {},
    'triggers/histories',
    'startTime endTime status fired trackingId correlation originHistoryName outputsLink run',
  );
  assert.deepEqual(keys(properties(history ?? {}).run), ['id', 'name', 'type']);
  assert.equal(`/runs/${String(history?.name as string)}`, run);
});

test('a trace of expressions', async () => {
  const { inputs } = await read(`${run}/actions/Fail/repetitions/000001/listExpressionTraces`, 'POST');
  assert.deepEqual(inputs, [
    {
      path: '',
      text: 'div(1, sub(item(), 1))',
      value: 1,
      subexpressions: [
        { text: 'sub(item(), 1)', value: 1 },
        { text: 'item()', value: 2 },
      ],
    },
  ]);
});

test('a version, and a callback URL', async () => {
  const [version] = (await read('/versions')).value as readonly JsonObject[];
  assert.deepEqual(keys(version), sorted('id name type location tags properties'));
  assert.deepEqual(
    keys(version?.properties),
    sorted('createdTime changedTime state version accessEndpoint sku definition parameters'),
  );
  const callback = await read('/triggers/manual/listCallbackUrl', 'POST');
  assert.deepEqual(keys(callback), sorted('value method basePath queries'));
  assert.deepEqual(keys(callback.queries), sorted('api-version sp sv sig'));
});
