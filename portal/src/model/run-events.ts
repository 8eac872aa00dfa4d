/** The events of a run in words. Source: own API reference (`runEvents`). */

export interface RunEvent {
  /** The step of the run that wrote it, counted from 0. */
  readonly step: number;
  readonly at: string;
  readonly cause: string;
  readonly kind: string;
  readonly action?: string;
  readonly repetition?: string;
  readonly status?: string;
  readonly code?: string;
  readonly attempts?: number;
  /** Of a call: which one of its action's. */
  readonly number?: number;
}

const causes: Readonly<Record<string, string>> = {
  started: 'Run started',
  released: 'Its turn came',
  actionDone: 'Answer came',
  timerFired: 'Time was up',
  callback: 'Callback was called',
  callerGone: 'Caller went away',
  continued: 'Work went on',
  cancelled: 'Run was cancelled',
};

export const causeText = (cause: string): string => causes[cause] ?? cause;

/** `000036-000002` as people count: `37, 3`. */
const iterationText = (repetition: string): string =>
  repetition
    .split('-')
    .map((part) => (Number(part) + 1).toLocaleString('en'))
    .join(', ');

export function eventText({ kind, action = '', repetition, number, attempts = 1 }: RunEvent): string {
  const name = action.replaceAll('_', ' ');
  const place = repetition === undefined ? '' : ` (iteration ${iterationText(repetition)})`;
  switch (kind) {
    case 'run':
      return 'Run';
    case 'iteration':
      return `Iteration${repetition === undefined ? '' : ` ${iterationText(repetition)}`} of ${name}`;
    case 'request':
      return `Call ${number ?? ''} of ${name}${place}`;
    default:
      return `${name}${place}${attempts > 1 ? `, ${attempts} attempts` : ''}`;
  }
}
