/** Reads the counts that the writer keeps. */
import {
  type CountedWorkflows,
  type DocumentTally,
  type InTime,
  type RunTally,
  slotsOf,
  type SubjectTally,
  type TallyReader,
  type TimeParts,
} from '#foundation';
import type { Reading, Row } from './reading.ts';
import {
  countedWorkflows,
  documentTallies,
  documentTalliesInTime,
  oneWorkflowInTime,
  runTalliesInTime,
  workflowTalliesInTime,
} from './statements/tallies.ts';

const wholeSpan = 0;
const subjectSpan = -1;

export class SqliteTallies implements TallyReader {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  documents(collection: string): readonly DocumentTally[] {
    return this.#reading.statement(documentTallies).all(collection, wholeSpan).map(tallyOf);
  }

  subjects(collection: string): readonly SubjectTally[] {
    return this.#reading.statement(documentTallies).all(collection, subjectSpan).map(subjectsOf);
  }

  documentsInTime(collection: string, range: TimeParts): readonly (DocumentTally & InTime)[] {
    const { span, first, end, width, startOf } = slotsOf(range);
    const rows = this.#reading.statement(documentTalliesInTime).all(collection, span, first, end, width);
    return rows.map((row) => ({ start: startOf(row['part'] as number), ...tallyOf(row) }));
  }

  runsInTime(range: TimeParts, workflows: CountedWorkflows): readonly (RunTally & InTime)[] {
    const { span, first, end, width, startOf } = slotsOf(range);
    return this.#runRows([span, first, end, width], workflows).map((row) => ({
      start: startOf(row['part'] as number),
      status: row['status'] as string,
      count: row['count'] as number,
    }));
  }

  /** Where every workflow passes, the sums are the database's; else those of the workflows that do. */
  #runRows(slots: readonly [number, number, number, number], workflows: CountedWorkflows): readonly Row[] {
    const reading = this.#reading;
    if (typeof workflows === 'string') return reading.statement(oneWorkflowInTime).all(...slots, workflows);
    const [span, first, end] = slots;
    const known = reading.statement(countedWorkflows).all(span, first, end);
    const passing = known.filter((row) => workflows(row['key'] as string));
    if (passing.length === known.length) return reading.statement(runTalliesInTime).all(...slots);
    const ids = new Set(passing.map((row) => row['id']));
    return summed(
      reading
        .statement(workflowTalliesInTime)
        .all(...slots)
        .filter((row) => ids.has(row['workflow'])),
    );
  }
}

/** Rows of the same part and state made one. */
function summed(rows: readonly Row[]): readonly Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const key = `${String(row['part'])} ${String(row['status'])}`;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { ...row });
    else known['count'] = (known['count'] as number) + (row['count'] as number);
  }
  return [...sums.values()];
}

function subjectsOf(row: Row): SubjectTally {
  return {
    parent: row['parent'] as string,
    label: row['label'] as string,
    status: row['status'] as string,
    count: row['count'] as number,
  };
}

function tallyOf(row: Row): DocumentTally {
  return { ...subjectsOf(row), tally: row['tally'] as string };
}
