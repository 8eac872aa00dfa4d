/**
 * Counts that the store keeps with its rows, so that nobody counts a million of them: the reading side of the port.
 *
 * Owns: the shapes. Does not own: which documents are counted and by what (`StoredDocument.tally`).
 *
 * Invariants
 * K1. A count is exact and of the same moment as the rows: it changes in the commit that changes them.
 * K2. Reading costs what there is to tell apart, not how many were counted.
 */

/** Documents of one parent, label, state and tally. */
export interface DocumentTally {
  readonly parent: string;
  /** Empty for those without one. */
  readonly label: string;
  readonly status: string;
  readonly tally: string;
  readonly count: number;
}

export type SubjectTally = Omit<DocumentTally, 'tally'>;

/** A part of a range of time; its start in milliseconds since the epoch, a whole number of widths behind `from`. */
export interface InTime {
  readonly start: number;
}

export interface RunTally {
  readonly status: string;
  readonly count: number;
}

/** Whose runs are counted: one workflow's (its lower-case id), or those of all that pass a test of their ids. */
export type CountedWorkflows = string | ((workflow: string) => boolean);

/** A range of time in parts of equal width. `from` must be the start of an hour (UTC). */
export interface TimeParts {
  readonly from: number;
  /** How many parts. */
  readonly parts: number;
  /** The width of each. */
  readonly hours: number;
}

export interface TallyReader {
  /** All counted documents of a collection. */
  documents(collection: string): readonly DocumentTally[];
  /** How many different subjects have documents of that state. */
  subjects(collection: string): readonly SubjectTally[];
  /** By the documents' time; parts in which there are none are left out. */
  documentsInTime(collection: string, range: TimeParts): readonly (DocumentTally & InTime)[];
  /** By the start of the runs. */
  runsInTime(range: TimeParts, workflows: CountedWorkflows): readonly (RunTally & InTime)[];
}

const hourMilliseconds = 3_600_000;

/** A range as numbers of hours or days: the span counted in, its first number, the number behind the last, the width. */
export interface TimeSlots {
  /** Hours in a slot: 1 or 24. */
  readonly span: 1 | 24;
  readonly first: number;
  readonly end: number;
  readonly width: number;
  /** The start of the part with this number from 0. */
  readonly startOf: (part: number) => number;
}

/** @throws Error for a range that does not begin with a whole slot: a mistake of the program. */
export function slotsOf({ from, parts, hours }: TimeParts): TimeSlots {
  // Days are counted as such: a month of hours is thirty rows instead of seven hundred.
  const span = hours % 24 === 0 && from % (24 * hourMilliseconds) === 0 ? 24 : 1;
  const first = from / (span * hourMilliseconds);
  if (!Number.isInteger(first) || !Number.isInteger(hours) || hours < 1) {
    throw new Error(`A range of time cannot begin at ${from} in parts of ${hours} hours.`);
  }
  const width = hours / span;
  return {
    span,
    first,
    end: first + parts * width,
    width,
    startOf: (part) => from + part * hours * hourMilliseconds,
  };
}
