/** Properties of the whole language, over generated expressions and data. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Json, parseJson, SeededRandom, stringifyJson } from '#foundation';
import {
  areFaults,
  contextFromJson,
  EvaluationFault,
  equalityKey,
  equalValues,
  escapeText,
  measureValue,
  parseExpression,
  parseTemplate,
  planCondition,
  planTemplate,
  printExpression,
  printTemplate,
  toJson,
} from '#expression';
import { expressions, jsonValues, validCalls } from './arbitraries.ts';
import { evaluateNaively } from './naive.ts';

/** The tree without positions. */
function shape(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (name, value: unknown) =>
      name === 'start' || name === 'end' || name === 'nameSpan' ? undefined : value,
    ),
  );
}

const document = parseJson(
  '{"variables":{"text":"Some Text, ünïcode","n":7},"triggerBody":{"list":[1,2.5,"x",null,{"a":1}],"a":{"b":{"c":true}},"big":9007199254740993},"item":{"id":5.0},"outputs":{"Http":{"statusCode":200,"headers":{"h":"v"},"body":{"ok":true}}},"now":"2026-03-04T05:06:07Z"}',
);

describe('expressions in general', () => {
  it('parse again to the same tree after printing (PR1)', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const text = printExpression(expression);
        const parsed = parseExpression(text);
        assert.ok(!areFaults(parsed), `${text} does not parse`);
        assert.deepEqual(shape(parsed), shape(expression));
        assert.equal(printExpression(parsed), text);
      }),
      { numRuns: 500 },
    );
  });

  it('survive printing inside interpolations', () => {
    const text = fc.string({ maxLength: 8 }).filter((piece) => !piece.endsWith('@') && !piece.startsWith('@'));
    fc.assert(
      fc.property(text, expressions, text, (before, expression, after) => {
        const source = `x${before.replaceAll('@{', '@@{')}@{${printExpression(expression)}}${after.replaceAll('@{', '@@{')}`;
        const template = parseTemplate(source);
        assert.ok(!areFaults(template), source);
        const again = parseTemplate(printTemplate(template));
        assert.deepEqual(shape(again), shape({ ...template, text: printTemplate(template) }));
      }),
    );
  });

  it('parse any text to a tree or to faults within it', () => {
    const syllables = fc.constantFrom(
      '@',
      '@{',
      '@@{',
      '}',
      "'",
      '(',
      ')',
      '[',
      ']',
      '?',
      '.',
      ',',
      'add',
      '1',
      '-',
      ' ',
      '"',
      'é',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(syllables, fc.string({ maxLength: 3 })), { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const template = parseTemplate(text);
        if (!areFaults(template)) return;
        assert.ok(template.length > 0);
        for (const fault of template)
          assert.ok(fault.start >= 0 && fault.start <= fault.end && fault.end <= text.length, text);
      }),
      { numRuns: 2000 },
    );
  });

  it('evaluate any text unchanged once it is escaped', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.constantFrom('', '@', '@{', '@@{'), (text, sign) => {
        const planned = planTemplate(escapeText(sign + text));
        assert.ok(!areFaults(planned));
        assert.equal(planned.constant, sign + text);
      }),
    );
  });
});

describe('evaluation', () => {
  const context = () => contextFromJson(document, { random: new SeededRandom(1) });

  it('gives a value or a fault and never throws (E1)', () => {
    fc.assert(
      fc.property(validCalls, (text) => {
        const planned = planTemplate(`@${text}`);
        if (areFaults(planned)) return;
        const value = planned.evaluate(context());
        if (!(value instanceof EvaluationFault)) parseJson(stringifyJson(value));
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves its context as it was (V1)', () => {
    const before = stringifyJson(document);
    fc.assert(
      fc.property(validCalls, (text) => {
        const planned = planTemplate({ a: `@${text}`, b: `x@{${text}}` });
        if (!areFaults(planned)) planned.evaluate(context());
        assert.equal(stringifyJson(document), before);
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with a walk over the tree', () => {
    fc.assert(
      fc.property(validCalls, (text) => {
        const planned = planTemplate(`@${text}`);
        const parsed = parseExpression(text);
        if (areFaults(planned) || areFaults(parsed)) return;
        const value = planned.evaluate(context());
        const naive = evaluateNaively(parsed, text, context());
        assert.equal(value instanceof EvaluationFault, naive instanceof EvaluationFault, text);
        if (value instanceof EvaluationFault || naive instanceof EvaluationFault) return;
        assert.equal(stringifyJson(value), stringifyJson(toJson(naive)), text);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the same answer when asked again', () => {
    fc.assert(
      fc.property(validCalls, (text) => {
        const planned = planTemplate(`@${text}`);
        if (areFaults(planned)) return;
        assert.deepEqual(planned.evaluate(context()), planned.evaluate(context()));
      }),
      { numRuns: 500 },
    );
  });

  it('of any JSON without an at sign is that JSON, not a copy (P1)', () => {
    fc.assert(
      fc.property(jsonValues, (json) => {
        if (stringifyJson(json).includes('@')) return;
        const planned = planTemplate(json);
        assert.ok(!areFaults(planned));
        assert.equal(planned.evaluate(context()), json);
      }),
    );
  });

  it('of conditions made of any JSON is Boolean or a fault (CN2)', () => {
    const leaves = fc.oneof(
      jsonValues,
      validCalls.map((text): Json => `@${text}`),
    );
    const conditions = fc.tuple(
      fc.constantFrom('and', 'or', 'not', 'equals', 'greater', 'contains', 'length'),
      fc.array(leaves, { maxLength: 3 }),
    );
    fc.assert(
      fc.property(conditions, ([name, args]) => {
        const planned = planCondition({ [name]: args });
        if (areFaults(planned)) return;
        const value = planned.evaluate(context());
        assert.ok(typeof value === 'boolean' || value instanceof EvaluationFault);
      }),
    );
  });
});

describe('values', () => {
  it('share an equality key exactly when they are equal (CO1)', () => {
    fc.assert(
      fc.property(jsonValues, jsonValues, (left, right) => {
        assert.equal(equalityKey(left) === equalityKey(right), equalValues(left, right));
        assert.ok(equalValues(left, parseJson(stringifyJson(left))));
      }),
      { numRuns: 1000 },
    );
  });

  it('are never measured longer than their JSON (ME1)', () => {
    fc.assert(
      fc.property(jsonValues, (json) => {
        assert.ok(measureValue(json, Number.POSITIVE_INFINITY) <= stringifyJson(json).length);
      }),
    );
  });
});
