/**
 * A whole query: statements, names, the pipe.
 *
 * Owns: which operator is planned by what, `let`, functions, tables by name, `materialize`. Does not own: any operator.
 *
 * Invariants
 * KQ1. A name means a column, then what `let` gave it, then a table.
 * KQ2. What is planned is bounded: functions that call functions cannot make a plan without end.
 */
import { textOf } from './conversion.ts';
import { KeptFunctions } from './kept-functions.ts';
import { KqlError, semanticError, unsupported } from './kql-fault.ts';
import { planExtend, planPatterns, planProject, planRename, planSchema } from './plan-columns.ts';
import { cast } from './plan-comparison.ts';
import { planExpand, planParse } from './plan-expand.ts';
import { planApply, planPartition } from './plan-apply.ts';
import { ExpressionPlanner } from './plan-expression.ts';
import { planKeyValues } from './plan-key-values.ts';
import { planPlugin } from './plan-plugins.ts';
import { usesWindow, windowed } from './plan-window.ts';
import { planJoin } from './plan-join.ts';
import { planCount, planRowCount, planSearch, planSort, planTake, planTop, planWhere } from './plan-rows.ts';
import { materialized } from './plan-materialize.ts';
import { planSeries, seriesGroups } from './plan-series.ts';
import { planDatatable, planPrint, planRange, planTable } from './plan-source.ts';
import { SeveralTables } from './plan-several-tables.ts';
import { SummarizePlanner } from './plan-summarize.ts';
import { type Binding, columnIndex, type Names, type Scalar, type Scope, unresolved, type World } from './scope.ts';
import type { Argument, Expression, Operator, Program, Query, Source, Statement } from './syntax.ts';
import type { Tabular } from './table.ts';

/** Operators behind which rows have an order, those that leave them theirs, those whose expressions may look around. */
const ordering: ReadonlySet<string> = new Set(['sort', 'top', 'serialize']);
const passing: ReadonlySet<string> = new Set(
  'extend mv-expand parse parse-where parse-kv project project-away project-keep project-rename project-reorder take where as'.split(
    ' ',
  ),
);
const looking: ReadonlySet<string> = new Set(['extend', 'project', 'serialize', 'where']);

type Call = Expression & { readonly kind: 'call' };
type FunctionBinding = Binding & { readonly kind: 'function' };

export class QueryPlanner {
  readonly #expressions: ExpressionPlanner;
  readonly #kept = new KeptFunctions();
  readonly #several: SeveralTables;

