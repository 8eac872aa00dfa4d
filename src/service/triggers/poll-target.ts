/**
 * Where a poll goes: the trigger's own inputs, or the place the last answer named as the next one.
 *
 * Owns: the cursor in place of the URL. Does not own: addresses of APIs (`resource-address.ts`), which credentials go there
 * (`linked-inputs.ts`), the call.
 * Source: engine reference 2.8, 2.10, 2.12, 4.3.
 */
import type { EffectRequest } from '#engine';
import { type Fault, isFault, isJsonObject, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import type { TriggerPlan } from '#workflow';
import { linkedInputs } from '../linked-inputs.ts';
import { addressedInputs, expandedTemplate } from '../resource-address.ts';
import type { Services } from '../services.ts';

/** The inputs of the call that polls, with the cursor where there is one. */
export function pollInputs(
  services: Services,
  trigger: TriggerPlan,
  inputs: Json,
  cursor: string | undefined,
): Json | Fault {
  if (!isJsonObject(inputs)) return inputs;
  if (trigger.type === 'ApiConnectionNotification') {
    const fetch = notificationCall(inputs, 'fetch');
    return isFault(fetch) || cursor === undefined ? fetch : connectionAt(fetch, cursor);
  }
  if (trigger.type === 'ApiConnection') return cursor === undefined ? inputs : connectionAt(inputs, cursor);
  const call = addressedInputs(services, trigger.type === 'ApiManagement' ? 'api' : 'uri', inputs);
  if (isFault(call) || cursor === undefined || !isJsonObject(call)) return call;
  return linkedInputs(call, cursor);
}

export function pollRequest(trigger: TriggerPlan, inputs: Json): EffectRequest {
  const isConnection = trigger.type === 'ApiConnection' || trigger.type === 'ApiConnectionNotification';
  return { type: isConnection ? 'ApiConnection' : 'Http', inputs: { value: inputs } };
}

/** One of the two calls of an ApiConnectionNotification as the connector's call it is. */
export function notificationCall(inputs: JsonObject, part: 'fetch' | 'subscribe'): JsonObject | Fault {
  const call = memberIgnoringCase(inputs, part);
  const members = isJsonObject(call) ? without(call, 'pathtemplate') : {};
  const template = memberIgnoringCase(call, 'pathTemplate');
  const path = template === undefined ? (memberIgnoringCase(call, 'path') ?? '') : expandedTemplate(template);
  if (isFault(path)) return path;
  return { host: memberIgnoringCase(inputs, 'host') ?? null, ...members, path };
}

/** An answer's `Location` as the next cursor; a relative one is resolved against the place just asked. */
export function cursorFrom(inputs: Json, location: string): string {
  const uri = memberIgnoringCase(inputs, 'uri');
  return URL.parse(location, typeof uri === 'string' ? uri : undefined)?.href ?? location;
}

/** A connector names the next place by URL or path; what is before its own path is the gateway's. */
function connectionAt(inputs: JsonObject, cursor: string): JsonObject {
  const url = URL.parse(cursor, 'http://connector.invalid');
  if (url === null) return inputs;
  const path = url.pathname.replace(/^\/apim\/[^/]+\/[^/]+/i, '');
  return { ...without(inputs, 'path', 'queries'), path, queries: Object.fromEntries(url.searchParams) };
}

function without(inputs: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name.toLowerCase())));
}
