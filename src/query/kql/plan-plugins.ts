/**
 * Plugins behind `evaluate`: `pivot`, `narrow`, `ipv4_lookup`, and `bag_unpack` by `plan-unpack.ts`.
 *
 * Owns: what each takes and makes. Does not own: any other plugin; they are refused.
 * Source: published reference of the Kusto query language, plugins.
 */
import { ipRangeHolds, type IpRange, parseIpRange } from '#foundation';
import { aggregates } from './aggregates.ts';
import { ColumnNames } from './column-names.ts';
import { textOf } from './conversion.ts';
import { semanticError, unsupported } from './kql-fault.ts';
import { keyOfAll } from './order-values.ts';

import type { ExpressionPlanner } from './plan-expression.ts';
import { SummarizePlanner } from './plan-summarize.ts';
import { planUnpack } from './plan-unpack.ts';
import { demandColumn, type Scope } from './scope.ts';
import type { Expression, Named } from './syntax.ts';
import type { Tabular } from './table.ts';
import type { Row, Value } from './values.ts';

type Call = Expression & { readonly kind: 'call' };

export interface PluginHost {
  readonly expressions: ExpressionPlanner;
  readonly tableOf: (expression: Expression) => Tabular | undefined;
}

export const pluginNames: readonly string[] = ['bag_unpack', 'ipv4_lookup', 'narrow', 'pivot'];

export function planPlugin(call: Call, input: Tabular, scope: Scope, host: PluginHost): Tabular {
  switch (call.name) {
    case 'bag_unpack':
      return planUnpack(call, input, scope);
    case 'pivot':
      return planPivot(call, input, scope, host.expressions);
    case 'narrow':
      return planNarrow(call, input);
    case 'ipv4_lookup':
      return planAddressLookup(call, input, scope, host);
    default:
      throw unsupported(`The plugin '${call.name}'`, call.at);
  }
}

const named = (expression: Expression): Named => ({ names: [], expression, at: expression.at });

/** A column for each value of the first one. Which they are is in the rows, so these are read while the query is planned. */
function planPivot(call: Call, input: Tabular, scope: Scope, expressions: ExpressionPlanner): Tabular {
  const [pivot, second, ...others] = call.args.map(({ expression }) => expression);
  if (pivot?.kind !== 'name') throw semanticError('pivot() takes a column.', call.at);
  const counts: Expression = { kind: 'call', name: 'count', args: [], at: call.at };
  const isAggregate = second?.kind === 'call' && aggregates.has(second.name);
  if (second !== undefined && !isAggregate && second.kind !== 'name')
    throw semanticError('pivot() takes an aggregate, then columns.', second.at);
  const aggregate = isAggregate ? second : counts;
  const listed = [...(isAggregate || second === undefined ? [] : [second]), ...others];
  const used = new Set([pivot.name, ...columnsIn(aggregate)]);
  const rest = input.columns.filter(({ name }) => !used.has(name));
  const by = listed.length > 0 ? listed : rest.map(({ name }): Expression => ({ kind: 'name', name, at: call.at }));
  const planner = (of: Tabular): SummarizePlanner => new SummarizePlanner(expressions, scope, of);
  const groups = planner(input).plan([named(aggregate)], [...by.map(named), named(pivot)]);
  const nothing = planner({ columns: input.columns, rows: () => [] }).plan([named(aggregate)], []);
  const { context } = scope.world;
  const [empty = null] = [...nothing.rows(context)][0] ?? [];
  const type = groups.columns.at(-1)?.type ?? 'long';
  const found = new Map<string, { readonly keys: Row; readonly cells: Map<string, Value> }>();
  const values = new Set<string>();
  for (const row of groups.rows(context)) {
    context.holdRow(row);
    const keys = row.slice(0, by.length);
    const key = keyOfAll(keys);
    const value = textOf(row[by.length] ?? null, groups.columns[by.length]?.type ?? 'string');
    values.add(value);
    const group = found.get(key) ?? { keys, cells: new Map() };
    found.set(key, group);
    group.cells.set(value, row[by.length + 1] ?? null);
  }
  const names = [...values].toSorted();
  const given = new ColumnNames(groups.columns.slice(0, by.length));
  return {
    columns: [...groups.columns.slice(0, by.length), ...names.map((name) => ({ name: given.free(name), type }))],
    *rows() {
      for (const { keys, cells } of found.values())
        yield [...keys, ...names.map((name) => (cells.has(name) ? (cells.get(name) ?? null) : empty))];
    },
  };
}

