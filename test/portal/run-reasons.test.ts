/** Why steps of a run were skipped, what failures came from, and the worst inside. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rootCause, whySkipped, worstInside } from '../../portal/src/model/run-reasons.ts';

const statuses: Readonly<Record<string, string>> = { Check_it: 'Failed', First: 'Succeeded', Gone: 'Skipped' };
const statusOf = (name: string): string | undefined => statuses[name];

describe('a step that was skipped', () => {
  it('says what it waited for and what that was', () => {
    const before = [
      { name: 'First', statuses: [] },
      { name: 'Check_it', statuses: ['Succeeded', 'Skipped'] },
    ];
    assert.equal(
      whySkipped(before, undefined, statusOf),
      "Skipped because 'Check it' was not Succeeded or Skipped (it was Failed).",
    );
  });

  it('says that another branch was taken, or that all around it was skipped', () => {
    assert.equal(
      whySkipped([], { name: 'First', isBranching: true }, statusOf),
      "Skipped because 'First' took another branch.",
    );
    assert.equal(whySkipped([], { name: 'Gone', isBranching: true }, statusOf), "Skipped because 'Gone' was skipped.");
    assert.equal(whySkipped([], { name: 'First', isBranching: false }, statusOf), undefined);
    assert.equal(whySkipped([], undefined, statusOf), undefined);
  });
});

describe('a container of a run', () => {
  const inner = { name: 'Inner', type: 'Http', status: 'Failed' };
  const scope = {
    name: 'Scope',
    type: 'Scope',
    status: 'Succeeded',
    actions: [
      { name: 'Fine', type: 'Compose', status: 'Succeeded' },
      { name: 'In', type: 'Scope', status: 'Failed', actions: [inner] },
    ],
  };

  it('has the worst status of what is in it, iterations of loops included', () => {
    assert.equal(worstInside(scope.actions), 'Failed');
    assert.equal(worstInside([]), undefined);
    const loop = { name: 'Each', type: 'Foreach', status: 'Succeeded', loop: { count: 3, failed: [2] }, actions: [] };
    assert.equal(worstInside([loop]), 'Failed');
    assert.equal(
      worstInside([
        { name: 'A', type: 'Wait', status: 'Waiting' },
        { name: 'B', type: 'X', status: 'Succeeded' },
      ]),
      'Waiting',
    );
  });

  it('failed because of the innermost step that failed by itself', () => {
    assert.equal(rootCause(scope)?.name, 'Inner');
    assert.equal(rootCause(inner), undefined);
  });
});
