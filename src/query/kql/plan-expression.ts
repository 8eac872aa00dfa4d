/**
 * Expressions: a tree to a function of a row, checked.
 *
 * Owns: names, members, calls, `iff` and `case`, `and` and `or`. Does not own: operators of tables; they come in by `host`.
 *
 * Invariants
 * KE1. Every name, count of arguments and type is judged here, once; evaluation asks nothing of the kind again.
 * KE2. `and` and `or` know three values: false and null is false, true or null is true.
 */
import { convert } from './conversion.ts';
import { memberOfDynamic } from './functions/dynamic-functions.ts';
import { commonType } from './functions/function-entry.ts';
import { scalarFunctions } from './functions/function-table.ts';
import { semanticError } from './kql-fault.ts';
import { planArithmetic, planNegation } from './plan-arithmetic.ts';
import {
  cast,
  type Items,
  planComparison,
  planHasSeveral,
  planMembership,
  planRegexMatch,
  planTextOperator,
  remembered,
} from './plan-comparison.ts';
import { applied, fitted, packAll, unknownFunction } from './plan-call.ts';
import { planWindowCall } from './plan-window.ts';
import { columnIndex, type Scalar, type Scope, unresolved } from './scope.ts';
import type { Argument, Expression } from './syntax.ts';
import type { Tabular } from './table.ts';
import { isNumeric, type KqlType } from './types.ts';
import { isArray, type Value } from './values.ts';

/** What the planner of queries gives to the planner of expressions. */
export interface Host {
  /** The table an expression stands for, or undefined where it is a value. */
  readonly tableOf: (expression: Expression, scope: Scope) => Tabular | undefined;
  /** A call of a function given by `let`, or undefined where the name is none. */
  readonly callScalar: (expression: Expression & { kind: 'call' }, scope: Scope) => Scalar | undefined;
}

type Call = Expression & { readonly kind: 'call' };

