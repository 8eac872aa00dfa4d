/** Searching text: the one-pass search answers as looking at every position does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contextFromJson, findFunction } from '#expression';

const context = contextFromJson({});

function call(name: string, ...args: readonly (string | number)[]): unknown {
  return findFunction(name)?.apply(args, context);
}

/** Start of each occurrence, overlapping ones too. */
function occurrences(text: string, searchText: string): readonly number[] {
  const positions = Array.from({ length: text.length }, (_, at) => at);
  return positions.filter((at) => text.startsWith(searchText, at));
}

const few = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 0, maxLength: 60 });
const searched = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 24 });

describe('searching for a text', () => {
  it('finds the last occurrence of long and short texts', () => {
    fc.assert(
      fc.property(few, searched, few, (before, text, after) => {
        const whole = before + text + after;
        assert.equal(call('lastIndexOf', whole, text), whole.lastIndexOf(text));
        assert.equal(call('lastIndexOf', after, text), after.lastIndexOf(text));
      }),
      { numRuns: 500 },
    );
  });

  it('finds the nth occurrence from either end', () => {
    fc.assert(
      fc.property(few, searched, fc.integer({ min: -8, max: 8 }), (text, searchText, occurrence) => {
        const found = occurrences(text, searchText);
        const index = occurrence < 0 ? found.length + occurrence : occurrence - 1;
        assert.equal(call('nthIndexOf', text, searchText, occurrence), occurrence === 0 ? -1 : (found[index] ?? -1));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes one pass where every position almost matches', () => {
    // Compared position by position, these are 10^12 steps.
    const text = 'a'.repeat(2_000_000);
    const almost = `b${'a'.repeat(1_000_000)}`;
    assert.equal(call('lastIndexOf', text, almost), -1);
    assert.equal(call('nthIndexOf', text, 'a'.repeat(1_000_000), 1_000_001), 1_000_000);
    assert.equal(call('nthIndexOf', text, almost, -1), -1);
  });
});
