/**
 * The stored history of trigger evaluations that are more, or less, than one run.
 *
 * Owns: the documents of the collections `triggerHistories` and `triggerContents`.
 * Does not own: histories of single runs, which are the runs themselves (`read-trigger-histories.ts` joins both).
 * Source: engine reference 8.
 *
 * Invariants
 * TH1. Lists read no contents: a history says how large its inputs and outputs are, and holds only small ones itself.
 * TH2. Secured inputs and outputs are not stored.
 */
import { type Json, type JsonObject, memberOf, type StoredDocument, type Write } from '#foundation';
import type { TriggerPlan } from '#workflow';
import { type ContentMeasure, measureContent } from './content-links.ts';
import { timeOfName } from './run-names.ts';
import type { Services } from './services.ts';
import { type StoredWorkflow, workflowCollections } from './workflow-resource.ts';

export interface NewHistory {
  readonly name: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly scheduledTime?: string;
  readonly status: string;
  readonly code?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly fired: boolean;
  readonly trackingId?: string;
  readonly retryHistory?: readonly Json[];
  readonly inputs?: Json;
  readonly outputs?: Json;
}

/** Bytes of contents kept in the history's own document. */
const inlineLimit = 4_096;

export function historyWrites(
  services: Services,
  workflow: StoredWorkflow,
  trigger: TriggerPlan,
  history: NewHistory,
): readonly Write[] {
  const { inputs, outputs, ...rest } = history;
  const parent = `${workflow.idKey}/triggers/${trigger.name.toLowerCase()}`;
  const contents: JsonObject = {
    ...(inputs === undefined || trigger.secure.inputs ? {} : { inputs }),
    ...(outputs === undefined || trigger.secure.outputs ? {} : { outputs }),
  };
  const measured = Object.entries(contents).map(([side, value]) => [side, measureContent({ value })] as const);
  const size = measured.reduce((sum, [, one]) => sum + one.size, 0);
  const hidden = (['inputs', 'outputs'] as const).filter((side) => history[side] !== undefined && trigger.secure[side]);
  const measures: Record<string, ContentMeasure | 'hidden'> = Object.fromEntries<ContentMeasure | 'hidden'>(measured);
  for (const side of hidden) measures[side] = 'hidden';
  const key = `${parent}/histories/${history.name}`;
  const base = { key, parent, time: timeOfName(history.name) || services.clock.now(), status: history.status };
  const body: JsonObject = {
    ...(rest as unknown as JsonObject),
    ...(measures as unknown as JsonObject),
    ...(size > 0 && size <= inlineLimit ? { contents } : {}),
  };
  const document = { collection: workflowCollections.histories, ...base, body };
  const large = { collection: workflowCollections.historyContents, ...base, body: contents };
  return [
    { kind: 'putDocument', document },
    ...(size > inlineLimit ? [{ kind: 'putDocument' as const, document: large }] : []),
  ];
}

/** What a history says of its inputs and outputs without reading them. */
export function historyMeasures({ body }: StoredDocument): Measures {
  const { inputs, outputs } = body as unknown as Measures;
  return { ...(inputs === undefined ? {} : { inputs }), ...(outputs === undefined ? {} : { outputs }) };
}

interface Measures {
  readonly inputs?: ContentMeasure | 'hidden';
  readonly outputs?: ContentMeasure | 'hidden';
}

/** The stored inputs or outputs; undefined where there are none. */
export function historyContent(
  services: Services,
  document: StoredDocument,
  side: 'inputs' | 'outputs',
): Json | undefined {
  const inline = memberOf(document.body, 'contents');
  if (inline !== undefined) return memberOf(inline, side);
  return memberOf(services.store.documents.get(workflowCollections.historyContents, document.key)?.body, side);
}
