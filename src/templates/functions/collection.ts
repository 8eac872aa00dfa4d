/** Functions on arrays and objects. Source: template reference 5.3. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  jsonEquals,
  type JsonObject,
  memberIgnoringCase,
  setMember,
} from '#foundation';
import { badArguments, type EvaluationStop, stop } from '../stop.ts';
import { compareTexts, smallInteger, typeOf } from '../values.ts';
import { any, plain, type PlainFunction } from './function.ts';

function createObject(args: readonly Json[]): Json | EvaluationStop {
  if (args.length % 2 !== 0) return badArguments('createObject', 'it takes pairs of a key and a value.');
  const made: { [name: string]: Json } = {};
  for (let at = 0; at < args.length; at += 2) {
    const key = args[at];
    if (typeof key !== 'string') return badArguments('createObject', 'the keys must be strings.');
    setMember(made, key, args[at + 1] ?? null);
  }
  return made;
}

/** The spelling under which a member is kept: the first one seen. */
class CaseFreeObject {
  readonly members: { [name: string]: Json } = {};
  readonly #spelling = new Map<string, string>();

  get(key: string): Json | undefined {
    const known = this.#spelling.get(key.toLowerCase());
    return known === undefined ? undefined : (Object.getOwnPropertyDescriptor(this.members, known)?.value as Json);
  }

  set(key: string, value: Json): void {
    const lower = key.toLowerCase();
    const known = this.#spelling.get(lower) ?? key;
    this.#spelling.set(lower, known);
    setMember(this.members, known, value);
  }
}

function mergeDeep(objects: readonly JsonObject[]): Json {
  const merged = new CaseFreeObject();
  for (const object of objects) {
    for (const [key, value] of Object.entries(object)) {
      const before = merged.get(key);
      merged.set(key, isJsonObject(before) && isJsonObject(value) ? mergeDeep([before, value]) : value);
    }
  }
  return merged.members;
}

function distinct(list: readonly Json[]): Json[] {
  const scalars = new Set<Json>();
  const kept: Json[] = [];
  for (const value of list) {
    if (typeof value !== 'object' || value === null) {
      if (scalars.has(value)) continue;
      scalars.add(value);
    } else if (kept.some((other) => jsonEquals(other, value))) continue;
    kept.push(value);
  }
  return kept;
}

function union(args: readonly Json[]): Json | EvaluationStop {
  if (args.every(isJsonArray)) return distinct(args.flat(1));
  if (args.every(isJsonObject)) return mergeDeep(args);
  return badArguments('union', 'all arguments must be arrays or all objects.');
}

function intersection(args: readonly Json[]): Json | EvaluationStop {
  const [first, ...others] = args;
  if (isJsonArray(first) && others.every(isJsonArray)) {
    return distinct(first).filter((value) => others.every((list) => list.some((other) => jsonEquals(other, value))));
  }
  if (!isJsonObject(first) || !others.every(isJsonObject)) {
    return badArguments('intersection', 'all arguments must be arrays or all objects.');
  }
  const kept: { [name: string]: Json } = {};
  for (const [key, value] of Object.entries(first)) {
    const everywhere = others.every((other) => {
      const found = memberIgnoringCase(other, key);
      return found !== undefined && jsonEquals(found, value);
    });
    if (everywhere) setMember(kept, key, value);
  }
  return kept;
}

function shallowMerge([list]: readonly Json[]): Json | EvaluationStop {
  if (!isJsonArray(list) || !list.every(isJsonObject))
    return badArguments('shallowMerge', 'an array of objects is expected.');
  const merged = new CaseFreeObject();
  for (const object of list) for (const [key, value] of Object.entries(object)) merged.set(key, value);
  return merged.members;
}

/** Keys sorted without case, lower case first on a tie. */
export function sortedKeys(object: JsonObject): readonly string[] {
  return Object.keys(object).sort((left, right) => compareTexts(left, right));
}

function onObject(name: string, apply: (object: JsonObject) => Json): PlainFunction {
  return plain(name, 1, 1, ([value]) =>
    isJsonObject(value) ? apply(value) : badArguments(name, `an object is expected, not '${typeOf(value ?? null)}'.`),
  );
}

function flatten([list]: readonly Json[]): Json | EvaluationStop {
  if (!isJsonArray(list) || !list.every(isJsonArray)) return badArguments('flatten', 'an array of arrays is expected.');
  return list.flat(1);
}

function tryGet([value, ...path]: readonly Json[]): Json | EvaluationStop {
  let found: Json | undefined = value;
  for (const step of path) {
    const at = smallInteger(step);
    if (typeof step === 'string') found = memberIgnoringCase(found, step);
    else if (at !== undefined) found = isJsonArray(found) ? found[at] : undefined;
    else return badArguments('tryGet', 'the path must be of strings and integers.');
    if (found === undefined) return null;
  }
  return found ?? null;
}

/** The element so many places before the end, the last one being 1. */
function indexFromEnd([list, index]: readonly Json[]): Json | EvaluationStop {
  const at = index === undefined ? undefined : smallInteger(index);
  if (!isJsonArray(list) || at === undefined) {
    return badArguments('indexFromEnd', 'an array and an integer are expected.');
  }
  const found = at < 1 ? undefined : list[list.length - at];
  return (
    found ?? (found === null ? null : stop(`The language expression property array index '${at}' is out of bounds.`))
  );
}

function tryIndexFromEnd([value, index, ...path]: readonly Json[]): Json | EvaluationStop {
  const at = index === undefined ? undefined : smallInteger(index);
  if (at === undefined) return badArguments('tryIndexFromEnd', 'the index must be an integer.');
  const found = isJsonArray(value) && at >= 1 ? value[value.length - at] : undefined;
  return path.length === 0 ? (found ?? null) : tryGet([found ?? null, ...path]);
}

export const collectionFunctions: readonly PlainFunction[] = [
  plain('array', 1, 1, ([value]) => (isJsonArray(value) ? value : [value ?? null])),
  plain('createArray', 0, any, (args) => args),
  plain('createObject', 0, any, createObject),
  plain('null', 0, 0, () => null),
  plain('union', 1, any, union),
  plain('intersection', 2, any, intersection),
  plain('shallowMerge', 1, 1, shallowMerge),
  onObject('items', (object) => sortedKeys(object).map((key) => ({ key, value: object[key] ?? null }))),
  onObject('objectKeys', (object) => [...sortedKeys(object)]),
  plain('flatten', 1, 1, flatten),
  plain('tryGet', 2, any, tryGet),
  plain('indexFromEnd', 2, 2, indexFromEnd),
  plain('tryIndexFromEnd', 2, any, tryIndexFromEnd),
];
