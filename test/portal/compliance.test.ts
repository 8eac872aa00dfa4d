/** Regulatory compliance as the portal shows it: order, filters, sums. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ControlAssessment, inOrder, passedText, sharesOf, treeOf } from '../../portal/src/model/compliance.ts';

const none = { passed: 0, failed: 0, skipped: 0, unsupported: 0 };
const everything = { states: ['Failed', 'Passed', 'Skipped', 'Unsupported'], text: '' };

function assessment(control: string, name: string, description = name): ControlAssessment {
  return { id: `/${control}/${name}`, name, control, state: 'Passed', description, resources: none, link: undefined };
}

function control(name: string, state = 'Passed', description = name) {
  return { name, state, description };
}

describe('regulatory compliance', () => {
  it('counts passed controls out of all, whatever their state', () => {
    assert.equal(passedText({ passed: 12, failed: 20, skipped: 5, unsupported: 3 }), '12 of 40 passed controls');
    assert.equal(passedText(none, 'resources'), '0 of 0 passed resources');
  });

  it('shows failures first and leaves out states that nothing is in', () => {
    const shares = sharesOf({ passed: 2, failed: 1, skipped: 0, unsupported: 4 });
    assert.deepEqual(
      shares.map(({ state, count }) => [state, count]),
      [
        ['Failed', 1],
        ['Passed', 2],
        ['Unsupported', 4],
      ],
    );
  });

  it('orders controls by their numbers', () => {
    const names = inOrder(['1.10', '1.9', '1.2.1', 'A.2', '1.2'].map((name) => ({ name }))).map(({ name }) => name);
    assert.deepEqual(names, ['1.2', '1.2.1', '1.9', '1.10', 'A.2']);
  });

  it('puts assessments below their controls, whatever the case of the name', () => {
    const tree = treeOf(
      [control('AC-2'), control('AC-1')],
      [assessment('ac-2', 'a'), assessment('AC-2', 'b')],
      everything,
    );
    assert.deepEqual(
      tree.map(({ name, assessments }) => [name, assessments.map((each) => each.name)]),
      [
        ['AC-1', []],
        ['AC-2', ['a', 'b']],
      ],
    );
  });

  it('keeps a control that a search names with all that is assessed, else only what the search names', () => {
    const controls = [control('1.1', 'Failed', 'Encrypt disks'), control('1.2')];
    const assessments = [
      assessment('1.1', 'a', 'Disks'),
      assessment('1.1', 'b', 'Keys'),
      assessment('1.2', 'c', 'Keys'),
    ];
    const names = (text: string) =>
      treeOf(controls, assessments, { ...everything, text }).map((each) => [each.name, each.assessments.length]);
    assert.deepEqual(names('encrypt'), [['1.1', 2]]);
    assert.deepEqual(names('keys'), [
      ['1.1', 1],
      ['1.2', 1],
    ]);
    assert.deepEqual(names('nothing'), []);
  });

  it('leaves out controls in states that are not wanted', () => {
    const controls = [control('1', 'Failed'), control('2', 'Passed')];
    assert.deepEqual(
      treeOf(controls, [], { states: ['Failed'], text: '' }).map(({ name }) => name),
      ['1'],
    );
  });
});
