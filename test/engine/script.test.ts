/** Inline code as the engine sees it: what it is given, and what becomes of its outcome. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { Driver, plan } from './driver.ts';

const code = "return workflowContext.actions['Read'].outputs + workflowContext.trigger.name";
const actions: JsonObject = {
  Read: { type: 'Compose', inputs: 'secret text' },
  Other: { type: 'Compose', inputs: 2, runAfter: { Read: ['Succeeded'] } },
  Code: { type: 'JavaScriptCode', inputs: { code }, runAfter: { Other: ['Succeeded'] } },
};

function started(given: JsonObject = actions): {
  readonly run: Driver;
  readonly effect: string;
  readonly inputs: JsonObject;
} {
  const run = new Driver(plan(given));
  run.start();
  const command = run.commands.find((one) => one.kind === 'effect');
  assert.ok(command?.kind === 'effect' && command.request.type === 'Script');
  return { run, effect: command.id, inputs: run.env.content.load(command.request.inputs) as JsonObject };
}

describe('a script', () => {
  test('gets its code, the actions and the trigger it names, the workflow, and nothing else', () => {
    const { inputs } = started();
    const context = inputs.context as JsonObject;
    assert.equal(inputs.code, code);
    assert.deepEqual(Object.keys(context), ['actions', 'trigger', 'workflow']);
    assert.deepEqual(Object.keys(context.actions as JsonObject), ['Read']);
    assert.equal(((context.actions as JsonObject).Read as JsonObject).outputs, 'secret text');
  });

  test('gets what it declares beside what it names', () => {
    const inputs = { code: 'return 1', explicitDependencies: { actions: ['Other'], includeTrigger: true } };
    const { inputs: given } = started({ ...actions, Code: { ...(actions.Code as JsonObject), inputs } });
    assert.deepEqual(Object.keys((given.context as JsonObject).actions as JsonObject), ['Other']);
    assert.ok('trigger' in (given.context as JsonObject));
  });

  test('gives what it returns as the body of its outputs', () => {
    const { run, effect } = started();
    run.answer(effect, { kind: 'response', statusCode: 200, headers: {}, body: { value: [1] } });
    const record = run.folded.actions.get('Code');
    assert.deepEqual([record?.status, record?.code, record?.outputs], ['Succeeded', 'OK', { value: { body: [1] } }]);
    assert.deepEqual(record?.inputs, { value: { code } });
  });

  test('that fails gives its code and what was wrong', () => {
    const { run, effect } = started();
    run.answer(effect, {
      kind: 'failure',
      code: 'InlineCodeScriptRuntimeFailure',
      message: 'Error: no at line 3',
      retryable: false,
    });
    const record = run.folded.actions.get('Code');
    assert.deepEqual([record?.status, record?.code], ['Failed', 'InlineCodeScriptRuntimeFailure']);
    assert.equal(
      record?.error?.message,
      "The inline code action 'Code' execution failed, with error 'Error: no at line 3'.",
    );
  });

  test('that quotes something secured in its error has the text hidden, and expressions still see it', () => {
    const { run, effect } = started({
      ...actions,
      Read: { ...(actions.Read as JsonObject), runtimeConfiguration: { secureData: { properties: ['inputs'] } } },
      See: {
        type: 'Compose',
        inputs: "@length(actions('Code')?['error']?['message'])",
        runAfter: { Code: ['Failed'] },
      },
    });
    const message = 'Error: secret text at line 1';
    run.answer(effect, { kind: 'failure', code: 'InlineCodeScriptRuntimeFailure', message, retryable: false });
    const record = run.folded.actions.get('Code');
    assert.deepEqual([record?.status, record?.code], ['Failed', 'InlineCodeScriptRuntimeFailure']);
    assert.doesNotMatch(JSON.stringify([...run.folded.actions.values()]), /secret text/);
    assert.match(JSON.stringify(record?.error), /not shown because of its security configuration/);
    assert.equal(run.folded.actions.get('See')?.status, 'Succeeded');
  });

  test('that reads something secured has its inputs hidden', () => {
    const read = {
      type: 'Compose',
      inputs: 'secret text',
      runtimeConfiguration: { secureData: { properties: ['inputs'] } },
    };
    const { run } = started({ ...actions, Read: read });
    assert.deepEqual(run.folded.actions.get('Code')?.hidden, ['inputs']);
  });
});
