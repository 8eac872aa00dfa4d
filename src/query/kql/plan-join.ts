/**
 * `join` and `lookup`.
 *
 * Owns: kinds, keys, columns of both sides. Does not own: other operators.
 *
 * Invariants
 * KJ1. The right side is kept in memory and counted; the left goes by (for `innerunique`, its keys are kept).
 * KJ2. A null key equals nothing.
 */
import { ColumnNames } from './column-names.ts';
import type { Context } from './context.ts';
import { semanticError } from './kql-fault.ts';
import { keyOfAll } from './order-values.ts';
import { cast } from './plan-comparison.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { columnIndex, type Scalar, type Scope } from './scope.ts';
import type { Expression, Operator } from './syntax.ts';
import type { Tabular } from './table.ts';
import { isNumeric } from './types.ts';
import type { Row, Value } from './values.ts';

interface Kind {
  /** Pairs, rows of the left, or rows of the right come out. */
  readonly gives: 'pairs' | 'left' | 'right';
  /** For `left` and `right`: rows that have a partner, or that have none. */
  readonly partner: boolean;
  readonly keepsLeft: boolean;
  readonly keepsRight: boolean;
  readonly unique: boolean;
}

const pairs = { gives: 'pairs', partner: true, keepsLeft: false, keepsRight: false, unique: false } as const;
const kinds: Readonly<Record<string, Kind>> = {
  innerunique: { ...pairs, unique: true },
  inner: pairs,
  leftouter: { ...pairs, keepsLeft: true },
  rightouter: { ...pairs, keepsRight: true },
  fullouter: { ...pairs, keepsLeft: true, keepsRight: true },
  leftsemi: { ...pairs, gives: 'left' },
  rightsemi: { ...pairs, gives: 'right' },
  leftanti: { ...pairs, gives: 'left', partner: false },
  anti: { ...pairs, gives: 'left', partner: false },
  leftantisemi: { ...pairs, gives: 'left', partner: false },
  rightanti: { ...pairs, gives: 'right', partner: false },
  rightantisemi: { ...pairs, gives: 'right', partner: false },
};

interface Sides {
  readonly left: Tabular;
  readonly right: Tabular;
  readonly leftKeys: readonly Scalar[];
  readonly rightKeys: readonly Scalar[];
  /** The column of the left side that is its only key, where rows without a partner are of no use. */
  readonly narrowing?: string;
}

/** With more keys than this the left side is read whole: a table takes no longer list. */
const mostNarrowing = 5_000;

/** The left side's rows, without some that have no partner for sure. */
function leftRows({ left, narrowing }: Sides, keys: ReadonlyMap<string, Value>, context: Context): Iterable<Row> {
  if (narrowing === undefined || left.narrowed === undefined || keys.size > mostNarrowing) return left.rows(context);
  return left.narrowed(context, { column: narrowing, operator: 'in', values: [...keys.values()] });
}

type JoinOperator = Operator & { readonly kind: 'join' | 'lookup' };

export function planJoin(
  operator: JoinOperator,
  left: Tabular,
  right: Tabular,
  scope: Scope,
  expressions: ExpressionPlanner,
): Tabular {
  const lookup = operator.kind === 'lookup';
  const named = operator.options.get('kind') ?? (lookup ? 'leftouter' : 'innerunique');
  const kind = Object.hasOwn(kinds, named) ? kinds[named] : undefined;
  if (kind === undefined || (lookup && !['leftouter', 'inner'].includes(named))) {
    throw semanticError(`'${named}' is no kind of ${operator.kind}.`, operator.at);
  }
  if (operator.on.length === 0) throw semanticError(`'on' is missing from the ${operator.kind}.`, operator.at);
  const keys = operator.on.flatMap((on) => keyPairs(on));
  const planSide = (table: Tabular, side: 'left' | 'right'): readonly Scalar[] =>
    keys.map((key) => expressions.plan(key[side], { ...scope, columns: table.columns }));
  const [leftKeys, rightKeys] = aligned(planSide(left, 'left'), planSide(right, 'right'), operator.at);
  const [leftKey, ...more] = keys.map((key) => key.left);
  // A left side whose rows without a partner go may leave them out itself.
  const narrowing =
    more.length === 0 && !kind.keepsLeft && kind.partner && leftKey?.kind === 'name'
      ? left.columns[columnIndex(left.columns, leftKey.name, scope.world.ignoresCase)]
      : undefined;
  const same = narrowing !== undefined && leftKeys[0]?.type === narrowing.type;
  const sides: Sides = { left, right, leftKeys, rightKeys, ...(same ? { narrowing: narrowing.name } : {}) };
  if (kind.gives === 'left') return { columns: left.columns, rows: (context) => semi(sides, kind.partner, context) };
  if (kind.gives === 'right') {
    const turned = { left: right, right: left, leftKeys: rightKeys, rightKeys: leftKeys };
    return { columns: right.columns, rows: (context) => semi(turned, kind.partner, context) };
  }
  const dropped = new Set(lookup ? keys.map(({ right: key }) => nameIndex(key, right, scope)) : []);
  const kept = right.columns.flatMap((_, index) => (dropped.has(index) ? [] : [index]));
  return paired(sides, kind, kept);
}

function nameIndex(key: Expression, { columns }: Tabular, scope: Scope): number {
  return key.kind === 'name' ? columnIndex(columns, key.name, scope.world.ignoresCase) : -1;
}

