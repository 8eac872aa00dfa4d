/**
 * Deployments and their operations as stored documents.
 *
 * Owns: the collections, keys and states, what is kept to go on after a restart. Does not own: deploying
 * (`deploy-template.ts`), REST shapes (`#api`). Source: ARM reference 8.3.
 *
 * Invariants
 * R1. A record is kept without secure parameter values; of those only the type is there.
 * R2. Template and parameter values are kept sealed, apart from the record: a parent may have evaluated its secure values
 *     into a nested template. They are written once, when the deployment is accepted.
 */
import { armIdKey, type Identity, type JsonObject, type StoredDocument, type Write } from '#foundation';
import type { Services } from '../services.ts';

export const deploymentCollection = 'deployments';
export const deploymentContentCollection = 'deploymentContents';
export const deploymentOperationCollection = 'deploymentOperations';

export type DeploymentState = 'Accepted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';

export type DeploymentMode = 'Incremental' | 'Complete';

export interface DeploymentRecord {
  /** Full id, case as first given. */
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: JsonObject;
  readonly state: DeploymentState;
  /** When it was accepted. */
  readonly time: number;
  /** REST `properties` without `provisioningState`. */
  readonly properties: JsonObject;
}

/** What a deployment is made of (R2). */
export interface DeploymentContent {
  /** As it was given, for `exportTemplate`. */
  readonly template: JsonObject;
  /** Values of the parameters by lower-case name, secure ones too. */
  readonly values: JsonObject;
  /** In whose name it deploys. */
  readonly identity: Identity;
  readonly baseUrl: string;
  readonly mode: DeploymentMode;
  /** In complete mode, resources whose condition is false stay: api-versions before 2019-05-10. */
  readonly keepsLeftOut: boolean;
  /** Where the template was read from, query included: what relative links start from. */
  readonly link?: JsonObject;
}

/** The scope a deployment's id is at: what stands before its provider. */
export function deploymentScope(id: string): string {
  return id.replace(/\/providers\/Microsoft\.Resources\/deployments\/[^/]+$/i, '');
}

/** The scope as a key: what records are listed under. */
function scopeKey(id: string): string {
  return armIdKey(deploymentScope(id));
}

export function deploymentWrite(record: DeploymentRecord): Write {
  const { state, time, ...rest } = record;
  return {
    kind: 'putDocument',
    document: {
      collection: deploymentCollection,
      key: armIdKey(record.id),
      parent: scopeKey(record.id),
      time,
      status: state,
      body: rest,
    },
  };
}

export function contentWrite({ id, time }: DeploymentRecord, content: DeploymentContent): Write {
  return {
    kind: 'putDocument',
    document: {
      collection: deploymentContentCollection,
      key: armIdKey(id),
      parent: scopeKey(id),
      time,
      status: '',
      body: {},
      secrets: content as unknown as JsonObject,
    },
  };
}

export function deploymentOf(document: StoredDocument): DeploymentRecord {
  return {
    ...(document.body as unknown as Omit<DeploymentRecord, 'state' | 'time'>),
    state: document.status as DeploymentState,
    time: document.time,
  };
}

export function findDeployment(services: Pick<Services, 'store'>, id: string): DeploymentRecord | undefined {
  const document = services.store.documents.get(deploymentCollection, armIdKey(id));
  return document === undefined ? undefined : deploymentOf(document);
}

export function findContent(services: Pick<Services, 'store'>, id: string): DeploymentContent | undefined {
  const document = services.store.documents.get(deploymentContentCollection, armIdKey(id));
  return document?.secrets as unknown as DeploymentContent | undefined;
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
      status: typeof properties['provisioningState'] === 'string' ? properties['provisioningState'] : '',
      body: { name, properties },
    },
  };
}

/** The operations of a deployment, in the order they ended. */
export function listDeploymentOperations(
  services: Pick<Services, 'store'>,
  deploymentId: string,
): readonly StoredDocument[] {
  return services.store.documents.list({
    collection: deploymentOperationCollection,
    parent: armIdKey(deploymentId),
    oldestFirst: true,
  });
}

/** Writes that forget the operations of a deployment. */
export function forgetOperations(services: Pick<Services, 'store'>, deploymentId: string): readonly Write[] {
  const parent = armIdKey(deploymentId);
  const found = services.store.documents.list({ collection: deploymentOperationCollection, parent });
  return found.map(({ collection, key }) => ({ kind: 'deleteDocument', collection, key }));
}

/** Writes that forget a deployment whole. */
export function forgetDeployment(services: Pick<Services, 'store'>, id: string): readonly Write[] {
  const key = armIdKey(id);
  return [
    { kind: 'deleteDocument', collection: deploymentCollection, key },
    { kind: 'deleteDocument', collection: deploymentContentCollection, key },
    ...forgetOperations(services, id),
  ];
}

/** Records kept per scope, as in Azure. */
export const historyLimit = 800;

/** Writes that make room for one more record in the scope of a deployment: the oldest that have ended go. */
export function makeRoom(services: Pick<Services, 'store'>, id: string): readonly Write[] {
  const { documents } = services.store;
  const query = { collection: deploymentCollection, parent: scopeKey(id) };
  const surplus = documents.count(query) + 1 - historyLimit;
  if (surplus <= 0) return [];
  const oldest = documents.list({ ...query, oldestFirst: true, top: surplus + 50 }).map(deploymentOf);
  return oldest
    .filter(({ state }) => !isActive(state))
    .slice(0, surplus)
    .flatMap((record) => forgetDeployment(services, record.id));
}
