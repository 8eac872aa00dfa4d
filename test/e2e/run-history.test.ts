/**
 * The history of runs over HTTP: lists, actions, repetitions, links, traces, resubmitting, cancelling, versions, and what
 * editing a workflow does to runs under way.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { type Reply, subscription, textOf, TocsinServer } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-history`;
const version = 'api-version=2019-05-01';

function definitionOf(actions: JsonObject, trigger: JsonObject = {}, more: JsonObject = {}): JsonObject {
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {}, ...trigger } };
  return { contentVersion: '1.0.0.0', triggers, actions, ...more };
}

const after1 = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded'] } });
const secured = (...properties: string[]): JsonObject => ({ runtimeConfiguration: { secureData: { properties } } });

/** A variable that changes, a loop, a failure with its handler, and something after it all. */
const everything: JsonObject = {
  Count: { type: 'InitializeVariable', inputs: { variables: [{ name: 'n', type: 'Integer', value: 1 }] } },
  First: { type: 'Compose', inputs: "@concat('hello ', triggerBody()?['name'])", ...after1('Count') },
  Each: {
    type: 'Foreach',
    foreach: '@createArray(1, 0, 2)',
    actions: { Divide: { type: 'Compose', inputs: '@div(10, item())' } },
    ...after1('First'),
  },
  Raise: { type: 'IncrementVariable', inputs: { name: 'n', value: 4 }, runAfter: { Each: ['Failed'] } },
  Guarded: {
    type: 'Scope',
    actions: { Show: { type: 'Compose', inputs: { n: "@variables('n')", text: "@{toUpper(outputs('First'))}!" } } },
    ...after1('Raise'),
  },
  Last: { type: 'Compose', inputs: "@outputs('Show')", ...after1('Guarded') },
  Lower: { type: 'IncrementVariable', inputs: { name: 'n', value: 100 }, ...after1('Last') },
};

