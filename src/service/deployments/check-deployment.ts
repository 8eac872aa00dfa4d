/**
 * Preflight: a deployment with all nested ones that can be known beforehand, checked as one.
 *
 * Owns: following nested deployments, the details of a refusal. Does not own: preparing one (`prepare-deployment.ts`).
 * Source: template reference 14, 15, 18.
 *
 * Invariants
 * CD1. A nested deployment that waits for what only the running one knows is passed over, with a diagnostic.
 * CD2. Nested deployments are followed a bounded number of levels and in all.
 */
import { normalLocation } from '#inventory';
import {
  armIdKey,
  Fault,
  fault,
  type FaultDetail,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  orThrow,
  raise,
  textMember,
  TocsinError,
} from '#foundation';
import { type EvaluationStop, type ExpandedResource, isStop, templateFault } from '#templates';
import type { Services } from '../services.ts';
import { deploymentScope } from './deployment-record.ts';
import { linkBelow } from './linked-content.ts';
import { TemplateSize } from './deployment-size.ts';
import { enforceRequest } from '../policies/enforce-request.ts';
import {
  type DeploymentRequest,
  missingRights,
  type PreparedDeployment,
  prepareDeployment,
  refuseDeployment,
} from './prepare-deployment.ts';

/** Nested deployments below each other, and in all. Source: template reference 18. */
const depthLimit = 5;
const countLimit = 500;

/** A deployment with what is known of those nested in it. */
export interface CheckedDeployment {
  readonly request: DeploymentRequest;
  readonly prepared: PreparedDeployment;
  readonly nested: ReadonlyMap<string, CheckedDeployment>;
  /** Nested deployments that could not be followed, by id, with the reason. */
  readonly passedOver: ReadonlyMap<string, string>;
}

/** @throws TocsinError `InvalidTemplate`, `InvalidTemplateDeployment` with details, and their like. */
export async function checkDeployment(services: Services, request: DeploymentRequest): Promise<CheckedDeployment> {
  const checked = await followDeployment(services, request, { left: countLimit });
  const level = validationLevelOf(request.body);
  if (level === 'provider') refuseDeployment(request, rightsOf(checked));
  if (level !== 'template') refuseDeployment(request, deniedOf(services, checked));
  return checked;
}

/** How much is checked beforehand; every write is checked again as the caller when it is made, whatever this says. */
function validationLevelOf(body: Json): 'template' | 'provider' | 'providernorbac' {
  const given = textMember(memberOf(body, 'properties'), 'validationLevel') ?? 'Provider';
  const level = given.toLowerCase();
  if (level === 'template' || level === 'provider' || level === 'providernorbac') return level;
  return raise(
    'InvalidRequestContent',
    `The validation level '${given}' is not one of 'Template', 'Provider' and 'ProviderNoRbac'.`,
  );
}

const noAnswers = (): undefined => undefined;

/** Every deployment of a checked one, itself first. */
export function allChecked(checked: CheckedDeployment): readonly CheckedDeployment[] {
  return [checked, ...[...checked.nested.values()].flatMap(allChecked)];
}

function rightsOf(checked: CheckedDeployment): readonly FaultDetail[] {
  return allChecked(checked).flatMap(({ request, prepared }) => missingRights(request, prepared.expanded));
}

/** What policies deny of the resources whose bodies are known beforehand; the others are asked when they are written. */
function deniedOf(services: Services, checked: CheckedDeployment): readonly FaultDetail[] {
  return allChecked(checked).flatMap(({ request: { caller }, prepared }) =>
    prepared.expanded.resources.flatMap((resource): readonly FaultDetail[] => {
      if (resource.existing) return [];
      const { id, apiVersion } = resource;
      const ask = (body: Json) => enforceRequest(services, { caller, method: 'PUT', id, body, apiVersion });
      const body = resource.body(noAnswers);
      const denied = isStop(body) ? undefined : ask(body)?.fault;
      if (denied === undefined) return [];
      const { code, message, options } = denied;
      const { additionalInfo } = options;
      return [{ code, message, target: id, ...(additionalInfo === undefined ? {} : { additionalInfo }) }];
    }),
  );
}

async function followDeployment(
  services: Services,
  request: DeploymentRequest,
  budget: { left: number },
): Promise<CheckedDeployment> {
  const prepared = await prepareDeployment(services, request);
  checkBodies(prepared);
  const nested = new Map<string, CheckedDeployment>();
  const passedOver = new Map<string, string>();
  const plannedGroups = new Map([...(request.plannedGroups ?? []), ...groupsOf(prepared)]);
  for (const resource of prepared.expanded.resources) {
    if (resource.type.toLowerCase() !== 'microsoft.resources/deployments' || resource.existing) continue;
    const child = nestedRequest(services, request, prepared, resource, plannedGroups);
    if (typeof child === 'string') {
      passedOver.set(resource.id, child);
      continue;
    }
    budget.left -= 1;
    if (budget.left < 0 || (child.depth ?? 0) > depthLimit) {
      passedOver.set(resource.id, 'The limit of nested deployments is reached.');
      continue;
    }
    const followed = await followNested(services, child, budget);
    if (typeof followed === 'string') passedOver.set(resource.id, followed);
    else nested.set(resource.id, followed);
  }
  return { request, prepared, nested, passedOver };
}

