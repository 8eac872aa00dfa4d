/**
 * A text in pieces of at most so many tokens of a language model.
 *
 * Owns: where pieces begin and end. Does not own: the token tables (js-tiktoken), the bounds of time and memory (`bounded-work.ts`).
 * Source: engine reference 4.5.
 *
 * Invariants
 * CT1. A piece ends after whole tokens and whole characters; pieces without their overlaps are the text.
 * CT2. Every piece goes on behind the end of the one before, however long the overlap.
 */
import { Tiktoken, type TiktokenBPE } from 'js-tiktoken/lite';
import type { ChunkJob, ChunkResult, JobFailure } from './job.ts';

interface Table {
  readonly name: string;
  readonly tokenizer: Tiktoken;
  /** Bytes of a token. */
  readonly sizes: ReadonlyMap<number, number>;
}

/** The table used last: one is kept, as each takes tens of megabytes. */
let kept: Table | undefined;

export async function chunkText(job: ChunkJob): Promise<ChunkResult | JobFailure> {
  const table = kept?.name === job.encoding ? kept : await tableOf(job.encoding);
  kept = table;
  const ends = endsOf(job.text, table);
  const pieces: string[] = [];
  let characters = 0;
  for (let first = 0; first < ends.length; ) {
    const last = Math.min(first + job.tokens, ends.length) - 1;
    const to = ends[last] ?? job.text.length;
    const from = first === 0 ? 0 : (ends[first - 1] ?? 0);
    const piece = job.text.slice(from, to);
    if (piece !== '') pieces.push(piece);
    characters += piece.length;
    if (characters > job.resultCharacters) {
      const message = `the pieces have more than ${job.resultCharacters} characters`;
      return { kind: 'failure', code: 'BadRequest', message };
    }
    if (last === ends.length - 1) break;
    first = nextFirst(ends, { first, last }, to - job.overlap);
  }
  return { kind: 'chunkText', pieces };
}

/** The token the next piece starts with: the first that begins at `wanted` or behind it, but never as early as the last piece did. */
function nextFirst(ends: Uint32Array, { first, last }: { first: number; last: number }, wanted: number): number {
  let next = last + 1;
  while (next - 1 > first && (ends[next - 2] ?? 0) >= wanted) next -= 1;
  return next;
}

async function tableOf(name: string): Promise<Table> {
  const { default: ranks } = (await loaders[name]?.()) ?? {};
  if (ranks === undefined) throw new Error(`There is no token table '${name}'.`);
  return { name, tokenizer: new Tiktoken(ranks), sizes: sizesOf(ranks.bpe_ranks) };
}

const loaders: Readonly<Record<string, () => Promise<{ readonly default: TiktokenBPE }>>> = {
  r50k_base: () => import('js-tiktoken/ranks/r50k_base'),
  p50k_base: () => import('js-tiktoken/ranks/p50k_base'),
  p50k_edit: () => import('js-tiktoken/ranks/p50k_edit'),
  cl100k_base: () => import('js-tiktoken/ranks/cl100k_base'),
  o200k_base: () => import('js-tiktoken/ranks/o200k_base'),
};

/** Lines of `! offset token token ...`, tokens in base64. */
function sizesOf(ranks: string): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const line of ranks.split('\n')) {
    const [, offset, ...tokens] = line.split(' ');
    for (const [index, token] of tokens.entries()) {
      sizes.set(Number(offset) + index, Buffer.byteLength(token, 'base64'));
    }
  }
  return sizes;
}

/**
 * Runs longer than any word are cut before the tokenizer sees them: its time grows with the square of a word's length.
 * Only tokens at these cuts can differ from those of the whole run.
 */
const longRuns = /\S{64}(?=\S)|\s{64}(?=\s)/gu;

/** Where each token ends in the text; a token that ends inside a character ends in front of it. */
function endsOf(text: string, { tokenizer, sizes }: Table): Uint32Array {
  const ends: number[] = [];
  let at = 0;
  let bytes = 0;
  let begin = 0;
  const take = (end: number): void => {
    for (const token of tokenizer.encode(text.slice(begin, end), [], [])) {
      bytes += sizes.get(token) ?? 0;
      for (let size = sizeAt(text, at); at < end && size <= bytes; size = sizeAt(text, at)) {
        bytes -= size;
        at += size === 4 ? 2 : 1;
      }
      ends.push(at);
    }
    begin = end;
  };
  for (const { index, 0: run } of text.matchAll(longRuns)) take(index + run.length);
  if (begin < text.length) take(text.length);
  return Uint32Array.from(ends);
}

/** Bytes of the character at a place, in UTF-8. */
function sizeAt(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_00_00 ? 3 : 4;
}
