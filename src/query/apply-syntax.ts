/**
 * The syntax of `$apply`: steps between slashes.
 *
 *     apply     := step ('/' step)*
 *     step      := 'filter' '(' filter ')' | 'groupby' '(' '(' name, … ')' [',' aggregate] ')' | aggregate
 *     aggregate := 'aggregate' '(' measure, … ')'
 *     measure   := '$count' 'as' alias | name 'with' ('sum'|'min'|'max'|'average'|'countdistinct') 'as' alias
 *
 * Owns: the tree. Does not own: filters (`filter-syntax.ts`), meaning (`apply.ts`).
 */
import { type Fault, isFault } from '#foundation';
import { notValid } from './columns.ts';

export interface Named {
  readonly name: string;
  /** Its place in the text, from 0. */
  readonly at: number;
}

export type MeasureMethod = 'count' | 'sum' | 'min' | 'max' | 'average' | 'countdistinct';

export interface MeasureNode {
  readonly method: MeasureMethod;
  /** What is measured; absent for `$count`. */
  readonly of?: Named;
  readonly alias: Named;
}

export type ApplyStep =
  /** The filter's text stands behind as many blanks as it is away from the start, so that places in it are right. */
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'group'; readonly by: readonly Named[]; readonly measures: readonly MeasureNode[] };

const longest = 8192;
const mostSteps = 16;

export function parseApply(text: string): readonly ApplyStep[] | Fault {
  if (text.length > longest) return notValid('$apply', 'it is too long', longest);
  const reader = new Reader(text);
  const steps: ApplyStep[] = [];
  do {
    const step = readStep(reader);
    if (isFault(step)) return step;
    steps.push(step);
    if (steps.length > mostSteps) return reader.broken('it has too many steps');
  } while (reader.take('/'));
  return reader.atEnd ? steps : reader.broken(`'${reader.rest}' is not expected`);
}

function readStep(reader: Reader): ApplyStep | Fault {
  const step = reader.name();
  if (isFault(step)) return step;
  switch (step.name.toLowerCase()) {
    case 'filter':
      return readFilter(reader);
    case 'groupby':
      return readGroup(reader);
    case 'aggregate': {
      const measures = readMeasures(reader);
      return isFault(measures) ? measures : { kind: 'group', by: [], measures };
    }
    default:
      return notValid('$apply', `'${step.name}' is not a step; 'filter', 'groupby' and 'aggregate' are`, step.at);
  }
}

function readFilter(reader: Reader): ApplyStep | Fault {
  const inner = reader.enclosed();
  return isFault(inner) ? inner : { kind: 'filter', text: `${' '.repeat(inner.at)}${inner.name}` };
}

function readGroup(reader: Reader): ApplyStep | Fault {
  const opened = reader.need('(') ?? reader.need('(');
  if (opened !== undefined) return opened;
  const by: Named[] = [];
  do {
    const name = reader.name();
    if (isFault(name)) return name;
    by.push(name);
  } while (reader.take(','));
  const closed = reader.need(')');
  if (closed !== undefined) return closed;
  let measures: readonly MeasureNode[] = [];
  if (reader.take(',')) {
    const word = reader.name();
    if (isFault(word)) return word;
    if (word.name.toLowerCase() !== 'aggregate') return notValid('$apply', "'aggregate' is expected", word.at);
    const read = readMeasures(reader);
    if (isFault(read)) return read;
    measures = read;
  }
  return reader.need(')') ?? { kind: 'group', by, measures };
}

function readMeasures(reader: Reader): readonly MeasureNode[] | Fault {
  const opened = reader.need('(');
  if (opened !== undefined) return opened;
  const measures: MeasureNode[] = [];
  do {
    const measure = readMeasure(reader);
    if (isFault(measure)) return measure;
    measures.push(measure);
  } while (reader.take(','));
  return reader.need(')') ?? measures;
}

const methods: readonly MeasureMethod[] = ['sum', 'min', 'max', 'average', 'countdistinct'];

function readMeasure(reader: Reader): MeasureNode | Fault {
  const of = reader.name();
  if (isFault(of)) return of;
  const isCount = of.name.toLowerCase() === '$count';
  let method: MeasureMethod | undefined = 'count';
  if (!isCount) {
    const missing = reader.word('with');
    if (missing !== undefined) return missing;
    const name = reader.name();
    if (isFault(name)) return name;
    method = methods.find((each) => each === name.name.toLowerCase());
    if (method === undefined) {
      return notValid('$apply', `'${name.name}' is not a method; ${methods.join(', ')} are`, name.at);
    }
  }
  const missing = reader.word('as');
  if (missing !== undefined) return missing;
  const alias = reader.name();
  if (isFault(alias)) return alias;
  return isCount ? { method, alias } : { method, of, alias };
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skip();
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at, this.#at + 40);
  }

  broken(what: string): Fault {
    return notValid('$apply', what, this.#at);
  }

  take(mark: string): boolean {
    if (this.#text.charAt(this.#at) !== mark) return false;
    this.#at++;
    this.#skip();
    return true;
  }

  /** Takes a mark, or tells that it is missing. */
  need(mark: string): Fault | undefined {
    return this.take(mark) ? undefined : this.broken(`'${mark}' is missing`);
  }

  name(): Named | Fault {
    const name = /^[$@a-z_][\w$@.]*/i.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (name === undefined) return this.broken('a name is missing');
    const at = this.#at;
    this.#at += name.length;
    this.#skip();
    return { name, at };
  }

  word(wanted: string): Fault | undefined {
    const at = this.#at;
    const found = this.name();
    if (!isFault(found) && found.name.toLowerCase() === wanted) return undefined;
    return notValid('$apply', `'${wanted}' is missing`, at);
  }

  /** What stands between a pair of brackets; brackets within quotes do not count. */
  enclosed(): Named | Fault {
    const opened = this.need('(');
    if (opened !== undefined) return opened;
    const start = this.#at;
    let depth = 1;
    let isQuoted = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text.charAt(this.#at);
      if (char === "'") isQuoted = !isQuoted;
      if (isQuoted) continue;
      if (char === '(') depth++;
      else if (char === ')' && --depth === 0) break;
    }
    const name = this.#text.slice(start, this.#at);
    return this.need(')') ?? { name, at: start };
  }

  #skip(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }
}
