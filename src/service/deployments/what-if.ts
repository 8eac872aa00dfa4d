/**
 * What a deployment would change, without changing it.
 *
 * Owns: the changes, one per resource, nested deployments followed. Does not own: comparing (`resource-delta.ts`), what
 * complete mode deletes (`complete-mode.ts`). Source: template reference 16; ARM reference 8.3.
 *
 * Invariants
 * W1. Nothing is stored and nothing but GET is asked: keys and callback URLs are not fetched for a preview.
 * W2. Secure values and what is computed from them are masked.
 */
import {
  armIdKey,
  type ArmResponse,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberIgnoringCase,
  memberOf,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { parseResourceInput, resourceAnswer, resourcePlace } from '#inventory';
import { type ExpandedResource, isStop, type RuntimeQuestion } from '#templates';
import { isListedResource } from '../list-resources.ts';
import { resourceDocument } from '../resource-write.ts';
import type { Services } from '../services.ts';
import { allChecked, type CheckedDeployment, checkDeployment } from './check-deployment.ts';
import { surplusResources } from './complete-mode.ts';
import { answerTo } from './deployment-calls.ts';
import { deploymentScope } from './deployment-record.ts';
import { maskedExpansion } from './masked-expansion.ts';
import { type DeploymentRequest, isGroupScope } from './prepare-deployment.ts';
import { resourceDelta } from './resource-delta.ts';

/** `{ changes, potentialChanges, diagnostics }`. @throws TocsinError as a PUT of the deployment. */
export async function whatIf(services: Services, request: DeploymentRequest): Promise<JsonObject> {
  const unresolved = new Set<string>();
  const checked = await checkDeployment(services, { ...request, unresolved });
  const reader = new Reader(services, request);
  const changes: JsonObject[] = [];
  for (const deployment of allChecked(checked)) changes.push(...(await changesOf(services, reader, deployment)));
  changes.push(...(await others(services, reader, checked)));
  const settings = memberIgnoringCase(memberOf(request.body, 'properties'), 'whatIfSettings');
  const idsOnly = /^resourceIdOnly$/i.test(textMember(settings, 'resultFormat') ?? '');
  return {
    changes: idsOnly ? changes.map(withoutPayload) : changes,
    potentialChanges: [],
    diagnostics: allChecked(checked).flatMap(({ passedOver }) => [...passedOver].map(shortCircuited)),
  };
}

function shortCircuited([id, reason]: readonly [string, string]): JsonObject {
  const message = `The nested deployment '${id}' was not followed: ${reason}`;
  return { code: 'NestedDeploymentShortCircuited', level: 'Warning', target: id, message };
}

function withoutPayload(change: JsonObject): JsonObject {
  const { resourceId = '', changeType = '', unsupportedReason } = change;
  const unsure = changeType === 'Modify' || changeType === 'NoChange';
  return {
    resourceId,
    changeType: unsure ? 'Deploy' : changeType,
    ...(unsupportedReason === undefined ? {} : { unsupportedReason }),
  };
}

/** GETs of one preview, each made once. */
class Reader {
  readonly #services: Services;
  readonly #request: DeploymentRequest;
  readonly #found = new Map<string, Promise<ArmResponse>>();

  constructor(services: Services, request: DeploymentRequest) {
    this.#services = services;
    this.#request = request;
  }

  get(id: string, apiVersion: string): Promise<ArmResponse> {
    const key = `${armIdKey(id)}?${apiVersion}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const { caller, baseUrl } = this.#request;
    const answer = this.#services.arm({
      method: 'GET',
      path: id.split('/').map(encodeURIComponent).join('/'),
      query: { 'api-version': apiVersion },
      headers: { 'x-ms-correlation-request-id': caller.correlationId },
      identity: caller.identity,
      baseUrl,
    });
    this.#found.set(key, answer);
    return answer;
  }
}

// --- Resources of the template ----------------------------------------------------------------------------------

async function changesOf(services: Services, reader: Reader, deployment: CheckedDeployment): Promise<JsonObject[]> {
  const { outline, place, expanded, references } = deployment.prepared;
  const masked = maskedExpansion(outline, place, expanded, new Set(references.keys()));
  const changes: JsonObject[] = [];
  for (const [index, resource] of expanded.resources.entries()) {
    if (resource.existing) continue;
    if (resource.type.toLowerCase() === 'microsoft.resources/deployments') {
      const reason = deployment.passedOver.get(resource.id);
      if (reason !== undefined) changes.push(unsupported(resource.id, reason));
      continue;
    }
    const shown = masked?.resources[index];
    changes.push(
      shown === undefined
        ? unsupported(resource.id, 'A name or a count of the template depends on a secure parameter.')
        : await changeOf(services, reader, shown, deployment.request.unresolved ?? new Set()),
    );
  }
  return changes;
}

function unsupported(resourceId: string, unsupportedReason: string): JsonObject {
  return { resourceId, changeType: 'Unsupported', unsupportedReason };
}

/** `above`: texts that stand for values a parent's template has not got yet. */
async function changeOf(
  services: Services,
  reader: Reader,
  resource: ExpandedResource,
  above: ReadonlySet<string>,
): Promise<JsonObject> {
  const { id: resourceId, apiVersion, name, type } = resource;
  const unresolved = new Set(above);
  const body = await previewed(reader, resource, unresolved);
  if (typeof body === 'string') return unsupported(resourceId, body);
  const after: JsonObject = { apiVersion, id: resourceId, name, type, ...body };
  const found = await reader.get(resourceId, apiVersion);
  if (found.status === 404) return { resourceId, changeType: 'Create', after };
  if (found.status >= 400) {
    const reason = textMember(memberOf(found.body, 'error'), 'message') ?? `status ${found.status}`;
    return unsupported(resourceId, reason);
  }
  const before = found.body ?? {};
  const whole = wholeAfter(services, resourceId, before, body);
  const comparison = { whole: whole !== undefined, type: type.toLowerCase(), unresolved };
  const delta = resourceDelta(before, whole ?? body, comparison);
  return { resourceId, changeType: delta.length === 0 ? 'NoChange' : 'Modify', before, after, delta };
}

/** The body with what `reference` can already read; what it cannot stands as the expression's text. */
async function previewed(
  reader: Reader,
  resource: ExpandedResource,
  unresolved: Set<string>,
): Promise<JsonObject | string> {
  const answers = new Map<string, Json>();
  const refused = new Set<string>();
  for (;;) {
    const asked: RuntimeQuestion[] = [];
    const body = resource.preview((question) => {
      const key = JSON.stringify(question);
      const known = answers.get(key);
      if (known === undefined && question.kind === 'reference' && !refused.has(key)) asked.push(question);
      return known;
    }, unresolved);
    const [next] = asked;
    if (next === undefined) return isStop(body) ? body.message : isJsonObject(body) ? body : {};
    const response = await reader.get(next.id, next.apiVersion);
    if (response.status >= 400) refused.add(JSON.stringify(next));
    else answers.set(JSON.stringify(next), answerTo(next, response.body ?? null));
  }
}

/** What a PUT would store of a resource that is kept as it is given; undefined for those with a provider of their own. */
function wholeAfter(services: Services, id: string, before: Json, body: JsonObject): JsonObject | undefined {
  const stored = services.store.resources.get(id);
  if (stored === undefined || !jsonEquals(resourceAnswer(stored), before)) return undefined;
  const place = resourcePlace(stored.id);
  const input = parseResourceInput(body);
  if (isFault(place) || isFault(input)) return undefined;
  const document = resourceDocument(services, {
    place,
    location: input.location ?? stored.location,
    body: input.body,
    existing: stored,
  });
  return isFault(document) ? undefined : resourceAnswer(document);
}

// --- Resources that the template does not name ------------------------------------------------------------------

/** Other resources of the group: complete mode deletes them, incremental mode leaves them alone. */
async function others(services: Services, reader: Reader, checked: CheckedDeployment): Promise<readonly JsonObject[]> {
  const { request, prepared } = checked;
  const scope = deploymentScope(request.id);
  if (!isGroupScope(scope)) return [];
  const named = namedBy(checked);
  const surplus = surplusResources(services, scope, named).flat();
  const gone = new Set(prepared.mode === 'Complete' ? surplus.map(({ id }) => armIdKey(id)) : []);
  const listed = services.store.resources
    .list({ scope })
    .filter((one) => isListedResource(one) && !named.has(armIdKey(one.id)));
  const changes: JsonObject[] = [];
  for (const one of listed) {
    if (!request.allowed(`${one.type}/read`, one.id)) continue;
    const changeType = gone.has(armIdKey(one.id)) ? 'Delete' : 'Ignore';
    const before = changeType === 'Delete' ? await stateOf(reader, one) : summaryOf(one);
    changes.push({ resourceId: one.id, changeType, before });
  }
  return changes;
}

function namedBy(checked: CheckedDeployment): ReadonlySet<string> {
  const { request, prepared } = checked;
  const keys = allChecked(checked).flatMap(({ prepared: { expanded } }) =>
    expanded.resources.map(({ id }) => armIdKey(id)),
  );
  const keepsLeftOut = (request.apiVersion ?? '2019-05-10') < '2019-05-10';
  return new Set([...keys, ...(keepsLeftOut ? prepared.expanded.leftOut : [])]);
}

async function stateOf(reader: Reader, document: ResourceDocument): Promise<Json> {
  const response = await reader.get(document.id, '2100-01-01');
  return response.status < 400 ? (response.body ?? {}) : summaryOf(document);
}

function summaryOf({ id, name, type, location, body }: ResourceDocument): JsonObject {
  const tags = memberOf(body, 'tags');
  return {
    id,
    name,
    type,
    ...(location === undefined ? {} : { location }),
    ...(isJsonObject(tags) && !isJsonArray(tags) ? { tags } : {}),
  };
}
