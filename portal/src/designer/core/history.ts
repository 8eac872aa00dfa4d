/**
 * A document over time: edits, undo and redo.
 *
 * Owns: both stacks, coalescing, what is saved. Does not own: where the document comes from or goes to.
 *
 * Invariants
 * I3. Undo is the inverse patches; all undone, the text is that of the beginning, byte for byte (portal reference 6.3).
 * H1. Edits of one place within a second are one step. Over 50 MB of patches the oldest steps are forgotten.
 */
import { apply, type Doc, type Edit, inverse, type Path } from './document.ts';
import type { Result } from './problem.ts';

interface Step {
  readonly label: string;
  readonly back: readonly Edit[];
  readonly again: readonly Edit[];
  readonly size: number;
}

export interface History {
  readonly doc: Doc;
  readonly undone: readonly Step[];
  readonly done: readonly Step[];
  /** What the last step coalesces with, and when it was. */
  readonly last?: { readonly key: string; readonly at: number };
}

const together = 1000;
const most = 50 * 1024 * 1024;

export const startHistory = (doc: Doc): History => ({ doc, undone: [], done: [] });

/** The history behind an edit. @param at milliseconds of a clock. */
export function record(history: History, edit: Edit, at: number): Result<History> {
  if (edit.patches.length === 0) return { ok: true, value: history };
  const next = apply(history.doc, edit);
  if (!next.ok) return next;
  const back = inverse(history.doc, edit);
  const { last, done } = history;
  const before = done.at(-1);
  const joins = edit.coalesce !== undefined && last?.key === edit.coalesce && at - last.at <= together;
  const step: Step =
    joins && before !== undefined
      ? {
          label: before.label,
          back: [back, ...before.back],
          again: [...before.again, edit],
          size: before.size + sizeOf(edit, back),
        }
      : { label: edit.label, back: [back], again: [edit], size: sizeOf(edit, back) };
  const kept = joins ? done.slice(0, -1) : done;
  return {
    ok: true,
    value: {
      doc: next.value,
      undone: [],
      done: bounded([...kept, step]),
      ...(edit.coalesce === undefined ? {} : { last: { key: edit.coalesce, at } }),
    },
  };
}

export interface Moved {
  readonly history: History;
  /** The node that the step was about. */
  readonly select: Path | undefined;
}

export function undo({ doc, done, undone }: History): Moved | undefined {
  const step = done.at(-1);
  if (step === undefined) return undefined;
  return {
    history: { doc: through(doc, step.back), done: done.slice(0, -1), undone: [...undone, step] },
    select: undefined,
  };
}

export function redo({ doc, done, undone }: History): Moved | undefined {
  const step = undone.at(-1);
  if (step === undefined) return undefined;
  const select = step.again.at(-1)?.select;
  return { history: { doc: through(doc, step.again), done: [...done, step], undone: undone.slice(0, -1) }, select };
}

function through(doc: Doc, edits: readonly Edit[]): Doc {
  let now = doc;
  for (const edit of edits) {
    const next = apply(now, edit);
    // Both directions led through documents before.
    if (next.ok) now = next.value;
  }
  return now;
}

const sizeOf = (...edits: readonly Edit[]): number =>
  edits.reduce((sum, { patches }) => sum + patches.reduce((part, { insert }) => part + 2 * insert.length + 48, 0), 0);

function bounded(steps: readonly Step[]): readonly Step[] {
  let size = steps.reduce((sum, step) => sum + step.size, 0);
  let from = 0;
  while (size > most && from < steps.length - 1) size -= steps[from++]?.size ?? 0;
  return from === 0 ? steps : steps.slice(from);
}
