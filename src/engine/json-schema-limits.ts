/**
 * The keywords of a JSON schema that compare one value with a number: ranges, lengths, counts.
 *
 * Owns: those keywords and their wording. Source: engine reference 4.5; JSON Schema drafts 4 to 7.
 */
import { textOf, valueKind } from '#expression';
import { isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject, jsonEquals, memberOf } from '#foundation';

export interface Problem {
  readonly type: string;
  readonly message: string;
}

function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof JsonNumber ? Number(value.text) : undefined;
}

/** `minimum`, `maximum` with their exclusive forms (a Boolean in draft 4, a number later), `multipleOf`. */
export function numberErrors(schema: JsonObject, value: Json): readonly Problem[] {
  const number = numberOf(value);
  if (number === undefined) return [];
  const shown = `${valueKind(value) === 'Integer' ? 'Integer' : 'Float'} ${textOf(value)}`;
  return [
    ...boundErrors(schema, number, shown, 'minimum'),
    ...boundErrors(schema, number, shown, 'maximum'),
    ...multipleErrors(schema, number, shown),
  ];
}

function boundErrors(
  schema: JsonObject,
  value: number,
  shown: string,
  side: 'minimum' | 'maximum',
): readonly Problem[] {
  const exclusiveName = side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  const given = memberOf(schema, exclusiveName);
  const inclusive = numberOf(memberOf(schema, side));
  const exclusive = numberOf(given) ?? (given === true ? inclusive : undefined);
  const isBeyond = (bound: number): boolean => (side === 'minimum' ? value < bound : value > bound);
  const verb = side === 'minimum' ? 'is less than minimum' : 'exceeds maximum';
  for (const bound of [inclusive, exclusive]) {
    if (bound !== undefined && isBeyond(bound)) return [{ type: side, message: `${shown} ${verb} value of ${bound}.` }];
  }
  if (exclusive === undefined || value !== exclusive) return [];
  return [{ type: side, message: `${shown} equals ${side} value of ${exclusive} and exclusive ${side} is true.` }];
}

function multipleErrors(schema: JsonObject, value: number, shown: string): readonly Problem[] {
  const step = numberOf(memberOf(schema, 'multipleOf'));
  if (step === undefined || step <= 0) return [];
  const quotient = value / step;
  // Decimal steps such as 0.01 have no exact double: allow for the rounding of one division.
  if (Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient))) return [];
  return [{ type: 'multipleOf', message: `${shown} is not a multiple of ${step}.` }];
}

/** `minLength`, `maxLength`, in characters (surrogate pairs count once). */
export function textErrors(schema: JsonObject, value: Json): readonly Problem[] {
  if (typeof value !== 'string') return [];
  const minimum = numberOf(memberOf(schema, 'minLength'));
  const maximum = numberOf(memberOf(schema, 'maxLength'));
  if (minimum === undefined && maximum === undefined) return [];
  const length = Array.from(value).length;
  const problems: Problem[] = [];
  if (maximum !== undefined && length > maximum) {
    problems.push({ type: 'maximumLength', message: `String '${value}' exceeds maximum length of ${maximum}.` });
  }
  if (minimum !== undefined && length < minimum) {
    problems.push({ type: 'minimumLength', message: `String '${value}' is less than minimum length of ${minimum}.` });
  }
  return problems;
}

/** Counts of items and members, and `uniqueItems`. */
export function countErrors(schema: JsonObject, value: Json): readonly Problem[] {
  if (isJsonArray(value)) {
    const problems = countProblems(schema, value.length, { noun: 'Array item', type: 'Items' });
    return memberOf(schema, 'uniqueItems') === true ? [...problems, ...repeatErrors(value)] : problems;
  }
  if (!isJsonObject(value) || valueKind(value) !== 'Object') return [];
  return countProblems(schema, Object.keys(value).length, { noun: 'Object property', type: 'Properties' });
}

function countProblems(schema: JsonObject, count: number, words: { noun: string; type: string }): Problem[] {
  const minimum = numberOf(memberOf(schema, `min${words.type}`));
  const maximum = numberOf(memberOf(schema, `max${words.type}`));
  const problems: Problem[] = [];
  if (minimum !== undefined && count < minimum) {
    const message = `${words.noun} count ${count} is less than minimum count of ${minimum}.`;
    problems.push({ type: `minimum${words.type}`, message });
  }
  if (maximum !== undefined && count > maximum) {
    const message = `${words.noun} count ${count} exceeds maximum count of ${maximum}.`;
    problems.push({ type: `maximum${words.type}`, message });
  }
  return problems;
}

/** Compares in pairs only within items of the same text length, so that long lists of plain values stay cheap. */
function repeatErrors(items: readonly Json[]): readonly Problem[] {
  const seen = new Map<string, Json[]>();
  for (const [index, item] of items.entries()) {
    const key = isJsonObject(item) ? Object.keys(item).sort().join('\u0000') : JSON.stringify(item);
    const alike = seen.get(key);
    if (alike === undefined) seen.set(key, [item]);
    else if (alike.some((other) => jsonEquals(other, item))) {
      return [{ type: 'uniqueItems', message: `Non-unique array item at index ${index}.` }];
    } else alike.push(item);
  }
  return [];
}
