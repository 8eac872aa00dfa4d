import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { csvText } from '../../portal/src/model/csv.ts';
import { allOf, anyOf } from '../../portal/src/model/filter-text.ts';
import { firstFailed, loopsAround, nextFailed } from '../../portal/src/model/run-steps.ts';
import { timelineRows } from '../../portal/src/model/run-timeline.ts';
import { durationText, relativeTime } from '../../portal/src/model/times.ts';

const steps = [
  { name: 'Parse', type: 'ParseJson', status: 'Succeeded' },
  {
    name: 'Each',
    type: 'Foreach',
    status: 'Failed',
    loop: { count: 3, failed: [1] },
    actions: [
      {
        name: 'If',
        type: 'If',
        status: 'Failed',
        actions: [{ name: 'Mail', type: 'ApiConnection', status: 'Failed' }],
      },
    ],
  },
];

describe('the steps of a run', () => {
  it('open at what failed by itself, not at what is around it', () => {
    assert.equal(firstFailed(steps)?.name, 'Mail');
  });

  it('know the loops they are in', () => {
    assert.deepEqual(loopsAround(steps, 'Mail'), ['Each']);
    assert.deepEqual(loopsAround(steps, 'Parse'), []);
    assert.equal(loopsAround(steps, 'Nothing'), undefined);
  });

  it('lead from one failed iteration to the next, both ways', () => {
    assert.equal(nextFailed([3, 9, 40], 3, 1), 9);
    assert.equal(nextFailed([3, 9, 40], 40, 1), undefined);
    assert.equal(nextFailed(['000001-000007', '000001-000002'], 7, -1), 2);
  });
});

describe('texts of the portal', () => {
  it('say times and durations shortly', () => {
    assert.equal(durationText(120), '120 ms');
    assert.equal(durationText(184_000), '3 m 04 s');
    assert.equal(relativeTime(0, 3 * 3600_000), '3 hr. ago');
  });

  it('filter by what is chosen, and not at all when everything is', () => {
    assert.equal(anyOf('status', ['a', "b'c"], ['a', "b'c", 'd']), "(status eq 'a' or status eq 'b''c')");
    assert.equal(anyOf('status', ['a'], ['a']), undefined);
    assert.equal(allOf([undefined, 'x eq 1', '', 'y eq 2']), 'x eq 1 and y eq 2');
  });

  it('keep spreadsheets from running what they are given', () => {
    assert.equal(csvText(['a'], [['=1+1'], ['x,"y"']]), 'a\r\n\'=1+1\r\n"x,""y"""');
  });
});

describe('a run over time', () => {
  it('has a bar for each step that ran, in order of their starts, and one for a loop', () => {
    const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
    const steps = [
      { name: 'Late', status: 'Succeeded', startTime: at(5), endTime: at(10) },
      { name: 'Not', status: 'Skipped', startTime: at(5), endTime: at(5) },
      {
        name: 'Scope',
        status: 'Running',
        startTime: at(0),
        actions: [{ name: 'In', status: 'Succeeded', startTime: at(1), endTime: at(1) }],
      },
      {
        name: 'Loop',
        status: 'Failed',
        startTime: at(2),
        endTime: at(4),
        loop: {},
        actions: [{ name: 'Inner', startTime: at(3) }],
      },
    ];
    const rows = timelineRows<(typeof steps)[number]>(steps, { start: 0, end: 10_000 });
    assert.deepEqual(
      rows.map(({ name, depth, left, width }) => [name, depth, left, width]),
      [
        ['Scope', 0, 0, 100],
        ['In', 1, 10, 0.4],
        ['Loop', 0, 20, 20],
        ['Late', 0, 50, 50],
      ],
    );
  });
});
