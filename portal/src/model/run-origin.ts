/** What started a run, in words. Source: own API reference, runs. */
export interface RunOrigin {
  readonly kind: string;
  readonly automationId?: string;
  readonly eventId?: string;
  /** Absent where the reader may not read the event, or it is no longer kept. */
  readonly eventTitle?: string;
  readonly principal?: string;
  readonly runId?: string;
}

/** Kinds as the API names them, with the words of filters and lists. */
export const originWords: readonly (readonly [kind: string, word: string])[] = [
  ['Alert', 'Alert'],
  ['Recommendation', 'Recommendation'],
  ['Compliance', 'Compliance assessment'],
  ['SecureScore', 'Secure score'],
  ['AttackPath', 'Attack path'],
  ['Incident', 'Incident'],
  ['Person', 'Person'],
  ['Resubmission', 'Resubmission'],
  ['Schedule', 'Schedule'],
  ['Connector', 'Connector'],
  ['Request', 'HTTP request'],
  ['LogicApp', 'Logic app'],
  ['Batch', 'Batch'],
];

export const originWord = (kind: string): string => originWords.find(([each]) => each === kind)?.[1] ?? kind;

/** What a run was started by: a word, and where it leads. */
export interface OriginText {
  readonly word: string;
  /** Who or what, behind the word. */
  readonly name?: string;
  readonly id?: string;
}

/** Runs of earlier versions have no origin. */
export function originText(origin: RunOrigin | undefined): OriginText {
  if (origin === undefined) return { word: 'Not recorded' };
  const { kind, eventId, eventTitle, principal, runId } = origin;
  const word = originWord(kind);
  if (kind === 'Resubmission') {
    return {
      word: principal === undefined ? word : `Resubmitted by ${principal}`,
      ...(runId === undefined ? {} : { id: runId, name: 'the earlier run' }),
    };
  }
  if (runId !== undefined) return { word, id: runId, name: runId.split('/').at(-3) ?? runId };
  const event =
    eventId === undefined ? {} : { id: eventId, name: eventTitle ?? eventId.slice(eventId.lastIndexOf('/') + 1) };
  if (kind === 'Person') return { word: principal ?? word, ...event };
  return { word, ...event };
}
