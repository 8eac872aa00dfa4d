/**
 * `parse-kv`: columns out of a text of keys and values.
 *
 * Owns: taking pairs out of a text by marks, by quotes, by a pattern. Does not own: the grammar (`parse-wide-operators.ts`).
 * Source: published reference of the Kusto query language, parse-kv operator.
 */
import { convert, textOf } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, type Scope } from './scope.ts';
import type { Operator } from './syntax.ts';
import type { Tabular } from './table.ts';
import type { KqlColumn } from './types.ts';
import type { Context } from './context.ts';
import type { Value } from './values.ts';

type ParseKv = Operator & { readonly kind: 'parse-kv' };

export function planKeyValues(
  operator: ParseKv,
  input: Tabular,
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const text = expressions.plan(operator.text, scope);
  if (text.type !== 'string' && text.type !== 'dynamic')
    throw semanticError(`parse-kv needs a string, not a ${text.type}.`, operator.at);
  const columns: KqlColumn[] = [...input.columns];
  const places = operator.columns.map(({ name, type }) => {
    const known = columnIndex(columns, name, scope.world.ignoresCase);
    const place = known < 0 ? columns.length : known;
    columns[place] = { name, type };
    return place;
  });
  return {
    columns,
    *rows(context) {
      for (const row of input.rows(context)) {
        const pairs = pairsOf(operator, textOf(text.evaluate(row, context), text.type), context);
        const made: Value[] = [...row];
        for (const [index, { name, type }] of operator.columns.entries())
          made[places[index] ?? 0] = convert(pairs.get(name) ?? '', 'string', type);
        yield made;
      }
    },
  };
}

/** The first value of each key. */
function pairsOf(operator: ParseKv, text: string, context: Context): ReadonlyMap<string, string> {
  const { settings, columns } = operator;
  const pattern = settings.get('regex');
  if (pattern !== undefined) return byPattern(text, pattern, context);
  const [between, pair, quotes, escape] = ['kv_delimiter', 'pair_delimiter', 'quote', 'escape'].map(
    (name) => settings.get(name) ?? '',
  ) as [string, string, string, string];
  if (settings.get('greedy') === 'true')
    return greedily(
      text,
      between,
      columns.map(({ name }) => name),
    );
  const pairs = new Map<string, string>();
  const isSeparator = (char: string): boolean => (pair === '' ? /\s/.test(char) : pair.includes(char));
  for (let at = 0; at < text.length; ) {
    while (at < text.length && isSeparator(text.charAt(at))) at++;
    const split = text.indexOf(between, at);
    if (between === '' || split < 0) break;
    const key = text.slice(at, split).trim();
    const value = valueAt(text, split + between.length, { quotes, escape, isSeparator });
    if (!pairs.has(key)) pairs.set(key, value.text);
    at = value.end;
  }
  return pairs;
}

interface Marks {
  /** One mark for both ends, or one for each. */
  readonly quotes: string;
  readonly escape: string;
  readonly isSeparator: (char: string) => boolean;
}

function valueAt(
  text: string,
  start: number,
  { quotes, escape, isSeparator }: Marks,
): { readonly text: string; readonly end: number } {
  const [open, close] = [quotes.charAt(0), quotes.charAt(1) || quotes.charAt(0)];
  let at = start;
  while (at < text.length && text.charAt(at) === ' ' && !isSeparator(' ')) at++;
  const quoted = open !== '' && text.charAt(at) === open;
  let value = '';
  for (at += quoted ? 1 : 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (escape !== '' && char === escape && at + 1 < text.length) value += text.charAt(++at);
    else if (quoted ? char === close : isSeparator(char)) break;
    else value += char;
  }
  return { text: quoted ? value : value.trim(), end: quoted ? at + 1 : at };
}

/** Values reach to the next of the keys asked for. */
function greedily(text: string, between: string, keys: readonly string[]): ReadonlyMap<string, string> {
  const found = keys
    .map((key) => ({ key, at: keyPlace(text, key + between) }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at);
  return new Map(
    found.map(({ key, at }, index) => [
      key,
      text.slice(at + key.length + between.length, found[index + 1]?.at ?? text.length).trim(),
    ]),
  );
}

/** Where a key begins that stands by itself. */
function keyPlace(text: string, key: string): number {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1))
    if (at === 0 || !/\w/.test(text.charAt(at - 1))) return at;
  return -1;
}

/** The first group is a key, the second its value. */
function byPattern(text: string, pattern: string, context: Context): ReadonlyMap<string, string> {
  const regex = context.regex(pattern);
  const pairs = new Map<string, string>();
  for (let at = 0; at <= text.length; ) {
    const found = regex.find(text, at);
    if (found === undefined) break;
    const [start = 0, end = 0, keyStart = -1, keyEnd = -1, valueStart = -1, valueEnd = -1] = found;
    const key = keyStart < 0 ? '' : text.slice(keyStart, keyEnd);
    if (key !== '' && !pairs.has(key)) pairs.set(key, valueStart < 0 ? '' : text.slice(valueStart, valueEnd));
    at = end > start ? end : end + 1;
  }
  return pairs;
}
