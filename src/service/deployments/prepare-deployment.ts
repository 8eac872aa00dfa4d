/**
 * What a deployment would do, before anything is stored: the template checked, expanded, its caller's rights judged.
 *
 * Owns: the request's shape, where template and parameters come from, preflight of nested deployments.
 * Does not own: the template language (`#templates`), links (`linked-content.ts`), deploying (`deploy-template.ts`).
 * Source: template reference 6, 10, 14; ARM reference 8.3.
 *
 * Invariants
 * PD1. Nothing is stored. Nested templates that can be evaluated beforehand are checked with their parent.
 */
import { authorizationFailed } from '#access';
import {
  type FaultDetail,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  orThrow,
  parseArmId,
  raise,
  setMember,
  textMember,
} from '#foundation';
import {
  type DeploymentPlace,
  type ExpandedTemplate,
  expandTemplate,
  outputType,
  type PositionTable,
  type TemplateOutline,
} from '#templates';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { deploymentPlace } from './deployment-place.ts';
import { type DeploymentMode, deploymentScope } from './deployment-record.ts';
import { readLink } from './linked-content.ts';
import { plannedTemplate } from './planned-templates.ts';
import { resolveVaultReferences } from './vault-references.ts';

export interface DeploymentRequest {
  readonly caller: Caller;
  /** Full id of the deployment. */
  readonly id: string;
  readonly body: Json;
  /** Places of the values in the request's text. */
  readonly positions?: PositionTable;
  readonly baseUrl: string;
  /** Of the request; some rules changed with it. */
  readonly apiVersion?: string;
  /** Whether the caller may do an action at a scope. */
  readonly allowed: (action: string, scope: string) => boolean;
  /** The same by roles that are assigned at `within` or below it alone. */
  readonly allowedWithin: (action: string, scope: string, within: string) => boolean;
  /** Groups that the parent's template makes before, by id key. */
  readonly plannedGroups?: ReadonlyMap<string, JsonObject>;
  /** 0 for what a client asks for; a nested deployment is one deeper than its parent. */
  readonly depth?: number;
  /**
   * A preview: nested deployments are followed although expressions in them wait for what only the running one knows; the
   * texts of these stand for their values and are collected here.
   */
  readonly unresolved?: Set<string>;
}

export interface PreparedDeployment {
  readonly outline: TemplateOutline;
  readonly expanded: ExpandedTemplate;
  readonly place: DeploymentPlace;
  readonly template: JsonObject;
  /** Places in the text the template came in, nested ones included. */
  readonly positions?: PositionTable;
  readonly templateHash: string;
  readonly mode: DeploymentMode;
  /** References to key vaults by lower-case parameter name. */
  readonly references: ReadonlyMap<string, JsonObject>;
  /** Links, resolved and with their queries; and as answers show them. */
  readonly link?: JsonObject;
  readonly shownLinks: JsonObject;
}

/** Checks a deployment as a PUT would, storing nothing. @throws TocsinError `InvalidTemplate` and its like. */
export async function prepareDeployment(services: Services, request: DeploymentRequest): Promise<PreparedDeployment> {
  const { id, body, caller } = request;
  const scope = deploymentScope(id);
  const name = checkedName(id);
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(properties)) {
    raise('InvalidRequestContent', "The request content is invalid: 'properties' is missing.");
  }
  const mode = modeOf(properties, scope);
  const location = textMember(body, 'location');
  if (!isGroupScope(scope) && location === undefined) {
    raise('LocationRequired', `The deployment '${name}' at this scope needs a 'location'.`);
  }
  const source = await templateOf(services, request, properties);
  const parameters = await parametersOf(services, request, properties);
  const { outline, hash } = orThrow(plannedTemplate(source.template, source.positions));
  const { given, references } = await resolveVaultReferences(services, request, parameters.given);
  const providers = await providersIn(services, request, source.template);
  const place = deploymentPlace(services, {
    caller,
    scope,
    deployment: {
      name,
      ...(location === undefined ? {} : { location }),
      properties: {
        ...(source.shown === undefined ? { template: source.template } : { templateLink: source.shown }),
        templateHash: hash,
        parameters: plainParameters(outline, given),
        mode,
        provisioningState: 'Running',
      },
    },
    ...(request.plannedGroups === undefined ? {} : { plannedGroups: request.plannedGroups }),
    ...(providers.size === 0 ? {} : { providers }),
  });
  const expanded = orThrow(expandTemplate(outline, place, given));
  const shownLinks = {
    ...(source.shown === undefined ? {} : { templateLink: source.shown }),
    ...(parameters.shown === undefined ? {} : { parametersLink: parameters.shown }),
  };
  const { template, link, positions } = source;
  const made = { outline, expanded, place, template, templateHash: hash, mode, references, shownLinks };
  const known = { ...(link === undefined ? {} : { link }), ...(positions === undefined ? {} : { positions }) };
  return { ...made, ...known };
}

function checkedName(id: string): string {
  const name = parseArmId(id)?.name ?? '';
  if (/^[-\w._()]{1,64}$/.test(name)) return name;
  return raise(
    'InvalidDeployment',
    `The deployment name '${name}' must have 1 to 64 letters, digits or the signs - _ . ( ).`,
  );
}

export function isGroupScope(scope: string): boolean {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope);
}

