/**
 * What a deployment would do, before anything is stored: the template checked, expanded, its caller's rights judged.
 *
 * Owns: the request's shape, the place a template is evaluated in. Does not own: the template language (`#templates`),
 * deploying (`deploy-template.ts`). Source: template reference 14, ARM reference 8.3.
 */
import { authorizationFailed } from '#access';
import {
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
import { deploymentScope } from './deployment-record.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';

export interface DeploymentRequest {
  readonly caller: Caller;
  /** Full id of the deployment. */
  readonly id: string;
  readonly body: Json;
  /** Places of the values in the request's text. */
  readonly positions?: PositionTable;
  readonly baseUrl: string;
  /** Whether the caller may do an action at a scope. */
  readonly allowed: (action: string, scope: string) => boolean;
}

export interface PreparedDeployment {
  readonly outline: TemplateOutline;
  readonly expanded: ExpandedTemplate;
  readonly place: DeploymentPlace;
  readonly template: JsonObject;
  readonly mode: string;
}

const unsupported = [
  ['templateLink', "Linked templates are not supported: give the template itself as 'template'."],
  ['parametersLink', "Linked parameters are not supported: give the values as 'parameters'."],
  ['onErrorDeployment', "'onErrorDeployment' is not supported: deploy again yourself after a failure."],
] as const;

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
  for (const [member, reason] of unsupported) {
    if ((memberIgnoringCase(properties, member) ?? null) !== null) raise('InvalidDeployment', reason);
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
  checkRights(request, name, expanded);
  return { outline, expanded, place, template, mode };
}

/** The caller may write every resource of the template, or nothing is begun. */
function checkRights({ allowed, caller }: DeploymentRequest, name: string, { resources }: ExpandedTemplate): void {
  const details = resources.flatMap(({ id, type, existing }) => {
    const action = `${writtenType(type)}/${existing ? 'read' : 'write'}`;
    if (allowed(action, id)) return [];
    const { code, message } = authorizationFailed(caller.identity, action, id);
    return [{ code, message, target: id }];
  });
  if (details.length === 0) return;
  raise(
    'InvalidTemplateDeployment',
    `The template deployment '${name}' is not valid according to the validation procedure. The tracking id is '${caller.correlationId}'. See inner errors for details.`,
    { details },
  );
}

function writtenType(type: string): string {
  return type.toLowerCase() === 'microsoft.resources/resourcegroups'
    ? 'Microsoft.Resources/subscriptions/resourceGroups'
    : type;
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
