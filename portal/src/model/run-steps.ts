/**
 * A run's tree as the steps of a list, and which of them to look at first.
 *
 * Owns: repetition names, the chosen iterations in an address, the first failure.
 */
import type { Look } from './status.ts';

export interface Step {
  readonly name: string;
  readonly type: string;
  readonly status?: string;
  readonly branch?: string;
  readonly loop?: { readonly count: number; readonly failed: readonly (number | string)[] };
  readonly actions?: readonly Step[];
}

/** `000037` of 37; names of nested repetitions are joined by dashes. */
export const repetitionPart = (index: number): string => String(index).padStart(6, '0');

/** The first failed step that failed by itself: containers fail because of what is in them. */
export function firstFailed(steps: readonly Step[]): Step | undefined {
  for (const step of steps) {
    const inner = firstFailed(step.actions ?? []);
    if (inner !== undefined) return inner;
    if (step.status === 'Failed' || step.status === 'TimedOut') return step;
  }
  return undefined;
}

/** The names of the loops around a step, outermost first; undefined when there is no such step. */
export function loopsAround(steps: readonly Step[], name: string): readonly string[] | undefined {
  for (const step of steps) {
    if (step.name === name) return [];
    const inner = loopsAround(step.actions ?? [], name);
    if (inner !== undefined) return step.loop === undefined ? inner : [step.name, ...inner];
  }
  return undefined;
}

/** Where a step stands in its definition, as a JSON pointer; undefined when there is no such step. */
export function pathOf(steps: readonly Step[], name: string, body = ''): string | undefined {
  for (const step of steps) {
    const path = `${body}${branchPath(step.branch)}/actions/${escaped(step.name)}`;
    const found = step.name === name ? path : pathOf(step.actions ?? [], name, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A case that is called `else` or `default` is taken for that branch: the tree does not tell them apart. */
function branchPath(branch: string | undefined): string {
  if (branch === undefined) return '';
  return branch === 'else' || branch === 'default' ? `/${branch}` : `/cases/${escaped(branch)}`;
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The index of an iteration as lists of failed ones name it: a number, or the last part of a repetition's name. */
export const indexOf = (failed: number | string): number =>
  typeof failed === 'number' ? failed : Number(failed.split('-').at(-1) ?? '0');

/** The next failed index behind (or, with `step` -1, before) the one shown. */
export function nextFailed(failed: readonly (number | string)[], shown: number, step: 1 | -1): number | undefined {
  const indexes = failed.map(indexOf).toSorted((left, right) => left - right);
  return step === 1 ? indexes.find((index) => index > shown) : indexes.findLast((index) => index < shown);
}

const letters: Readonly<Record<string, Look>> = {
  K: 'muted',
  S: 'good',
  R: 'info',
  W: 'waiting',
  C: 'muted',
  A: 'high',
  T: 'medium',
  F: 'high',
};

/** The looks of a strip's buckets. */
export const stripLooks = (buckets: string): readonly Look[] =>
  Array.from(buckets, (letter) => letters[letter] ?? 'muted');
