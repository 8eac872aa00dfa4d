/**
 * The functions of group "Collection" that look into one collection or cut it.
 *
 * Owns: `contains`, `empty`, `first`, `last`, `join`, `skip`, `take`, `chunk`, `reverse`, `sort`, `item`.
 * Does not own: `union` and `intersection` (`set.ts`), `length` (`string.ts`).
 *
 * Source: expression reference 6.2, 12.7, 12.16.
 */
import { usageOf } from '../arguments.ts';
import { compareNumbers, compareText, equalValues } from '../compare.ts';
import { EvaluationFault, evaluationFault } from '../faults.ts';
import { memberName } from '../select.ts';
import { boundedText } from '../text.ts';
import {
  bigIntOf,
  isArray,
  isNumber,
  isObject,
  type NumberValue,
  type ObjectValue,
  type Value,
  valueType,
} from '../values.ts';
import { type FunctionDefinition, type FunctionResult, optional, parameter } from './function.ts';
import { pure } from './pure.ts';
import { textOver } from './text-limit.ts';

const group = 'Collection';

type Sequence = string | readonly Value[];

const contains: FunctionDefinition = {
  name: 'contains',
  group,
  help: 'Whether a string has a substring (case matters), an array an equal element, or an object a member of that name.',
  parameters: [
    parameter('collection', 'the dictionary (object), array or string to look into', 'Any'),
    parameter('value', 'the value to find', 'Any'),
  ],
  returns: 'Boolean',
  pure: true,
  apply: (args, { textLimit }) => {
    const [collection = null, value = null] = args;
    if (isArray(collection)) return collection.some((element) => equalValues(element, value));
    if (typeof collection !== 'string' && !isObject(collection)) {
      return evaluationFault(
        `The template language function 'contains' expects its first argument 'collection' to be a dictionary (object), an array or a string. The provided value is of type '${valueType(collection)}'. ${usageOf(contains)}`,
      );
    }
    const text = boundedText(value, textLimit);
    if (text === undefined) return textOver('contains', textLimit);
    if (typeof collection === 'string') return collection.includes(text);
    return memberName(collection, text) !== undefined;
  },
};

const empty = pure({
  name: 'empty',
  group,
  help: 'Whether the value is null, an empty string, an empty array or an empty object.',
  parameters: [parameter('collection', 'the collection to check', 'Any')],
  returns: 'Boolean',
  apply: ([collection = null]) => {
    if (collection === null || collection === '') return true;
    if (isArray(collection)) return collection.length === 0;
    return isObject(collection) && Object.keys(collection).length === 0;
  },
});

function end(name: 'first' | 'last', pick: (collection: Sequence) => Value | undefined): FunctionDefinition {
  const definition: FunctionDefinition = pure({
    name,
    group,
    help: `The ${name} element of an array or character of a string; null when there is none.`,
    parameters: [parameter('collection', 'the collection', 'Any')],
    returns: 'Any',
    apply: ([collection = null]) => {
      if (typeof collection === 'string' || isArray(collection)) return pick(collection) ?? null;
      return evaluationFault(
        `The template language function '${name}' expects its parameter be an array or a string. The provided value is of type '${valueType(collection)}'. ${usageOf(definition)}`,
      );
    },
  });
  return definition;
}

const join: FunctionDefinition = {
  name: 'join',
  group,
  help: 'The texts of all elements of an array, with a delimiter between them.',
  parameters: [
    parameter('collection', 'the array of the elements to join', 'Array'),
    parameter('delimiter', 'the delimiter'),
  ],
  returns: 'String',
  pure: true,
  apply: (args, { textLimit }) => {
    const elements = args[0] as readonly Value[];
    const delimiter = args[1] as string;
    let text = '';
    for (const [index, element] of elements.entries()) {
      const next = boundedText(element, textLimit);
      if (next === undefined || text.length + next.length + delimiter.length > textLimit + delimiter.length) {
        return textOver('join', textLimit);
      }
      text += index === 0 ? next : delimiter + next;
    }
    return text;
  },
};

/** A count as a position in a sequence; counts beyond every sequence stay beyond it. */
function countOf(name: string, value: Value | undefined): number | EvaluationFault {
  const count = bigIntOf(value as number);
  if (count >= 0n) return Number(count);
  return evaluationFault(
    `The template language function '${name}' parameters are out of range: 'count' must be a non-negative integer. The provided value is '${count}'.`,
  );
}

const skip = pure({
  name: 'skip',
  group,
  help: 'The array without its first elements.',
  parameters: [
    parameter('collection', 'the array to skip the objects from', 'Array'),
    parameter('count', 'the count of objects to skip', 'Integer'),
  ],
  returns: 'Array',
  apply: ([collection, given]) => {
    const count = countOf('skip', given);
    return count instanceof EvaluationFault ? count : (collection as readonly Value[]).slice(count);
  },
});

