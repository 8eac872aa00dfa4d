/**
 * Why a step of a run was skipped, what a failure came from, and the worst that happened inside a container.
 *
 * Source: portal reference 5.3 (collapsed containers), 7.1 (skipped, root cause).
 */
import type { Step } from './run-steps.ts';

/** Best first. */
const order = ['Skipped', 'Succeeded', 'Running', 'Waiting', 'Cancelled', 'Aborted', 'TimedOut', 'Failed'];

const rankOf = (status: string | undefined): number => order.indexOf(status ?? '');

/** The worst status among the steps inside; undefined where none has one. */
export function worstInside(steps: readonly Step[]): string | undefined {
  let worst: string | undefined;
  for (const { status, loop, actions = [] } of steps) {
    const inner = loop !== undefined && loop.failed.length > 0 ? 'Failed' : worstInside(actions);
    for (const each of [status, inner]) if (rankOf(each) > rankOf(worst)) worst = each;
  }
  return worst;
}

export interface Before {
  readonly name: string;
  /** Empty means `Succeeded`. */
  readonly statuses: readonly string[];
}

/**
 * Why a step did not run, in words.
 * @param statusOf a step's status by its name, undefined where it has none.
 */
export function whySkipped(
  before: readonly Before[],
  parent: { readonly name: string; readonly isBranching: boolean } | undefined,
  statusOf: (name: string) => string | undefined,
): string | undefined {
  const plain = (name: string): string => name.replaceAll('_', ' ');
  for (const { name, statuses } of before) {
    const wanted = statuses.length === 0 ? ['Succeeded'] : statuses;
    const was = statusOf(name);
    if (was === undefined || wanted.some((each) => each.toLowerCase() === was.toLowerCase())) continue;
    return `Skipped because '${plain(name)}' was not ${wanted.join(' or ')} (it was ${was}).`;
  }
  if (parent === undefined) return undefined;
  const around = statusOf(parent.name);
  if (around === 'Skipped') return `Skipped because '${plain(parent.name)}' was skipped.`;
  return parent.isBranching ? `Skipped because '${plain(parent.name)}' took another branch.` : undefined;
}

/** The step that a container's failure came from; undefined where it failed by itself. */
export function rootCause(step: Step): Step | undefined {
  for (const inner of step.actions ?? []) {
    const deeper = rootCause(inner);
    if (deeper !== undefined) return deeper;
    if (inner.status === 'Failed' || inner.status === 'TimedOut') return inner;
  }
  return undefined;
}
