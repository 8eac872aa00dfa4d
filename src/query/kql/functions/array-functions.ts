/** More scalar functions over arrays and bags: shifts, parts, choices, measures of sets, shapes. */
import { stringifyJson } from '#foundation';
import { convert, jsonOf, textOf } from '../conversion.ts';
import { keyOf } from '../order-values.ts';
import { isArray, isBag, type Value } from '../values.ts';
import { bagOf } from './dynamic-functions.ts';
import { scalar, type ScalarFunction, textArgument } from './function-entry.ts';

const longestRepeat = 1_048_576;

function listOf(value: Value | undefined): readonly Value[] | undefined {
  return value !== undefined && isArray(value) ? value : undefined;
}

/** Items go to the left by `by`, and what falls off comes back behind. */
function rotated(given: Value | undefined, by: number): Value {
  const items = listOf(given);
  if (items === undefined || items.length === 0) return items ?? null;
  const start = ((by % items.length) + items.length) % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** The same, `filling` in place of what falls off. */
function shifted(given: Value | undefined, by: number, filling: Value): Value {
  const items = listOf(given);
  return items?.map((_, index) => items[index + by] ?? filling) ?? null;
}

/** The parts of an array before each place, and what is left. */
function partsAt(given: Value | undefined, places: Value | undefined): Value {
  const items = listOf(given);
  if (items === undefined) return null;
  const cuts = (listOf(places ?? null) ?? [places ?? null]).map((place) => {
    const at = Number(place);
    return at < 0 ? Math.max(0, items.length + at) : at;
  });
  return [0, ...cuts].map((from, index) => items.slice(from, cuts[index] ?? items.length));
}

const chosen: ScalarFunction['call'] = ([conditions, yes, no]) => {
  const items = listOf(conditions);
  if (items === undefined) return null;
  const at = (source: Value | undefined, index: number): Value =>
    listOf(source) === undefined ? (source ?? null) : (listOf(source)?.[index] ?? null);
  return items.map((condition, index) => {
    const holds = convert(condition, 'dynamic', 'bool');
    return holds === null ? null : at(holds === true ? yes : no, index);
  });
};

function similarity(left: Value | undefined, right: Value | undefined): Value {
  const [one, other] = [listOf(left), listOf(right)].map((items) => new Set((items ?? []).map(keyOf)));
  if (one === undefined || other === undefined || one.size + other.size === 0) return Number.NaN;
  const common = [...one].filter((key) => other.has(key)).length;
  return common / (one.size + other.size - common);
}

/** All paths to values: `['a']['b']`, `['list'][0]`. */
function pathsIn(value: Value, before: string): readonly string[] {
  const own = before === '' ? [] : [before];
  if (isArray(value)) return [...own, ...value.flatMap((item, index) => pathsIn(item, `${before}[${index}]`))];
  if (!isBag(value)) return own;
  return [...own, ...Object.entries(value).flatMap(([name, item]) => pathsIn(item, `${before}['${name}']`))];
}

function withKey(given: Value | undefined, path: string, value: Value): Value {
  const bag = given ?? null;
  if (!isBag(bag)) return null;
  const [first = '', ...rest] = path.replace(/^\$\.?/, '').split('.');
  if (rest.length === 0 || !path.startsWith('$')) {
    const name = path.startsWith('$') ? first : path;
    return bagOf([...Object.entries(bag).filter(([key]) => key !== name), [name, value]]);
  }
  const inner = withKey(bag[first] ?? {}, `$.${rest.join('.')}`, value);
  return bagOf([...Object.entries(bag).filter(([key]) => key !== first), [first, inner]]);
}

export const arrayFunctions: readonly ScalarFunction[] = [
  scalar('array_rotate_left', 'dynamic, long', 'dynamic', ([given, by]) => rotated(given, Number(by))),
  scalar('array_rotate_right', 'dynamic, long', 'dynamic', ([given, by]) => rotated(given, -Number(by))),
  scalar('array_shift_left', 'dynamic, long, [any]!', 'dynamic', ([given, by, filling = null]) =>
    shifted(given, Number(by), filling),
  ),
  scalar('array_shift_right', 'dynamic, long, [any]!', 'dynamic', ([given, by, filling = null]) =>
    shifted(given, -Number(by), filling),
  ),
  scalar('array_split', 'dynamic, any', 'dynamic', ([given, places]) => partsAt(given, places)),
  ...['array_iff', 'array_iif'].map((name) => scalar(name, 'dynamic, any, any!', 'dynamic', chosen)),
  scalar('array_strcat', 'dynamic, string', 'string', ([given, by]) =>
    (listOf(given) ?? []).map((item) => textOf(item, 'dynamic')).join(textArgument(by)),
  ),
  scalar('arraylength', 'dynamic', 'long', ([given]) => listOf(given)?.length ?? null),
  scalar('repeat', 'any, long', 'dynamic', ([value, count], _context, types) => {
    const times = Math.max(0, Number(count));
    const item = convert(value ?? null, types[0] ?? 'dynamic', 'dynamic');
    return times > longestRepeat ? null : Array.from({ length: times }, () => item);
  }),
  scalar('set_equals', 'dynamic, dynamic', 'bool', ([left, right]) => {
    const [one, other] = [left, right].map((each) => new Set((listOf(each) ?? []).map(keyOf)));
    return one?.size === other?.size && [...(one ?? [])].every((key) => other?.has(key) === true);
  }),
  scalar('jaccard_index', 'dynamic, dynamic', 'dynamic', ([left, right]) => similarity(left, right)),
  scalar('bag_zip', 'dynamic, dynamic', 'dynamic', ([names, values]) => {
    const keys = listOf(names);
    if (keys === undefined) return null;
    return bagOf(keys.map((key, index) => [textOf(key, 'dynamic'), listOf(values)?.[index] ?? null]));
  }),
  scalar('bag_set_key', 'dynamic, string, any', 'dynamic', ([bag, path, value], _context, types) =>
    withKey(bag, textArgument(path), convert(value ?? null, types[2] ?? 'dynamic', 'dynamic')),
  ),
  scalar('treepath', 'dynamic', 'dynamic', ([value]) => pathsIn(value ?? null, '')),
  scalar('dynamic_to_json', 'dynamic', 'string', ([value]) => stringifyJson(jsonOf(sortedKeys(value ?? null)))),
];

function sortedKeys(value: Value): Value {
  if (isArray(value)) return value.map(sortedKeys);
  if (!isBag(value)) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return bagOf(entries.map(([name, item]) => [name, sortedKeys(item)]));
}
