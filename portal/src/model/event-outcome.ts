/** What automations did about an alert, in a few words. Source: portal reference 3.2. */
import type { Look } from './status.ts';

/** As the server counts deliveries. */
export interface EventOutcome {
  readonly count: number;
  readonly failed: number;
  readonly waiting: number;
  readonly held: number;
  /** So many were not looked at. */
  readonly unknown?: number;
}

/** *2 ran, 1 failed*: what went wrong is never left out, and colours the whole. */
export function outcomeText(outcome: EventOutcome | undefined): { readonly text: string; readonly look: Look } {
  if (outcome === undefined) return { text: '–', look: 'muted' };
  const { count, failed, waiting, held } = outcome;
  if (count === 0) return { text: 'None matched', look: 'muted' };
  const ran = count - failed - waiting - held;
  const parts = [
    [ran, 'ran'],
    [failed, 'failed'],
    [waiting, 'waiting'],
    [held, 'held back'],
  ] as const;
  const text = parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number.toLocaleString('en')} ${word}`]));
  return { text: text.join(', '), look: failed > 0 ? 'high' : waiting > 0 ? 'info' : 'good' };
}
