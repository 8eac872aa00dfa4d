/** Values of a run as they are read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactJson, isScalar, scalarText } from '../../portal/src/model/exact-json.ts';
import { iterationsOf, iterationsText } from '../../portal/src/model/iterations.ts';
import { readableOf, sizeOf } from '../../portal/src/model/readable.ts';
import { eventText } from '../../portal/src/model/run-events.ts';
import { pathOf } from '../../portal/src/model/run-steps.ts';

describe('a value to read', () => {
  it('keeps the spelling of its numbers (E1)', () => {
    const value = exactJson('{"big": 9007199254740993, "one": 1.0, "plain": 7}') as Record<string, unknown>;
    assert.deepEqual(Object.values(value).map(scalarText), ['9007199254740993', '1.0', '7']);
    assert.ok(Object.values(value).every(isScalar));
    assert.equal(JSON.stringify(value), '{"big":9007199254740993,"one":1.0,"plain":7}');
    assert.equal(exactJson('not JSON'), 'not JSON');
  });

  it('is a table where a list has like objects of scalars, names and values else, and reads JSON within texts', () => {
    assert.equal(readableOf([{ a: 1 }, { a: 2, b: 'x' }]).kind, 'table');
    assert.equal(readableOf([{ a: { b: 1 } }]).kind, 'items');
    assert.equal(readableOf([1, 2]).kind, 'items');
    assert.equal(readableOf({ a: 1 }).kind, 'members');
    assert.equal(readableOf('{"a": 1}').kind, 'members');
    assert.equal(readableOf('[not JSON').kind, 'text');
    assert.equal(readableOf('<p>Hello</p>').kind, 'html');
    assert.equal(readableOf('1 < 2 and 3 > 2').kind, 'text');
    assert.equal(readableOf(exactJson('1.0')).kind, 'text');
    assert.deepEqual([sizeOf([1]), sizeOf({ a: 1, b: 2 })], ['1 item', '2 members']);
  });
});

describe('a run in an address', () => {
  it('holds the iterations of its loops, and nothing that is none', () => {
    assert.deepEqual(iterationsOf('Each:36,A:b:2'), { Each: 36, 'A:b': 2 });
    assert.deepEqual(iterationsOf('Each:x,:3,Each2:-1,'), {});
    assert.equal(iterationsText({ Each: 36, Inner: 2 }), 'Each:36,Inner:2');
  });

  it('finds where a step stands in the definition, in branches and cases too', () => {
    const step = (name: string, more: object = {}) => ({ name, type: 'Compose', ...more });
    const tree = [
      step('If', { actions: [step('Yes'), step('No', { branch: 'else' })] }),
      step('Switch', { actions: [step('A/B', { branch: 'Case_1' }), step('Other', { branch: 'default' })] }),
    ];
    assert.equal(pathOf(tree, 'Yes'), '/actions/If/actions/Yes');
    assert.equal(pathOf(tree, 'No'), '/actions/If/else/actions/No');
    assert.equal(pathOf(tree, 'A/B'), '/actions/Switch/cases/Case_1/actions/A~1B');
    assert.equal(pathOf(tree, 'Other'), '/actions/Switch/default/actions/Other');
    assert.equal(pathOf(tree, 'Nobody'), undefined);
  });

  it('says what an event was about, iterations counted from one', () => {
    const event = { step: 0, at: '', cause: 'actionDone', kind: 'action', action: 'Send_an_email' };
    assert.equal(eventText(event), 'Send an email');
    assert.equal(eventText({ ...event, repetition: '000036-000002' }), 'Send an email (iteration 37, 3)');
    assert.equal(eventText({ ...event, kind: 'iteration', repetition: '000000' }), 'Iteration 1 of Send an email');
    assert.equal(eventText({ ...event, kind: 'request', number: 2 }), 'Call 2 of Send an email');
  });
});
