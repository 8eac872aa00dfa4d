/** Several changes as one, and a whole new text as the smallest change. */
import { apply, type Doc, type Edit, type Path } from '../document.ts';
import { type Graph, graph as graphOf } from '../graph.ts';
import type { Result } from '../problem.ts';

export type Operation = (doc: Doc, graph: Graph) => Result<Edit>;

/** One edit that does what the operations do one after another; the first that cannot be done decides. */
export function compose(doc: Doc, graph: Graph, label: string, operations: readonly Operation[]): Result<Edit> {
  let now = doc;
  let drawn = graph;
  let select: Path | undefined;
  for (const operation of operations) {
    const edit = operation(now, drawn);
    if (!edit.ok) return edit;
    select = edit.value.select ?? select;
    const next = apply(now, edit.value);
    if (!next.ok) return next;
    now = next.value;
    drawn = graphOf(now);
  }
  return {
    ok: true,
    value: { ...editBetween(doc.text, now.text, label), ...(select === undefined ? {} : { select }) },
  };
}

/** What stands between the longest beginning and end that two texts have in common. */
export function editBetween(before: string, after: string, label: string): Edit {
  if (before === after) return { label, patches: [] };
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < most - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const patch = { start, end: before.length - tail, insert: after.slice(start, after.length - tail) };
  return { label, patches: [patch] };
}
