/**
 * From the records of a journal to the history of a run: the last record of each path stands.
 *
 * Owns: folding. Does not own: writing records (`records.ts`, `loop-records.ts`), the REST forms of them (`#api`).
 * Source: engine reference 8.
 */
import type { ActionRecord, HistoryRecord, RequestRecord, RunRecord } from './messages.ts';

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
  /** Calls of an action that made several, oldest first; of one repetition, or of an action outside loops (``). */
  requests(name: string, repetition: string): readonly RequestRecord[];
}

/** Folds the history of one run, in the order of its journal. Linear in the records. */
export function foldHistory(records: Iterable<HistoryRecord>): FoldedHistory {
  const fold = new HistoryFold();
  fold.add(records);
  return fold.folded();
}

/** A fold that goes on when a run that is under way has written more. */
export class HistoryFold {
  #run: RunRecord | undefined;
  readonly #actions = new Map<string, ActionRecord>();
  readonly #repetitions = new Repetitions();
  readonly #scopeRepetitions = new Repetitions();
  readonly #requests = new Map<string, RequestRecord[]>();

  add(records: Iterable<HistoryRecord>): void {
    for (const record of records) {
      switch (record.kind) {
        case 'run':
          this.#run = record.run;
          break;
        case 'action':
          this.#actions.set(record.action.name, record.action);
          break;
        case 'repetition':
          this.#addRepetition(record.repetition);
          break;
        case 'scopeRepetition':
          this.#scopeRepetitions.add(record.repetition);
          break;
        case 'request':
          this.#addRequest(record.request);
          break;
      }
    }
  }

  #addRepetition(repetition: ActionRecord): void {
    this.#repetitions.add(repetition);
    const { name } = repetition;
    if (!this.#actions.has(name)) this.#actions.set(name, provisional(repetition));
  }

  #addRequest(request: RequestRecord): void {
    const key = requestKey(request.name, repetitionNameOf(request));
    const own = this.#requests.get(key);
    if (own === undefined) this.#requests.set(key, [request]);
    else own.push(request);
  }

  /** What has been added so far. */
  folded(): FoldedHistory {
    const actions = new Map(this.#actions);
    for (const [name, action] of actions) {
      if (isProvisional(action)) actions.set(name, { ...action, repetitionCount: this.#repetitions.count(name) });
    }
    return {
      run: this.#run,
      actions,
      repetitions: (name) => this.#repetitions.of(name),
      scopeRepetitions: (name) => this.#scopeRepetitions.of(name),
      requests: (name, repetition) => this.#requests.get(requestKey(name, repetition)) ?? [],
    };
  }
}

function requestKey(name: string, repetition: string): string {
  return `${name}/${repetition}`;
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
export function repetitionNameOf(record: Pick<ActionRecord, 'repetitionIndexes'>): string {
  return record.repetitionIndexes.map(({ itemIndex }) => String(itemIndex).padStart(6, '0')).join('-');
}

/** Repetitions by action and iteration; the last record of an iteration stands. */
class Repetitions {
  readonly #byAction = new Map<string, Map<string, ActionRecord>>();
  /** Sorted lists that have been asked for and are still right. */
  readonly #sorted = new Map<string, readonly ActionRecord[]>();

  add(record: ActionRecord): void {
    this.#sorted.delete(record.name);
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
    const known = this.#sorted.get(name);
    if (known !== undefined) return known;
    const own = this.#byAction.get(name);
    if (own === undefined) return [];
    const sorted = [...own]
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([, record]) => record);
    this.#sorted.set(name, sorted);
    return sorted;
  }
}

/** The action ended without asking anybody: it was skipped, stood in for, refused its inputs, or gave up before. */
export function isWithoutCall(record: ActionRecord): boolean {
  if (record.status === 'Skipped' || (record.inputs === undefined && record.hidden === undefined)) return true;
  if (record.executionMode === 'StaticResults') return true;
  const refused = record.error?.['code'] === 'InvalidTemplate' || record.error?.['code'] === 'BadRequest';
  return record.outputs === undefined && record.code === 'BadRequest' && refused;
}
