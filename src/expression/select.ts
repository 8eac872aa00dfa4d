/**
 * Selecting a member or an element: `.name`, `['name']`, `[0]`, with and without `?`.
 *
 * Owns: the access rules and their messages. Does not own: evaluating the selector (`plan-expression.ts`).
 *
 * Invariants
 * S1. `?` guards one step only, and never excuses a selector of the wrong kind.
 * S2. Names are found exactly, else ignoring case when exactly one member matches.
 * S3. Only own members are found, whatever their name.
 *
 * Source: expression reference 3.9 to 3.12, 12.1.
 */
import { foldCase } from './dotnet-text.ts';
import { EvaluationFault } from './faults.ts';
import { textOf } from './text.ts';
import { bigIntOf, isArray, isInteger, isObject, type ObjectValue, type Value, valueType } from './values.ts';

export interface Selection {
  readonly optional: boolean;
  /** The text of the whole expression, for messages. */
  readonly source: string;
}

/** Selects by a selector that was evaluated. */
export function select(target: Value, selector: Value, how: Selection): Value | EvaluationFault {
  if (typeof selector === 'string') return selectMember(target, selector, how);
  if (target === null) return how.optional ? null : notSelectable(target, textOf(selector), how);
  if (isArray(target)) {
    // Almost every index is a small number within bounds: it needs no big integer.
    if (typeof selector === 'number' && Number.isInteger(selector) && selector >= 0 && selector < target.length) {
      return target[selector] as Value;
    }
    return isInteger(selector) ? selectElement(target, bigIntOf(selector), how) : indexNeeded(textOf(selector), how);
  }
  return isObject(target) ? nameNeeded(selector, how) : notSelectable(target, textOf(selector), how);
}

/** Selects a member by name. */
export function selectMember(target: Value, name: string, how: Selection): Value | EvaluationFault {
  if (isObject(target)) {
    if (Object.hasOwn(target, name)) return target[name] as Value;
    const actual = memberName(target, name);
    if (actual !== undefined) return target[actual] as Value;
    if (name.startsWith('body/')) return selectPath(target, name, how);
    return how.optional ? null : missingMember(target, name, how);
  }
  if (target === null) return how.optional ? null : notSelectable(target, name, how);
  return isArray(target) ? indexNeeded(name, how) : notSelectable(target, name, how);
}

function selectElement(target: readonly Value[], index: bigint, how: Selection): Value | EvaluationFault {
  if (index >= 0n && index < BigInt(target.length)) return target[Number(index)] as Value;
  if (how.optional) return null;
  const bounds = `(0, ${target.length - 1})`;
  return cannotEvaluate(how, `array index '${index}' is outside bounds ${bounds} of array.`);
}

/** `body/value`: no such member, so the parts are walked one by one. */
function selectPath(target: ObjectValue, path: string, how: Selection): Value | EvaluationFault {
  let value: Value = target;
  for (const part of path.split('/')) {
    if (value === null && how.optional) return null;
    const name: string | undefined = isObject(value) ? memberName(value, part) : undefined;
    if (name === undefined) {
      if (isObject(value)) return how.optional ? null : missingMember(target, path, how);
      return isArray(value) ? indexNeeded(part, how) : notSelectable(value, part, how);
    }
    value = (value as ObjectValue)[name] as Value;
  }
  return value;
}

/** The member's own spelling (S2), or undefined. */
export function memberName(target: ObjectValue, name: string): string | undefined {
  if (Object.hasOwn(target, name)) return name;
  let found: string | undefined;
  let folded: string | undefined;
  for (const key of Object.keys(target)) {
    if (key.length !== name.length) continue;
    folded ??= foldCase(name);
    if (foldCase(key) !== folded) continue;
    if (found !== undefined) return undefined;
    found = key;
  }
  return found;
}

const usage = 'Please see https://aka.ms/logicexpressions for usage details.';

function cannotEvaluate(how: Selection, why: string): EvaluationFault {
  return new EvaluationFault(
    `The template language expression '${how.source}' cannot be evaluated because ${why} ${usage}`,
  );
}

/** Names one message may list, in characters; objects can have very many members. */
const listedNamesLimit = 4096;

function missingMember(target: ObjectValue, name: string, how: Selection): EvaluationFault {
  let listed = '';
  for (const key of Object.keys(target)) {
    if (listed.length + key.length > listedNamesLimit) {
      listed += ', …';
      break;
    }
    listed += listed === '' ? key : `, ${key}`;
  }
  return cannotEvaluate(how, `property '${name}' doesn't exist, available properties are '${listed}'.`);
}

function notSelectable(target: Value, name: string, how: Selection): EvaluationFault {
  const why = `Property selection is not supported on values of type '${valueType(target)}'.`;
  return cannotEvaluate(how, `property '${name}' cannot be selected. ${why}`);
}

function indexNeeded(name: string, how: Selection): EvaluationFault {
  const why = 'Array elements can only be selected using an integer index.';
  return cannotEvaluate(how, `property '${name}' cannot be selected. ${why}`);
}

function nameNeeded(selector: Value, how: Selection): EvaluationFault {
  const why = `Object properties can only be selected using a name, not a value of type '${valueType(selector)}'.`;
  return cannotEvaluate(how, `property '${textOf(selector)}' cannot be selected. ${why}`);
}