/**
 * What of the bodies can be evaluated beforehand must not fail, nor be too large. @throws TocsinError `InvalidTemplate`,
 * `DeploymentSizeExceeded`.
 */
function checkBodies({ expanded }: PreparedDeployment): void {
  const size = new TemplateSize(expanded.parameters);
  for (const resource of expanded.resources) {
    const body = resource.body(noAnswers);
    if (!isStop(body)) {
      const fault = size.add(resource, body);
      if (fault !== undefined) throw new TocsinError(fault);
      continue;
    }
    if (body.question !== undefined) continue;
    const place = resource.positionOf(body.path);
    const message = unevaluatedMessage(resource, body);
    throw new TocsinError(templateFault(message, [...resource.path, ...body.path], place));
  }
}

/** What is said of a resource whose expressions cannot be evaluated. */
export function unevaluatedMessage(resource: ExpandedResource, stop: EvaluationStop): string {
  const { line, column } = resource.positionOf(stop.path);
  return `Unable to process template language expressions for resource '${resource.id}' at line '${line}' and column '${column}'. '${stop.message}'`;
}

/** The fault of a nested template names its deployment. */
async function followNested(
  services: Services,
  child: DeploymentRequest,
  budget: { left: number },
): Promise<CheckedDeployment | string> {
  try {
    return await followDeployment(services, child, budget);
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    // The vault may be one that the parent makes.
    if (error.fault.code.startsWith('KeyVaultParameterReference')) return error.fault.message;
    // Texts stand for values of other types.
    if (child.unresolved !== undefined && child.unresolved.size > 0) return error.fault.message;
    if (error.fault.options.target !== undefined) throw error;
    const { code, message, options } = error.fault;
    throw new TocsinError(new Fault(code, message, { ...options, target: child.id }));
  }
}

/** The request of a nested deployment; the reason where its body is known only while the parent runs. */
function nestedRequest(
  services: Services,
  parent: DeploymentRequest,
  prepared: PreparedDeployment,
  resource: ExpandedResource,
  plannedGroups: ReadonlyMap<string, JsonObject>,
): DeploymentRequest | string {
  if (resource.condition !== undefined) return 'Its condition is known only while the deployment runs.';
  const { unresolved } = parent;
  const body = unresolved === undefined ? resource.body(noAnswers) : resource.preview(noAnswers, unresolved);
  if (isStop(body)) return body.message;
  const scope = deploymentScope(resource.id);
  const exists = scope === '' || services.store.resources.get(scope) !== undefined;
  if (!exists && !plannedGroups.has(armIdKey(scope))) return `The scope '${scope}' does not exist yet.`;
  const positions = prepared.positions?.below(resource.positionOf(['properties', 'template']));
  return {
    caller: parent.caller,
    id: resource.id,
    ...(positions === undefined ? {} : { positions }),
    body: orThrow(nestedDeploymentBody(body, prepared.link)),
    baseUrl: parent.baseUrl,
    allowed: parent.allowed,
    allowedWithin: parent.allowedWithin,
    plannedGroups,
    depth: (parent.depth ?? 0) + 1,
    ...(unresolved === undefined ? {} : { unresolved }),
    ...(parent.apiVersion === undefined ? {} : { apiVersion: parent.apiVersion }),
  };
}

/** What a parent asks for: links seen from the parent's own; complete mode is for what clients ask for. */
export function nestedDeploymentBody(body: Json, parentLink: JsonObject | undefined): Json | Fault {
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(body) || !isJsonObject(properties)) return body;
  if (/^complete$/i.test(textMember(properties, 'mode') ?? '')) {
    return fault('InvalidTemplate', "The mode of a nested deployment must be 'Incremental'.");
  }
  const links = ['templateLink', 'parametersLink'].flatMap((name) => {
    const link = memberIgnoringCase(properties, name) ?? null;
    return link === null ? [] : [[name, linkBelow(parentLink, link)] as const];
  });
  return links.length === 0 ? body : { ...body, properties: { ...properties, ...Object.fromEntries(links) } };
}

/** Groups that a template makes, as `resourceGroup()` will show them. */
function groupsOf({ expanded }: PreparedDeployment): readonly (readonly [string, JsonObject])[] {
  return expanded.resources.flatMap((resource) => {
    if (!/^microsoft\.resources\/(?:subscriptions\/)?resourcegroups$/i.test(resource.type)) return [];
    const body = resource.body(noAnswers);
    if (isStop(body)) return [];
    const group: JsonObject = {
      id: resource.id,
      name: resource.name,
      type: 'Microsoft.Resources/resourceGroups',
      location: normalLocation(textMember(body, 'location') ?? ''),
      tags: memberOf(body, 'tags') ?? {},
      properties: { provisioningState: 'Succeeded' },
    };
    return [[armIdKey(resource.id), group] as const];
  });
}
