/**
 * From the records of a journal to the history of a run: the last record of each path stands.
 *
 * Owns: folding. Does not own: writing records (`records.ts`, `loop-records.ts`), the REST forms of them (`#api`).
 * Source: engine reference 8.
 */
import type { ActionRecord, HistoryRecord, RunRecord } from './messages.ts';

export interface FoldedHistory {
  readonly run: RunRecord | undefined;
  /**
   * By the action's name as written, in the order of their first record. Inside loops that have not ended the aggregate
   * is made of the repetitions so far, with status `Running`.
   */
  readonly actions: ReadonlyMap<string, ActionRecord>;
  /** Repetitions of an action inside loops, by iteration. */
  repetitions(name: string): readonly ActionRecord[];
  /** Iterations of a loop itself, by iteration. */
  scopeRepetitions(name: string): readonly ActionRecord[];
}

/** Folds the history of one run, in the order of its journal. Linear in the records. */
export function foldHistory(records: Iterable<HistoryRecord>): FoldedHistory {
  let run: RunRecord | undefined;
  const actions = new Map<string, ActionRecord>();
  const repetitions = new Repetitions();
  const scopeRepetitions = new Repetitions();
  for (const record of records) {
    switch (record.kind) {
      case 'run':
        run = record.run;
        break;
      case 'action':
        actions.set(record.action.name, record.action);
        break;
      case 'repetition':
        repetitions.add(record.repetition);
        if (!actions.has(record.repetition.name)) actions.set(record.repetition.name, provisional(record.repetition));
        break;
      case 'scopeRepetition':
        scopeRepetitions.add(record.repetition);
        break;
    }
  }
  for (const [name, action] of actions) {
    if (isProvisional(action)) actions.set(name, { ...action, repetitionCount: repetitions.count(name) });
  }
  return {
    run,
    actions,
    repetitions: (name) => repetitions.of(name),
    scopeRepetitions: (name) => scopeRepetitions.of(name),
  };
}

/** The aggregate of an action whose loop still runs. */
function provisional(repetition: ActionRecord): ActionRecord {
  const { name, type, startTime, trackingId } = repetition;
  return { name, type, repetitionIndexes: [], status: 'Running', startTime, trackingId, repetitionCount: 0 };
}

function isProvisional(action: ActionRecord): boolean {
  return action.status === 'Running' && action.repetitionCount === 0;
}

/** The name of a repetition: `000002-000000`. */
export function repetitionNameOf(record: ActionRecord): string {
  return record.repetitionIndexes.map(({ itemIndex }) => String(itemIndex).padStart(6, '0')).join('-');
}

/** Repetitions by action and iteration; the last record of an iteration stands. */
class Repetitions {
  readonly #byAction = new Map<string, Map<string, ActionRecord>>();

  add(record: ActionRecord): void {
    let own = this.#byAction.get(record.name);
    if (own === undefined) {
      own = new Map();
      this.#byAction.set(record.name, own);
    }
    own.set(repetitionNameOf(record), record);
  }

  count(name: string): number {
    return this.#byAction.get(name)?.size ?? 0;
  }

  of(name: string): readonly ActionRecord[] {
    const own = this.#byAction.get(name);
    if (own === undefined) return [];
    return [...own].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)).map(([, record]) => record);
  }
}