const take = pure({
  name: 'take',
  group,
  help: 'The first elements of an array, or characters of a string, at most as many as asked for.',
  parameters: [
    parameter('collection', 'the array or string to take the objects from', 'Array', 'String'),
    parameter('count', 'the count of objects to take', 'Integer'),
  ],
  returns: 'Any',
  apply: ([collection, given]) => {
    const count = countOf('take', given);
    return count instanceof EvaluationFault ? count : (collection as Sequence).slice(0, count);
  },
});

const chunk = pure({
  name: 'chunk',
  group,
  help: 'The array or string cut into pieces of a length; the last one may be shorter.',
  parameters: [
    parameter('collection', 'the array or string to split', 'Array', 'String'),
    parameter('length', 'the length of each piece', 'Integer'),
  ],
  returns: 'Array',
  apply: ([collection, given]) => {
    const length = Number(bigIntOf(given as number));
    if (length < 1) {
      return evaluationFault(
        "The template language function 'chunk' expects chunk size to be a positive integer. The provided value is less than 1. Please see https://aka.ms/logicexpressions#chunk for usage details.",
      );
    }
    const sequence = collection as Sequence;
    const pieces: Value[] = [];
    for (let at = 0; at < sequence.length; at += length) pieces.push(sequence.slice(at, at + length));
    return pieces;
  },
});

const reverse = pure({
  name: 'reverse',
  group,
  help: 'The array in reverse order.',
  parameters: [parameter('collection', 'the array to reverse', 'Array')],
  returns: 'Array',
  apply: ([collection]) => (collection as readonly Value[]).toReversed(),
});

const sort = pure({
  name: 'sort',
  group,
  help: 'The array in ascending order; for objects, by the member of the given name. Equal elements keep their order.',
  parameters: [
    parameter('collection', 'the array to sort', 'Array'),
    optional('sortBy', 'the name of the property to sort by'),
  ],
  returns: 'Array',
  apply: ([collection, sortBy]) => sortElements(collection as readonly Value[], sortBy as string | undefined),
});

function sortElements(elements: readonly Value[], sortBy: string | undefined): FunctionResult {
  const keyed: { readonly key: Value; readonly element: Value }[] = [];
  for (const element of elements) {
    const key = sortBy === undefined ? element : sortKey(element, sortBy);
    if (key instanceof EvaluationFault) return key;
    keyed.push({ key, element });
  }
  const unsortable = keyed.find(
    ({ key }) => kindForOrder(key) === undefined || kindForOrder(key) !== kindForOrder(keyed[0]?.key ?? null),
  );
  if (unsortable !== undefined) {
    const types = [valueType(keyed[0]?.key ?? null), valueType(unsortable.key)];
    return evaluationFault(
      `The template language function 'sort' expects all elements to be numbers, all to be strings or all to be booleans. Found values of type '${types.join("', '")}'. ${usageOf(sort)}`,
    );
  }
  return keyed.sort((left, right) => compareKeys(left.key, right.key)).map(({ element }) => element);
}

function sortKey(element: Value, name: string): FunctionResult {
  const own = isObject(element) ? memberName(element, name) : undefined;
  if (own !== undefined) return (element as ObjectValue)[own] as Value;
  return evaluationFault(
    `The template language function 'sort' expects every element to be an object with the property '${name}'. ${usageOf(sort)}`,
  );
}

function kindForOrder(value: Value): 'number' | 'string' | 'boolean' | undefined {
  if (isNumber(value)) return 'number';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : undefined;
}

function compareKeys(left: Value, right: Value): number {
  if (typeof left === 'string') return compareText(left, right as string);
  if (typeof left === 'boolean') return Number(left) - Number(right);
  return compareNumbers(left as NumberValue, right as NumberValue);
}

const item: FunctionDefinition = {
  name: 'item',
  group,
  help: 'The element at hand: the row of a data operation, else the item of the innermost loop.',
  parameters: [],
  returns: 'Any',
  pure: false,
  refersTo: 'item',
  apply: (_args, context) => {
    const found = context.item();
    return found === undefined
      ? evaluationFault("The template function 'item' is not expected at this location.")
      : found;
  },
};

export const collectionFunctions: readonly FunctionDefinition[] = [
  contains,
  empty,
  end('first', (collection) => collection[0]),
  end('last', (collection) => collection[collection.length - 1]),
  join,
  skip,
  take,
  chunk,
  reverse,
  sort,
  item,
];
