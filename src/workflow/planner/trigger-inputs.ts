/**
 * The inputs of triggers, type by type.
 *
 * Owns: required members, retry policies, the delay of a SlidingWindow.
 * Does not own: method, path and schema of Request triggers (`triggers.ts`), recurrences (`recurrence.ts`).
 * Source: engine reference 2.5, 2.7-2.10, 2.12.
 */
import { isJsonObject, type Json } from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { TriggerPlan } from '../plan.ts';
import { checkAuthentication, checkMethod } from './calls.ts';
import { type ActionInputs, inputPlace, inputsOf, invalidInput, requireInputs, wholeInputs } from './inputs.ts';
import { planRetryPolicy } from './retry-policy.ts';
import type { CommonSettings, Operation } from './settings.ts';

type Inputs = Pick<TriggerPlan, 'inputs' | 'retry' | 'requestTimeout' | 'timeout' | 'delay'>;

export function planTriggerInputs(operation: Operation, settings: CommonSettings): Inputs {
  const { timeout } = settings;
  return { ...inputsByType(operation, settings), ...(timeout === undefined ? {} : { timeout }) };
}

function inputsByType(operation: Operation, settings: CommonSettings): Inputs {
  const trigger = inputsOf(operation, settings);
  switch (operation.type.type) {
    case 'Request':
      return { inputs: operation.planning.template(withoutSchema(trigger.given), inputPlace(trigger)) };
    case 'Http':
      requireInputs(trigger, 'method', 'uri');
      return { ...called(trigger, 'authentication'), ...timeoutOf(settings) };
    case 'ApiConnection':
      requireInputs(trigger, 'host.connection.name', 'method', 'path');
      return called(trigger);
    case 'ApiManagement':
      requireInputs(trigger, 'api.id', 'method', 'pathTemplate.template');
      return called(trigger, 'authentication');
    case 'HttpWebhook':
      return subscribing(trigger);
    case 'ApiConnectionWebhook':
      requireInputs(trigger, 'host', 'path', 'body');
      return { inputs: wholeInputs(trigger), retry: retryOf(trigger, trigger.members.get('retryPolicy')) };
    case 'ApiConnectionNotification':
      return notified(trigger);
    case 'SlidingWindow':
      return { inputs: wholeInputs(trigger), ...delayOf(trigger) };
    default:
      return { inputs: operation.planning.template(trigger.given ?? {}, inputPlace(trigger)) };
  }
}

/** The schema of a Request trigger is data: nothing in it is evaluated. */
function withoutSchema(inputs: Json | undefined): Json {
  if (!isJsonObject(inputs)) return inputs ?? {};
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name.toLowerCase() !== 'schema'));
}

function called(trigger: ActionInputs, authentication?: string): Inputs {
  checkMethod(trigger, trigger.members.get('method'));
  if (authentication !== undefined) {
    checkAuthentication(trigger, trigger.members.get(authentication), authentication);
  }
  return { inputs: wholeInputs(trigger), retry: retryOf(trigger, trigger.members.get('retryPolicy')) };
}

function subscribing(trigger: ActionInputs): Inputs {
  requireInputs(trigger, 'subscribe.method', 'subscribe.uri');
  for (const part of ['subscribe', 'unsubscribe']) {
    const members = trigger.members.in(part);
    checkMethod(trigger, members.get('method'));
    checkAuthentication(trigger, members.get('authentication'), part, 'authentication');
  }
  const retry = trigger.members.in('subscribe').get('retryPolicy') ?? trigger.members.get('retryPolicy');
  return { inputs: wholeInputs(trigger), retry: retryOf(trigger, retry) };
}

/** Both calls name their path as a template, or outright. */
function notified(trigger: ActionInputs): Inputs {
  const parts = ['subscribe', 'fetch'];
  const paths = parts.map((part) => {
    const isOutright = trigger.members.in(part).get('path') !== undefined;
    return `${part}.${isOutright ? 'path' : 'pathTemplate.template'}`;
  });
  requireInputs(trigger, 'host.connection.name', ...parts.map((part) => `${part}.method`), ...paths);
  for (const part of parts) checkMethod(trigger, trigger.members.in(part).get('method'));
  return { inputs: wholeInputs(trigger), retry: retryOf(trigger, trigger.members.get('retryPolicy')) };
}

function retryOf(trigger: ActionInputs, given: Json | undefined): NonNullable<Inputs['retry']> {
  return planRetryPolicy(trigger.operation, given, inputPlace(trigger, 'retryPolicy').steps);
}

function timeoutOf({ requestTimeout }: CommonSettings): Pick<Inputs, 'requestTimeout'> {
  return requestTimeout === undefined ? {} : { requestTimeout };
}

function delayOf(trigger: ActionInputs): Pick<Inputs, 'delay'> {
  const { operation, members } = trigger;
  const given = members.get('delay');
  if (given === undefined) return {};
  const value = operation.planning.setting(given, inputPlace(trigger, 'delay'));
  if (value === undefined) return {};
  const delay = typeof value === 'string' ? parseIsoDuration(value) : undefined;
  if (delay === undefined) invalidInput(trigger, "The 'delay' must be an ISO 8601 duration.", 'delay');
  return delay === undefined ? {} : { delay };
}
