/** Scalar functions over arrays and bags. */
import { type Json, setMember } from '#foundation';
import { convert, parseDynamic, textOf } from '../conversion.ts';
import { keyOf, sortOrder } from '../order-values.ts';
import { type Bag, isArray, isBag, type Value } from '../values.ts';
import { scalar, type ScalarFunction, textArgument } from './function-entry.ts';

const longestRange = 1_048_576;

const array = (value: Value | undefined): readonly Value[] => (value !== undefined && isArray(value) ? value : []);

/** A member, found exactly; or an item, from the end where the index is negative. Null where there is none. */
export function memberOfDynamic(value: Value, member: Value): Value {
  if (typeof member === 'string') return isBag(value) && Object.hasOwn(value, member) ? (value[member] ?? null) : null;
  if (typeof member !== 'number' || !isArray(value)) return null;
  return value.at(member) ?? null;
}

/** A bag from names and values in turn. */
export function bagOf(entries: readonly (readonly [string, Value])[]): Bag {
  const bag: { [name: string]: Json } = {};
  for (const [name, value] of entries) setMember(bag, name, value as Json);
  return bag;
}

const pack: ScalarFunction['call'] = (values, _context, types) => {
  const entries: (readonly [string, Value])[] = [];
  for (let at = 0; at + 1 < values.length; at += 2) {
    const name = textOf(values[at] ?? null, types[at] ?? 'string');
    entries.push([name, convert(values[at + 1] ?? null, types[at + 1] ?? 'dynamic', 'dynamic')]);
  }
  return bagOf(entries);
};

function slice([given, from, to]: readonly Value[]): Value {
  const items = array(given);
  const place = (value: Value | undefined): number =>
    Number(value) < 0 ? items.length + Number(value) : Number(value);
  return items.slice(Math.max(0, place(from)), place(to) + 1);
}

function merged(values: readonly Value[]): Value {
  const entries = values.flatMap((value) => (isBag(value) ? Object.entries(value) : []));
  return bagOf(entries.toReversed());
}

function sorted(sign: 1 | -1): ScalarFunction['call'] {
  return ([given]) =>
    isArray(given ?? null)
      ? array(given).toSorted((left, right) =>
          left === null || right === null
            ? Number(left === null) - Number(right === null)
            : sign * sortOrder(left, right),
        )
      : null;
}

