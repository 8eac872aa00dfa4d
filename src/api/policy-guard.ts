/**
 * The one place where every write and deletion of a resource passes policies.
 *
 * Owns: from a call to the question, the changed body of the call. Does not own: what policies decide (`#service`).
 *
 * Invariants
 * PG1. A denied request never reaches its handler; what a handler refuses is told as if policies had only looked.
 */
import { type ArmResponse, stringifyJson, TocsinError } from '#foundation';
import { enforceRequest, notePolicies } from '#service';
import { callerOf } from './call-values.ts';
import type { Route, RouteCall } from './route.ts';

/** Handles a call on a path, unless a policy denies it. @throws TocsinError `RequestDisallowedByPolicy` and what the handler throws. */
export async function handleUnderPolicies(route: Route, id: string, call: RouteCall): Promise<ArmResponse> {
  const { request, services } = call;
  if (request.method === 'GET' || request.method === 'POST' || request.method === 'HEAD') return route.handle(call);
  const caller = callerOf(call);
  const asked = { caller, method: request.method, id, body: request.body, apiVersion: call.apiVersion };
  const answer = enforceRequest(services, asked);
  if (answer === undefined) return route.handle(call);
  if (answer.fault !== undefined) {
    await notePolicies(services, caller, answer);
    throw new TocsinError(answer.fault);
  }
  const changed = answer.body;
  const response = await route.handle(
    changed === undefined ? call : { ...call, request: { ...request, body: changed, rawBody: stringifyJson(changed) } },
  );
  if (response.status < 400) await notePolicies(services, caller, answer);
  return response;
}
