/**
 * Operators that make columns or rows out of what a value holds: `mv-expand`, `parse`.
 *
 * Owns: expansion of arrays and bags, patterns of `parse`. Does not own: where the values come from.
 */
import { ColumnNames, nameOf } from './column-names.ts';
import { convert, textOf } from './conversion.ts';
import { bagOf } from './functions/dynamic-functions.ts';
import { semanticError } from './kql-fault.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, type Scope } from './scope.ts';
import type { Operator, ParsePart } from './syntax.ts';
import type { Tabular } from './table.ts';
import type { KqlColumn, KqlType } from './types.ts';
import { isArray, isBag, type Value } from './values.ts';

type Expand = Operator & { readonly kind: 'mv-expand' };

/** The items of a value: of an array its items, of a bag one bag for each member, of anything else itself. */
function itemsOf(value: Value, asArrays: boolean): readonly Value[] {
  if (isArray(value)) return value;
  if (isBag(value))
    return Object.entries(value).map(([name, item]) => (asArrays ? [name, item] : bagOf([[name, item]])));
  return [value];
}

export function planExpand(operator: Expand, input: Tabular, scope: Scope, expressions: ExpressionPlanner): Tabular {
  const columns: KqlColumn[] = [...input.columns];
  const names = new ColumnNames(input.columns);
  const expanded = operator.columns.map(({ names: given, expression, type = 'dynamic' }) => {
    const planned = expressions.plan(expression, scope);
    const wanted = given[0] ?? nameOf(expression);
    const known = wanted === undefined ? -1 : columnIndex(columns, wanted, scope.world.ignoresCase);
    const replaces = known >= 0 && known < input.columns.length;
    const place = replaces ? known : columns.length;
    columns[place] = { name: replaces ? (columns[known]?.name ?? '') : names.free(wanted), type };
    return { planned, place, type };
  });
  const index = operator.indexName === undefined ? -1 : columns.length;
  if (operator.indexName !== undefined)
    columns.push({ name: names.given(operator.indexName, operator.at), type: 'long' });
  const limit = operator.limit === undefined ? undefined : expressions.plan(operator.limit, { ...scope, columns: [] });
  return {
    columns,
    *rows(context) {
      const most = Number(limit?.evaluate([], context) ?? Number.MAX_SAFE_INTEGER);
      for (const row of input.rows(context)) {
        const lists = expanded.map(({ planned }) =>
          itemsOf(planned.evaluate(row, context), operator.asArrays === true),
        );
        const count = Math.min(most, Math.max(...lists.map((list) => list.length)));
        for (let at = 0; at < count; at++) {
          context.row();
          const made: Value[] = [...row];
          expanded.forEach(({ place, type }, list) => {
            made[place] = convert(lists[list]?.[at] ?? null, 'dynamic', type);
          });
          if (index >= 0) made[index] = at;
          yield made;
        }
      }
    },
  };
}

/** What a column of a type takes of a text. */
const typePatterns: Readonly<Partial<Record<KqlType, string>>> = {
  long: '\\s*([+-]?\\d+)',
  int: '\\s*([+-]?\\d+)',
  real: '\\s*([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)',
  decimal: '\\s*([+-]?\\d+\\.?\\d*)',
};

/** A `parse` pattern as a regular expression; in kind `regex` the texts are patterns already. */
function patternOf(parts: readonly ParsePart[], kind: string): string {
  const pieces = parts.map((part) => {
    if (part.kind === 'skip') return '(?s:.*?)';
    if (part.kind === 'text')
      return kind === 'regex' ? `(?:${part.text})` : part.text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const typed = kind === 'relaxed' ? undefined : typePatterns[part.type];
    return typed ?? '((?s:.*?))';
  });
  return `^${pieces.join('')}${parts.at(-1)?.kind === 'text' ? '' : '$'}`;
}

type Parse = Operator & { readonly kind: 'parse' | 'parse-where' };

export function planParse(operator: Parse, input: Tabular, scope: Scope, expressions: ExpressionPlanner): Tabular {
  const text = expressions.plan(operator.text, scope);
  if (text.type !== 'string' && text.type !== 'dynamic')
    throw semanticError(`parse needs a string, not a ${text.type}.`, operator.at);
  const kind = operator.options.get('kind') ?? 'simple';
  if (!['simple', 'relaxed', 'regex'].includes(kind))
    throw semanticError(`'${kind}' is no kind of parse.`, operator.at);
  const flags = operator.options.get('flags');
  const pattern = (flags === undefined ? '' : `(?${flags})`) + patternOf(operator.parts, kind);
  const wanted = operator.parts.flatMap((part) => (part.kind === 'column' ? [part] : []));
  const columns: KqlColumn[] = [...input.columns];
  const places = wanted.map(({ name, type }) => {
    const known = columnIndex(columns, name, scope.world.ignoresCase);
    const place = known < 0 ? columns.length : known;
    columns[place] = { name, type };
    return place;
  });
  return {
    columns,
    *rows(context) {
      const regex = context.regex(pattern);
      for (const row of input.rows(context)) {
        const given = textOf(text.evaluate(row, context), text.type);
        const found = regex.find(given, 0);
        if (found === undefined && operator.kind === 'parse-where') continue;
        const made: Value[] = [...row];
        wanted.forEach(({ type }, index) => {
          const [start = -1, end = -1] = [found?.[index * 2 + 2], found?.[index * 2 + 3]];
          made[places[index] ?? 0] = convert(start < 0 ? '' : given.slice(start, end), 'string', type);
        });
        yield made;
      }
    },
  };
}
