/**
 * Names of columns that a query does not name.
 *
 * Owns: names from expressions, numbers behind names already taken, patterns with `*`. Does not own: columns.
 */
import { textOf } from './conversion.ts';
import { semanticError } from './kql-fault.ts';
import type { ColumnPattern, Expression, Named } from './syntax.ts';
import type { KqlColumn } from './types.ts';

/** Functions whose result keeps the name of their first argument. */
const keepsName = new Set(
  'split startofday startofweek startofmonth startofyear totime tohex bin_at round abs ceiling pow sqrt exp log log2 log10 format_bytes bin floor tostring toint tolong todouble toreal todecimal tobool toboolean todatetime totimespan toguid todynamic parse_json'.split(
    ' ',
  ),
);

/** Whether a function's result has the name of its first argument. */
export function isNameKept(name: string): boolean {
  return keepsName.has(name);
}

/** The name an expression gives its column, or undefined. */
export function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind === 'member') {
    const of = nameOf(expression.object);
    return of === undefined ? undefined : `${of}_${expression.name}`;
  }
  if (expression.kind === 'index') {
    const of = nameOf(expression.object);
    const { index } = expression;
    return of === undefined || index.kind !== 'literal' ? undefined : `${of}_${textOf(index.value, 'dynamic')}`;
  }
  if (expression.kind !== 'call') return undefined;
  const [first] = expression.args;
  const of = first === undefined ? undefined : nameOf(first.expression);
  if (expression.name === 'strlen') return of === undefined ? undefined : `strlen_${of}`;
  return keepsName.has(expression.name) ? of : undefined;
}

/** Gives names that are not taken yet: given ones must be new, others get a number behind. */
export class ColumnNames {
  readonly #taken: Set<string>;
  #unnamed = 0;

  constructor(taken: readonly KqlColumn[] = []) {
    this.#taken = new Set(taken.map(({ name }) => name));
  }

  given(name: string, at: number): string {
    if (this.#taken.has(name)) throw semanticError(`There are two columns '${name}'.`, at);
    this.#taken.add(name);
    return name;
  }

  /** `wanted`, or `wanted1`, `wanted2` …; `Column1` and so on where nothing is wanted. */
  free(wanted: string | undefined): string {
    if (wanted === undefined) this.#unnamed++;
    const base = wanted ?? `Column${this.#unnamed}`;
    let name = base;
    for (let number = 1; this.#taken.has(name); number++) name = `${base}${number}`;
    this.#taken.add(name);
    return name;
  }

  of({ names, expression, at }: Named): string {
    const [name] = names;
    return name === undefined ? this.free(nameOf(expression)) : this.given(name, at);
  }
}

/** Places of the columns a pattern means, in their order; a name without `*` must exist. */
export function columnsMeant(
  { pattern, at }: ColumnPattern,
  columns: readonly KqlColumn[],
  ignoresCase: boolean,
): readonly number[] {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const test = new RegExp(`^${parts.join('[^]*')}$`, ignoresCase ? 'i' : '');
  const found = columns.flatMap(({ name }, index) => (test.test(name) ? [index] : []));
  if (found.length === 0 && parts.length === 1) throw semanticError(`'${pattern}' is not a column.`, at);
  return found;
}
