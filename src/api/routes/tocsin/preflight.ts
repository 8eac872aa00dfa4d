/**
 * Preflight: why playbooks would fail, before they run.
 *
 * Owns: which logic apps are meant and may be looked into. Source: own-api reference (`preflight`).
 *
 * Invariants
 * PR1. Findings tell of identities and roles, and hosts are asked: who may check a logic app before saving may ask.
 */
import { authorizationFailed } from '#access';
import { isJsonObject, memberOf, parseArmId, raise, TocsinError } from '#foundation';
import { preflight, requireWorkflow, scopeTest, type StoredWorkflow, workflowOf, workflowType } from '#service';
import type { Route, RouteCall } from '../../route.ts';

const action = `${workflowType}/validate/action`;

/** Logic apps of one answer; a scope with more is asked about part by part. */
const most = 2_000;

async function check(call: RouteCall) {
  const workflows = meant(call);
  if (workflows.length > most) {
    raise('InvalidParameter', `The scope has ${workflows.length} logic apps, more than the ${most} of one preflight.`);
  }
  const value = await preflight(call.services, workflows, { asksHosts: true });
  return { status: 200, body: { checked: workflows.length, value: value.map((finding) => ({ ...finding })) } };
}

function meant(call: RouteCall): readonly StoredWorkflow[] {
  const body = call.request.body ?? {};
  const workflowId = memberOf(body, 'workflowId');
  const scope = memberOf(body, 'scope') ?? '';
  if (!isJsonObject(body) || typeof scope !== 'string' || (scope.length > 1 && parseArmId(scope) === undefined)) {
    return raise('InvalidRequestContent', "The body must have 'workflowId' or 'scope', a resource id.");
  }
  if (workflowId === undefined) return inScope(call, scope === '/' ? '' : scope);
  if (typeof workflowId !== 'string') {
    return raise('InvalidRequestContent', "The body's 'workflowId' must be a resource id.");
  }
  if (!call.allowed(action, workflowId)) {
    throw new TocsinError(authorizationFailed(call.request.identity, action, workflowId));
  }
  return [requireWorkflow(call.services, workflowId)];
}

/** The enabled ones: a disabled playbook fails nobody. */
function inScope(call: RouteCall, scope: string): readonly StoredWorkflow[] {
  const isInside = scopeTest(call.services, scope);
  return call.services.store.resources
    .list({ type: workflowType })
    .filter(({ id }) => isInside(id) && call.allowed(action, id))
    .map(workflowOf)
    .filter(({ body }) => body.state === 'Enabled');
}

export const preflightRoutes: readonly Route[] = [
  { method: 'POST', pattern: '/tocsin/v1/preflight', permission: { signedIn: true }, handle: check },
];
