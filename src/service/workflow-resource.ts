/**
 * The stored form of a logic app, and finding one.
 *
 * Owns: how a `Microsoft.Logic/workflows` resource and its versions are laid out in the store.
 * Does not own: saving (`save-workflow.ts`), REST answers (`#api`), plans (`stored-plans.ts`).
 *
 * Invariants
 * W1. The opaque id of a callback URL never changes over updates and is new after delete and re-create.
 * W2. Values of secure parameters and the access keys are in `secrets`, never in `body`.
 */
import {
  armIdKey,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  type Store,
  type StoredDocument,
} from '#foundation';
import type { Services } from './services.ts';

export const workflowType = 'Microsoft.Logic/workflows';

/** Collections of the document store that belong to logic apps. */
export const workflowCollections = {
  /** Key: `{id key}/versions/{version}`, parent: id key. */
  versions: 'workflowVersions',
  /** Key: opaque id; body: `{ workflowId }`. */
  access: 'workflowAccess',
  /** Key: `{id key}/triggers/{name}/histories/{history}`, parent: `{id key}/triggers/{name}`. */
  histories: 'triggerHistories',
  /** Key and parent as above; large inputs and outputs of a history. */
  historyContents: 'triggerContents',
  /** Key: `{id key}/triggers/{name}`, parent: id key; what a trigger that acts by itself has to remember. */
  triggers: 'triggerStates',
  /** Key and parent as above; where a webhook trigger is subscribed. */
  subscriptions: 'triggerSubscriptions',
} as const;

/** What is in `body` of a workflow resource, beside `tags` and `identity`. */
export interface WorkflowBody {
  readonly opaqueId: string;
  readonly state: 'Enabled' | 'Disabled';
  readonly version: string;
  readonly definition: JsonObject;
  readonly parameters: JsonObject;
  readonly accessControl?: Json;
  /** When its triggers were last armed: the save of a new version, or the last switch to enabled. Milliseconds. */
  readonly armedTime?: number;
  /** As given: `lifetime`, `history` (`retention.ts`). */
  readonly runtimeConfiguration?: Json;
}

export interface WorkflowSecrets {
  readonly primaryKey: string;
  readonly secondaryKey: string;
  readonly parameters: JsonObject;
}

export interface StoredWorkflow {
  readonly document: ResourceDocument;
  readonly id: string;
  readonly idKey: string;
  readonly body: WorkflowBody;
  readonly secrets: WorkflowSecrets;
}

export function workflowOf(document: ResourceDocument): StoredWorkflow {
  return {
    document,
    id: document.id,
    idKey: armIdKey(document.id),
    body: document.body.workflow as unknown as WorkflowBody,
    secrets: document.secrets as unknown as WorkflowSecrets,
  };
}

/** When the triggers were armed (`WorkflowBody.armedTime`). */
export function armedTimeOf({ body, document }: StoredWorkflow): number {
  return body.armedTime ?? document.changedTime;
}

export function findWorkflow(services: Services, id: string): StoredWorkflow | undefined {
  const document = services.store.resources.get(id);
  return document?.type === workflowType ? workflowOf(document) : undefined;
}

/** @throws TocsinError `WorkflowNotFound`, worded as Azure does. */
export function requireWorkflow(services: Services, id: string): StoredWorkflow {
  const workflow = findWorkflow(services, id);
  if (workflow !== undefined) return workflow;
  return raise('WorkflowNotFound', `The workflow '${parseArmId(id)?.name ?? id}' could not be found.`);
}

/** The texts of the `type` members of a workflow's triggers, lower case: read without planning it. */
export function triggerTypes(workflow: StoredWorkflow): ReadonlySet<string> {
  const triggers = memberOf(workflow.body.definition, 'triggers');
  const types = Object.values(isJsonObject(triggers) ? triggers : {}).map((one) => memberIgnoringCase(one, 'type'));
  return new Set(types.flatMap((type) => (typeof type === 'string' ? [type.toLowerCase()] : [])));
}

/** Ids of workflows by opaque id, as they were found: the pair never changes (W1), so that the workflow itself tells. */
const knownIds = new WeakMap<Store, Map<string, string>>();
const mostKnownIds = 10_000;

/** The workflow that callback URLs name by `opaqueId`. */
export function findWorkflowByOpaqueId(services: Services, opaqueId: string): StoredWorkflow | undefined {
  const key = opaqueId.toLowerCase();
  const known = knownIds.get(services.store) ?? new Map<string, string>();
  const id = known.get(key);
  const kept = id === undefined ? undefined : findWorkflow(services, id);
  if (kept?.body.opaqueId === key) return kept;
  const workflowId = services.store.documents.get(workflowCollections.access, key)?.body.workflowId;
  if (typeof workflowId !== 'string') return undefined;
  if (known.size >= mostKnownIds) known.clear();
  known.set(key, workflowId);
  knownIds.set(services.store, known);
  return findWorkflow(services, workflowId);
}

/** @throws TocsinError `WorkflowNotFound`. */
export function requireWorkflowByOpaqueId(services: Services, opaqueId: string): StoredWorkflow {
  const workflow = findWorkflowByOpaqueId(services, opaqueId);
  return workflow ?? raise('WorkflowNotFound', `The workflow '${opaqueId}' could not be found.`);
}

/**
 * The workflow as one of its versions has it: definition and parameters are of then, all else is of now.
 * @throws TocsinError `WorkflowVersionNotFound`.
 */
export function workflowAtVersion(services: Services, workflow: StoredWorkflow, version: string): StoredWorkflow {
  if (version === workflow.body.version) return workflow;
  const document = requireVersion(services, workflow, version);
  const { definition, parameters } = document.body as unknown as WorkflowBody;
  const secure = (document.secrets?.parameters ?? {}) as JsonObject;
  return {
    ...workflow,
    body: { ...workflow.body, version, definition, parameters },
    secrets: { ...workflow.secrets, parameters: secure },
  };
}

/** @throws TocsinError `WorkflowVersionNotFound`. */
export function requireVersion(services: Services, workflow: StoredWorkflow, version: string): StoredDocument {
  const document = services.store.documents.get(workflowCollections.versions, versionKey(workflow.idKey, version));
  return document ?? raise('WorkflowVersionNotFound', `The workflow version '${version}' could not be found.`);
}

export function versionKey(idKey: string, version: string): string {
  return `${idKey}/versions/${version}`;
}
