/**
 * The status of a container, a branch, an iteration or a run, from its actions.
 *
 * Owns: the rule of engine reference 3.3. Does not own: records of it.
 *
 * 1. Leaves are the actions no sibling names in `runAfter`.
 * 2. A skipped leaf is replaced by its predecessors, repeatedly; a skipped action without predecessors drops out.
 * 3. If any action that remains did not succeed, the container failed; otherwise it succeeded. So is an empty one.
 */
import type { Block } from './program.ts';
import type { Frame } from './state.ts';

/** Linear in the actions and dependencies of the block, whatever their shape. */
export function frameStatus(block: Block, frame: Frame): 'Succeeded' | 'Failed' {
  const seen = new Set<number>();
  const pending = block.leaves.slice();
  for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
    if (seen.has(position)) continue;
    seen.add(position);
    const status = frame.cells[position]?.status;
    if (status === 'Succeeded') continue;
    if (status !== 'Skipped') return 'Failed';
    for (const dependency of block.nodes[position]?.dependencies ?? []) pending.push(dependency.position);
  }
  return 'Succeeded';
}