describe('the history of runs', () => {
  const server = new TocsinServer(['--empty']);
  const call = (method: string, path: string, body?: Json): Promise<Reply> =>
    server.call(method, `${path}${path.includes('?') ? '&' : '?'}${version}`, body === undefined ? {} : { body });

  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => server.remove());

  async function save(name: string, definition: JsonObject, more: JsonObject = {}): Promise<string> {
    const id = `${group}/providers/Microsoft.Logic/workflows/${name}`;
    const reply = await call('PUT', id, { location: 'westeurope', properties: { definition, ...more } });
    assert.ok(reply.status === 200 || reply.status === 201, reply.text);
    return id;
  }

  /** Fires the trigger by hand and answers the run's id. */
  async function fire(id: string, body: Json = { name: 'world' }): Promise<string> {
    const reply = await call('POST', `${id}/triggers/manual/run`, body);
    assert.equal(reply.status, 202, reply.text);
    return `${id}/runs/${reply.headers.get('x-ms-workflow-run-id')}`;
  }

  const properties = (reply: { readonly body: JsonObject } | JsonObject): JsonObject =>
    ((reply.body ?? reply) as JsonObject).properties as JsonObject;

  /** The content behind a link, fetched without a token. */
  async function contentOf(link: Json | undefined): Promise<Json> {
    const reply = await server.call('GET', textOf(link, 'uri'), { token: null });
    assert.equal(reply.status, 200, reply.text);
    return JSON.parse(reply.text) as Json;
  }

  async function waiting(run: string, action: string, status = 'Running'): Promise<void> {
    await server.eventually(async () => {
      const { body } = await call('GET', `${run}/actions/${action}`);
      return (body.properties as JsonObject | undefined)?.status === status ? true : undefined;
    }, `${action} in ${status}`);
  }

  test('lists, actions, repetitions and contents of a run are there in full', async () => {
    const id = await save(
      'Everything',
      definitionOf(everything, {}, { outputs: { n: { type: 'Int', value: "@variables('n')" } } }),
    );
    const run = await fire(id);
    const answer = properties(await server.finishedRun(run));
    assert.equal(answer.status, 'Succeeded', JSON.stringify(answer));
    assert.deepEqual(answer.outputs, { n: { type: 'Int', value: 105 } });
    assert.ok(answer.waitEndTime !== undefined && answer.correlation !== undefined && answer.workflow !== undefined);
    const trigger = answer.trigger as JsonObject;
    assert.deepEqual(((await contentOf(trigger.outputsLink)) as JsonObject).body, { name: 'world' });

    const actions = (await call('GET', `${run}/actions`)).body.value ?? [];
    assert.equal(actions.length, 9);
    const show = properties(actions.find(({ name }) => name === 'Show') as JsonObject);
    const link = show.outputsLink as JsonObject;
    assert.equal(link.contentSize, JSON.stringify(await contentOf(link)).length);
    assert.equal((link.contentHash as JsonObject).algorithm, 'md5');
    assert.deepEqual(await contentOf(link), { n: 5, text: 'HELLO WORLD!' });

    const divide = await call('GET', `${run}/actions/Divide`);
    assert.equal(properties(divide).repetitionCount, 3);
    assert.equal(properties(divide).status, 'Failed');
    const failed = await call('GET', `${run}/actions/Divide/repetitions?$filter=status eq 'failed'`);
    assert.deepEqual(
      (failed.body.value ?? []).map(({ name }) => name),
      ['000001'],
    );
    const one = await call('GET', `${run}/actions/Divide/repetitions/000002`);
    assert.deepEqual(properties(one).repetitionIndexes, [{ scopeName: 'Each', itemIndex: 2 }]);
    assert.equal(await contentOf(properties(one).outputsLink), 5);
    const scopes = await call('GET', `${run}/actions/Each/scopeRepetitions`);
    assert.equal(scopes.body.value?.length, 3);

    const expanded = properties(await call('GET', `${run}?$expand=properties/actions,workflow/properties`));
    assert.equal(Object.keys(expanded.actions as JsonObject).length, 9);
    assert.ok((properties(expanded.workflow as JsonObject).definition as JsonObject).actions !== undefined);
    assert.equal((await call('GET', `${run}/operations/any`)).status, 200);
  });

  test('runs are filtered and paged, newest first', async () => {
    const id = await save('Paged', definitionOf({ A: { type: 'Compose', inputs: "@div(1, triggerBody()?['by'])" } }));
    const runs: string[] = [];
    for (const by of [1, 0, 1, 0, 1]) runs.unshift(await fire(id, { by }));
    for (const run of runs) await server.finishedRun(run);
    const names: string[] = [];
    for (let path: string | undefined = `${id}/runs?$top=2&${version}`; path !== undefined; ) {
      const page: Reply = await server.call('GET', path);
      names.push(...(page.body.value ?? []).map((one) => textOf(one, 'id')));
      path = page.body.nextLink as string | undefined;
    }
    assert.deepEqual(names, runs);
    const started = textOf(properties(await call('GET', runs[3] as string)), 'startTime');
    const filter = encodeURIComponent(`(Status eq 'failed' and StartTime ge ${started})`);
    const found = (await call('GET', `${id}/runs?$filter=${filter}`)).body.value ?? [];
    assert.deepEqual(
      found.map((one) => one.id),
      [runs[1], runs[3]],
    );
    const tracking = textOf(properties(await call('GET', runs[2] as string)).correlation, 'clientTrackingId');
    const byTracking = await call(
      'GET',
      `${id}/runs?$filter=${encodeURIComponent(`clientTrackingId eq '${tracking}'`)}`,
    );
    assert.deepEqual(
      (byTracking.body.value ?? []).map((one) => one.id),
      [runs[2]],
    );
    const by = async (text: string): Promise<readonly unknown[]> =>
      ((await call('GET', `${id}/runs?$filter=${encodeURIComponent(text)}`)).body.value ?? []).map((one) => one.id);
    assert.deepEqual(await by("status eq 'Failed' or status eq 'Succeeded'"), runs);
    assert.deepEqual(await by("not (status eq 'Succeeded')"), [runs[1], runs[3]]);
    assert.deepEqual(
      await by(`(status eq 'Failed' or clientTrackingId eq '${tracking}') and startTime gt ${started}`),
      [runs[1], runs[2]],
    );
    assert.deepEqual(await by("status eq 'Failed' and status eq 'Succeeded'"), []);
    const first = await call('GET', `${id}/runs?$top=3&$filter=${encodeURIComponent("status ne 'Running'")}`);
    const rest = await server.call('GET', first.body.nextLink as string);
    assert.deepEqual(
      [...(first.body.value ?? []), ...(rest.body.value ?? [])].map((one) => one.id),
      runs,
    );
    for (const wrong of [
      "color eq 'red'",
      "(status eq 'Failed'",
      "status eq 'Failed' or",
      "not clientTrackingId eq 'a'",
    ]) {
      assert.equal((await call('GET', `${id}/runs?$filter=${encodeURIComponent(wrong)}`)).status, 400, wrong);
    }
    const wrong = await call('GET', `${id}/runs/nobody`);
    assert.equal((wrong.body.error as JsonObject).code, 'WorkflowRunNotFound');
  });

  test('a run is a small tree whatever its loops, and opens iteration by iteration', async () => {
    const id = await save(
      'Tree',
      definitionOf({
        Each: {
          type: 'Foreach',
          foreach: '@range(0, 6000)',
          actions: {
            Odd: {
              type: 'If',
              expression: '@equals(mod(item(), 500), 250)',
              actions: { Fail: { type: 'Compose', inputs: '@div(1, 0)' } },
              else: { actions: { Pass: { type: 'Compose', inputs: '@item()' } } },
            },
          },
        },
        Never: { type: 'Compose', inputs: 1, ...after1('Each') },
      }),
    );
    const run = await fire(id);
    await server.finishedRun(run);
    const treeOf = (query: string): Promise<Reply> => server.call('GET', `/tocsin/v1/runTree?id=${run}${query}`);
    const whole = await treeOf('');
    assert.equal(whole.status, 200, whole.text);
    assert.ok(whole.text.length < 20_000, `${whole.text.length} bytes`);
    const [each, never] = whole.body.actions as readonly JsonObject[];
    assert.deepEqual([each?.status, never?.status], ['Failed', 'Skipped']);
    const loop = each?.loop as JsonObject;
    const failed = Array.from({ length: 12 }, (_, index) => 250 + index * 500);
    assert.deepEqual([loop.count, loop.failedCount, loop.failed], [6000, 12, failed]);
    assert.equal((loop.buckets as string).length, 200);
    assert.equal((loop.buckets as string).replaceAll('S', ''), 'F'.repeat(12));
    const [odd] = (await treeOf('&action=each&rep=000750')).body.actions as readonly JsonObject[];
    const children = ((odd as JsonObject).actions as readonly JsonObject[]).map(({ name, status, branch }) => [
      name,
      status,
      branch,
    ]);
    assert.deepEqual(children, [
      ['Fail', 'Failed', undefined],
      ['Pass', 'Skipped', 'else'],
    ]);
    assert.equal((await treeOf('&action=Each&rep=009999')).status, 404);
    assert.equal((await treeOf('&action=Nobody')).status, 404);
    assert.equal((await server.call('GET', '/tocsin/v1/runTree?id=/nonsense')).status, 400);
    const listed = (await server.call('GET', `/tocsin/v1/runs?scopes=${id}&$top=5`)).body.value ?? [];
    assert.deepEqual(
      listed.map((one) => one.id),
      [run],
    );
  });

  test('what happened in a run is told in the order it was written, page by page, without contents', async () => {
    const secret = { Hide: { type: 'Compose', inputs: 'hush-hush', ...secured('inputs', 'outputs') } };
    const id = await save('Told', definitionOf({ ...everything, ...secret }));
    const run = await fire(id);
    await server.finishedRun(run);
    const all: JsonObject[] = [];
    for (let path: string | undefined = `/tocsin/v1/runEvents?id=${run}&$top=4`; path !== undefined; ) {
      const page: Reply = await server.call('GET', path);
      assert.equal(page.status, 200, page.text);
      assert.ok(!page.text.includes('hush-hush') && !page.text.includes('hello world'), page.text);
      all.push(...(page.body.value ?? []));
      path = page.body.nextLink as string | undefined;
    }
    const whole = (await server.call('GET', `/tocsin/v1/runEvents?id=${run}&$top=1000`)).body.value ?? [];
    assert.deepEqual(all, whole);
    assert.equal(all[0]?.cause, 'started');
    assert.deepEqual([all.at(-1)?.kind, all.at(-1)?.status], ['run', 'Succeeded']);
    const steps = all.map(({ step }) => Number(step));
    assert.deepEqual(
      steps,
      steps.toSorted((left, right) => left - right),
    );
    const divided = all.filter(({ action, repetition }) => action === 'Divide' && repetition === '000001');
    assert.deepEqual([divided.at(-1)?.status, divided.at(-1)?.code], ['Failed', 'BadRequest']);
    const iterations = all.filter(({ kind }) => kind === 'iteration').map(({ repetition }) => repetition);
    assert.deepEqual(new Set(iterations), new Set(['000000', '000001', '000002']));
    assert.equal((await server.call('GET', `/tocsin/v1/runEvents?id=${run}&$skiptoken=cDp4`)).status, 400);
    assert.equal((await server.call('GET', `/tocsin/v1/runEvents?id=${id}/runs/nobody`)).status, 404);
    assert.equal((await server.call('GET', '/tocsin/v1/runEvents?id=/nonsense')).status, 400);
  });

  test('expression traces show how inputs came about, in loops too, and nothing that is secured', async () => {
    const id = await save(
      'Traced',
      definitionOf({
        ...everything,
        Secret: { type: 'Compose', inputs: "@concat('x', triggerBody()?['name'])", ...secured('inputs') },
      }),
    );
    const run = await fire(id);
    await server.finishedRun(run);
    const traces = async (path: string): Promise<readonly JsonObject[]> =>
      (await call('POST', `${run}/actions/${path}/listExpressionTraces`)).body.inputs as readonly JsonObject[];
    const [number, text] = await traces('show');
    assert.deepEqual([number?.path, number?.text, number?.value], ['n', "variables('n')", 5]);
    assert.deepEqual([text?.path, text?.value], ['text', 'HELLO WORLD']);
    assert.deepEqual(text?.subexpressions, [{ text: "outputs('First')", value: 'hello world' }]);
    const [failing] = await traces('Divide/repetitions/000001');
    assert.match(JSON.stringify(failing?.error), /InvalidTemplate/);
    assert.equal((await traces('Divide/repetitions/000002'))[0]?.value, 5);
    assert.deepEqual((await traces('Each'))[0]?.value, [1, 0, 2]);
    assert.deepEqual(await traces('Secret'), []);
  });

  test('a run goes on from an action in a new run, with the results before it', async () => {
    const id = await save('Again', definitionOf(everything));
    const run = await fire(id);
    await server.finishedRun(run);
    assert.equal(properties(await call('GET', `${run}/actions/Show`)).canResubmit, true);
    assert.equal(properties(await call('GET', `${run}/actions/Divide`)).canResubmit, false);
    const again = await call('POST', `${run}/resubmit`, { actionsToResubmit: [{ name: 'Show' }] });
    assert.equal(again.status, 202, again.text);
    const other = `${id}/runs/${again.headers.get('x-ms-workflow-run-id')}`;
    assert.equal(properties(await server.finishedRun(other)).status, 'Succeeded');
    const modes = ((await call('GET', `${other}/actions`)).body.value ?? []).map((one) => [
      one.name,
      (one.properties as JsonObject).executionMode ?? null,
    ]);
    const copied = 'ResubmittedResults';
    assert.deepEqual(Object.fromEntries(modes), {
      Count: copied,
      First: copied,
      Each: copied,
      Divide: copied,
      Raise: copied,
      Guarded: null,
      Show: null,
      Last: null,
      Lower: null,
    });
    const show = properties(await call('GET', `${other}/actions/Show`));
    assert.deepEqual(await contentOf(show.outputsLink), { n: 5, text: 'HELLO WORLD!' });
    const lower = properties(await call('GET', `${other}/actions/Lower`));
    assert.deepEqual(await contentOf(lower.outputsLink), { body: { name: 'n', value: 105 } });
    assert.equal((await call('GET', `${other}/actions/Divide/repetitions`)).body.value?.length, 3);
    const loop = await call('POST', `${run}/resubmit`, { actionsToResubmit: [{ name: 'Divide' }] });
    assert.equal((loop.body.error as JsonObject).code, 'WorkflowRunActionCannotBeResubmitted');
    const whole = await call('POST', `${run}/resubmit`);
    assert.equal(whole.status, 202, whole.text);
  });

  test('a trigger history is resubmitted with its outputs and the definition of today', async () => {
    const id = await save('Histories', definitionOf({ A: { type: 'Compose', inputs: "@triggerBody()?['name']" } }));
    const run = await fire(id, { name: 'old' });
    await server.finishedRun(run);
    await save('Histories', definitionOf({ B: { type: 'Compose', inputs: "@{triggerBody()?['name']}!" } }));
    const histories = `${id}/triggers/manual/histories`;
    const [history] = (await call('GET', histories)).body.value ?? [];
    assert.equal(properties(history as JsonObject).fired, true);
    assert.deepEqual(((await contentOf(properties(history as JsonObject).outputsLink)) as JsonObject).body, {
      name: 'old',
    });
    const again = await call('POST', `${histories}/${textOf(history, 'name')}/resubmit`);
    assert.equal(again.status, 202, again.text);
    const other = `${id}/runs/${again.headers.get('x-ms-workflow-run-id')}`;
    await server.finishedRun(other);
    assert.equal(await contentOf(properties(await call('GET', `${other}/actions/B`)).outputsLink), 'old!');
    const none = await call('POST', `${histories}/nobody/resubmit`);
    assert.equal((none.body.error as JsonObject).code, 'WorkflowTriggerHistoryNotFound');
  });

  test('a run says what started it, and lists are asked by it', async () => {
    const id = await save('Started', definitionOf({ A: { type: 'Compose', inputs: 1 } }));
    const { body: signed } = await call('POST', `${id}/triggers/manual/listCallbackUrl`);
    const url = textOf(signed, 'value').replace(/^https?:\/\/[^/]+/, server.url);
    const answer = await fetch(url, { method: 'POST' });
    const called = `${id}/runs/${answer.headers.get('x-ms-workflow-run-id')}`;
    const byHand = await call('POST', `${id}/triggers/manual/run`);
    const second = await call('POST', `${called}/resubmit`);
    const started = (run: unknown): JsonObject => properties(run as JsonObject).startedBy as JsonObject;
    const finished = async (run: string): Promise<JsonObject> => {
      assert.equal(started(await server.finishedRun(run)), undefined, 'Azure has no such member');
      return (await server.call('GET', `${run}?api-version=2019-05-01&$expand=startedBy`)).body;
    };
    assert.deepEqual(started(await finished(called)), { kind: 'Request' });
    const hand = await finished(`${id}/runs/${byHand.headers.get('x-ms-workflow-run-id')}`);
    assert.equal(started(hand).kind, 'Person');
    assert.notEqual(textOf(started(hand), 'principal'), '');
    const again = await finished(`${id}/runs/${second.headers.get('x-ms-workflow-run-id')}`);
    assert.equal(started(again).kind, 'Resubmission');
    assert.equal(started(again).runId, called);
    const named = async (filter: string): Promise<unknown[]> => {
      const path = `${id}/runs?api-version=2019-05-01&$filter=${encodeURIComponent(filter)}`;
      const answer = await server.call('GET', path);
      return (answer.body.value as JsonObject[]).map(({ id: run }) => run);
    };
    assert.deepEqual(await named("startedBy/kind eq 'person'"), [hand.id]);
    assert.deepEqual(await named("startedBy/kind ne 'Person' and status eq 'Succeeded'"), [again.id, called]);
    const everywhere = await server.call(
      'GET',
      `/tocsin/v1/runs?filter=${encodeURIComponent("startedBy/kind eq 'Resubmission'")}`,
    );
    assert.ok((everywhere.body.value as JsonObject[]).some(({ id: run }) => run === again.id));
  });

  test('what splitOn made is one history, resubmitted as a whole or by one run', async () => {
    const id = await save(
      'Split',
      definitionOf({ A: { type: 'Compose', inputs: '@triggerBody()' } }, { splitOn: '@triggerBody()' }),
    );
    const first = await fire(id, ['a', 'b']);
    await server.finishedRun(first);
    const histories = `${id}/triggers/manual/histories`;
    const listed = (await call('GET', histories)).body.value ?? [];
    assert.equal(listed.length, 1);
    await call('POST', `${histories}/${textOf(listed[0], 'name')}/resubmit`);
    assert.equal((await call('GET', `${id}/runs`)).body.value?.length, 4);
    const one = await call('POST', `${histories}/${first.split('/').at(-1)}/resubmit`);
    const other = `${id}/runs/${one.headers.get('x-ms-workflow-run-id')}`;
    await server.finishedRun(other);
    assert.equal(await contentOf(properties(await call('GET', `${other}/actions/A`)).outputsLink), 'a');
    assert.equal((await call('GET', `${id}/runs`)).body.value?.length, 5);
  });

  test('secured contents have a word instead of a link, and links do not open what they were not made for', async () => {
    const id = await save(
      'Secured',
      definitionOf(
        {
          Hide: { type: 'Compose', inputs: "@triggerBody()?['name']", ...secured('inputs') },
          Open: { type: 'Compose', inputs: 'open' },
        },
        secured('outputs'),
      ),
    );
    const run = await fire(id, { name: 'planted' });
    const answer = properties(await server.finishedRun(run));
    assert.deepEqual((answer.trigger as JsonObject).outputsLink, { secureData: { properties: ['outputs'] } });
    const hidden = properties(await call('GET', `${run}/actions/Hide`));
    assert.deepEqual(hidden.inputsLink, { secureData: { properties: ['inputs'] } });
    assert.deepEqual(hidden.outputsLink, { secureData: { properties: ['outputs'] } });
    const uri = textOf(properties(await call('GET', `${run}/actions/Open`)).outputsLink, 'uri');
    assert.match(uri, /[?&]se=/);
    for (const changed of [
      uri.replace('/Open/', '/Hide/'),
      uri.replace('ActionOutputs', 'ActionInputs'),
      uri.replace(/sig=./, 'sig=-'),
    ]) {
      assert.equal((await server.call('GET', changed, { token: null })).status, 401);
    }
    assert.doesNotMatch(server.log, /planted/);
  });

  test('a run under way keeps its version while its workflow is edited, disabled and deleted', async () => {
    const wait = (seconds: number): JsonObject => ({
      type: 'Wait',
      inputs: { interval: { count: seconds, unit: 'Second' } },
    });
    const id = await save(
      'Edited',
      definitionOf({ Pause: wait(2), Old: { type: 'Compose', inputs: 1, ...after1('Pause') } }),
    );
    const run = await fire(id);
    await waiting(run, 'Pause');
    await save('Edited', definitionOf({ Pause: wait(600), New: { type: 'Compose', inputs: 2 } }));
    assert.equal((await call('POST', `${id}/disable`)).status, 200);
    const refused = await call('POST', `${id}/triggers/manual/run`);
    assert.equal((refused.body.error as JsonObject).code, 'WorkflowTriggerIsNotEnabled');
    const ended = await server.finishedRun(run);
    assert.equal(properties(ended).status, 'Succeeded');
    assert.deepEqual(
      ((await call('GET', `${run}/actions`)).body.value ?? []).map(({ name }) => name),
      ['Pause', 'Old'],
    );
    const versions = (await call('GET', `${id}/versions`)).body.value ?? [];
    assert.equal(versions.length, 2);
    assert.equal(textOf(properties(ended).workflow as Json, 'name'), versions[1]?.name);

    const old = await call('GET', `${id}/versions/${textOf(versions[1], 'name')}`);
    await save('Edited', properties(old).definition as JsonObject, { state: 'Enabled' });
    assert.equal((await call('GET', `${id}/versions`)).body.value?.length, 3);
    const promoted = await fire(id);
    await waiting(promoted, 'Pause');
    await save('Edited', definitionOf({ Pause: wait(600) }));
    const last = await fire(id);
    await waiting(last, 'Pause');
    assert.equal((await call('DELETE', id)).status, 200);
    assert.equal((await call('GET', run)).status, 404);
    await save('Edited', definitionOf({ A: { type: 'Compose', inputs: 1 } }));
    const cancelled = await server.finishedRun(last);
    assert.equal(properties(cancelled).status, 'Cancelled');
  });

  test('running and waiting runs are cancelled, ended ones are not', async () => {
    const id = await save(
      'Cancelled',
      definitionOf({
        Long: { type: 'Wait', inputs: { interval: { count: 10, unit: 'Minute' } } },
        Next: { type: 'Compose', inputs: 1, ...after1('Long') },
      }),
    );
    const run = await fire(id);
    await waiting(run, 'Long');
    assert.equal((await call('GET', `${run}/operations/any`)).status, 202);
    assert.equal((await call('POST', `${run}/cancel`)).status, 200);
    assert.equal(properties(await server.finishedRun(run)).status, 'Cancelled');
    const statuses = ((await call('GET', `${run}/actions`)).body.value ?? []).map(
      (one) => (one.properties as JsonObject).status,
    );
    assert.deepEqual(statuses, ['Cancelled', 'Skipped']);
    const again = await call('POST', `${run}/cancel`);
    assert.equal(again.status, 400);
    assert.equal((again.body.error as JsonObject).code, 'WorkflowRunCanNotBeCancelled');
  });
});
