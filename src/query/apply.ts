/**
 * What `$apply` does to rows: filters them, groups them, measures the groups.
 *
 * Owns: the plan and its memory. Does not own: the syntax (`apply-syntax.ts`).
 *
 * Invariants
 * A1. Rows are taken one by one and forgotten; what is kept are groups, at most `mostGroups`.
 * A2. Texts that differ in case only are one group, named as the first of them.
 */
import { type Fault, fault, isFault, type Json, type JsonObject } from '#foundation';
import { type ApplyStep, type MeasureNode, parseApply } from './apply-syntax.ts';
import { type Column, columnNamed, type Columns, columnsOf, fieldsOf, notValid } from './columns.ts';
import { numberOf, orderOf } from './compare-values.ts';
import { planFilter, type Predicate } from './filter.ts';

const mostGroups = 100_000;

export interface ApplyPlan<T> {
  /** The columns of what comes out. */
  readonly columns: Columns<JsonObject>;
  /** A fresh collector for one execution. */
  readonly collect: () => Collector<T>;
}

export interface Collector<T> {
  /** A fault when there are too many groups. */
  add(item: T): Fault | undefined;
  /** The groups, in the order they came up. */
  rows(): readonly JsonObject[];
}

/** Plans `$apply` over rows with these columns. */
export function planApply<T>(text: string, columns: Columns<T>): ApplyPlan<T> | Fault {
  const steps = parseApply(text);
  if (isFault(steps)) return steps;
  return planSteps(steps, columns);
}

function planSteps<T>(steps: readonly ApplyStep[], columns: Columns<T>): ApplyPlan<T> | Fault {
  const filters: Predicate<T>[] = [];
  let at = 0;
  for (let step = steps[at]; step?.kind === 'filter'; step = steps[++at]) {
    const predicate = planFilter(step.text, fieldsOf(columns));
    if (isFault(predicate)) return inApply(predicate);
    filters.push(predicate);
  }
  const step = steps[at];
  if (step?.kind !== 'group') {
    return notValid('$apply', "nothing is grouped or aggregated; use '$filter' for a filter alone", 0);
  }
  const grouping = planGrouping(step, columns);
  if (isFault(grouping)) return grouping;
  const passes = (item: T): boolean => filters.every((filter) => filter(item));
  const rest = steps.slice(at + 1);
  const first = (): Collector<T> => new Groups(grouping, passes);
  if (rest.length === 0) return { columns: grouping.columns, collect: first };
  return behind(first, rest, grouping.columns);
}

/** Further steps work on the groups of the first. */
function behind<T>(
  first: () => Collector<T>,
  rest: readonly ApplyStep[],
  columns: Columns<JsonObject>,
): ApplyPlan<T> | Fault {
  if (rest.every(({ kind }) => kind === 'filter')) {
    const filters: Predicate<JsonObject>[] = [];
    for (const step of rest) {
      const predicate = step.kind === 'filter' ? planFilter(step.text, fieldsOf(columns)) : () => true;
      if (isFault(predicate)) return inApply(predicate);
      filters.push(predicate);
    }
    const passes = (row: JsonObject): boolean => filters.every((filter) => filter(row));
    return { columns, collect: () => after(first(), (rows) => rows.filter(passes)) };
  }
  const next = planSteps(rest, columns);
  if (isFault(next)) return next;
  return {
    columns: next.columns,
    collect: () =>
      after(first(), (rows) => {
        const collector = next.collect();
        for (const row of rows) collector.add(row);
        return collector.rows();
      }),
  };
}

function after<T>(collector: Collector<T>, work: (rows: readonly JsonObject[]) => readonly JsonObject[]): Collector<T> {
  return { add: (item) => collector.add(item), rows: () => work(collector.rows()) };
}

function inApply({ code, message }: Fault): Fault {
  return fault(code, message.replace('The filter is not valid', "The value of '$apply' is not valid"), {
    target: '$apply',
  });
}

interface Grouping<T> {
  readonly by: readonly Column<T>[];
  readonly measures: readonly PlannedMeasure<T>[];
  readonly columns: Columns<JsonObject>;
}

interface PlannedMeasure<T> {
  readonly alias: string;
  readonly begin: () => Measure;
  readonly read: (item: T) => Json | undefined;
}

