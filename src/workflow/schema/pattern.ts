/**
 * Matches regular expressions in time that grows with text and pattern, never faster: hostile input cannot stall a run.
 *
 * Owns: the program a pattern becomes and running it over a text, all alternatives at once.
 * Does not own: the grammar (`pattern-syntax.ts`).
 *
 * Invariants
 * PT1. A match takes at most text length times program size steps, and not more than `stepLimit`.
 * PT2. No pattern reaches JavaScript's own RegExp, whose backtracking has no bound.
 */
import { isWordUnit, type PatternTree, parsePattern, type UnitTest } from './pattern-syntax.ts';

type Instruction =
  | { readonly op: 'unit'; readonly test: UnitTest }
  | { readonly op: 'start' | 'end' | 'veryEnd' | 'boundary' | 'noBoundary' | 'match' }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'split'; first: number; second: number };

const largestProgram = 5_000;
const stepLimit = 50_000_000;

export interface Pattern {
  readonly text: string;
  /** Whether the pattern is found anywhere in `text`; undefined when telling would take too long. */
  readonly test: (text: string) => boolean | undefined;
}

/** A pattern ready to match, or why it cannot be used. */
export function planPattern(text: string): Pattern | string {
  const tree = parsePattern(text);
  if (typeof tree === 'string') return tree;
  const compiler = new Compiler();
  compiler.add(tree);
  if (compiler.full) return `the pattern needs more than '${largestProgram}' steps`;
  const program: readonly Instruction[] = [...compiler.program, { op: 'match' }];
  return { text, test: (subject) => search(program, subject) };
}

class Compiler {
  readonly program: Instruction[] = [];
  full = false;

  add(tree: PatternTree): void {
    if (this.program.length > largestProgram) this.full = true;
    if (this.full) return;
    switch (tree.kind) {
      case 'unit':
        this.program.push({ op: 'unit', test: tree.test });
        break;
      case 'sequence':
        for (const part of tree.parts) this.add(part);
        break;
      case 'either':
        this.#either(tree.options);
        break;
      case 'repeat':
        this.#repeat(tree.part, tree.least, tree.most);
        break;
      default:
        this.program.push({ op: tree.kind });
    }
  }

  #either(options: readonly PatternTree[]): void {
    const ends: { op: 'jump'; to: number }[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) {
        this.add(option);
        return;
      }
      const split = { op: 'split' as const, first: this.program.length + 1, second: 0 };
      this.program.push(split);
      this.add(option);
      const jump = { op: 'jump' as const, to: 0 };
      this.program.push(jump);
      ends.push(jump);
      split.second = this.program.length;
    });
    for (const jump of ends) jump.to = this.program.length;
  }

  #repeat(part: PatternTree, least: number, most: number): void {
    const before = this.program.length;
    for (let count = 0; count < least && !this.full; count += 1) {
      this.add(part);
      // A part that adds nothing matches the empty text only, however often.
      if (this.program.length === before) return;
    }
    if (most === Number.POSITIVE_INFINITY) {
      const split = { op: 'split' as const, first: this.program.length + 1, second: 0 };
      const back = this.program.length;
      this.program.push(split);
      this.add(part);
      this.program.push({ op: 'jump', to: back });
      split.second = this.program.length;
      return;
    }
    const splits: { op: 'split'; first: number; second: number }[] = [];
    for (let count = least; count < most && !this.full; count += 1) {
      const split = { op: 'split' as const, first: this.program.length + 1, second: 0 };
      splits.push(split);
      this.program.push(split);
      this.add(part);
    }
    for (const split of splits) split.second = this.program.length;
  }
}

function search(program: readonly Instruction[], text: string): boolean | undefined {
  if ((text.length + 1) * program.length > stepLimit) return undefined;
  const machine = new Machine(program, text);
  let threads: number[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    const ready = machine.follow([...threads, 0], at);
    if (ready === 'match') return true;
    const unit = text.charCodeAt(at);
    threads = [];
    for (const address of ready) {
      const instruction = program[address];
      if (at < text.length && instruction?.op === 'unit' && instruction.test(unit)) threads.push(address + 1);
    }
  }
  return false;
}

class Machine {
  readonly #program: readonly Instruction[];
  readonly #text: string;
  /** The position at which an address was last visited. */
  readonly #visited: Int32Array;

  constructor(program: readonly Instruction[], text: string) {
    this.#program = program;
    this.#text = text;
    this.#visited = new Int32Array(program.length).fill(-1);
  }

  /** The `unit` instructions reachable from `addresses` without reading, or that the end is reachable. */
  follow(addresses: readonly number[], at: number): readonly number[] | 'match' {
    const ready: number[] = [];
    const pending = [...addresses];
    for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
      if (this.#visited[address] === at) continue;
      this.#visited[address] = at;
      const instruction = this.#program[address] as Instruction;
      switch (instruction.op) {
        case 'match':
          return 'match';
        case 'unit':
          ready.push(address);
          break;
        case 'jump':
          pending.push(instruction.to);
          break;
        case 'split':
          pending.push(instruction.second, instruction.first);
          break;
        default:
          if (this.#holds(instruction.op, at)) pending.push(address + 1);
      }
    }
    return ready;
  }

  #holds(op: 'start' | 'end' | 'veryEnd' | 'boundary' | 'noBoundary', at: number): boolean {
    const { length } = this.#text;
    switch (op) {
      case 'start':
        return at === 0;
      case 'end':
        return at === length || (at === length - 1 && this.#text.charCodeAt(at) === 10);
      case 'veryEnd':
        return at === length;
      default: {
        const before = at > 0 && isWordUnit(this.#text.charCodeAt(at - 1));
        const after = at < length && isWordUnit(this.#text.charCodeAt(at));
        return (before !== after) === (op === 'boundary');
      }
    }
  }
}
