/** Nodes of a run's tree. */
import type { TreeAction } from '../../data/workflows.ts';

export function findAction(actions: readonly TreeAction[], name: string): TreeAction | undefined {
  for (const action of actions) {
    const found = action.name === name ? action : findAction(action.actions ?? [], name);
    if (found !== undefined) return found;
  }
  return undefined;
}
