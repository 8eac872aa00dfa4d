/** The `$filter` of run lists: the alternatives it becomes, against judging every run by itself. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TocsinError } from '#foundation';
import { type Filtered, inAnyOf, passes, runFilters } from '../../../src/api/routes/logic/run-filter.ts';

interface Judged {
  readonly text: string;
  readonly holds: (run: Filtered) => boolean;
}

const day = Date.UTC(2026, 0, 1);
const status = fc.constantFrom('Failed', 'Succeeded', 'Running');
const time = fc.integer({ min: 0, max: 4 }).map((step) => day + step * 1000);
const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
};
const byStatus = fc.tuple(fc.constantFrom('eq', 'ne'), status).map(
  ([operator, value]): Judged => ({
    text: `Status ${operator} '${value.toUpperCase()}'`,
    holds: (run) => (run.status === value) === (operator === 'eq'),
  }),
);
const byTime = fc.tuple(fc.constantFrom(...Object.keys(comparisons)), time).map(
  ([operator, value]): Judged => ({
    text: `startTime ${operator} ${new Date(value).toISOString()}`,
    holds: (run) => comparisons[operator]?.(run.startTime, value) === true,
  }),
);
const { filter } = fc.letrec<{ filter: Judged }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    byStatus,
    byTime,
    tie('filter').map((one): Judged => ({ text: `not (${one.text})`, holds: (run) => !one.holds(run) })),
    fc.tuple(tie('filter'), tie('filter')).map(
      ([one, other]): Judged => ({
        text: `(${one.text}) and (${other.text})`,
        holds: (run) => one.holds(run) && other.holds(run),
      }),
    ),
    fc.tuple(tie('filter'), tie('filter')).map(
      ([one, other]): Judged => ({
        text: `(${one.text} or (${other.text}))`,
        holds: (run) => one.holds(run) || other.holds(run),
      }),
    ),
  ),
}));

describe('a filter of runs', () => {
  test('RF1: its alternatives pass what the filter says, whatever it is made of', () => {
    const runs = ['Failed', 'Succeeded', 'Running', 'Cancelled'].flatMap((one) =>
      [0, 1, 2, 3, 4].map((step): Filtered => ({ status: one, startTime: day + step * 1000 })),
    );
    fc.assert(
      fc.property(filter, ({ text, holds }) => {
        let filters: ReturnType<typeof runFilters>;
        try {
          filters = runFilters(text);
        } catch (error) {
          // More alternatives than may be.
          return error instanceof TocsinError && /alternatives|deep|characters/.test(error.message);
        }
        return runs.every((run) => passes(filters, run) === holds(run));
      }),
    );
  });

  test('binds and before or, and takes texts as they are', () => {
    assert.deepEqual(runFilters("clientTrackingId eq 'a or ''b'' and (c)'"), [
      { clientTrackingId: "a or 'b' and (c)" },
    ]);
    assert.deepEqual(runFilters("status eq 'Failed' or status eq 'Running' and clientTrackingId eq 'x'"), [
      { status: 'Failed' },
      { status: 'Running', clientTrackingId: 'x' },
    ]);
    assert.deepEqual(runFilters("startTime ge datetime'2026-01-01T00:00:00Z'"), [{ startTimeFrom: day }]);
    assert.deepEqual(runFilters(' '), [{}]);
  });

  for (const text of [
    'status',
    "status gt 'Failed'",
    "clientTrackingId ne 'a'",
    "status eq 'Failed')",
    "status eq 'Failed' and",
    "and status eq 'Failed'",
    "status eq 'Failed",
    'startTime ge yesterday',
    `${'not '.repeat(500)}status eq 'Failed'`,
    `${'('.repeat(500)}status eq 'Failed'${')'.repeat(500)}`,
    Array.from({ length: 70 }, (_, index) => `clientTrackingId eq '${index}'`).join(' or '),
    `status eq '${'a'.repeat(9_000)}'`,
  ]) {
    test(`is refused: ${text.slice(0, 40)}`, () => {
      assert.throws(() => runFilters(text), /InvalidParameter: The filter /);
    });
  }

  test('gives every item once, in order, however many alternatives it passes', () => {
    const items = [{ name: '1' }, { name: '2' }, { name: '3' }];
    const read = () => items;
    assert.deepEqual(inAnyOf([{}, { status: 'Failed' }], 2, read), items.slice(0, 2));
    assert.deepEqual(inAnyOf([], 2, read), []);
  });
});
