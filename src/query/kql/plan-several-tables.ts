/**
 * Queries over several tables at once: `union`, `search`, `find`.
 *
 * Owns: which tables are meant, by names and patterns; the fuzzy union. Does not own: one table (`plan-query.ts`), the columns of
 * a union (`plan-source.ts`) and of `find` (`plan-find.ts`).
 */
import { KqlError, semanticError } from './kql-fault.ts';
import type { ExpressionPlanner } from './plan-expression.ts';
import { planFind } from './plan-find.ts';
import { planSearch, planWhere } from './plan-rows.ts';
import { planUnion } from './plan-source.ts';
import type { Scope } from './scope.ts';
import type { Options, Query, Source } from './syntax.ts';
import type { Tabular } from './table.ts';

export interface SeveralHost {
  readonly named: (name: string, scope: Scope, at: number) => Tabular;
  readonly query: (query: Query, scope: Scope) => Tabular;
}

interface NamedTable {
  readonly name: string;
  readonly table: Tabular;
}

export class SeveralTables {
  readonly #expressions: ExpressionPlanner;
  readonly #host: SeveralHost;

  constructor(expressions: ExpressionPlanner, host: SeveralHost) {
    this.#expressions = expressions;
    this.#host = host;
  }

  union(options: Options, sources: readonly Query[], input: Tabular | undefined, scope: Scope): Tabular {
    const fuzzy = options.get('isfuzzy') === 'true';
    const found = sources.flatMap((source) => this.#unionSource(source, scope, fuzzy));
    const tables = [...(input === undefined ? [] : [{ name: '', table: input }]), ...found];
    if (tables.length === 0) throw semanticError('The union has no table.', sources[0]?.at ?? 0);
    const column = options.get('withsource');
    const origin = column === undefined ? undefined : { column, names: tables.map(({ name }) => name) };
    return planUnion(
      tables.map(({ table }) => table),
      options.get('kind') ?? 'outer',
      origin,
    );
  }

  #unionSource(source: Query, scope: Scope, fuzzy: boolean): readonly NamedTable[] {
    const { source: from, at } = source;
    const pattern = from.kind === 'table' && from.args === undefined && from.name.includes('*') ? from.name : undefined;
    if (pattern !== undefined) return this.#matching(pattern, scope, at);
    try {
      return [{ name: from.kind === 'table' ? from.name : '', table: this.#host.query(source, scope) }];
    } catch (error) {
      if (fuzzy && error instanceof KqlError && error.code === 'SEM0001') return [];
      throw error;
    }
  }

  /** All tables of a pattern such as `Security*`. */
  #matching(pattern: string, scope: Scope, at: number): readonly NamedTable[] {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
    const test = new RegExp(`^${parts.join('[^]*')}$`, scope.world.ignoresCase ? 'i' : '');
    const names = scope.world.catalog.names().filter((name) => test.test(name));
    return names.map((name) => ({ name, table: this.#host.named(name, scope, at) }));
  }

  #searched({ tables, at }: Source & { kind: 'search' | 'find' }, scope: Scope): readonly NamedTable[] {
    const patterns = tables.length === 0 ? ['*'] : tables.map(({ pattern }) => pattern);
    const found = patterns.flatMap((pattern) =>
      pattern.includes('*')
        ? this.#matching(pattern, scope, at)
        : [{ name: pattern, table: this.#host.named(pattern, scope, at) }],
    );
    if (found.length === 0) throw semanticError('There is no table to search.', at);
    return found;
  }

  search(search: Source & { kind: 'search' }, scope: Scope): Tabular {
    const { condition } = search;
    const found = this.#searched(search, scope);
    const searched = found.map(({ table }) => {
      const own = { ...scope, columns: table.columns };
      return planWhere(planSearch(condition, own, this.#expressions), table);
    });
    return planUnion(searched, 'outer', { column: '$table', names: found.map(({ name }) => name) });
  }

  find(find: Source & { kind: 'find' }, scope: Scope): Tabular {
    return planFind(find, this.#searched(find, scope), scope, this.#expressions);
  }
}
