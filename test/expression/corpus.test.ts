/** Every template string of the published playbooks parses, checks and plans. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isJsonArray, isJsonObject, type Json } from '#foundation';
import {
  areFaults,
  calls,
  contextFromJson,
  EvaluationFault,
  type ExpressionFault,
  parseTemplate,
  planCondition,
  planTemplate,
  printTemplate,
} from '#expression';
import { corpusDefinitions, corpusIsPresent } from './corpus-definitions.ts';

const skip = corpusIsPresent ? false : 'the corpus of published playbooks is not beside the checkout';

/** Every string of the definition that holds an `@`, with where it stands. */
function* templateStrings(json: Json, path: string): Generator<{ readonly path: string; readonly text: string }> {
  if (typeof json === 'string') {
    if (json.includes('@')) yield { path, text: json };
  } else if (isJsonArray(json)) {
    for (const [index, item] of json.entries()) yield* templateStrings(item, `${path}/${index}`);
  } else if (isJsonObject(json)) {
    for (const [name, value] of Object.entries(json)) yield* templateStrings(value, `${path}/${name}`);
  }
}

function* conditionsOf(json: Json, path: string): Generator<{ readonly path: string; readonly condition: Json }> {
  if (isJsonArray(json)) {
    for (const [index, item] of json.entries()) yield* conditionsOf(item, `${path}/${index}`);
  } else if (isJsonObject(json)) {
    const condition = json['expression'];
    if ((json['type'] === 'If' || json['type'] === 'Until') && condition !== undefined) yield { path, condition };
    for (const [name, value] of Object.entries(json)) yield* conditionsOf(value, `${path}/${name}`);
  }
}

function* inputsOf(json: Json, path: string): Generator<{ readonly path: string; readonly inputs: Json }> {
  if (isJsonArray(json)) {
    for (const [index, item] of json.entries()) yield* inputsOf(item, `${path}/${index}`);
  } else if (isJsonObject(json)) {
    for (const [name, value] of Object.entries(json)) {
      if (name === 'inputs') yield { path, inputs: value };
      yield* inputsOf(value, `${path}/${name}`);
    }
  }
}

function describeFaults(where: string, faults: readonly ExpressionFault[]): string {
  return `${where}: ${faults.map((fault) => fault.message).join('; ')}`;
}

describe('the expressions of the published playbooks', { skip }, () => {
  const definitions = skip === false ? corpusDefinitions().definitions : [];
  const strings = definitions.flatMap(({ file, definition }) => [...templateStrings(definition, file)]);

  it('are found in number', () => {
    assert.ok(definitions.length > 100, `${definitions.length} definitions`);
    assert.ok(strings.length > 3000, `${strings.length} strings`);
  });

  it('all parse, check and plan', () => {
    const refused = strings.flatMap(({ path, text }) => {
      const planned = planTemplate(text);
      return areFaults(planned) ? [describeFaults(path, planned)] : [];
    });
    assert.deepEqual(refused, []);
  });

  it('evaluate to a value or a fault over an empty context', () => {
    const context = contextFromJson({});
    for (const { path, text } of strings) {
      const planned = planTemplate(text);
      assert.ok(!areFaults(planned), path);
      const value = planned.evaluate(context);
      assert.ok(value instanceof EvaluationFault ? value.message !== '' : value !== undefined, path);
    }
  });

  it('parse again to the same calls after printing', () => {
    for (const { path, text } of strings) {
      const template = parseTemplate(text);
      assert.ok(!areFaults(template), path);
      const again = parseTemplate(printTemplate(template));
      assert.ok(!areFaults(again), path);
      assert.deepEqual(
        [...calls(again)].map((call) => call.name),
        [...calls(template)].map((call) => call.name),
        path,
      );
    }
  });

  it('give positions that point at the calls in the text', () => {
    for (const { text } of strings) {
      const template = parseTemplate(text);
      if (areFaults(template)) continue;
      for (const { nameSpan, name } of calls(template)) assert.equal(text.slice(nameSpan.start, nameSpan.end), name);
    }
  });

  it('stand in inputs that all plan as a whole, names of members included', () => {
    const inputs = definitions.flatMap(({ file, definition }) => [...inputsOf(definition, file)]);
    assert.ok(inputs.length > 1000, `${inputs.length} inputs`);
    const refused = inputs.flatMap(({ path, inputs: json }) => {
      const planned = planTemplate(json);
      return areFaults(planned) ? [describeFaults(path, planned)] : [];
    });
    assert.deepEqual(refused, []);
  });

  it('have conditions that all plan', () => {
    const conditions = definitions.flatMap(({ file, definition }) => [...conditionsOf(definition, file)]);
    assert.ok(conditions.length > 100, `${conditions.length} conditions`);
    const refused = conditions.flatMap(({ path, condition }) => {
      const planned = planCondition(condition);
      return areFaults(planned) ? [describeFaults(path, planned)] : [];
    });
    assert.deepEqual(refused, []);
  });
});
