/** ParseDocument as the engine sees it: what it asks for, and what becomes of the outcome. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type JsonObject, textMember } from '#foundation';
import { Driver, plan } from './driver.ts';

function started(type: string, inputs: JsonObject): Driver {
  const run = new Driver(plan({ Read: { type, inputs } }));
  run.start();
  return run;
}

function effectOf(run: Driver): { readonly id: string; readonly inputs: unknown } {
  const command = run.commands.find((one) => one.kind === 'effect');
  assert.ok(command?.kind === 'effect' && command.request.type === 'ParseDocument');
  return { id: command.id, inputs: run.env.content.load(command.request.inputs) };
}

describe('a document to be read', () => {
  test('is asked for as it is, with or without metadata', () => {
    const content = { '$content-type': 'application/pdf', $content: 'JVBERg==' };
    assert.deepEqual(effectOf(started('ParseDocument', { content })).inputs, { content, withMetadata: false });
    assert.deepEqual(effectOf(started('ParseDocumentWithMetadata', { content: 'a', fileType: 'txt' })).inputs, {
      content: 'a',
      withMetadata: true,
      fileType: 'txt',
    });
  });

  test('gives the body it is answered', () => {
    const run = started('ParseDocument', { content: 'a' });
    run.answer(effectOf(run).id, { kind: 'response', statusCode: 200, headers: {}, body: { value: { text: 'a' } } });
    const record = run.folded.actions.get('Read');
    assert.deepEqual(
      [record?.status, record?.code, record?.outputs],
      ['Succeeded', 'OK', { value: { body: { text: 'a' } } }],
    );
  });

  for (const [name, inputs, why] of [
    ['there is no content', { content: "@json('null')" }, /expects a value but got null/],
    ['the content is no document', { content: [1] }, /must be a text or the content of a file/],
    ['the computed type is unknown', { content: 'a', fileType: "@concat('ODT')" }, /'fileType' must be one of/],
  ] as const) {
    test(`fails without asking when ${name}`, () => {
      const run = started('ParseDocument', inputs);
      const record = run.folded.actions.get('Read');
      assert.equal(record?.status, 'Failed');
      assert.match(textMember(record?.error, 'message') ?? '', why);
      assert.ok(!run.commands.some(({ kind }) => kind === 'effect'));
    });
  }

  test('fails with the code of what went wrong', () => {
    const run = started('ParseDocument', { content: 'a' });
    run.answer(effectOf(run).id, { kind: 'failure', code: 'BadRequest', message: 'no', retryable: false });
    const record = run.folded.actions.get('Read');
    assert.deepEqual([record?.status, record?.code], ['Failed', 'BadRequest']);
  });
});
