/**
 * A run as the tree of its actions, small whatever the loops: statuses, counts, and a strip of each loop's iterations.
 *
 * Owns: the tree and its bounds. Does not own: reading the history (`read-runs.ts`), who may see it (`#api`).
 * Source: own-api reference (`runTree`).
 *
 * Invariants
 * RT1. The size depends on the definition, never on how often its loops ran: a strip has at most 200 buckets, lists of
 *      failed iterations are cut and say how many there are.
 * RT2. No contents and no messages of errors: what may be secret or long is read action by action.
 */
import type { ActionRecord, FoldedHistory } from '#engine';
import { type JsonObject, raise, type RunRow } from '#foundation';
import type { ActionPlan, ContainerPlan, WorkflowPlan } from '#workflow';
import { repetitionName, requireAction, runHistory } from './read-runs.ts';
import { repetitionsInside } from './repetitions-inside.ts';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

const buckets = 200;
/** Failed iterations listed of each loop, and of the one that was asked for. */
const failedShown = 50;
const failedShownAlone = 1_500;

export interface TreeRequest {
  /** Only this container and what is in it. */
  readonly action?: string;
  /** Inside one iteration, by its name: `000002-000000`. */
  readonly repetition?: string;
  /** Of the asked action, a loop: its failed iterations before and behind this one, instead of the first ones. */
  readonly around?: number;
  /** The iteration of the loops around the asked one, by its name. */
  readonly inside?: string;
}

/** @throws TocsinError `WorkflowVersionNotFound`, `WorkflowRunActionNotFound`, `WorkflowRunActionRepetitionNotFound`. */
export async function runTree(
  services: Services,
  workflow: StoredWorkflow,
  row: RunRow,
  request: TreeRequest,
): Promise<JsonObject> {
  const { version, run } = runSummary(row);
  const plan = services.plans.plan(workflow.id, version);
  if (plan === undefined) raise('WorkflowVersionNotFound', `The workflow version '${version}' could not be found.`);
  const tree = new Tree(await runHistory(services, row), request);
  return {
    id: `${workflow.id}/runs/${row.name}`,
    name: row.name,
    version,
    status: run.status,
    ...(run.code === undefined ? {} : { code: run.code }),
    startTime: run.startTime,
    ...(run.endTime === undefined ? {} : { endTime: run.endTime }),
    actions: tree.top(plan),
  };
}

class Tree {
  readonly #history: FoldedHistory;
  readonly #wanted: string | undefined;
  readonly #repetition: string;
  readonly #around: number | undefined;
  readonly #inside: string;

  constructor(history: FoldedHistory, { action, repetition, around, inside }: TreeRequest) {
    this.#history = history;
    this.#wanted = action;
    this.#repetition = repetition ?? '';
    this.#around = around;
    this.#inside = inside ?? '';
  }

