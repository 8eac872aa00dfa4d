/**
 * Deploys an ARM template: checked whole first, then every resource through our own ARM as the caller.
 *
 * Owns: preparation, order, waiting for long-running answers, the record and its operations, cancellation.
 * Does not own: the template language (`#templates`), what a PUT does (the providers).
 * Source: template reference 14, 15; ARM reference 8.3.
 *
 * Invariants
 * D1. A template with a fault stores nothing.
 * D2. Ready resources are deployed side by side; a failure stops what depends on it, not what is under way.
 * D3. A deployment that was running when the server stopped is ended as failed at the next start, saying why.
 */
import {
  armIdKey,
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  orThrow,
  parseArmId,
  raise,
  textMember,
} from '#foundation';
import {
  type DeploymentPlace,
  type ExpandedTemplate,
  expandTemplate,
  outlineTemplate,
  outputType,
  type PositionTable,
  type TemplateOutline,
} from '#templates';
import {
  type DeploymentRecord,
  deploymentCollection,
  deploymentOf,
  deploymentScope,
  deploymentWrite,
  findDeployment,
  isActive,
} from './deployment-record.ts';
import { DeploymentRun } from './deployment-run.ts';
import type { Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export interface DeploymentRequest {
  readonly caller: Caller;
  /** Full id of the deployment. */
  readonly id: string;
  readonly body: Json;
  /** Places of the values in the request's text. */
  readonly positions?: PositionTable;
  readonly baseUrl: string;
}

export interface PreparedDeployment {
  readonly outline: TemplateOutline;
  readonly expanded: ExpandedTemplate;
  readonly place: DeploymentPlace;
  readonly template: JsonObject;
  readonly mode: string;
}

/** Checks a deployment as a PUT would, storing nothing. @throws TocsinError `InvalidTemplate` and its like. */
export function prepareDeployment(services: Services, request: DeploymentRequest): PreparedDeployment {
  const { id, body } = request;
  const name = parseArmId(id)?.name ?? '';
  if (!/^[-\w._()]{1,64}$/.test(name)) {
    raise(
      'InvalidDeployment',
      `The deployment name '${name}' must have 1 to 64 letters, digits or the signs - _ . ( ).`,
    );
  }
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(properties))
    raise('InvalidRequestContent', "The request content is invalid: 'properties' is missing.");
  if (memberIgnoringCase(properties, 'templateLink') !== undefined) {
    raise('InvalidDeployment', 'Linked templates are not supported: give the template itself.');
  }
  const template = memberIgnoringCase(properties, 'template');
  if (!isJsonObject(template))
    raise('InvalidRequestContent', "The request content is invalid: 'properties.template' is missing.");
  const mode = textMember(properties, 'mode') ?? 'Incremental';
  if (!/^incremental$/i.test(mode)) {
    raise('InvalidDeployment', `The deployment mode '${mode}' is not supported: use 'Incremental'.`);
  }
  const scope = deploymentScope(id);
  if (!/\/resourceGroups\/[^/]+$/i.test(scope) && textMember(body, 'location') === undefined) {
    raise('LocationRequired', `The deployment '${name}' at this scope needs a 'location'.`);
  }
  const outline = orThrow(outlineTemplate(template, request.positions));
  const place = placeOf(services, { name, scope, template, mode, location: textMember(body, 'location') });
  const expanded = orThrow(expandTemplate(outline, place, memberIgnoringCase(properties, 'parameters')));
  return { outline, expanded, place, template, mode };
}

interface PlaceParts {
  readonly name: string;
  readonly scope: string;
  readonly template: JsonObject;
  readonly mode: string;
  readonly location: string | undefined;
}

function placeOf(services: Services, { name, scope, template, mode, location }: PlaceParts): DeploymentPlace {
  const { tenantId } = services.settings;
  const subscriptionId = parseArmId(scope)?.subscriptionId;
  const found =
    subscriptionId === undefined ? undefined : services.store.resources.get(`/subscriptions/${subscriptionId}`);
  const group = services.store.resources.get(scope);
  const isGroup = /\/resourceGroups\/[^/]+$/i.test(scope);
  return {
    scope,
    now: formatTime(services.clock.now()),
    newGuid: () => services.random.uuid(),
    tenant: { id: `/tenants/${tenantId}`, tenantId, displayName: 'Tocsin', countryCode: '' },
    deployment: {
      name,
      ...(location === undefined ? {} : { location }),
      properties: { template, mode, provisioningState: 'Running' },
    },
    ...(subscriptionId === undefined
      ? {}
      : {
          subscription: {
            id: `/subscriptions/${subscriptionId}`,
            subscriptionId,
            tenantId,
            displayName: textMember(found?.body, 'displayName') ?? found?.name ?? subscriptionId,
          },
        }),
    ...(isGroup && group !== undefined
      ? {
          resourceGroup: {
            id: group.id,
            name: group.name,
            type: 'Microsoft.Resources/resourceGroups',
            location: group.location ?? '',
            tags: group.body.tags ?? {},
            properties: { provisioningState: 'Succeeded' },
          },
        }
      : {}),
  };
}

/** The parameters as answers show them: secure ones by type alone. */
export function shownParameters({ outline, expanded }: PreparedDeployment): JsonObject {
  const shown = [...outline.parameters].map(([key, { name, type }]) => {
    const secure = type.startsWith('secure');
    const value = expanded.parameters.get(key) ?? null;
    return [name, { type: outputType(type), ...(secure ? {} : { value }) }] as const;
  });
  return Object.fromEntries(shown);
}

/** PUT of a deployment: stored as accepted, then deployed behind the answer. */
export async function deployTemplate(
  services: Services,
  request: DeploymentRequest,
): Promise<{ readonly record: DeploymentRecord; readonly created: boolean }> {
  const existing = findDeployment(services, request.id);
  if (existing !== undefined && isActive(existing.state)) {
    raise(
      'DeploymentActive',
      `The deployment with resource id '${existing.id}' cannot be saved, because this would overwrite an existing deployment which is still active.`,
    );
  }
  const prepared = prepareDeployment(services, request);
  const location = textMember(request.body, 'location');
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
      templateHash: services.secrets.digest(JSON.stringify(prepared.template)).slice(0, 20),
      parameters: shownParameters(prepared),
      mode: 'Incremental',
      timestamp: formatTime(services.clock.now()),
      duration: 'PT0S',
      correlationId: request.caller.correlationId,
      providers: providersOf(prepared.expanded),
      dependencies: dependenciesOf(prepared.expanded),
    },
  };
  await services.store.commit([deploymentWrite(record)]);
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
