/** `evaluate bag_unpack`: a column for each member of bags. */
import { ColumnNames } from './column-names.ts';
import { convert, textOf, typeOfDynamic } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import { demandColumn, type Scope } from './scope.ts';
import type { Expression } from './syntax.ts';
import type { Tabular } from './table.ts';
import { isNumeric, type KqlType, typeNamed } from './types.ts';
import { isArray, isBag, type Row, type Value } from './values.ts';

/** The one type of a bag's members of one name. */
function widened(known: KqlType | undefined, value: Value): KqlType | undefined {
  const found = typeOfDynamic(value);
  if (found === 'null') return known;
  const type = typeNamed(found) ?? 'dynamic';
  if (known === undefined || known === type) return type;
  return isNumeric(known) && isNumeric(type) ? 'real' : 'dynamic';
}

/**
 * `evaluate bag_unpack(column, prefix?, columnsConflict?, ignoredProperties?)`. Which columns come out is in the rows, so the rows before it are read while the
 * query is planned; they are kept and counted.
 */
export function planUnpack(call: Expression & { readonly kind: 'call' }, input: Tabular, scope: Scope): Tabular {
  const [bag, prefix, conflicts, ignored] = call.args.map(({ expression }) => expression);
  if (bag?.kind !== 'name') throw semanticError('bag_unpack() takes a column.', call.at);
  if (prefix !== undefined && (prefix.kind !== 'literal' || typeof prefix.value !== 'string')) {
    throw semanticError("bag_unpack()'s prefix is a literal text.", prefix.at);
  }
  const place = demandColumn(scope, bag.name, bag.at);
  if (input.columns[place]?.type !== 'dynamic') throw semanticError('bag_unpack() takes a dynamic column.', bag.at);
  const rule = conflictRule(conflicts);
  const left = new Set(ignored?.kind === 'literal' && isArray(ignored.value) ? ignored.value : []);
  const { context } = scope.world;
  const rows: Row[] = [];
  const types = new Map<string, KqlType | undefined>();
  for (const row of input.rows(context)) {
    context.holdRow(row);
    rows.push(row);
    const value = row[place] ?? null;
    if (!isBag(value)) continue;
    for (const [name, item] of Object.entries(value))
      if (!left.has(name)) types.set(name, widened(types.get(name), item));
  }
  const before = prefix?.kind === 'literal' ? textOf(prefix.value, 'string') : '';
  const made = new Set([...types.keys()].map((member) => before + member));
  const kept = input.columns.flatMap(({ name }, index) =>
    index === place || (rule === 'replace_source' && made.has(name)) ? [] : [index],
  );
  const others = kept.flatMap((index) => input.columns[index] ?? []);
  const names = new ColumnNames(others);
  const members = [...types].flatMap(([member, type = 'string']) => {
    const name = before + member;
    if (rule === 'keep_source' && others.some((column) => column.name === name)) return [];
    return [{ member, name: names.given(name, call.at), type }];
  });
  return {
    columns: [...others, ...members.map(({ name, type }) => ({ name, type }))],
    *rows() {
      for (const row of rows) {
        const value = row[place] ?? null;
        const unpacked = members.map(({ member, type }) =>
          convert(isBag(value) && Object.hasOwn(value, member) ? (value[member] ?? null) : null, 'dynamic', type),
        );
        yield [...kept.map((index) => row[index] ?? null), ...unpacked];
      }
    },
  };
}

/** What happens to a column of the source that a member has the name of. */
function conflictRule(given: Expression | undefined): string {
  const rule = given?.kind === 'literal' ? textOf(given.value, 'string') : 'error';
  if (rule === '') return 'error';
  if (given !== undefined && !['error', 'replace_source', 'keep_source'].includes(rule))
    throw semanticError("bag_unpack()'s columnsConflict is error, replace_source or keep_source.", given.at);
  return rule;
}
