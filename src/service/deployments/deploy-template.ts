/**
 * Deploys an ARM template: checked whole first, then every resource through our own ARM as the caller.
 *
 * Owns: the record from acceptance on, cancellation, deletion. Does not own: checking (`check-deployment.ts`), the work
 * (`deployment-run.ts`), what a restart means (`resume-deployments.ts`), the template language (`#templates`).
 * Source: template reference 14, 15; ARM reference 8.3.
 *
 * Invariants
 * D1. A template with a fault stores nothing.
 * D2. Ready resources are deployed side by side; a failure stops what depends on it, not what is under way.
 * D3. What a restart needs is stored in the commit that accepts the deployment.
 */
import {
  armIdKey,
  formatTime,
  isJsonObject,
  type Json,
  memberOf,
  parseArmId,
  raise,
  textMember,
  type Write,
} from '#foundation';
import type { ExpandedTemplate } from '#templates';
import { inTurn } from '../in-turn.ts';
import { activityWrite } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { checkDeployment } from './check-deployment.ts';
import {
  contentWrite,
  type DeploymentContent,
  type DeploymentRecord,
  deploymentWrite,
  findDeployment,
  forgetDeployment,
  forgetOperations,
  isActive,
  makeRoom,
} from './deployment-record.ts';
import { DeploymentRun } from './deployment-run.ts';
import { cancelActive } from './end-deployment.ts';
import { maskedExpansion } from './masked-expansion.ts';
import { type DeploymentRequest, type PreparedDeployment, shownParameters } from './prepare-deployment.ts';
import { debugSettingOf, keepsContent } from './operation-notes.ts';
import { rollBackOf } from './roll-back.ts';

/** PUT of a deployment: stored as accepted, then deployed behind the answer. */
export function deployTemplate(services: Services, request: DeploymentRequest): Promise<Deployed> {
  return inTurn(services.store, request.id, () => deployNow(services, request));
}

export interface Deployed {
  readonly record: DeploymentRecord;
  readonly created: boolean;
  /** Settles when the deployment has ended; never rejects. */
  readonly ended: Promise<void>;
}

async function deployNow(services: Services, request: DeploymentRequest): Promise<Deployed> {
  const existing = findDeployment(services, request.id);
  if (existing !== undefined && isActive(existing.state)) {
    raise(
      'DeploymentActive',
      `The deployment with resource id '${existing.id}' cannot be saved, because this would overwrite an existing deployment which is still active.`,
    );
  }
  const { prepared } = await checkDeployment(services, request);
  const location = textMember(request.body, 'location');
  if (existing?.location !== undefined && location !== undefined && existing.location !== location) {
    raise(
      'InvalidDeploymentLocation',
      `Invalid deployment location '${location}'. The deployment '${existing.name}' already exists in location '${existing.location}'.`,
    );
  }
  const record = newRecord(services, request, prepared, existing);
  const content = contentOf(request, prepared);
  await services.store.commit([
    ...(existing === undefined ? makeRoom(services, record.id) : forgetOperations(services, record.id)),
    ...acceptedWrites(services, request, record, content),
  ]);
  const run = new DeploymentRun(services, {
    record,
    content,
    expanded: prepared.expanded,
    caller: request.caller,
    ...maskedParts(record, prepared),
  });
  return { record: { ...record, state: 'Accepted' }, created: existing === undefined, ended: run.start() };
}

/** Requests are noted only where the deployment asks for it. */
function maskedParts(record: DeploymentRecord, prepared: PreparedDeployment): { readonly masked?: ExpandedTemplate } {
  if (!keepsContent(record, 'request')) return {};
  const { outline, place, expanded, references } = prepared;
  const masked = maskedExpansion(outline, place, expanded, new Set(references.keys()));
  return masked === undefined ? {} : { masked };
}

/** D3. */
function acceptedWrites(
  services: Services,
  { caller }: DeploymentRequest,
  record: DeploymentRecord,
  content: DeploymentContent,
): readonly Write[] {
  return [
    deploymentWrite(record),
    contentWrite(record, content),
    activityWrite(services, caller, {
      operation: 'Microsoft.Resources/deployments/write',
      resourceId: record.id,
      status: 'Accepted',
    }),
  ];
}

/** Stored as running at once: nobody can see the moment between. */
function newRecord(
  services: Services,
  request: DeploymentRequest,
  prepared: PreparedDeployment,
  existing: DeploymentRecord | undefined,
): DeploymentRecord {
  const location = textMember(request.body, 'location');
  const tags = memberOf(request.body, 'tags');
  const properties = memberOf(request.body, 'properties');
  const onErrorDeployment = rollBackOf(services, request.id, properties);
  const debugSetting = debugSettingOf(properties);
  return {
    id: existing?.id ?? request.id,
    name: parseArmId(request.id)?.name ?? '',
    ...(location === undefined ? {} : { location }),
    ...(isJsonObject(tags) ? { tags } : {}),
    state: 'Running',
    time: services.clock.now(),
    properties: {
      templateHash: prepared.templateHash,
      ...prepared.shownLinks,
      parameters: shownParameters(prepared),
      mode: prepared.mode,
      ...(debugSetting === undefined ? {} : { debugSetting }),
      timestamp: formatTime(services.clock.now()),
      duration: 'PT0S',
      correlationId: request.caller.correlationId,
      providers: providersOf(prepared.expanded),
      dependencies: dependenciesOf(prepared.expanded),
      ...(onErrorDeployment === undefined ? {} : { onErrorDeployment }),
    },
  };
}

function contentOf(request: DeploymentRequest, prepared: PreparedDeployment): DeploymentContent {
  const { link } = prepared;
  return {
    template: prepared.template,
    values: Object.fromEntries(prepared.expanded.parameters),
    identity: request.caller.identity,
    baseUrl: request.baseUrl,
    mode: prepared.mode,
    keepsLeftOut: (request.apiVersion ?? '2019-05-10') < '2019-05-10',
    ...(link === undefined ? {} : { link }),
  };
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

/** Stops a running deployment: nothing new is begun. @throws TocsinError `DeploymentNotFound`, `Conflict`. */
export async function cancelDeployment(services: Services, id: string): Promise<void> {
  const record = findDeployment(services, id);
  if (record === undefined)
    raise('DeploymentNotFound', `Deployment '${parseArmId(id)?.name ?? id}' could not be found.`);
  if (!isActive(record.state)) {
    raise('Conflict', `The deployment '${record.name}' cannot be cancelled: its state is '${record.state}'.`);
  }
  await cancelActive(services, record);
}

/** Forgets a deployment and its operations; what it deployed stays. False when there was none. @throws `DeploymentActive`. */
export async function deleteDeployment(services: Services, id: string): Promise<boolean> {
  return inTurn(services.store, id, async () => {
    const record = findDeployment(services, id);
    if (record === undefined) return false;
    if (isActive(record.state)) {
      raise('DeploymentActive', `The deployment '${record.name}' is still active and cannot be deleted.`);
    }
    await services.store.commit([...forgetDeployment(services, record.id)]);
    return true;
  });
}
