/**
 * Routes of `Microsoft.Logic/workflows` and its versions.
 *
 * Owns: the mapping. Source: ARM reference 6.1, 4.
 */
import {
  isJsonObject,
  type Json,
  memberOf,
  orThrow,
  parseTimeText,
  raise,
  type ResourceDocument,
  type StoredDocument,
  textMember,
} from '#foundation';
import {
  admitAddress,
  callbackUrlOf,
  checkPreconditions,
  deleteWorkflow,
  etagHeader,
  findWorkflow,
  regenerateAccessKey,
  requireVersion,
  requireWorkflow,
  type Saver,
  saveWorkflow,
  setWorkflowState,
  type StoredWorkflow,
  workflowCollections,
  workflowOf,
  workflowType,
} from '#service';
import { documentPosition, positionOf } from '../../document-position.ts';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { logicVersions } from './api-versions.data.ts';
import { versionAnswer, workflowAnswer } from './workflow-answer.ts';

export const groupPath = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}';
export const workflowPath = `${groupPath}/providers/Microsoft.Logic/workflows/{workflow}`;

/** The id of the workflow a route's path names. */
export function workflowIdOf({ path }: Pick<RouteCall, 'path'>): string {
  const { subscriptionId, resourceGroup, workflow } = path;
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${workflowType}/${workflow}`;
}

/** The workflow a route's path names, or `WorkflowNotFound`. */
export function workflowOfCall(call: RouteCall): StoredWorkflow {
  return requireWorkflow(call.services, workflowIdOf(call));
}

type Operation = Pick<Route, 'method' | 'pattern' | 'handle'> & { readonly action: string };

/**
 * A route of Microsoft.Logic: every one has the same versions. What is below a workflow is managed from the addresses that
 * its `accessControl.workflowManagement` allows; the workflow itself stays open, so that nobody locks himself out.
 */
export function logicRoute({ action, handle, ...operation }: Operation): Route {
  const isBelow = operation.pattern.startsWith(`${workflowPath}/`);
  const guarded: Route['handle'] = (call) => {
    const workflow = findWorkflow(call.services, workflowIdOf(call));
    if (workflow !== undefined) {
      admitAddress(call.services, workflow, 'workflowManagement', call.request.remoteAddress);
    }
    return handle(call);
  };
  return {
    ...operation,
    permission: { action: `Microsoft.Logic/${action}` },
    apiVersions: logicVersions,
    handle: isBelow ? guarded : handle,
  };
}

function list(call: RouteCall) {
  const { subscriptionId, resourceGroup } = call.path;
  const state = /state\s+eq\s+'(\w+)'/i.exec(call.request.query.$filter ?? '')?.[1]?.toLowerCase();
  const read = (count: number, after: string | undefined) =>
    call.services.store.resources.list({
      type: workflowType,
      top: count,
      ...(subscriptionId === undefined ? {} : { subscriptionId }),
      ...(resourceGroup === undefined ? {} : { resourceGroup }),
      ...(after === undefined ? {} : { after }),
    });
  const body = page(call.request, {
    read: state === undefined ? read : (count, after) => readInState(read, state, count, after),
    position: (document) => document.id.toLowerCase(),
    shape: (document) => workflowAnswer(workflowOf(document), call.request.baseUrl),
  });
  return { status: 200, body };
}

type ReadDocuments = (count: number, after: string | undefined) => readonly ResourceDocument[];

/** Reads on until `count` workflows in the wanted state are found or there are no more. */
function readInState(
  read: ReadDocuments,
  state: string,
  count: number,
  after: string | undefined,
): readonly ResourceDocument[] {
  const found: ResourceDocument[] = [];
  for (let position = after; ; ) {
    const documents = read(count, position);
    found.push(...documents.filter((one) => workflowOf(one).body.state.toLowerCase() === state));
    if (documents.length < count || found.length >= count) return found.slice(0, count);
    position = documents.at(-1)?.id.toLowerCase();
  }
}

/** Who saves, for checks on what the definition links to. */
export function saverOf(call: RouteCall): Saver {
  const { identity } = call.request;
  return { identity, allowed: (action, scope) => call.allowed(action, scope) };
}

/** The workflow with the tag that `If-Match` of a later save may name. */
const answered = (workflow: StoredWorkflow, call: RouteCall) => ({
  headers: { etag: etagHeader(workflow.document.etag.replaceAll('"', '')) },
  body: workflowAnswer(workflow, call.request.baseUrl),
});

/** Refuses a change of what is not what the caller read. Saving goes on without a pause, so that nobody comes between. */
function requireConditions(call: RouteCall): void {
  const refused = checkPreconditions(
    call.request.headers,
    findWorkflow(call.services, workflowIdOf(call))?.document.etag,
  );
  if (refused !== undefined) orThrow(refused);
}

async function put(call: RouteCall) {
  requireConditions(call);
  const saved = await saveWorkflow(call.services, workflowIdOf(call), call.request.body ?? null, saverOf(call));
  return {
    status: saved.created ? 201 : 200,
    ...answered(saved.workflow, call),
  };
}

/** PATCH replaces tags, and merges `properties` over those stored. */
async function patch(call: RouteCall) {
  const workflow = workflowOfCall(call);
  requireConditions(call);
  const { document, body } = workflow;
  const given = call.request.body ?? null;
  const properties = memberOf(given, 'properties');
  const identity = memberOf(given, 'identity') ?? memberOf(document.body, 'identity');
  const merged: Json = {
    location: document.location ?? '',
    tags: memberOf(given, 'tags') ?? memberOf(document.body, 'tags') ?? {},
    ...(identity === undefined ? {} : { identity }),
    properties: {
      state: body.state,
      definition: body.definition,
      parameters: storedParameters(workflow),
      accessControl: body.accessControl ?? null,
      runtimeConfiguration: body.runtimeConfiguration ?? null,
      ...(isJsonObject(properties) ? properties : {}),
    },
  };
  const saved = await saveWorkflow(call.services, workflow.id, merged, saverOf(call));
  return { status: 200, ...answered(saved.workflow, call) };
}

/** Parameters with their secure values, as a PUT would send them again. */
function storedParameters(workflow: StoredWorkflow): Json {
  const secure = workflow.secrets.parameters;
  return Object.fromEntries(
    Object.entries(workflow.body.parameters).map(([name, given]) => {
      const value = memberOf(secure, name);
      return [name, value === undefined ? given : { ...(given as object), value }];
    }),
  );
}

function keyTypeOf(body: Json | undefined): 'Primary' | 'Secondary' {
  const given = textMember(body, 'keyType') ?? 'Primary';
  if (/^(primary|notspecified)$/i.test(given)) return 'Primary';
  if (/^secondary$/i.test(given)) return 'Secondary';
  return raise('InvalidParameter', `The key type '${given}' is not one of Primary, Secondary.`);
}

/** Answers `listCallbackUrl` of a workflow or of one of its triggers. */
export function callbackUrl(call: RouteCall, triggerName?: string, version?: string) {
  const body = call.request.body;
  const notAfter = memberOf(body, 'notAfter');
  if (notAfter !== undefined && (typeof notAfter !== 'string' || parseTimeText(notAfter) === undefined)) {
    raise('InvalidParameter', "The value of 'notAfter' must be a date and time.");
  }
  const url = callbackUrlOf(call.services, workflowIdOf(call), triggerName, {
    keyType: keyTypeOf(body),
    ...(typeof notAfter === 'string' ? { notAfter } : {}),
    ...(version === undefined ? {} : { version }),
  });
  return { status: 200, body: url as unknown as Json };
}

function versions(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const source = {
    read: (count: number, after: string | undefined) =>
      call.services.store.documents.list({
        collection: workflowCollections.versions,
        parent: workflow.idKey,
        top: count,
        ...(after === undefined ? {} : { after: positionOf(after) }),
      }),
    position: documentPosition,
    shape: (document: StoredDocument) => versionAnswer(workflow, document, call.request.baseUrl),
  };
  return { status: 200, body: page(call.request, source, { usual: 30, most: 250 }) };
}

function version(call: RouteCall) {
  const workflow = workflowOfCall(call);
  const document = requireVersion(call.services, workflow, call.path.version ?? '');
  return { status: 200, body: versionAnswer(workflow, document, call.request.baseUrl) };
}

export const workflowRoutes: readonly Route[] = [
  logicRoute({
    method: 'GET',
    pattern: '/subscriptions/{subscriptionId}/providers/Microsoft.Logic/workflows',
    action: 'workflows/read',
    handle: list,
  }),
  logicRoute({
    method: 'GET',
    pattern: `${groupPath}/providers/Microsoft.Logic/workflows`,
    action: 'workflows/read',
    handle: list,
  }),
  logicRoute({
    method: 'GET',
    pattern: workflowPath,
    action: 'workflows/read',
    handle: (call) => ({ status: 200, ...answered(workflowOfCall(call), call) }),
  }),
  logicRoute({ method: 'PUT', pattern: workflowPath, action: 'workflows/write', handle: put }),
  logicRoute({ method: 'PATCH', pattern: workflowPath, action: 'workflows/write', handle: patch }),
  logicRoute({
    method: 'DELETE',
    pattern: workflowPath,
    action: 'workflows/delete',
    handle: async (call) => {
      requireConditions(call);
      return { status: (await deleteWorkflow(call.services, workflowIdOf(call))) ? 200 : 204 };
    },
  }),
  ...(['enable', 'disable'] as const).map((verb) =>
    logicRoute({
      method: 'POST',
      pattern: `${workflowPath}/${verb}`,
      action: `workflows/${verb}/action`,
      handle: async (call) => {
        await setWorkflowState(call.services, workflowIdOf(call), verb === 'enable' ? 'Enabled' : 'Disabled');
        return { status: 200 };
      },
    }),
  ),
  logicRoute({
    method: 'POST',
    pattern: `${workflowPath}/listCallbackUrl`,
    action: 'workflows/listCallbackUrl/action',
    handle: (call) => callbackUrl(call),
  }),
  logicRoute({
    method: 'POST',
    pattern: `${workflowPath}/regenerateAccessKey`,
    action: 'workflows/regenerateAccessKey/action',
    handle: async (call) => {
      await regenerateAccessKey(call.services, workflowIdOf(call), keyTypeOf(call.request.body));
      return { status: 200 };
    },
  }),
  logicRoute({
    method: 'GET',
    pattern: `${workflowPath}/versions`,
    action: 'workflows/versions/read',
    handle: versions,
  }),
  logicRoute({
    method: 'GET',
    pattern: `${workflowPath}/versions/{version}`,
    action: 'workflows/versions/read',
    handle: version,
  }),
  logicRoute({
    method: 'POST',
    pattern: `${workflowPath}/versions/{version}/triggers/{trigger}/listCallbackUrl`,
    action: 'workflows/versions/triggers/listCallbackUrl/action',
    handle: (call) => callbackUrl(call, call.path.trigger, call.path.version),
  }),
];