export class ExpressionPlanner {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  plan(expression: Expression, scope: Scope): Scalar {
    scope.world.spend(expression.at);
    switch (expression.kind) {
      case 'literal': {
        const { type, value } = expression;
        const held = type === 'string' && value === null ? '' : value;
        return { type, constant: true, evaluate: () => held };
      }
      case 'name':
        return this.#name(expression, scope);
      case 'member':
        return this.#member(
          expression.object,
          { type: 'string', constant: true, evaluate: () => expression.name },
          scope,
        );
      case 'index':
        return this.#member(expression.object, this.plan(expression.index, scope), scope);
      case 'call':
        return this.#call(expression, scope);
      case 'negate':
        return planNegation(this.plan(expression.inner, scope), expression.at);
      case 'binary':
        return this.#binary(expression, scope);
      case 'membership':
        return this.#membership(expression, scope);
      case 'between':
        return this.#between(expression, scope);
      case 'star':
        throw semanticError("'*' cannot stand here.", expression.at);
      default:
        throw semanticError('A query cannot stand here; use toscalar().', expression.at);
    }
  }

  /** A condition: a bool, or a dynamic that holds one. */
  condition(expression: Expression, scope: Scope): Scalar {
    const planned = this.plan(expression, scope);
    if (planned.type !== 'bool' && planned.type !== 'dynamic') {
      throw semanticError(`A condition is a bool, not a ${planned.type}.`, expression.at);
    }
    return cast(planned, 'bool');
  }

  #name({ name, at }: Expression & { kind: 'name' }, scope: Scope): Scalar {
    const index = columnIndex(scope.columns, name, scope.world.ignoresCase);
    if (index >= 0) {
      const type = scope.columns[index]?.type ?? 'dynamic';
      return { type, constant: false, evaluate: (row) => row[index] ?? null };
    }
    const binding = scope.names.get(name);
    if (binding?.kind === 'scalar') return binding.scalar;
    throw unresolved(name, scope.columns, at);
  }

  #member(object: Expression, member: Scalar, scope: Scope): Scalar {
    if (object.kind === 'name' && /^\$(?:left|right)$/.test(object.name)) {
      throw semanticError(`'${object.name}' stands only behind 'on' of a join.`, object.at);
    }
    const of = this.plan(object, scope);
    if (of.type !== 'dynamic') {
      throw semanticError(`A ${of.type} has no members; use parse_json() for a text that holds JSON.`, object.at);
    }
    return {
      type: 'dynamic',
      constant: of.constant && member.constant,
      evaluate: (row, context) => memberOfDynamic(of.evaluate(row, context), member.evaluate(row, context)),
    };
  }

  #binary(expression: Expression & { kind: 'binary' }, scope: Scope): Scalar {
    const { operator, at } = expression;
    if (operator === 'and' || operator === 'or') {
      const sides = [this.condition(expression.left, scope), this.condition(expression.right, scope)] as const;
      return planLogic(operator === 'and', ...sides);
    }
    const [left, right] = [this.plan(expression.left, scope), this.plan(expression.right, scope)];
    if ('+-*/%'.includes(operator)) return planArithmetic(operator, left, right, at);
    if (operator === 'matches regex') return planRegexMatch(left, right, at);
    if (/^(?:==|!=|<=?|>=?)$/.test(operator)) return planComparison(operator, left, right, at);
    return planTextOperator(operator, left, right, at);
  }

  #between({ value, low, high, negated, at }: Expression & { kind: 'between' }, scope: Scope): Scalar {
    const [planned, from] = [this.plan(value, scope), this.plan(low, scope)];
    const to = this.plan(high, scope);
    const until = planned.type === 'datetime' && to.type === 'timespan' ? planArithmetic('+', from, to, at) : to;
    const within = planLogic(true, planComparison('>=', planned, from, at), planComparison('<=', planned, until, at));
    if (!negated) return within;
    return {
      ...within,
      evaluate: (row, context) => {
        const inside = within.evaluate(row, context);
        return inside === null ? null : !(inside as boolean);
      },
    };
  }

  #membership(expression: Expression & { kind: 'membership' }, scope: Scope): Scalar {
    const { operator, at } = expression;
    const left = this.plan(expression.value, scope);
    const { items, constant } = this.#items(expression.items, left.type, scope);
    if (operator.startsWith('has_')) return planHasSeveral(operator, left, items, at);
    const [type, ignoresCase] = [left.type, operator.endsWith('~')];
    if (ignoresCase && type !== 'string' && type !== 'dynamic')
      throw semanticError(`'${operator}' needs a string, not a ${type}.`, at);
    return planMembership(operator, left, items, constant);
  }

  #items(
    given: readonly Expression[],
    type: KqlType,
    scope: Scope,
  ): { readonly items: Items; readonly constant: boolean } {
    const parts = given.map((item) => this.#itemsOf(item, type, scope));
    const items: Items = (row, context) => parts.flatMap((part) => part.items(row, context));
    return { items, constant: parts.every((part) => part.constant) };
  }

  #itemsOf(item: Expression, type: KqlType, scope: Scope): { readonly items: Items; readonly constant: boolean } {
    const table = this.#host.tableOf(item, scope);
    if (table !== undefined) {
      const from = table.columns[0]?.type ?? 'dynamic';
      const read: Items = (_row, context) =>
        Array.from(table.rows(context), (row) => {
          context.hold(48);
          return convert(row[0] ?? null, from, type);
        });
      return { items: remembered(read), constant: true };
    }
    const planned = this.plan(item, scope);
    if (planned.type !== 'dynamic') {
      const value =
        planned.type === type || type === 'dynamic' || isNumeric(type)
          ? planned
          : this.#comparable(planned, type, item.at);
      return { items: (row, context) => [value.evaluate(row, context)], constant: planned.constant };
    }
    const items: Items = (row, context) => {
      const value = planned.evaluate(row, context);
      const all = isArray(value) ? value : [value];
      return isNumeric(type) || type === 'dynamic' ? all : all.map((each) => convert(each, 'dynamic', type));
    };
    return { items, constant: planned.constant };
  }

  #comparable(planned: Scalar, type: KqlType, at: number): Scalar {
    if (planned.type === 'string' && planned.constant) return cast(planned, type);
    throw semanticError(`A ${planned.type} is no item of a list of ${type}.`, at);
  }

  #call(expression: Call, scope: Scope): Scalar {
    const { name, args, at } = expression;
    const aggregate = scope.aggregate?.({ name, args, at });
    if (aggregate !== undefined) return aggregate;
    const own = this.#host.callScalar(expression, scope);
    if (own !== undefined) return own;
    const window = planWindowCall(expression, scope, (each, at) => this.plan(each, at));
    if (window !== undefined) return window;
    switch (name) {
      case 'iff':
      case 'iif':
      case 'case':
        return this.#choice(expression, scope);
      case 'toscalar':
        return this.#toScalar(expression, scope);
      case 'column_ifexists':
      case 'columnifexists':
        return this.#columnIfExists(expression, scope);
      case 'pack_all':
        return packAll(scope);
      case 'ingestion_time':
        return this.#ingestionTime(scope);
      case 'materialize':
        throw semanticError('materialize() gives a table, which cannot stand here.', at);
      default:
        return this.#function(expression, scope);
    }
  }

  #function({ name, args, at }: Call, scope: Scope): Scalar {
    const entry = scalarFunctions.get(name);
    if (entry === undefined) throw unknownFunction(name, at);
    if (args.length < entry.least || args.length > entry.most) {
      const wanted = entry.least === entry.most ? `${entry.least}` : `${entry.least} to ${entry.most}`;
      throw semanticError(`${name}() takes ${wanted} arguments, not ${args.length}.`, at);
    }
    const given = args.map(({ expression }) => this.plan(expression, scope));
    const planned = given.map((arg, index) => {
      const wanted = entry.parameters[Math.min(index, entry.parameters.length - 1)] ?? 'any';
      return fitted(arg, wanted, () =>
        semanticError(
          `${name}() takes a ${wanted} as argument ${index + 1}, not a ${arg.type}.`,
          args[index]?.expression.at ?? at,
        ),
      );
    });
    return applied(entry, planned);
  }

  #choice({ name, args, at }: Call, scope: Scope): Scalar {
    if (args.length < 3 || args.length % 2 === 0 || (name !== 'case' && args.length !== 3)) {
      throw semanticError(
        `${name}() takes ${name === 'case' ? 'pairs of condition and value, and a value for else' : '3 arguments'}.`,
        at,
      );
    }
    const pairs: { readonly when: Scalar; readonly gives: Scalar }[] = [];
    const expressions = args.map(({ expression }) => expression);
    for (let index = 0; index + 1 < expressions.length; index += 2) {
      const [when, then] = [expressions[index] as Expression, expressions[index + 1] as Expression];
      pairs.push({ when: this.condition(when, scope), gives: this.plan(then, scope) });
    }
    const otherwise = this.plan(expressions.at(-1) as Expression, scope);
    const values = [...pairs.map(({ gives }) => gives), otherwise];
    const type = commonType(values.map((value) => value.type));
    const results = values.map((value) => cast(value, type));
    return {
      type,
      constant: [...pairs.map(({ when }) => when), ...values].every(({ constant }) => constant),
      evaluate: (row, context) => {
        const found = pairs.findIndex(({ when }) => when.evaluate(row, context) === true);
        return results.at(found)?.evaluate(row, context) ?? (type === 'string' ? '' : null);
      },
    };
  }

  #toScalar({ args, at }: Call, scope: Scope): Scalar {
    const [argument] = args;
    if (argument === undefined || args.length !== 1) throw semanticError('toscalar() takes 1 argument.', at);
    const table = this.#host.tableOf(argument.expression, scope);
    if (table === undefined) return this.plan(argument.expression, scope);
    const type = table.columns[0]?.type ?? 'dynamic';
    const read = remembered((_row, context): Value => {
      for (const row of table.rows(context)) return row[0] ?? null;
      return type === 'string' ? '' : null;
    });
    return { type, constant: true, evaluate: read };
  }

  #columnIfExists({ args, at }: Call, scope: Scope): Scalar {
    const [name, fallback] = args.map(({ expression }: Argument) => expression);
    if (name?.kind !== 'literal' || typeof name.value !== 'string' || fallback === undefined) {
      throw semanticError('column_ifexists() takes a literal name and a value.', at);
    }
    const exists = columnIndex(scope.columns, name.value, scope.world.ignoresCase) >= 0;
    return this.plan(exists ? { kind: 'name', name: name.value, at: name.at } : fallback, scope);
  }

  #ingestionTime(scope: Scope): Scalar {
    const column = ['_TimeReceived', 'TimeGenerated'].find((name) => columnIndex(scope.columns, name, false) >= 0);
    if (column === undefined) return { type: 'datetime', constant: true, evaluate: () => null };
    return this.#name({ kind: 'name', name: column, at: 0 }, scope);
  }
}

function planLogic(all: boolean, left: Scalar, right: Scalar): Scalar {
  return {
    type: 'bool',
    constant: left.constant && right.constant,
    evaluate: (row, context) => {
      const one = left.evaluate(row, context);
      if (one === !all) return one;
      const two = right.evaluate(row, context);
      if (two === !all) return two;
      return one === null || two === null ? null : all;
    },
  };
}
