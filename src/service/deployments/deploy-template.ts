/**
 * Deploys an ARM template: checked whole first, then every resource through our own ARM as the caller.
 *
 * Owns: the record from acceptance on, what a restart means, cancellation, deletion. Does not own: checking
 * (`prepare-deployment.ts`), the work (`deployment-run.ts`), the template language (`#templates`).
 * Source: template reference 14, 15; ARM reference 8.3.
 *
 * Invariants
 * D1. A template with a fault stores nothing.
 * D2. Ready resources are deployed side by side; a failure stops what depends on it, not what is under way.
 * D3. A deployment that was running when the server stopped is ended as failed at the next start, saying why.
 */
import { armIdKey, formatTime, isJsonObject, type Json, memberOf, parseArmId, raise, textMember } from '#foundation';
import { type ExpandedTemplate, templateHash } from '#templates';
import {
  type DeploymentRecord,
  deploymentCollection,
  deploymentOf,
  deploymentWrite,
  findDeployment,
  forgetOperations,
  isActive,
} from './deployment-record.ts';
import { DeploymentRun } from './deployment-run.ts';
import { inTurn } from '../in-turn.ts';
import { type DeploymentRequest, prepareDeployment, shownParameters } from './prepare-deployment.ts';
import { activityWrite } from '../record-activity.ts';
import type { Services } from '../services.ts';

/** PUT of a deployment: stored as accepted, then deployed behind the answer. */
export function deployTemplate(services: Services, request: DeploymentRequest): Promise<Deployed> {
  return inTurn(services.store, request.id, () => deployNow(services, request));
}

export interface Deployed {
  readonly record: DeploymentRecord;
  readonly created: boolean;
}

async function deployNow(services: Services, request: DeploymentRequest): Promise<Deployed> {
  const existing = findDeployment(services, request.id);
  if (existing !== undefined && isActive(existing.state)) {
    raise(
      'DeploymentActive',
      `The deployment with resource id '${existing.id}' cannot be saved, because this would overwrite an existing deployment which is still active.`,
    );
  }
  const prepared = prepareDeployment(services, request);
  const location = textMember(request.body, 'location');
  if (existing?.location !== undefined && location !== undefined && existing.location !== location) {
    raise(
      'InvalidDeploymentLocation',
      `Invalid deployment location '${location}'. The deployment '${existing.name}' already exists in location '${existing.location}'.`,
    );
  }
  const tags = memberOf(request.body, 'tags');
  const record: DeploymentRecord = {
    id: existing?.id ?? request.id,
    name: parseArmId(request.id)?.name ?? '',
    ...(location === undefined ? {} : { location }),
    ...(isJsonObject(tags) ? { tags } : {}),
    state: 'Accepted',
    time: services.clock.now(),
    template: prepared.template,
    properties: {
      templateHash: templateHash(prepared.template).hash,
      parameters: shownParameters(prepared),
      mode: 'Incremental',
      timestamp: formatTime(services.clock.now()),
      duration: 'PT0S',
      correlationId: request.caller.correlationId,
      providers: providersOf(prepared.expanded),
      dependencies: dependenciesOf(prepared.expanded),
    },
  };
  await services.store.commit([
    ...forgetOperations(services, record.id),
    deploymentWrite(record),
    activityWrite(services, request.caller, {
      operation: 'Microsoft.Resources/deployments/write',
      resourceId: record.id,
      status: 'Accepted',
    }),
  ]);
  const run = new DeploymentRun(services, {
    record,
    expanded: prepared.expanded,
    caller: request.caller,
    baseUrl: request.baseUrl,
  });
  run.start();
  return { record, created: existing === undefined };
}

function providersOf({ resources }: ExpandedTemplate): Json {
  const namespaces = new Map<string, Set<string>>();
  for (const { type } of resources) {
    const [namespace = '', ...rest] = type.split('/');
    const types = namespaces.get(namespace) ?? new Set<string>();
    namespaces.set(namespace, types.add(rest.join('/')));
  }
  return [...namespaces].map(([namespace, types]) => ({
    namespace,
    resourceTypes: [...types].map((resourceType) => ({ resourceType, locations: [null] })),
  }));
}

function dependenciesOf({ resources }: ExpandedTemplate): Json {
  const byKey = new Map(resources.map((one) => [armIdKey(one.id), one]));
  return resources
    .filter(({ dependsOn }) => dependsOn.size > 0)
    .map(({ id, type, name, dependsOn }) => ({
      id,
      resourceType: type,
      resourceName: name,
      dependsOn: [...dependsOn].flatMap((key) => {
        const on = byKey.get(key);
        return on === undefined ? [] : [{ id: on.id, resourceType: on.type, resourceName: on.name }];
      }),
    }));
}

/** D3: ends deployments that a stopped server left behind. */
export async function endInterruptedDeployments(services: Services): Promise<void> {
  for (const status of ['Accepted', 'Running']) {
    for (const document of services.store.documents.list({ collection: deploymentCollection, status })) {
      const record = deploymentOf(document);
      const error = {
        code: 'DeploymentFailed',
        message: 'The server stopped while the deployment was running. Deploy again: what was done is kept.',
      };
      await services.store.commit([
        deploymentWrite({ ...record, state: 'Failed', properties: { ...record.properties, error } }),
      ]);
    }
  }
}

/** Stops a running deployment: nothing new is begun. @throws TocsinError `DeploymentNotFound`, `Conflict`. */
export async function cancelDeployment(services: Services, id: string): Promise<void> {
  const record = findDeployment(services, id);
  if (record === undefined)
    raise('DeploymentNotFound', `Deployment '${parseArmId(id)?.name ?? id}' could not be found.`);
  if (!isActive(record.state)) {
    raise('Conflict', `The deployment '${record.name}' cannot be cancelled: its state is '${record.state}'.`);
  }
  await services.store.commit([deploymentWrite({ ...record, state: 'Canceled' })]);
}

/** Forgets a deployment and its operations; what it deployed stays. False when there was none. @throws `DeploymentActive`. */
export async function deleteDeployment(services: Services, id: string): Promise<boolean> {
  return inTurn(services.store, id, async () => {
    const record = findDeployment(services, id);
    if (record === undefined) return false;
    if (isActive(record.state)) {
      raise('DeploymentActive', `The deployment '${record.name}' is still active and cannot be deleted.`);
    }
    await services.store.commit([
      { kind: 'deleteDocument', collection: deploymentCollection, key: armIdKey(record.id) },
      ...forgetOperations(services, record.id),
    ]);
    return true;
  });
}