function unique(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

function setOf(
  values: readonly Value[],
  keep: (key: string, others: readonly ReadonlySet<string>[]) => boolean,
): Value {
  const [first = null, ...rest] = values;
  const others = rest.map((value) => new Set(array(value).map(keyOf)));
  return unique(array(first)).filter((value) => keep(keyOf(value), others));
}

/** Members of a path such as `$.a.b[0]['c']`; undefined for another form. */
function pathOf(path: string): readonly (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  let rest = path.replace(/^\$/, '');
  while (rest !== '') {
    const found = /^(?:\.?([A-Za-z_][\w-]*)|\[(-?\d+)\]|\[(?:'([^']*)'|"([^"]*)")\])/.exec(rest);
    if (found === null) return undefined;
    parts.push(found[2] === undefined ? (found[1] ?? found[3] ?? found[4] ?? '') : Number(found[2]));
    rest = rest.slice(found[0].length);
  }
  return parts;
}

function atPath([path, given]: readonly Value[]): Value {
  const parts = pathOf(textArgument(path));
  const start = typeof given === 'string' ? parseDynamic(given) : (given ?? null);
  return parts === undefined ? null : parts.reduce<Value>((value, part) => memberOfDynamic(value, part), start);
}

function range([from, to, step]: readonly Value[]): Value {
  const [start, end, by] = [Number(from), Number(to), Number(step ?? 1)];
  const count = by === 0 ? 0 : Math.floor((end - start) / by) + 1;
  if (count > longestRange) return null;
  return Array.from({ length: Math.max(0, count) }, (_, index) => start + index * by);
}

const parse = ['parse_json', 'parsejson', 'todynamic', 'toobject'].map((name) =>
  scalar(name, 'any', 'dynamic', ([value], _context, types) =>
    typeof value === 'string' ? parseDynamic(value) : convert(value ?? null, types[0] ?? 'dynamic', 'dynamic'),
  ),
);

export const dynamicFunctions: readonly ScalarFunction[] = [
  ...parse,
  scalar('array_length', 'dynamic', 'long', ([value]) => (value !== undefined && isArray(value) ? value.length : null)),
  scalar('array_concat', 'dynamic...', 'dynamic', (values) => values.flatMap((value) => array(value))),
  scalar('array_slice', 'dynamic, long, long', 'dynamic', slice),
  scalar('array_index_of', 'dynamic, any', 'long', ([given, value], _context, types) => {
    const key = keyOf(convert(value ?? null, types[1] ?? 'dynamic', 'dynamic'));
    return array(given).findIndex((item) => keyOf(item) === key);
  }),
  scalar('array_sort_asc', 'dynamic', 'dynamic', sorted(1)),
  scalar('array_sort_desc', 'dynamic', 'dynamic', sorted(-1)),
  scalar('array_reverse', 'dynamic', 'dynamic', ([given]) => array(given).toReversed()),
  scalar('array_sum', 'dynamic', 'real', ([given]) =>
    array(given).reduce<number>((sum, item) => sum + Number(convert(item, 'dynamic', 'real') ?? 0), 0),
  ),
  scalar('strcat_array', 'dynamic, string', 'string', ([given, by]) =>
    array(given)
      .map((item) => textOf(item, 'dynamic'))
      .join(textArgument(by)),
  ),
  scalar('bag_keys', 'dynamic', 'dynamic', ([bag]) => (isBag(bag ?? null) ? Object.keys(bag as Bag) : null)),
  scalar(
    'bag_has_key',
    'dynamic, string',
    'bool',
    ([bag, name]) => isBag(bag ?? null) && Object.hasOwn(bag as Bag, textArgument(name)),
  ),
  scalar('bag_merge', 'dynamic...', 'dynamic', merged),
  scalar('bag_remove_keys', 'dynamic, dynamic', 'dynamic', ([bag, names]) => {
    const gone = new Set(array(names).map(textArgument));
    return isBag(bag ?? null) ? bagOf(Object.entries(bag as Bag).filter(([name]) => !gone.has(name))) : null;
  }),
  scalar('bag_pack', 'any, any...!', 'dynamic', pack),
  scalar('pack', 'any, any...!', 'dynamic', pack),
  scalar('pack_dictionary', 'any, any...!', 'dynamic', pack),
  scalar('pack_array', 'any...!', 'dynamic', (values, _context, types) =>
    values.map((value, index) => convert(value, types[index] ?? 'dynamic', 'dynamic')),
  ),
  scalar('set_union', 'dynamic...', 'dynamic', (values) => unique(values.flatMap((value) => array(value)))),
  scalar('set_intersect', 'dynamic...', 'dynamic', (values) =>
    setOf(values, (key, others) => others.every((other) => other.has(key))),
  ),
  scalar('set_difference', 'dynamic...', 'dynamic', (values) =>
    setOf(values, (key, others) => !others.some((other) => other.has(key))),
  ),
  scalar('set_has_element', 'dynamic, any', 'bool', ([given, value], _context, types) => {
    const key = keyOf(convert(value ?? null, types[1] ?? 'dynamic', 'dynamic'));
    return array(given).some((item) => keyOf(item) === key);
  }),
  scalar('extract_json', 'string, any', 'string', (values) => textOf(atPath(values), 'dynamic')),
  scalar('extractjson', 'string, any', 'string', (values) => textOf(atPath(values), 'dynamic')),
  scalar('range', 'number, number, [number]', 'dynamic', range),
  scalar('zip', 'dynamic, dynamic...', 'dynamic', (values) => {
    const longest = Math.max(...values.map((value) => array(value).length));
    return Array.from({ length: longest }, (_, index) => values.map((value) => array(value)[index] ?? null));
  }),
];
