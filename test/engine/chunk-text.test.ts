/** ChunkText as the engine sees it: what it asks for, and what becomes of the outcome. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { Driver, plan } from './driver.ts';

function started(inputs: JsonObject): Driver {
  const run = new Driver(plan({ Cut: { type: 'ChunkText', inputs: { chunkingStrategy: 'TokenSize', ...inputs } } }));
  run.start();
  return run;
}

function effectOf(run: Driver): { readonly id: string; readonly inputs: unknown } {
  const command = run.commands.find((one) => one.kind === 'effect');
  assert.ok(command?.kind === 'effect' && command.request.type === 'ChunkText');
  return { id: command.id, inputs: run.env.content.load(command.request.inputs) };
}

describe('a text to be cut', () => {
  test('is asked for with the usual values of what is not given', () => {
    assert.deepEqual(effectOf(started({ text: 'a' })).inputs, {
      text: 'a',
      encoding: 'cl100k_base',
      tokens: 5000,
      overlap: 0,
    });
  });

  test('gives its pieces as value of the body', () => {
    const run = started({ text: 'a', encodingModel: 'cl200k_base', tokenSize: 2 });
    run.answer(effectOf(run).id, { kind: 'response', statusCode: 200, headers: {}, body: { value: { value: ['a'] } } });
    const record = run.folded.actions.get('Cut');
    assert.deepEqual([record?.status, record?.outputs], ['Succeeded', { value: { body: { value: ['a'] } } }]);
  });

  for (const [name, inputs] of [
    ['the text is none', { text: "@json('{}')" }],
    ['the computed size is out of range', { text: 'a', tokenSize: '@add(8000, 1)' }],
    ['the computed encoding is unknown', { text: 'a', encodingModel: "@concat('x')" }],
  ] as const) {
    test(`fails without asking when ${name}`, () => {
      const run = started(inputs);
      assert.equal(run.folded.actions.get('Cut')?.status, 'Failed');
      assert.ok(!run.commands.some(({ kind }) => kind === 'effect'));
    });
  }

  test('fails with the code of what went wrong', () => {
    const run = started({ text: 'a' });
    run.answer(effectOf(run).id, { kind: 'failure', code: 'BadRequest', message: 'too large', retryable: false });
    const record = run.folded.actions.get('Cut');
    assert.deepEqual([record?.status, record?.code], ['Failed', 'BadRequest']);
  });
});
