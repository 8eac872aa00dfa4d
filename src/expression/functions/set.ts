/**
 * The functions of group "Collection" that treat collections as sets.
 *
 * Owns: `union`, `intersection`.
 *
 * Invariants
 * SE1. The cost grows with the sizes of the collections, not with their product.
 *
 * Source: expression reference 6.2, 12.13, 12.14.
 */
import { usageOf } from '../arguments.ts';
import { equalityKey } from '../compare.ts';
import { evaluationFault } from '../faults.ts';
import { isArray, isObject, type ObjectValue, type Value, valueType } from '../values.ts';
import { copyObject, setOwn } from './members.ts';
import { type FunctionDefinition, type FunctionResult, parameter, variadic } from './function.ts';
import { pure } from './pure.ts';

function setFunction(
  name: 'union' | 'intersection',
  help: string,
  ofArrays: (arrays: readonly (readonly Value[])[]) => Value,
  ofObjects: (objects: readonly ObjectValue[]) => Value,
): FunctionDefinition {
  const definition: FunctionDefinition = pure({
    name,
    group: 'Collection',
    help,
    parameters: [
      parameter('collection', 'an array or object', 'Any'),
      variadic('collections', 'the other arrays or objects', 'Any'),
    ],
    returns: 'Any',
    apply: (args): FunctionResult => {
      if (args.every(isArray)) return ofArrays(args);
      if (args.every(isObject)) return ofObjects(args);
      const types = args.map((arg) => valueType(arg)).join("', '");
      return evaluationFault(
        `The template language function '${name}' expects either a comma separated list of arrays or a comma separated list of objects as its parameters. Found values of type '${types}'. ${usageOf(definition)}`,
      );
    },
  });
  return definition;
}

function unionOfArrays(arrays: readonly (readonly Value[])[]): Value {
  const found = new Map<string, Value>();
  for (const array of arrays) {
    for (const element of array) {
      const key = equalityKey(element);
      if (!found.has(key)) found.set(key, element);
    }
  }
  return [...found.values()];
}

function intersectionOfArrays([first = [], ...others]: readonly (readonly Value[])[]): Value {
  const left = new Set(first.map(equalityKey));
  const sets = others.map((array) => new Set(array.map(equalityKey)));
  const kept: Value[] = [];
  for (const element of first) {
    const key = equalityKey(element);
    if (left.delete(key) && sets.every((set) => set.has(key))) kept.push(element);
  }
  return kept;
}

function unionOfObjects(objects: readonly ObjectValue[]): Value {
  const merged: { [name: string]: Value } = {};
  for (const object of objects) copyObject(object, merged);
  return merged;
}

function intersectionOfObjects([first = {}, ...others]: readonly ObjectValue[]): Value {
  const kept: { [name: string]: Value } = {};
  for (const name of Object.keys(first)) {
    if (!others.every((object) => Object.hasOwn(object, name))) continue;
    setOwn(kept, name, (others.at(-1) ?? first)[name] as Value);
  }
  return kept;
}

export const setFunctions: readonly FunctionDefinition[] = [
  setFunction(
    'union',
    'All elements of the arrays without duplicates, or all members of the objects, the last value of each name.',
    unionOfArrays,
    unionOfObjects,
  ),
  setFunction(
    'intersection',
    'The elements that all arrays have, without duplicates, or the members that all objects have, with the last value.',
    intersectionOfArrays,
    intersectionOfObjects,
  ),
];
