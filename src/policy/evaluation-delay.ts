/**
 * When an existence effect looks for its related resource after a write.
 *
 * Owns: reading `evaluationDelay`. Does not own: clocks.
 *
 * Source: policy reference 11.
 */
import { evaluateValue, isStop } from '#templates';
import type { ExistenceDetails } from './effect.ts';
import { contextOf, type Surroundings } from './functions.ts';

export type EvaluationDelay =
  /** Nothing said, or nothing that can be read: ten minutes. */
  | { readonly kind: 'usual' }
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'afterProvisioning' | 'afterSuccess' | 'afterFailure' };

const minute = 60_000;
const longest = 360 * minute;

/** Whether a delay is of a form that can be read: `AfterProvisioning…`, or `PT0M` to `PT360M`. */
export function isEvaluationDelay(text: string): boolean {
  if (/^afterprovisioning(?:success|failure)?$/i.test(text)) return true;
  const milliseconds = delayTime(text);
  return milliseconds !== undefined && milliseconds <= longest;
}

export function evaluationDelay(details: ExistenceDetails, surroundings: Surroundings): EvaluationDelay {
  if (details.evaluationDelay === undefined) return { kind: 'usual' };
  const value = evaluateValue(details.evaluationDelay, contextOf(surroundings, undefined));
  if (isStop(value) || typeof value !== 'string') return { kind: 'usual' };
  switch (value.toLowerCase()) {
    case 'afterprovisioning':
      return { kind: 'afterProvisioning' };
    case 'afterprovisioningsuccess':
      return { kind: 'afterSuccess' };
    case 'afterprovisioningfailure':
      return { kind: 'afterFailure' };
  }
  const milliseconds = delayTime(value);
  return milliseconds === undefined
    ? { kind: 'usual' }
    : { kind: 'time', milliseconds: Math.min(milliseconds, longest) };
}

function delayTime(text: string): number | undefined {
  const match = /^PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?$/i.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [1, 2, 3].map((index) => Number(match[index] ?? 0)) as [number, number, number];
  return (hours * 60 + minutes) * minute + seconds * 1_000;
}