function modeOf(properties: JsonObject, scope: string): DeploymentMode {
  const mode = textMember(properties, 'mode') ?? 'Incremental';
  if (/^incremental$/i.test(mode)) return 'Incremental';
  if (!/^complete$/i.test(mode)) {
    return raise('InvalidDeployment', `The deployment mode '${mode}' is not one of 'Incremental' and 'Complete'.`);
  }
  if (isGroupScope(scope)) return 'Complete';
  return raise('InvalidDeployment', "The deployment mode 'Complete' is for deployments at a resource group only.");
}

// --- Template and parameters ------------------------------------------------------------------------------------

interface TemplateSource {
  readonly template: JsonObject;
  readonly positions?: PositionTable;
  readonly link?: JsonObject;
  readonly shown?: JsonObject;
}

async function templateOf(
  services: Services,
  request: DeploymentRequest,
  properties: JsonObject,
): Promise<TemplateSource> {
  const template = memberIgnoringCase(properties, 'template') ?? null;
  const link = memberIgnoringCase(properties, 'templateLink') ?? null;
  if (template !== null && link !== null) {
    raise('InvalidRequestContent', "The request content is invalid: it has both 'template' and 'templateLink'.");
  }
  if (link !== null) {
    const { value, positions, link: resolved, shown } = await readLink(services, request, link);
    return { template: value, positions, link: resolved, shown };
  }
  if (!isJsonObject(template)) {
    return raise('InvalidRequestContent', "The request content is invalid: 'properties.template' is missing.");
  }
  return { template, ...(request.positions === undefined ? {} : { positions: request.positions }) };
}

async function parametersOf(
  services: Services,
  request: DeploymentRequest,
  properties: JsonObject,
): Promise<{ readonly given: Json | undefined; readonly shown?: JsonObject }> {
  const given = memberIgnoringCase(properties, 'parameters') ?? undefined;
  const link = memberIgnoringCase(properties, 'parametersLink') ?? null;
  if (link === null) {
    if (given !== undefined && !isJsonObject(given)) {
      raise('InvalidRequestContent', "The request content is invalid: 'properties.parameters' must be an object.");
    }
    return { given };
  }
  if (isJsonObject(given) && Object.keys(given).length > 0) {
    raise('InvalidRequestContent', "The request content is invalid: it has both 'parameters' and 'parametersLink'.");
  }
  const { value, shown } = await readLink(services, request, link);
  return { given: memberIgnoringCase(value, 'parameters') ?? {}, shown };
}

/** What `deployment()` says of the parameters: as given, secure ones without their values. */
function plainParameters(outline: TemplateOutline, given: Json | undefined): JsonObject {
  const entries = Object.entries(isJsonObject(given) ? given : {});
  return Object.fromEntries(
    entries.map(([name, entry]) => {
      const type = outline.parameters.get(name.toLowerCase())?.type ?? '';
      return [name, type.startsWith('secure') ? {} : entry];
    }),
  );
}

/** Answers of the providers that a template asks about by name: it may do so where nothing can be asked later. */
async function providersIn(
  services: Services,
  { caller, baseUrl }: DeploymentRequest,
  template: JsonObject,
): Promise<ReadonlyMap<string, Json>> {
  const found = new Map<string, Json>();
  for (const [, namespace = ''] of JSON.stringify(template).matchAll(/providers\(\s*'([\w.]+)'/gi)) {
    if (found.has(namespace.toLowerCase())) continue;
    const answer = await services.arm({
      method: 'GET',
      path: `/providers/${namespace}`,
      query: { 'api-version': '2021-04-01' },
      headers: {},
      identity: caller.identity,
      baseUrl,
    });
    if (answer.status === 200) found.set(namespace.toLowerCase(), answer.body ?? null);
  }
  return found;
}

// --- Rights -----------------------------------------------------------------------------------------------------

/** What the caller may not do of all the template asks for; nothing is begun while there is any. */
export function missingRights(
  { allowed, caller }: DeploymentRequest,
  { resources }: ExpandedTemplate,
): readonly FaultDetail[] {
  return resources.flatMap(({ id, type, existing }) => {
    const action = `${writtenType(type)}/${existing ? 'read' : 'write'}`;
    if (allowed(action, id)) return [];
    const { code, message } = authorizationFailed(caller.identity, action, id);
    return [{ code, message, target: id }];
  });
}

/** @throws TocsinError `InvalidTemplateDeployment` when there are details. */
export function refuseDeployment({ id, caller }: DeploymentRequest, details: readonly FaultDetail[]): void {
  if (details.length === 0) return;
  raise(
    'InvalidTemplateDeployment',
    `The template deployment '${parseArmId(id)?.name ?? ''}' is not valid according to the validation procedure. The tracking id is '${caller.correlationId}'. See inner errors for details.`,
    { details },
  );
}

function writtenType(type: string): string {
  return type.toLowerCase() === 'microsoft.resources/resourcegroups'
    ? 'Microsoft.Resources/subscriptions/resourceGroups'
    : type;
}

/** The parameters as answers show them: secure ones by type alone, those from a vault by their reference. */
export function shownParameters({ outline, expanded, references }: PreparedDeployment): JsonObject {
  const shown: { [name: string]: Json } = {};
  for (const [key, { name, type }] of outline.parameters) {
    const reference = references.get(key);
    const isHidden = type.startsWith('secure');
    const value = expanded.parameters.get(key) ?? null;
    const said = reference === undefined ? (isHidden ? {} : { value }) : { reference };
    setMember(shown, name, { type: outputType(type), ...said });
  }
  return shown;
}
