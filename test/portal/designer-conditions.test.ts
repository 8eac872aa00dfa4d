/** Conditions as rows and groups, and recurrences in words and times: what forms of the designer read and write. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type ConditionGroup,
  type ConditionRow,
  isGroup,
  operators,
  readCondition,
  writeCondition,
} from '../../portal/src/designer/core/condition.ts';
import { evaluateExpression } from '../../portal/src/designer/core/evaluate.ts';
import type { JsonData } from '../../portal/src/designer/core/json-value.ts';
import { inWords, nextFirings, onClocksOf } from '../../portal/src/designer/core/recurrence.ts';
import { bounds } from './made-definitions.ts';

const operand = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("@triggerBody()?['Severity']", "a @{variables('x')} b", '@@home', "it's", '@', '@{broken'),
);
const row: fc.Arbitrary<ConditionRow> = fc.record({
  left: operand,
  operator: fc.constantFrom(...operators.map(([text]) => text)),
  right: operand,
});
const { group } = fc.letrec<{ group: ConditionGroup; item: ConditionRow | ConditionGroup }>((tie) => ({
  group: fc.record({
    join: fc.constantFrom('and' as const, 'or' as const),
    items: fc.array(tie('item'), { minLength: 1, maxLength: 4 }),
  }),
  item: fc.oneof({ maxDepth: 4 }, row, tie('group')),
}));

const countRows = (form: ConditionGroup): number =>
  form.items.reduce((sum, item) => sum + (isGroup(item) ? countRows(item) : 1), 0);

describe('conditions', () => {
  it('are read as the groups and rows that were written, however deep', () => {
    fc.assert(
      fc.property(group, (form) => {
        assert.equal(JSON.stringify(readCondition(writeCondition(form, 'object'))), JSON.stringify(form));
      }),
      bounds,
    );
  });

  it('written as an expression, are the same rows again, and the same text when they are written once more', () => {
    fc.assert(
      fc.property(group, (form) => {
        const text = writeCondition(form, 'expression');
        const read = readCondition(text);
        assert.ok(read !== undefined, JSON.stringify(text));
        assert.equal(countRows(read), countRows(form), JSON.stringify(text));
        assert.equal(writeCondition(read, 'expression'), text);
      }),
      bounds,
    );
  });

  it('keep the type of what is compared', () => {
    const form: ConditionGroup = {
      join: 'and',
      items: [
        { left: "@outputs('C')", operator: 'is equal to', right: 5 },
        { left: "n@{outputs('C')}", operator: 'is not equal to', right: 'n6' },
        { join: 'or', items: [{ left: true, operator: 'is equal to', right: true }] },
      ],
    };
    const text = writeCondition(form, 'expression') as string;
    assert.equal(
      text,
      "@and(equals(outputs('C'), 5), not(equals(concat('n', outputs('C')), 'n6')), or(equals(true, true)))",
    );
    assert.deepEqual(evaluateExpression(text.slice(1), { outputs: { C: 5 } }), { ok: true, text: 'true' });
  });

  it('of other functions, negated groups and bare expressions are left alone', () => {
    const others: readonly JsonData[] = [
      '@empty(variables(1))',
      "@equals(1, 1)['x']",
      '@equals(1, 2, 3)',
      '@not(and(equals(1, 1)))',
      'equals(1, 1)',
      { and: [{ empty: ['x'] }] },
      { and: [], or: [] },
      { equals: [1] },
      { not: { and: [] } },
    ];
    for (const other of others) assert.equal(readCondition(other), undefined, JSON.stringify(other));
    // One row is shown as a group of its own.
    assert.equal(readCondition({ equals: [1, 1] })?.items.length, 1);
    assert.equal(readCondition('@equals(1, 1)')?.items.length, 1);
  });
});

describe('a recurrence', () => {
  const savedAt = Date.UTC(2026, 9, 23, 12, 0, 0);

  it('fires by the clocks of its zone over the end of daylight saving', () => {
    const recurrence = {
      frequency: 'Day',
      interval: 1,
      timeZone: 'W. Europe Standard Time',
      schedule: { hours: [8], minutes: [30] },
    };
    const next = nextFirings(recurrence, savedAt, 3);
    assert.ok(next.kind === 'times');
    assert.deepEqual(
      next.times.map((time) => new Date(time).toISOString()),
      ['2026-10-24T06:30:00.000Z', '2026-10-25T07:30:00.000Z', '2026-10-26T07:30:00.000Z'],
    );
    const shown = next.times.map((time) => onClocksOf('W. Europe Standard Time', time));
    for (const each of shown) assert.match(each, /08:30:00$/);
  });

  it('fires at the save first where nothing says when, and ends with its count', () => {
    const next = nextFirings({ frequency: 'Hour', interval: 2, count: 2 }, savedAt, 5);
    assert.deepEqual(next, { kind: 'times', times: [savedAt, savedAt + 7_200_000] });
  });

  it('says why it is none, in the words of a save, and that parameters decide', () => {
    const refused = nextFirings({ frequency: 'Day', interval: 0 }, savedAt, 5);
    assert.ok(refused.kind === 'refused');
    assert.match(refused.message, /^It has an invalid interval/);
    assert.deepEqual(nextFirings({ frequency: 'Day', interval: "@parameters('n')" }, savedAt, 5), { kind: 'unknown' });
    assert.equal(nextFirings('text', savedAt, 5).kind, 'refused');
  });

  it('is a sentence', () => {
    const schedule = { weekDays: ['Monday', 'Friday'], hours: [8, 17], minutes: [0, 30] };
    assert.equal(
      inWords({ frequency: 'Week', interval: 2, schedule }),
      'Every 2 weeks on Monday and Friday at 08:00, 08:30, 17:00 and 17:30',
    );
    assert.equal(
      inWords({ frequency: 'Month', interval: 1, schedule: { monthDays: [1, -1], hours: [9] } }),
      'Every month on day 1 and 1 from the end at the hours 09',
    );
    assert.equal(inWords({}), '');
  });
});
