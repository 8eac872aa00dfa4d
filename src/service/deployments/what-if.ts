/**
 * What a deployment would change, without changing it.
 *
 * Owns: the comparison of what a template asks for with what is there. Source: template reference 16.
 *
 * Invariants
 * W1. Nothing is stored and nothing but GET and list calls is made.
 * W2. Members that only the stored resource has are not compared: whether a provider fills them in or somebody set them
 *     cannot be told apart. Tags are compared whole.
 */
import {
  armIdKey,
  type ArmResponse,
  isJsonArray,
  isJsonObject,
  type Json,
  jsonEquals,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
} from '#foundation';
import { type EvaluationStop, type ExpandedResource, isStop, type RuntimeQuestion } from '#templates';
import { deploymentScope } from './deployment-record.ts';
import { isListedResource } from '../list-resources.ts';
import { type DeploymentRequest, prepareDeployment } from './prepare-deployment.ts';
import type { Services } from '../services.ts';

/** The changes, one per resource of the template, then those of the group that stay as they are. */
export async function whatIf(services: Services, request: DeploymentRequest): Promise<JsonObject> {
  const { expanded } = prepareDeployment(services, request);
  const settings = memberIgnoringCase(memberOf(request.body, 'properties'), 'whatIfSettings');
  const idsOnly = /^resourceIdOnly$/i.test(textMember(settings, 'resultFormat') ?? '');
  const changes: Json[] = [];
  for (const resource of expanded.resources) {
    if (resource.existing) continue;
    const change = await changeOf(services, request, resource);
    changes.push(idsOnly ? withoutPayload(change) : change);
  }
  const named = new Set(expanded.resources.map(({ id }) => armIdKey(id)));
  return { changes: [...changes, ...ignored(services, request, named)], potentialChanges: [], diagnostics: [] };
}

/** Resources of the group that the template does not name: an incremental deployment leaves them alone. */
function ignored(services: Services, request: DeploymentRequest, named: ReadonlySet<string>): readonly Json[] {
  const scope = deploymentScope(request.id);
  if (!/\/resourceGroups\/[^/]+$/i.test(scope)) return [];
  return services.store.resources
    .list({ scope })
    .filter(
      (one) => isListedResource(one) && !named.has(armIdKey(one.id)) && request.allowed(`${one.type}/read`, one.id),
    )
    .map(({ id }) => ({ resourceId: id, changeType: 'Ignore' }));
}

function withoutPayload(change: JsonObject): JsonObject {
  const { resourceId = '', changeType = '' } = change;
  const unsure = changeType === 'Modify' || changeType === 'NoChange';
  return { resourceId, changeType: unsure ? 'Deploy' : changeType };
}

async function changeOf(
  services: Services,
  request: DeploymentRequest,
  resource: ExpandedResource,
): Promise<JsonObject> {
  const resourceId = resource.id;
  const body = await evaluated(services, request, resource);
  if (isStop(body)) return { resourceId, changeType: 'Unsupported', unsupportedReason: body.message };
  const after: JsonObject = {
    apiVersion: resource.apiVersion,
    id: resourceId,
    name: resource.name,
    type: resource.type,
    ...(isJsonObject(body) ? body : {}),
  };
  const found = await ask(services, request, resourceId, resource.apiVersion);
  if (found.status === 404) return { resourceId, changeType: 'Create', after };
  if (found.status >= 400) {
    const reason = textMember(memberOf(found.body, 'error'), 'message') ?? `status ${found.status}`;
    return { resourceId, changeType: 'Unsupported', unsupportedReason: reason };
  }
  const before = found.body ?? {};
  const delta = isJsonObject(body) ? deltaOf(before, body, '') : [];
  return { resourceId, changeType: delta.length === 0 ? 'NoChange' : 'Modify', before, after, delta };
}

/** The body with what `reference` can already read; a question without an answer stops it. */
async function evaluated(
  services: Services,
  request: DeploymentRequest,
  resource: ExpandedResource,
): Promise<Json | EvaluationStop> {
  const answers = new Map<string, Json>();
  for (;;) {
    const body = resource.body((question) => answers.get(JSON.stringify(question)));
    if (!isStop(body) || body.question === undefined || body.question.kind === 'list') return body;
    const answer = await read(services, request, body.question);
    if (answer === undefined) return body;
    answers.set(JSON.stringify(body.question), answer);
  }
}

async function read(
  services: Services,
  request: DeploymentRequest,
  question: Extract<RuntimeQuestion, { kind: 'reference' }>,
): Promise<Json | undefined> {
  const response = await ask(services, request, question.id, question.apiVersion);
  if (response.status >= 400) return undefined;
  return question.full ? (response.body ?? null) : (memberOf(response.body, 'properties') ?? {});
}

function ask(services: Services, request: DeploymentRequest, path: string, apiVersion: string): Promise<ArmResponse> {
  return services.arm({
    method: 'GET',
    path,
    query: { 'api-version': apiVersion },
    headers: { 'x-ms-correlation-request-id': request.caller.correlationId },
    identity: request.caller.identity,
    baseUrl: request.baseUrl,
  });
}

// --- Comparison -------------------------------------------------------------------------------------------------

/** Differences of what `after` names (W2). Locations compare as regions, other texts exactly. */
function deltaOf(before: Json, after: JsonObject, path: string): Json[] {
  return Object.entries(after).flatMap(([name, wanted]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const found = memberIgnoringCase(before, name);
    if (found === undefined) return isEmpty(wanted) ? [] : [{ path: at, propertyChangeType: 'Create', after: wanted }];
    if (at === 'location' && regionOf(found) === regionOf(wanted)) return [];
    if (at === 'tags') return tagsDelta(found, wanted);
    if (isJsonObject(wanted) && isJsonObject(found)) return deltaOf(found, wanted, at);
    if (isJsonArray(wanted) && isJsonArray(found)) return arrayDelta(found, wanted, at);
    return jsonEquals(found, wanted) ? [] : [{ path: at, propertyChangeType: 'Modify', before: found, after: wanted }];
  });
}

function isEmpty(value: Json): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

function regionOf(value: Json): string {
  return typeof value === 'string' ? value.replaceAll(' ', '').toLowerCase() : '';
}

function tagsDelta(before: Json, after: Json): Json[] {
  const old = isJsonObject(before) ? before : {};
  const fresh = isJsonObject(after) ? after : {};
  const gone = Object.keys(old)
    .filter((name) => memberIgnoringCase(fresh, name) === undefined)
    .map((name) => ({ path: `tags.${name}`, propertyChangeType: 'Delete', before: old[name] ?? null }));
  return [...deltaOf(old, fresh, 'tags'), ...gone];
}

/** Arrays compare by position. */
function arrayDelta(before: readonly Json[], after: readonly Json[], path: string): Json[] {
  const children: Json[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const found = before[index];
    const wanted = after[index];
    if (found === undefined) children.push({ path: `${index}`, propertyChangeType: 'Create', after: wanted ?? null });
    else if (wanted === undefined) children.push({ path: `${index}`, propertyChangeType: 'Delete', before: found });
    else children.push(...deltaOf({ [index]: found }, { [index]: wanted }, ''));
  }
  return children.length === 0 ? [] : [{ path, propertyChangeType: 'Array', before, after, children }];
}
