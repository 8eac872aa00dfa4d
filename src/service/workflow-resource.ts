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
import { armIdKey, type Json, type JsonObject, parseArmId, raise, type ResourceDocument } from '#foundation';
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
  /** Key: `{id key}/triggers/{name}`; body: last and next occurrence. */
  triggers: 'triggerStates',
} as const;

/** What is in `body` of a workflow resource, beside `tags` and `identity`. */
export interface WorkflowBody {
  readonly opaqueId: string;
  readonly state: 'Enabled' | 'Disabled';
  readonly version: string;
  readonly definition: JsonObject;
  readonly parameters: JsonObject;
  readonly accessControl?: Json;
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

/** The workflow that callback URLs name by `opaqueId`. */
export function findWorkflowByOpaqueId(services: Services, opaqueId: string): StoredWorkflow | undefined {
  const access = services.store.documents.get(workflowCollections.access, opaqueId.toLowerCase());
  const workflowId = access?.body.workflowId;
  return typeof workflowId === 'string' ? findWorkflow(services, workflowId) : undefined;
}

/** @throws TocsinError `WorkflowNotFound`. */
export function requireWorkflowByOpaqueId(services: Services, opaqueId: string): StoredWorkflow {
  const workflow = findWorkflowByOpaqueId(services, opaqueId);
  return workflow ?? raise('WorkflowNotFound', `The workflow '${opaqueId}' could not be found.`);
}

export function versionKey(idKey: string, version: string): string {
  return `${idKey}/versions/${version}`;
}