interface KeyPair {
  readonly left: Expression;
  readonly right: Expression;
}

/** `Name`, `$left.a == $right.b`, or several of them by `and`. */
function keyPairs(on: Expression): readonly KeyPair[] {
  if (on.kind === 'name') return [{ left: on, right: on }];
  if (on.kind === 'binary' && on.operator === 'and') return [...keyPairs(on.left), ...keyPairs(on.right)];
  if (on.kind !== 'binary' || on.operator !== '==') {
    throw semanticError("A join's condition is a column or '$left.a == $right.b'.", on.at);
  }
  const [one, other] = [sideOf(on.left), sideOf(on.right)];
  if (one?.side === 'left' && other?.side === 'right') return [{ left: one.column, right: other.column }];
  if (one?.side === 'right' && other?.side === 'left') return [{ left: other.column, right: one.column }];
  throw semanticError("A join's condition compares '$left.…' with '$right.…'.", on.at);
}

function sideOf(expression: Expression): { readonly side: string; readonly column: Expression } | undefined {
  if (expression.kind !== 'member' || expression.object.kind !== 'name') return undefined;
  const side = /^\$(left|right)$/.exec(expression.object.name)?.[1];
  if (side === undefined) return undefined;
  return { side, column: { kind: 'name', name: expression.name, at: expression.at } };
}

function aligned(
  left: readonly Scalar[],
  right: readonly Scalar[],
  at: number,
): readonly [readonly Scalar[], readonly Scalar[]] {
  const casts = left.map((one, index): readonly [Scalar, Scalar] => {
    const other = right[index] ?? one;
    if (one.type === 'dynamic' || other.type === 'dynamic') {
      throw semanticError('A join key cannot be dynamic; use tostring().', at);
    }
    if (one.type === other.type) return [one, other];
    if (isNumeric(one.type) && isNumeric(other.type)) return [cast(one, 'real'), cast(other, 'real')];
    throw semanticError(`A ${one.type} cannot be joined to a ${other.type}.`, at);
  });
  return [casts.map(([one]) => one), casts.map(([, other]) => other)];
}

/** The key of a row; undefined where a part is null (KJ2). */
function keyIn(keys: readonly Scalar[], row: Row, context: Context): string | undefined {
  const values = keys.map((key) => key.evaluate(row, context));
  return values.includes(null) ? undefined : keyOfAll(values);
}

interface Kept {
  readonly row: Row;
  met: boolean;
}

function keepRight(
  { right, rightKeys }: Sides,
  context: Context,
): {
  readonly byKey: ReadonlyMap<string, Kept[]>;
  readonly all: readonly Kept[];
  readonly values: ReadonlyMap<string, Value>;
} {
  const byKey = new Map<string, Kept[]>();
  const values = new Map<string, Value>();
  const all: Kept[] = [];
  for (const row of right.rows(context)) {
    context.holdRow(row);
    const kept = { row, met: false };
    all.push(kept);
    const key = keyIn(rightKeys, row, context);
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, [kept]);
      values.set(key, rightKeys[0]?.evaluate(row, context) ?? null);
    } else known.push(kept);
  }
  return { byKey, all, values };
}

function* semi(sides: Sides, partner: boolean, context: Context): Iterable<Row> {
  const keys = new Map<string, Value>();
  for (const row of sides.right.rows(context)) {
    const key = keyIn(sides.rightKeys, row, context);
    if (key === undefined || keys.has(key)) continue;
    keys.set(key, sides.rightKeys[0]?.evaluate(row, context) ?? null);
    context.hold(key.length * 2 + 64);
  }
  for (const row of leftRows(sides, keys, context)) {
    const key = keyIn(sides.leftKeys, row, context);
    if ((key !== undefined && keys.has(key)) === partner) yield row;
  }
}

function paired(sides: Sides, kind: Kind, kept: readonly number[]): Tabular {
  const names = new ColumnNames(sides.left.columns);
  const added = kept.flatMap((index) => sides.right.columns[index] ?? []);
  const columns = [...sides.left.columns, ...added.map(({ name, type }) => ({ name: names.free(name), type }))];
  const emptyOf = (list: Tabular['columns']): Row => list.map(({ type }) => (type === 'string' ? '' : null));
  const [emptyLeft, emptyRight] = [emptyOf(sides.left.columns), emptyOf(added)];
  const rightPart = ({ row }: Kept): Row => kept.map((index) => row[index] ?? null);
  return {
    columns,
    *rows(context) {
      const { byKey, all, values } = keepRight(sides, context);
      const seen = new Set<string>();
      for (const row of leftRows(sides, values, context)) {
        const key = keyIn(sides.leftKeys, row, context);
        if (kind.unique && key !== undefined) {
          if (seen.has(key)) continue;
          seen.add(key);
          context.hold(key.length * 2 + 48);
        }
        const partners = key === undefined ? undefined : byKey.get(key);
        if (partners === undefined && kind.keepsLeft) yield [...row, ...emptyRight];
        for (const partner of partners ?? []) {
          context.row();
          partner.met = true;
          yield [...row, ...rightPart(partner)];
        }
      }
      if (!kind.keepsRight) return;
      for (const partner of all) if (!partner.met) yield [...emptyLeft, ...rightPart(partner)];
    },
  };
}
