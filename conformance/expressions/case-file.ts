/**
 * The shape of a conformance file and how one case is judged.
 *
 * Owns: reading case files, running a case. Does not own: the cases (`*.json`), registering tests (`expressions.test.ts`).
 *
 * A case is `{name, expression | template | condition, context?, expected | error, source}`: `expression` is a template
 * string, `template` any JSON with template strings, `condition` the condition of an If. `expected` is compared with the number
 * texts and the order of members; `error` has a `code`, optionally a part of the `message` and `when` (`save` or `run`).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson, stringifyJson } from '#foundation';
import { areFaults, contextFromJson, EvaluationFault, planCondition, planTemplate } from '#expression';

export interface ConformanceCase {
  readonly name: string;
  readonly kind: 'expression' | 'template' | 'condition';
  readonly input: Json;
  readonly context: Json;
  readonly expected: Json | undefined;
  readonly error: JsonObject | undefined;
  readonly source: string;
}

/** Reads a case file's text; throws with the case's name where it is malformed. */
export function readCases(text: string): readonly ConformanceCase[] {
  const json = parseJson(text);
  if (!isJsonArray(json)) throw new Error('A case file is an array of cases.');
  return json.map(readCase);
}

function readCase(json: Json): ConformanceCase {
  if (!isJsonObject(json)) throw new Error('A case is an object.');
  const name = memberOf(json, 'name');
  const source = memberOf(json, 'source');
  if (typeof name !== 'string' || typeof source !== 'string')
    throw new Error(`A case needs name and source: ${stringifyJson(json)}`);
  const kinds = (['expression', 'template', 'condition'] as const).filter((kind) => Object.hasOwn(json, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw new Error(`The case '${name}' needs one of expression, template, condition.`);
  const error = memberOf(json, 'error');
  if (Object.hasOwn(json, 'expected') === isJsonObject(error)) {
    throw new Error(`The case '${name}' needs either expected or error.`);
  }
  return {
    name,
    kind,
    input: memberOf(json, kind) ?? null,
    context: memberOf(json, 'context') ?? {},
    expected: memberOf(json, 'expected'),
    error: isJsonObject(error) ? error : undefined,
    source,
  };
}

interface Outcome {
  readonly value?: Json;
  readonly fault?: { readonly code: string; readonly message: string; readonly when: 'save' | 'run' };
}

function evaluateCase(test: ConformanceCase): Outcome {
  const planned = test.kind === 'condition' ? planCondition(test.input) : planTemplate(test.input);
  if (areFaults(planned)) {
    const [first] = planned;
    return { fault: { code: first?.code ?? '', message: first?.message ?? '', when: 'save' } };
  }
  const value = planned.evaluate(contextFromJson(test.context));
  if (value instanceof EvaluationFault) return { fault: { code: value.code, message: value.message, when: 'run' } };
  return { value };
}

/** Why the case does not hold, or undefined when it does. */
export function judgeCase(test: ConformanceCase): string | undefined {
  const { value, fault } = evaluateCase(test);
  if (test.error === undefined) {
    if (value === undefined) return `gave ${fault?.code}: ${fault?.message}`;
    const actual = stringifyJson(value);
    const wanted = stringifyJson(test.expected ?? null);
    return actual === wanted ? undefined : `gave ${actual}, not ${wanted}`;
  }
  if (fault === undefined) return `gave ${stringifyJson(value ?? null)}, not an error`;
  return judgeFault(fault, test.error);
}

function judgeFault(fault: { code: string; message: string; when: string }, error: JsonObject): string | undefined {
  const message = memberOf(error, 'message');
  const when = memberOf(error, 'when');
  if (fault.code !== memberOf(error, 'code')) return `has code ${fault.code}`;
  if (typeof message === 'string' && !fault.message.includes(message)) return `has message ${fault.message}`;
  return when === undefined || fault.when === when ? undefined : `came at ${fault.when}`;
}
