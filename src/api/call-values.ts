/**
 * Values out of a call that most handlers need.
 *
 * Owns: reading path segments and query parameters, the caller for the activity log.
 */
import type { Caller } from '#service';
import { queryValue } from './api-version.ts';
import type { RouteCall } from './route.ts';

/** A named segment; the pattern has it, so it is there. */
export function segment(call: RouteCall, name: string): string {
  const value = call.path[name];
  if (value === undefined) throw new Error(`The route has no segment '${name}'.`);
  return value;
}

/** A query parameter ignoring the case of its name, undefined when absent or empty. */
export function parameter(call: RouteCall, name: string): string | undefined {
  const value = queryValue(call.request.query, name);
  return value === '' ? undefined : value;
}

export function callerOf(call: RouteCall): Caller {
  const { identity, remoteAddress } = call.request;
  return { identity, correlationId: call.correlationId, remoteAddress, noted: call.noted };
}
