/**
 * Deployments and their operations as stored documents.
 *
 * Owns: the collections, keys and states. Does not own: deploying (`deploy-template.ts`), REST shapes (`#api`).
 * Source: ARM reference 8.3.
 *
 * Invariants
 * R1. A record is kept without secure parameter values; of those only the type is there.
 * R2. The template is kept sealed: a parent may have evaluated its secure values into a nested one.
 */
import { armIdKey, type JsonObject, type StoredDocument, type Write } from '#foundation';
import type { Services } from '../services.ts';

export const deploymentCollection = 'deployments';
export const deploymentOperationCollection = 'deploymentOperations';

export type DeploymentState = 'Accepted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';

export interface DeploymentRecord {
  /** Full id, case as first given. */
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: JsonObject;
  readonly state: DeploymentState;
  readonly time: number;
  /** REST `properties` without `provisioningState`. */
  readonly properties: JsonObject;
  /** The template as it was given, for `exportTemplate`. */
  readonly template: JsonObject;
}

/** The scope a deployment's id is at: what stands before its provider. */
export function deploymentScope(id: string): string {
  return id.replace(/\/providers\/Microsoft\.Resources\/deployments\/[^/]+$/i, '');
}

export function deploymentWrite(record: DeploymentRecord): Write {
  const { state, time, template, ...rest } = record;
  return {
    kind: 'putDocument',
    document: {
      collection: deploymentCollection,
      key: armIdKey(record.id),
      parent: armIdKey(deploymentScope(record.id)),
      time,
      status: state,
      body: rest,
      secrets: { template },
    },
  };
}

export function deploymentOf(document: StoredDocument): DeploymentRecord {
  return {
    ...(document.body as unknown as Omit<DeploymentRecord, 'state' | 'time' | 'template'>),
    template: (document.secrets?.template ?? {}) as JsonObject,
    state: document.status as DeploymentState,
    time: document.time,
  };
}

export function findDeployment(services: Services, id: string): DeploymentRecord | undefined {
  const document = services.store.documents.get(deploymentCollection, armIdKey(id));
  return document === undefined ? undefined : deploymentOf(document);
}

export function isActive(state: DeploymentState): boolean {
  return state === 'Accepted' || state === 'Running';
}

/** One operation of a deployment; `name` is unique within it. */
export function operationWrite(deploymentId: string, name: string, time: number, properties: JsonObject): Write {
  const parent = armIdKey(deploymentId);
  return {
    kind: 'putDocument',
    document: {
      collection: deploymentOperationCollection,
      key: `${parent}/operations/${name}`,
      parent,
      time,
      status: typeof properties.provisioningState === 'string' ? properties.provisioningState : '',
      body: { name, properties },
    },
  };
}

/** The operations of a deployment, in the order they began. */
export function listDeploymentOperations(services: Services, deploymentId: string): readonly StoredDocument[] {
  const found = services.store.documents.list({
    collection: deploymentOperationCollection,
    parent: armIdKey(deploymentId),
    top: 2_000,
  });
  return [...found].reverse();
}

/** Writes that forget the operations of a deployment. */
export function forgetOperations(services: Pick<Services, 'store'>, deploymentId: string): readonly Write[] {
  const parent = armIdKey(deploymentId);
  const found = services.store.documents.list({ collection: deploymentOperationCollection, parent });
  return found.map(({ collection, key }) => ({ kind: 'deleteDocument', collection, key }));
}
