/**
 * Reading runs back: one run with its actions, contents behind links.
 *
 * Owns: opening a run's journal, loading contents, signing and verifying links to them.
 * Does not own: the shape of answers (`#api`), folding history (`#engine`).
 * Source: engine reference 8; ARM reference 6.3.
 *
 * Invariants
 * D1. A link grants one content of one run until it expires, signed with the workflow's key, without a token.
 * D2. Hidden contents are not stored, so no link can reveal them.
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
import { signedQueries } from './callback-urls.ts';
import { runHistories } from './run-histories.ts';
import { contentSize } from './run-row.ts';
import type { Services } from './services.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

/** @throws TocsinError `WorkflowRunNotFound`. */
export function requireRun(services: Services, workflow: StoredWorkflow, runName: string): RunRow {
  const row = services.store.history.run(runKey(workflow.id, runName));
  if (row !== undefined) return row;
  const name = parseArmId(workflow.id)?.name ?? workflow.id;
  return raise('WorkflowRunNotFound', `The workflow '${name}' run '${runName}' could not be found.`);
}

/** All history of a run, the last record of each action standing. */
export function runHistory(services: Services, row: RunRow): FoldedHistory {
  return runHistories(services.store).of(row.key);
}

/** The trigger's record with its contents, from the run's first event; undefined before the first commit. */
export function runTrigger(services: Services, row: RunRow): TriggerRecord | undefined {
  const first = services.store.history.journal(row.key)[0];
  return memberOf(first?.event, 'trigger') as TriggerRecord | undefined;
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

// --- Links ------------------------------------------------------------------------------------------------------

/** How long a link to a content is good for: 8 hours. */
const linkLifetime = 8 * 60 * 60 * 1000;

/**
 * The link to a content: `place` is the path below the workflow, such as `/runs/{run}/actions/{a}/contents/ActionInputs`.
 */
export function contentLink(
  services: Services,
  workflow: StoredWorkflow,
  place: string,
  size: number,
  baseUrl: string,
): Json {
  const notAfter = new Date(services.clock.now() + linkLifetime).toISOString();
  const queries = signedQueries(services, workflow, `${place}/read`, { notAfter });
  const path = place.split('/').map(encodeURIComponent).join('/');
  const version = `"${services.secrets.digest(`${workflow.idKey}${place}`).slice(0, 32).toUpperCase()}"`;
  return {
    uri: `${baseUrl}/workflows/${workflow.body.opaqueId}${path}?${new URLSearchParams(queries).toString()}`,
    contentVersion: version,
    contentSize: size,
  };
}

/** The link of a record's inputs or outputs; says that it is hidden instead of a link when it is secured. */
export function recordLink(
  services: Services,
  workflow: StoredWorkflow,
  record: ActionRecord,
  side: 'inputs' | 'outputs',
  location: { readonly place: string; readonly baseUrl: string },
): Json | undefined {
  if (record.hidden?.includes(side)) return { secureData: { properties: [side] } };
  const content = record[side];
  if (content === undefined) return undefined;
  const name = side === 'inputs' ? 'ActionInputs' : 'ActionOutputs';
  const place = `${location.place}/contents/${name}`;
  return contentLink(services, workflow, place, contentSize(content), location.baseUrl);
}

/** A content as text for its link's answer: always JSON, as Logic Apps serves it. */
export function contentText(services: Services, content: Content): string {
  return stringifyJson(readContent(services, content));
}