function columnsIn(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(columnsIn);
  if (typeof part !== 'object' || part === null) return [];
  const { kind, name } = part as { readonly kind?: string; readonly name?: string };
  const own = kind === 'name' && name !== undefined ? [name] : [];
  return kind === 'literal' ? [] : [...own, ...Object.values(part).flatMap(columnsIn)];
}

/** A row for each cell. */
function planNarrow(call: Call, input: Tabular): Tabular {
  if (call.args.length > 0) throw semanticError('narrow() takes no arguments.', call.at);
  return {
    columns: [
      { name: 'Row', type: 'long' },
      { name: 'Column', type: 'string' },
      { name: 'Value', type: 'string' },
    ],
    *rows(context) {
      let number = 0;
      for (const row of input.rows(context)) {
        for (const [index, { name, type }] of input.columns.entries()) {
          context.row();
          yield [number, name, textOf(row[index] ?? null, type)];
        }
        number++;
      }
    },
  };
}

/** Rows beside the rows of a table of networks that hold their address. */
function planAddressLookup(call: Call, input: Tabular, scope: Scope, { expressions, tableOf }: PluginHost): Tabular {
  const given = call.args.filter(({ name }) => name === undefined).map(({ expression }) => expression);
  const unmatched = call.args.find(({ name }) => name === 'return_unmatched')?.expression;
  const [tableExpression, source, key, ...extra] = given;
  const table = tableExpression === undefined ? undefined : tableOf(tableExpression);
  if (table === undefined || source === undefined || key?.kind !== 'name')
    throw semanticError('ipv4_lookup() takes a table, an address, and the column of its networks.', call.at);
  const address = expressions.plan(source, scope);
  const right: Scope = { ...scope, columns: table.columns };
  const place = demandColumn(right, key.name, key.at);
  const extras = extra.map((each) => {
    if (each.kind !== 'name') throw semanticError('A further key is a column of both tables.', each.at);
    return [demandColumn(scope, each.name, each.at), demandColumn(right, each.name, each.at)] as const;
  });
  const keepsAll = unmatched?.kind === 'literal' && unmatched.value === true;
  const kept = table.columns.flatMap((_, index) => (extras.some(([, at]) => at === index) ? [] : [index]));
  const names = new ColumnNames(input.columns);
  const added = kept.flatMap((index) => table.columns[index] ?? []);
  const columns = [...input.columns, ...added.map(({ name, type }) => ({ name: names.free(name), type }))];
  const empty = added.map(({ type }): Value => (type === 'string' ? '' : null));
  return {
    columns,
    *rows(context) {
      const networks: { readonly range: IpRange; readonly row: Row }[] = [];
      for (const row of table.rows(context)) {
        context.holdRow(row);
        const range = parseIpRange(textOf(row[place] ?? null, 'string'));
        if (range?.bits === 32) networks.push({ range, row });
      }
      for (const row of input.rows(context)) {
        const at = parseIpRange(textOf(address.evaluate(row, context), address.type));
        const found =
          at === undefined
            ? []
            : networks.filter(
                ({ range, row: other }) =>
                  ipRangeHolds(range, at) &&
                  extras.every(
                    ([left, rightAt]) => keyOfAll([row[left] ?? null]) === keyOfAll([other[rightAt] ?? null]),
                  ),
              );
        if (found.length === 0 && keepsAll) yield [...row, ...empty];
        for (const { row: other } of found) {
          context.row();
          yield [...row, ...kept.map((index) => other[index] ?? null)];
        }
      }
    },
  };
}