  constructor() {
    this.#expressions = new ExpressionPlanner({
      tableOf: (expression, scope) => this.#tableOf(expression, scope),
      callScalar: (call, scope) => this.#callScalar(call, scope),
    });
    this.#several = new SeveralTables(this.#expressions, {
      named: (name, scope, at) => this.#named(name, [], scope, at),
      query: (query, scope) => this.#query(query, scope),
    });
  }

  plan({ statements, query }: Program, world: World): Tabular {
    const names = this.#declared(statements, { world, names: new Map(), columns: [] });
    return this.#query(query, { world, names, columns: [] });
  }

  #declared(statements: readonly Statement[], scope: Scope): Names {
    const names = new Map(scope.names);
    for (const statement of statements) {
      if (statement.kind === 'set') continue;
      const here = { ...scope, names: new Map(names) };
      if (statement.kind === 'function') {
        names.set(statement.name, { kind: 'function', statement, names: here.names });
        continue;
      }
      const table = this.#tableOf(statement.value, here);
      const binding: Binding =
        table === undefined
          ? { kind: 'scalar', scalar: this.#expressions.plan(statement.value, here) }
          : { kind: 'table', table };
      names.set(statement.name, binding);
    }
    return names;
  }

  /** The table an expression stands for; undefined where it is a value. */
  #tableOf(expression: Expression, scope: Scope): Tabular | undefined {
    if (expression.kind === 'tabular') return this.#query(expression.query, { ...scope, columns: [] });
    if (expression.kind === 'name') {
      if (columnIndex(scope.columns, expression.name, scope.world.ignoresCase) >= 0) return undefined;
      const binding = scope.names.get(expression.name);
      if (binding !== undefined) return binding.kind === 'table' ? binding.table : undefined;
      const table = scope.world.catalog.table(expression.name);
      return table === undefined ? undefined : planTable(table, [], scope, this.#expressions);
    }
    if (expression.kind === 'member' && expression.object.kind === 'call' && expression.object.name === 'workspace')
      return this.#elsewhere(workspaceNamed(expression.object), expression.name, [], scope, expression.object.at);
    return expression.kind === 'call' ? this.#callTable(expression, scope) : undefined;
  }

  #callTable(call: Call, scope: Scope): Tabular | undefined {
    const { name, args, at } = call;
    const [first] = args;
    if (name === 'materialize' && first !== undefined) {
      const table = this.#tableOf(first.expression, scope);
      if (table === undefined) throw semanticError('materialize() takes a table.', at);
      return materialized(table);
    }
    if (name === 'table' && first?.expression.kind === 'literal') {
      return this.#named(textOf(first.expression.value, 'dynamic'), [], scope, first.expression.at);
    }
    const binding = scope.names.get(name) ?? this.#kept.named(name, scope.world);
    if (binding?.kind === 'function') {
      const body = this.#body(binding, args, scope, at);
      return this.#tableOf(binding.statement.body, body);
    }
    if (binding?.kind === 'table' && args.length === 0) return binding.table;
    const values = args.map(({ expression }) => expression);
    if (!values.every(({ kind }) => kind === 'literal')) return undefined;
    const literals = values.map((value) => (value.kind === 'literal' ? value.value : null));
    const table = scope.world.catalog.call?.(name, literals);
    return table === undefined ? undefined : planTable(table, [], scope, this.#expressions);
  }

  /** The scope of a function's body: its own statements and its arguments by name. */
  #body({ statement, names }: FunctionBinding, args: readonly Argument[], scope: Scope, at: number): Scope {
    scope.world.spend(at);
    const { parameters } = statement;
    if (args.length > parameters.length)
      throw semanticError(`${statement.name}() takes ${parameters.length} arguments.`, at);
    const bound = new Map(names);
    parameters.forEach((parameter, index) => {
      const given =
        args.find(({ name }) => name === parameter.name) ?? (args[index]?.name === undefined ? args[index] : undefined);
      const expression = given?.expression ?? parameter.fallback;
      if (expression === undefined) throw semanticError(`${statement.name}() needs '${parameter.name}'.`, at);
      if (parameter.type === undefined) {
        const table = this.#tableOf(expression, scope);
        if (table === undefined) throw semanticError(`'${parameter.name}' is a table.`, expression.at);
        bound.set(parameter.name, { kind: 'table', table });
      } else {
        bound.set(parameter.name, {
          kind: 'scalar',
          scalar: cast(this.#expressions.plan(expression, scope), parameter.type),
        });
      }
    });
    const body: Scope = { world: scope.world, names: bound, columns: [] };
    return { ...body, names: this.#declared(statement.statements, body) };
  }

  #callScalar(call: Call, scope: Scope): Scalar | undefined {
    const binding = scope.names.get(call.name) ?? this.#kept.named(call.name, scope.world);
    if (binding?.kind !== 'function') return undefined;
    return this.#expressions.plan(binding.statement.body, this.#body(binding, call.args, scope, call.at));
  }

  #query(query: Query, scope: Scope): Tabular {
    scope.world.spend(query.at);
    const source = this.#source(query.source, query.operators, scope);
    let [table, names]: [Tabular, Names] = [source, scope.names];
    for (const [index, operator] of query.operators.entries()) {
      table = this.#step(operator, table, { ...scope, names, columns: table.columns });
      // The table itself can group what is left by the conditions right behind it, and by nothing else.
      if (index + 1 === source.wheres && source.grouped !== undefined) table = { ...table, grouped: source.grouped };
      if (operator.kind === 'as') names = new Map(names).set(operator.name, { kind: 'table', table });
    }
    return table;
  }

  #source(source: Source, next: readonly Operator[], scope: Scope): Tabular & { readonly wheres?: number } {
    switch (source.kind) {
      case 'table':
        if (source.workspace !== undefined)
          return this.#elsewhere(source.workspace, source.name, next, scope, source.at);
        return source.args === undefined
          ? this.#named(source.name, next, scope, source.at)
          : this.#called({ kind: 'call', name: source.name, args: source.args, at: source.at }, scope);
      case 'default': {
        const { defaultTable } = scope.world;
        if (defaultTable === undefined) throw semanticError('The query names no table.', source.at);
        return this.#named(defaultTable, next, scope, source.at);
      }
      case 'nested':
        return this.#query(source.query, scope);
      case 'print':
        return planPrint(source, scope, this.#expressions);
      case 'datatable':
        return planDatatable(source, scope, this.#expressions);
      case 'range':
        return planRange(source, scope, this.#expressions);
      case 'union':
        return this.#several.union(source.options, source.sources, undefined, scope);
      case 'find':
        return this.#several.find(source, scope);
      default:
        return this.#several.search(source, scope);
    }
  }

  #called(call: Call, scope: Scope): Tabular {
    const table = this.#callTable(call, scope);
    if (table !== undefined) return table;
    if (['workspace', 'cluster', 'database', 'app', 'resource', 'adx', 'arg'].includes(call.name)) {
      throw unsupported(`${call.name}()`, call.at);
    }
    throw semanticError(`${call.name}() gives no table.`, call.at);
  }

  #named(name: string, next: readonly Operator[], scope: Scope, at: number): Tabular & { readonly wheres?: number } {
    const binding = scope.names.get(name);
    if (binding?.kind === 'table') return binding.table;
    if (binding?.kind === 'function') return this.#called({ kind: 'call', name, args: [], at }, scope);
    const table = scope.world.catalog.table(name);
    if (table !== undefined) return planTable(table, next, scope, this.#expressions);
    if (this.#kept.named(name, scope.world) === undefined) throw unresolved(name, [], at);
    return this.#called({ kind: 'call', name, args: [], at }, scope);
  }

  /** A table of another workspace, whose own functions count there. */
  #elsewhere(workspace: string, name: string, next: readonly Operator[], scope: Scope, at: number): Tabular {
    const catalog = scope.world.catalog.elsewhere?.(workspace);
    if (catalog === undefined)
      throw semanticError(`The workspace '${workspace}' could not be found, or may not be queried.`, at);
    return this.#named(name, next, { world: { ...scope.world, catalog }, names: new Map(), columns: [] }, at);
  }

  /** One operator, with the order of its rows and, where it asks for them, the rows around each. */
  #step(operator: Operator, input: Tabular, scope: Scope): Tabular {
    const ordered = ordering.has(operator.kind) || (passing.has(operator.kind) && input.ordered === true);
    const looks = looking.has(operator.kind) && usesWindow(operator);
    const window = { key: {}, ordered: input.ordered === true || operator.kind === 'serialize' };
    const table = looks
      ? this.#operator(operator, windowed(input, window.key), { ...scope, window })
      : this.#operator(operator, input, scope);
    return ordered ? { ...table, ordered } : table;
  }

  #operator(operator: Operator, input: Tabular, scope: Scope): Tabular {
    const expressions = this.#expressions;
    switch (operator.kind) {
      case 'where':
        return planWhere(expressions.condition(operator.condition, scope), input);
      case 'project':
        return planProject(operator.columns, input, scope, expressions);
      case 'extend':
      case 'serialize':
        return planExtend(operator.columns, input, scope, expressions);
      case 'project-away':
      case 'project-keep':
      case 'project-reorder':
        return planPatterns(operator.kind, operator.patterns, input, scope);
      case 'project-rename':
        return planRename(operator.columns, input, scope);
      case 'summarize':
        return new SummarizePlanner(expressions, scope, input).plan(operator.aggregates, operator.by);
      case 'distinct':
        return this.#distinct(operator, input, scope);
      case 'getschema':
        return planSchema(input);
      case 'as':
      case 'render':
        return input;
      default:
        return this.#rowOperator(operator, input, scope);
    }
  }

  #rowOperator(operator: Operator, input: Tabular, scope: Scope): Tabular {
    const expressions = this.#expressions;
    switch (operator.kind) {
      case 'sort':
        return planSort(operator.keys, input, scope, expressions);
      case 'top':
        return planTop(
          planCount(operator.count, scope, expressions),
          { keys: operator.keys, input },
          scope,
          expressions,
        );
      case 'take':
        return planTake(planCount(operator.count, scope, expressions), input);
      case 'count':
        return planRowCount(input);
      case 'join':
      case 'lookup':
        return planJoin(operator, input, this.#query(operator.right, { ...scope, columns: [] }), scope, expressions);
      case 'union':
        return this.#several.union(operator.options, operator.sources, input, { ...scope, columns: [] });
      case 'mv-expand':
        return planExpand(operator, input, scope, expressions);
      case 'mv-apply':
        return this.#apply(operator, input, scope);
      case 'make-series': {
        const groups = new SummarizePlanner(expressions, scope, input);
        return planSeries(operator, groups.plan(operator.aggregates, seriesGroups(operator)), scope, expressions);
      }
      case 'parse':
      case 'parse-where':
        return planParse(operator, input, scope, expressions);
      case 'search':
        return planWhere(planSearch(operator.condition, scope, expressions), input);
      case 'evaluate':
        return planPlugin(operator.call, input, scope, {
          expressions,
          tableOf: (expression) => this.#tableOf(expression, { ...scope, columns: [] }),
        });
      case 'parse-kv':
        return planKeyValues(operator, input, scope, expressions);
      case 'partition':
        return this.#partition(operator, input, scope);
      case 'sample-distinct': {
        const distinct = new SummarizePlanner(expressions, scope, input).plan([], [operator.column]);
        return planTake(planCount(operator.count, scope, expressions), distinct);
      }
      case 'invoke':
        return this.#invoke(operator.call, input, scope);
      default:
        throw new KqlError('RUN0001', `'${operator.kind}' is not planned.`, operator.at);
    }
  }

  #apply(operator: Operator & { kind: 'mv-apply' }, input: Tabular, scope: Scope): Tabular {
    const { source, operators } = operator.query;
    if (source.kind !== 'default') throw semanticError('A query of mv-apply begins with an operator.', source.at);
    return planApply(
      input,
      (one) => planExpand({ ...operator, kind: 'mv-expand' }, one, scope, this.#expressions),
      (expanded) =>
        operators.reduce((table, each) => this.#step(each, table, { ...scope, columns: table.columns }), expanded),
    );
  }

  /** The same operators over the rows of each value, one value after the other. */
  #partition({ by, query }: Operator & { kind: 'partition' }, input: Tabular, scope: Scope): Tabular {
    const { source, operators } = query;
    if (source.kind !== 'default') throw semanticError('A query of partition begins with an operator.', source.at);
    return planPartition(this.#expressions.plan(by, scope), input, (part) =>
      operators.reduce((table, each) => this.#step(each, table, { ...scope, columns: table.columns }), part),
    );
  }

  /** A function of a table, the piped rows being its first argument. */
  #invoke(call: Call, input: Tabular, scope: Scope): Tabular {
    const name = '$piped';
    const names = new Map(scope.names).set(name, { kind: 'table', table: input });
    const args = [{ expression: { kind: 'name', name, at: call.at } as const }, ...call.args];
    return this.#called({ ...call, args }, { ...scope, names, columns: [] });
  }

  #distinct({ columns }: Operator & { kind: 'distinct' }, input: Tabular, scope: Scope): Tabular {
    const all = columns.length === 1 && columns[0]?.expression.kind === 'star';
    const by = all
      ? input.columns.map(({ name }) => ({ names: [], expression: { kind: 'name', name, at: 0 } as const, at: 0 }))
      : columns;
    return new SummarizePlanner(this.#expressions, scope, input).plan([], by);
  }
}

function workspaceNamed({ args, at }: Call): string {
  const [first] = args;
  const value = first?.expression.kind === 'literal' ? first.expression.value : undefined;
  if (args.length !== 1 || typeof value !== 'string') throw semanticError("workspace() takes a workspace's name.", at);
  return value;
}
