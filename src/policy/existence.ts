/**
 * The existence effects: which related resources are looked at, and what is deployed when none will do.
 *
 * Owns: where candidates are, which of them count, the deployment's scope and parameters. Does not own: finding resources,
 * deploying (`service`).
 *
 * Invariants
 * X1. Any candidate that meets the condition is enough; without a condition any candidate is.
 * X2. In the condition a `field` means the candidate, the function `field()` the resource of the `if`.
 *
 * Source: policy reference 8, 11.
 */
import { isJsonObject, type Json, type JsonObject, textMember } from '#foundation';
import { evaluateValue, type EvaluationStop, isStop, type PlannedValue, stop } from '#templates';
import type { ExistenceDetails } from './effect.ts';
import { evaluateRule } from './evaluate-rule.ts';
import { contextOf, type Surroundings } from './functions.ts';
import { fullNameOf, type ResourceDocument } from './select.ts';

/** Where related resources are looked for. */
export interface CandidateQuery {
  readonly type: string;
  /** `below`: under or on the resource; else in a group or in the whole subscription. */
  readonly where:
    | { readonly kind: 'below'; readonly resourceId: string }
    | { readonly kind: 'resourceGroup'; readonly subscriptionId: string; readonly resourceGroup: string }
    | { readonly kind: 'subscription'; readonly subscriptionId: string };
  /** Only the one of this name, or full name; `parent/?` fits every child. */
  readonly name?: string;
}

/** Where candidates are, for one resource. */
export function candidateQuery(details: ExistenceDetails, surroundings: Surroundings): CandidateQuery | EvaluationStop {
  const [type, name, group] = [details.type, details.name, details.resourceGroupName].map((value) =>
    textOf(value, surroundings),
  );
  for (const each of [type, name, group]) if (isStop(each)) return each;
  if (typeof type !== 'string') return stop("The 'type' of the related resource is not a text.");
  const id = textMember(surroundings.resource, 'id') ?? '';
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '';
  const named = typeof name === 'string' ? { name } : {};
  const ownType = textMember(surroundings.resource, 'type') ?? '';
  if (type.toLowerCase().startsWith(`${ownType.toLowerCase()}/`) && !isContainer(ownType)) {
    return { type, where: { kind: 'below', resourceId: id }, ...named };
  }
  if (details.existenceScope === 'subscription') {
    return { type, where: { kind: 'subscription', subscriptionId }, ...named };
  }
  const resourceGroup = typeof group === 'string' ? group : (/\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '');
  return { type, where: { kind: 'resourceGroup', subscriptionId, resourceGroup }, ...named };
}

function isContainer(type: string): boolean {
  return /^microsoft\.resources\/(?:subscriptions(?:\/resourcegroups)?|resourcegroups)$/i.test(type);
}

function textOf(value: PlannedValue | undefined, surroundings: Surroundings): string | EvaluationStop | undefined {
  if (value === undefined) return undefined;
  const text = evaluateValue(value, contextOf(surroundings, undefined));
  if (isStop(text) || typeof text === 'string') return text;
  return stop(`The value of the details must be a text.`);
}

/** Whether a candidate found by type and place has the name that was asked for. */
export function isNamed(candidate: ResourceDocument, name: string | undefined): boolean {
  if (name === undefined) return true;
  const [own, full] = [textMember(candidate, 'name') ?? '', fullNameOf(candidate) ?? ''].map((text) =>
    text.toLowerCase(),
  );
  const wanted = name.toLowerCase();
  if (wanted.endsWith('/?')) return full?.startsWith(wanted.slice(0, -1)) === true;
  return own === wanted || full === wanted;
}

/** Whether a candidate meets the existence condition (X1, X2). */
export function isSatisfying(
  details: ExistenceDetails,
  surroundings: Surroundings,
  candidate: ResourceDocument,
): boolean | EvaluationStop {
  if (details.existenceCondition === undefined) return true;
  return evaluateRule(details.existenceCondition, surroundings, candidate).holds;
}

/** A deployment that a policy makes. */
export interface PlannedDeployment {
  readonly scope:
    | { readonly kind: 'subscription'; readonly subscriptionId: string; readonly location: string }
    | { readonly kind: 'resourceGroup'; readonly subscriptionId: string; readonly resourceGroup: string };
  readonly mode: string;
  readonly template: JsonObject;
  readonly parameters: JsonObject;
}

/** What `deployIfNotExists` deploys for a resource. */
export function plannedDeployment(
  details: ExistenceDetails,
  surroundings: Surroundings,
): PlannedDeployment | EvaluationStop {
  const { deployment } = details;
  if (deployment === undefined) return stop('The definition has no deployment.');
  const parameters = evaluateValue(deployment.parameters, contextOf(surroundings, undefined));
  if (isStop(parameters)) return parameters;
  const scope = deploymentScope(details, surroundings);
  if (isStop(scope)) return scope;
  return { scope, mode: deployment.mode, template: deployment.template, parameters: objectOf(parameters) };
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}

function deploymentScope(
  details: ExistenceDetails,
  surroundings: Surroundings,
): PlannedDeployment['scope'] | EvaluationStop {
  const id = textMember(surroundings.resource, 'id') ?? '';
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '';
  if (details.deploymentScope === 'subscription') {
    const location = textOf(details.deployment?.location, surroundings);
    if (isStop(location)) return location;
    return location === undefined
      ? stop("A deployment at the scope of a subscription needs a 'location'.")
      : { kind: 'subscription', subscriptionId, location };
  }
  const named = textOf(details.resourceGroupName, surroundings);
  if (isStop(named)) return named;
  const resourceGroup = named ?? /\/resourceGroups\/([^/]+)/i.exec(id)?.[1];
  return resourceGroup === undefined
    ? stop('The resource is in no resource group, and the details name none.')
    : { kind: 'resourceGroup', subscriptionId, resourceGroup };
}
