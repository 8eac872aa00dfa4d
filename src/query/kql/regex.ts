/**
 * Runs regular expressions in time that grows with text times pattern and never faster, with groups.
 *
 * Owns: the program of a pattern and running it. Does not own: the grammar (`regex-syntax.ts`).
 *
 * Invariants
 * KR1. All ways through a pattern go forward together (Pike's machine): a place in the program is visited once for each
 *      character, so no text makes a pattern slow. Preference between ways is Perl's: first alternative, greedy unless `?`.
 */
import { type CharTest, parseRegex, type RegexNode } from './regex-syntax.ts';

type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'line-start' | 'line-end' | 'boundary' | 'no-boundary' }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

const largestProgram = 20_000;

/** Start and end offsets of the whole and of each group; -1 for a group that took no part. */
export type Captures = readonly number[];

export interface Regex {
  readonly groups: number;
  /** The first match at or after `from`. */
  readonly find: (text: string, from: number) => Captures | undefined;
}

/** A pattern ready to run, or why it is none. */
export function planRegex(pattern: string): Regex | string {
  const parsed = parseRegex(pattern);
  if (typeof parsed === 'string') return parsed;
  const program: Instruction[] = [];
  emit({ kind: 'group', index: 0, inner: parsed.tree }, program);
  program.push({ op: 'match' });
  if (program.length > largestProgram) return 'it is too large';
  return { groups: parsed.groups, find: (text, from) => run(program, parsed.groups, text, from) };
}

function emit(node: RegexNode, program: Instruction[]): void {
  if (program.length > largestProgram) return;
  switch (node.kind) {
    case 'char':
      program.push({ op: 'char', test: node.test });
      return;
    case 'assert':
      program.push({ op: 'assert', what: node.what });
      return;
    case 'group':
      program.push({ op: 'save', slot: node.index * 2 });
      emit(node.inner, program);
      program.push({ op: 'save', slot: node.index * 2 + 1 });
      return;
    case 'sequence':
      for (const item of node.items) emit(item, program);
      return;
    case 'either':
      emitEither(node.items, program);
      return;
    default:
      emitRepeat(node, program);
  }
}

function emitEither(items: readonly RegexNode[], program: Instruction[]): void {
  const ends: { op: 'jump'; to: number }[] = [];
  items.forEach((item, index) => {
    if (index === items.length - 1) {
      emit(item, program);
      return;
    }
    const split = { op: 'split' as const, first: program.length + 1, second: 0 };
    program.push(split);
    emit(item, program);
    const end = { op: 'jump' as const, to: 0 };
    ends.push(end);
    program.push(end);
    split.second = program.length;
  });
  for (const end of ends) end.to = program.length;
}

function emitRepeat(node: RegexNode & { readonly kind: 'repeat' }, program: Instruction[]): void {
  const { inner, least, most, lazy } = node;
  for (let count = 0; count < least && program.length <= largestProgram; count++) emit(inner, program);
  if (most === undefined) {
    const split = { op: 'split' as const, first: 0, second: 0 };
    const start = program.push(split) - 1;
    emit(inner, program);
    program.push({ op: 'jump', to: start });
    aim(split, start + 1, program.length, lazy);
    return;
  }
  const splits: { op: 'split'; first: number; second: number; at: number }[] = [];
  for (let count = least; count < most && program.length <= largestProgram; count++) {
    const split = { op: 'split' as const, first: 0, second: 0, at: program.length };
    splits.push(split);
    program.push(split);
    emit(inner, program);
  }
  for (const split of splits) aim(split, split.at + 1, program.length, lazy);
}

function aim(split: { first: number; second: number }, inside: number, after: number, lazy: boolean): void {
  split.first = lazy ? after : inside;
  split.second = lazy ? inside : after;
}

interface Thread {
  readonly at: number;
  readonly saved: readonly number[];
}

function run(program: readonly Instruction[], groups: number, text: string, from: number): Captures | undefined {
  const none: readonly number[] = Array.from({ length: (groups + 1) * 2 }, () => -1);
  let found: Captures | undefined;
  let threads: Thread[] = [];
  const visited = new Int32Array(program.length).fill(-1);
  for (let at = from; ; ) {
    if (found === undefined) addThread(program, { at: 0, saved: none }, { text, at, visited }, threads);
    if (threads.length === 0) return found;
    const code = at < text.length ? (text.codePointAt(at) ?? -1) : -1;
    const next = at + (code > 0xffff ? 2 : 1);
    const following: Thread[] = [];
    for (const thread of threads) {
      const instruction = program[thread.at];
      if (instruction?.op === 'match') {
        found = thread.saved;
        break;
      }
      if (instruction?.op !== 'char' || code < 0 || !instruction.test(code)) continue;
      addThread(program, { at: thread.at + 1, saved: thread.saved }, { text, at: next, visited }, following);
    }
    threads = following;
    if (code < 0) return found;
    at = next;
  }
}

interface Place {
  readonly text: string;
  readonly at: number;
  /** For each instruction the last offset it was reached at. */
  readonly visited: Int32Array;
}

/** Follows everything that takes no character, in order of preference. */
function addThread(program: readonly Instruction[], start: Thread, place: Place, threads: Thread[]): void {
  const open = [start];
  for (;;) {
    const thread = open.pop();
    if (thread === undefined) return;
    if (place.visited[thread.at] === place.at) continue;
    place.visited[thread.at] = place.at;
    const instruction = program[thread.at];
    switch (instruction?.op) {
      case 'jump':
        open.push({ at: instruction.to, saved: thread.saved });
        break;
      case 'split':
        open.push({ at: instruction.second, saved: thread.saved }, { at: instruction.first, saved: thread.saved });
        break;
      case 'save':
        open.push({ at: thread.at + 1, saved: thread.saved.with(instruction.slot, place.at) });
        break;
      case 'assert':
        if (asserts(instruction.what, place)) open.push({ at: thread.at + 1, saved: thread.saved });
        break;
      default:
        threads.push(thread);
    }
  }
}

function asserts(what: (Instruction & { op: 'assert' })['what'], { text, at }: Place): boolean {
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'line-start':
      return at === 0 || text.charAt(at - 1) === '\n';
    case 'line-end':
      return at === text.length || text.charAt(at) === '\n';
    default: {
      const boundary = isWord(text.charAt(at - 1)) !== isWord(text.charAt(at));
      return boundary === (what === 'boundary');
    }
  }
}

function isWord(char: string): boolean {
  return /^\w$/.test(char);
}