  top(plan: WorkflowPlan): JsonObject[] {
    if (this.#wanted === undefined) return this.#children(plan.root, this.#repetition);
    const action = plan.actions.get(this.#wanted.toLowerCase());
    if (action === undefined) {
      // Says it the way the other reads do.
      requireAction(this.#history, this.#wanted);
      return [];
    }
    if (this.#repetition === '' || !isLoop(action)) {
      return [this.#node(action, this.#repetition === '' ? this.#inside : this.#repetition)];
    }
    this.#requireIteration(action);
    return branchesOf(action).flatMap(({ body }) => this.#children(body, this.#repetition));
  }

  #requireIteration(loop: ActionPlan): void {
    const [first] = repetitionsInside(this.#history.scopeRepetitions(loop.name), this.#repetition);
    const known = first !== undefined && repetitionName(first) === this.#repetition;
    const begun = [...branchesOf(loop)].some(({ body }) =>
      body.actions.some(({ name }) => this.#records(name, this.#repetition).length > 0),
    );
    if (known || begun) return;
    raise(
      'WorkflowRunActionRepetitionNotFound',
      `The workflow run action repetition '${this.#repetition}' could not be found.`,
    );
  }

  #children(body: ContainerPlan, inside: string): JsonObject[] {
    return body.actions.map((action) => this.#node(action, inside));
  }

  /** `inside` names the iteration that is shown; empty for the whole run. */
  #node(action: ActionPlan, inside: string): JsonObject {
    const record = inside === '' ? this.#history.actions.get(action.name) : this.#inIteration(action.name, inside);
    const children = branchesOf(action).flatMap(({ name, body }) =>
      this.#children(body, inside).map((child) => (name === undefined ? child : { ...child, branch: name })),
    );
    return {
      name: action.name,
      type: action.type,
      ...(record === undefined ? {} : summaryOf(record)),
      ...(isLoop(action) ? { loop: this.#strip(action, inside) } : {}),
      ...(children.length === 0 ? {} : { actions: children }),
    };
  }

  /** Records of an action in an iteration, and in loops inside it. */
  #records(name: string, inside: string): readonly ActionRecord[] {
    return repetitionsInside(this.#history.repetitions(name), inside);
  }

  #inIteration(name: string, inside: string): ActionRecord | undefined {
    const records = this.#records(name, inside);
    const [first] = records;
    if (first === undefined || (records.length === 1 && repetitionName(first) === inside)) return first;
    const worst = records.reduce((left, right) => (rankOf(right.status) > rankOf(left.status) ? right : left));
    return { ...worst, repetitionCount: records.length };
  }

  /** The first ones; or, where one is named, as many before it as behind it. */
  #shownOf(failed: readonly ActionRecord[], most: number): readonly ActionRecord[] {
    const around = this.#around;
    if (around === undefined) return failed.slice(0, most);
    const ordered = failed.toSorted((left, right) => indexOf(left) - indexOf(right));
    const at = ordered.filter((record) => indexOf(record) < around).length;
    const half = Math.floor(most / 2);
    return ordered.slice(Math.max(0, at - half), at + half);
  }

  #strip(loop: ActionPlan, inside: string): JsonObject {
    const all = this.#history.scopeRepetitions(loop.name);
    const own = inside === '' ? all : repetitionsInside(all, inside);
    const failed = own.filter(({ status }) => status === 'Failed' || status === 'TimedOut');
    const shown = this.#wanted?.toLowerCase() === loop.key ? failedShownAlone : failedShown;
    const isNested = loop.loops.length > 0 && inside === '';
    return {
      count: own.length,
      buckets: bucketsOf(own),
      failedCount: failed.length,
      failed: this.#shownOf(failed, shown).map((record) =>
        isNested ? repetitionName(record) : (record.repetitionIndexes.at(-1)?.itemIndex ?? 0),
      ),
    };
  }
}

/** The index of a loop's iteration within the one around it. */
const indexOf = ({ repetitionIndexes }: ActionRecord): number => repetitionIndexes.at(-1)?.itemIndex ?? 0;

function isLoop({ kind }: ActionPlan): boolean {
  return kind === 'foreach' || kind === 'until';
}

interface Branch {
  /** `else`, or the name of a case; undefined for the only or first one. */
  readonly name?: string;
  readonly body: ContainerPlan;
}

function branchesOf(action: ActionPlan): readonly Branch[] {
  switch (action.kind) {
    case 'if':
      return [
        { body: action.whenTrue },
        ...(action.otherwise === undefined ? [] : [{ name: 'else', body: action.otherwise }]),
      ];
    case 'switch':
      return [
        ...action.cases.map(({ name, body }) => ({ name, body })),
        ...(action.fallback === undefined ? [] : [{ name: 'default', body: action.fallback }]),
      ];
    case 'scope':
    case 'foreach':
    case 'until':
      return [{ body: action.body }];
    default:
      return [];
  }
}

function summaryOf(record: ActionRecord): JsonObject {
  const { status, code, startTime, endTime, retryHistory, repetitionCount, iterationCount } = record;
  return {
    status,
    ...(code === undefined || code === 'NotSpecified' ? {} : { code }),
    startTime,
    ...(endTime === undefined ? {} : { endTime }),
    ...(retryHistory === undefined ? {} : { attempts: retryHistory.length + 1 }),
    ...(repetitionCount === undefined ? {} : { repetitionCount }),
    ...(iterationCount === undefined ? {} : { iterationCount }),
    ...(record.executionMode === undefined ? {} : { executionMode: record.executionMode }),
    ...(record.sandbox === undefined ? {} : { sandbox: record.sandbox }),
  };
}

// --- Strips -----------------------------------------------------------------------------------------------------

/** Best first. */
const order = ['Skipped', 'Succeeded', 'Running', 'Waiting', 'Cancelled', 'Aborted', 'TimedOut', 'Failed'];

function rankOf(status: string): number {
  return order.indexOf(status);
}

/** One letter a status, so that a strip is no longer than its buckets. */
const letters: Readonly<Record<string, string>> = {
  Skipped: 'K',
  Succeeded: 'S',
  Running: 'R',
  Waiting: 'W',
  Cancelled: 'C',
  Aborted: 'A',
  TimedOut: 'T',
  Failed: 'F',
};

/** At most 200 parts of the iterations in order, each with the letter of the worst status in it. */
function bucketsOf(records: readonly ActionRecord[]): string {
  const count = Math.min(buckets, records.length);
  const strip: string[] = [];
  for (const [index, { status }] of records.entries()) {
    const bucket = Math.floor((index * count) / records.length);
    const worst = strip[bucket];
    if (worst === undefined || rankOf(status) > rankOf(worst)) strip[bucket] = status;
  }
  return strip.map((status) => letters[status] ?? '?').join('');
}
