/**
 * Reading runs back: one run with its actions, contents behind links.
 *
 * Owns: opening a run's journal, loading contents. Does not own: links to contents (`content-links.ts`), the shape of
 * answers (`#api`), folding history (`#engine`). Source: engine reference 8; ARM reference 6.3.
 *
 * Invariants
 * D3. What a record hides is not in its history, so nobody who reads it can show it; the trigger's contents are in the
 *     run's first event, and who reads them asks `triggerSecrecy` first.
 */
import { type ActionRecord, type FoldedHistory, repetitionNameOf, runKey, type TriggerRecord } from '#engine';
import {
  type Content,
  type Json,
  memberOf,
  parseArmId,
  parseJson,
  raise,
  type RunRow,
  stringifyJson,
} from '#foundation';
import type { SecureData } from '#workflow';
import { runHistories } from './run-histories.ts';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
import { withoutSignatures } from './signed-urls-in-text.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

/** @throws TocsinError `WorkflowRunNotFound`. */
export function requireRun(services: Services, workflow: StoredWorkflow, runName: string): RunRow {
  const row = services.store.history.run(runKey(workflow.id, runName));
  if (row !== undefined) return row;
  const name = parseArmId(workflow.id)?.name ?? workflow.id;
  return raise('WorkflowRunNotFound', `The workflow '${name}' run '${runName}' could not be found.`);
}

/** All history of a run, the last record of each action standing. */
export function runHistory(services: Services, row: RunRow): Promise<FoldedHistory> {
  return runHistories(services.store).of(row.key);
}

/** The trigger's record with its contents, from the run's first event; undefined before the first commit. */
export function runTrigger(services: Services, row: RunRow): TriggerRecord | undefined {
  const [first] = services.store.history.journal(row.key, { top: 1 });
  return memberOf(first?.event, 'trigger') as TriggerRecord | undefined;
}

/** Whether the trigger's inputs and outputs are hidden in the version that the run was started with. */
export function triggerSecrecy(services: Services, workflow: StoredWorkflow, row: RunRow): SecureData {
  const { version, trigger } = runSummary(row);
  const plan = services.plans.plan(workflow.id, version);
  return plan?.triggers.get(trigger.name.toLowerCase())?.secure ?? { inputs: false, outputs: false };
}

/** @throws TocsinError `WorkflowRunActionNotFound`. */
export function requireAction(history: FoldedHistory, name: string): ActionRecord {
  const exact = history.actions.get(name);
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  for (const [key, record] of history.actions) if (key.toLowerCase() === lower) return record;
  return raise('WorkflowRunActionNotFound', `The workflow run action '${name}' could not be found.`);
}

/** A content's value, from its blob when it is a large one. */
export function readContent(services: Services, content: Content): Json {
  if (!('blob' in content)) return content.value;
  const bytes = services.store.blobs.read(content.blob);
  if (bytes === undefined) raise('NotFound', 'The content is no longer kept.');
  return parseJson(new TextDecoder().decode(bytes));
}

/** `000002` for one loop, `000002-000000` nested: the name of a repetition. */
export const repetitionName = repetitionNameOf;

/** A content as text for its link's answer: always JSON, as Logic Apps serves it. */
export function contentText(services: Services, content: Content, withSignatures: boolean): string {
  const text = stringifyJson(readContent(services, content));
  return withSignatures ? text : withoutSignatures(text);
}