function planGrouping<T>(
  { by, measures }: Extract<ApplyStep, { kind: 'group' }>,
  columns: Columns<T>,
): Grouping<T> | Fault {
  const grouped: Column<T>[] = [];
  for (const { name, at } of by) {
    const column = columnNamed(columns, name, at, '$apply');
    if (isFault(column)) return column;
    grouped.push(column);
  }
  const planned: PlannedMeasure<T>[] = [];
  const names = new Set(grouped.map(({ name }) => name.toLowerCase()));
  for (const measure of measures) {
    const one = planMeasure(measure, columns);
    if (isFault(one)) return one;
    const key = one.alias.toLowerCase();
    if (names.has(key)) return notValid('$apply', `'${one.alias}' is there already`, measure.alias.at);
    names.add(key);
    planned.push(one);
  }
  const out = [...grouped.map(({ name }) => name), ...planned.map(({ alias }) => alias)];
  const read = (name: string): Column<JsonObject> => ({ name, read: (row) => row[name] });
  return { by: grouped, measures: planned, columns: columnsOf(out.map(read)) };
}

function planMeasure<T>({ method, of, alias }: MeasureNode, columns: Columns<T>): PlannedMeasure<T> | Fault {
  const begin = (): Measure => new Measure(method);
  if (of === undefined) return { alias: alias.name, begin, read: () => true };
  const column = columnNamed(columns, of.name, of.at, '$apply');
  return isFault(column) ? column : { alias: alias.name, begin, read: column.read };
}

/** One figure over the rows of a group; missing values do not count. */
class Measure {
  readonly #method: MeasureNode['method'];
  readonly #distinct = new Set<string>();
  #count = 0;
  #sum = 0;
  #best: Json = null;

  constructor(method: MeasureNode['method']) {
    this.#method = method;
  }

  add(value: Json | undefined): void {
    if (value === undefined || value === null) return;
    switch (this.#method) {
      case 'count':
        this.#count++;
        return;
      case 'countdistinct':
        this.#distinct.add(keyOf(value));
        return;
      case 'sum':
      case 'average':
        this.#sum += numberOf(value) ?? 0;
        this.#count++;
        return;
      case 'min':
      case 'max': {
        const order = this.#best === null ? undefined : orderOf(value, this.#best);
        const isBetter = this.#best === null || (this.#method === 'min' ? (order ?? 0) < 0 : (order ?? 0) > 0);
        if (isBetter) this.#best = value;
      }
    }
  }

  value(): Json {
    switch (this.#method) {
      case 'count':
        return this.#count;
      case 'countdistinct':
        return this.#distinct.size;
      case 'sum':
        return this.#sum;
      case 'average':
        return this.#count === 0 ? null : this.#sum / this.#count;
      case 'min':
      case 'max':
        return this.#best;
    }
  }
}

/** A2. */
function keyOf(value: Json | undefined): string {
  return typeof value === 'string' ? `'${value.toLowerCase()}` : JSON.stringify(value ?? null);
}

class Groups<T> implements Collector<T> {
  readonly #grouping: Grouping<T>;
  readonly #passes: (item: T) => boolean;
  readonly #groups = new Map<string, { readonly values: readonly Json[]; readonly measures: readonly Measure[] }>();

  constructor(grouping: Grouping<T>, passes: (item: T) => boolean) {
    this.#grouping = grouping;
    this.#passes = passes;
    // What is not grouped is one group, also when it is empty.
    if (grouping.by.length === 0) this.#group([]);
  }

  add(item: T): Fault | undefined {
    if (!this.#passes(item)) return undefined;
    const group = this.#group(this.#grouping.by.map(({ read }) => read(item) ?? null));
    if (group === undefined) {
      return fault('InvalidParameter', `'$apply' makes more than ${mostGroups} groups.`, { target: '$apply' });
    }
    for (const [index, { read }] of this.#grouping.measures.entries()) group[index]?.add(read(item));
    return undefined;
  }

  rows(): readonly JsonObject[] {
    const { by, measures } = this.#grouping;
    return [...this.#groups.values()].map((group) =>
      Object.fromEntries([
        ...by.map(({ name }, index) => [name, group.values[index] ?? null] as const),
        ...measures.map(({ alias }, index) => [alias, group.measures[index]?.value() ?? null] as const),
      ]),
    );
  }

  #group(values: readonly Json[]): readonly Measure[] | undefined {
    const key = values.map(keyOf).join('\n');
    const known = this.#groups.get(key);
    if (known !== undefined) return known.measures;
    if (this.#groups.size >= mostGroups) return undefined;
    const measures = this.#grouping.measures.map(({ begin }) => begin());
    this.#groups.set(key, { values, measures });
    return measures;
  }
}
