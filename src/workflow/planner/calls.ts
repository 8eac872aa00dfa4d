/**
 * The actions that call out: Http, Function, ApiManagement, ApiConnection, and the two webhooks.
 *
 * Owns: their inputs, known methods and kinds of authentication. Source: engine reference 4.1 to 4.3, 9.
 */
import { isJsonObject, type Json } from '#foundation';
import type { ActionBody, HttpTarget } from '../plan.ts';
import {
  type ActionInputs,
  inputPlace,
  invalidInput,
  isExpression,
  missingInput,
  type PlainBody,
  requireInputs,
  wholeInputs,
} from './inputs.ts';
import { Members } from './members.ts';
import { planRetryPolicy } from './retry-policy.ts';

/** The types of authentication, with the members they cannot do without. */
const authenticationTypes: Readonly<Record<string, readonly string[]>> = {
  Basic: ['username', 'password'],
  ClientCertificate: ['pfx'],
  ActiveDirectoryOAuth: ['tenant', 'audience', 'clientId'],
  Raw: [],
  ManagedServiceIdentity: [],
};
/** What a function's endpoint does not take. */
const notForFunctions: ReadonlySet<string> = new Set(['Basic', 'ClientCertificate']);

export const http: PlainBody = (action) => {
  requireInputs(action, 'method', 'uri');
  checkMethod(action, action.members.get('method'));
  checkAuthentication(action, action.members.get('authentication'), 'authentication');
  return httpBody(action, 'uri');
};

/** Called with POST unless the author says otherwise. */
export const azureFunction: PlainBody = (action) => {
  requireInputs(action, 'function.id');
  checkMethod(action, action.members.get('method'));
  checkAuthentication(action, action.members.get('authentication'), 'authentication');
  return httpBody(action, 'function');
};

export const apiManagement: PlainBody = (action) => {
  requireInputs(action, 'api.id', 'method', 'pathTemplate.template');
  checkMethod(action, action.members.get('method'));
  checkAuthentication(action, action.members.get('authentication'), 'authentication');
  return httpBody(action, 'api');
};

function httpBody(action: ActionInputs, target: HttpTarget): ActionBody {
  const { transfer } = action.settings;
  return {
    kind: 'http',
    target,
    inputs: wholeInputs(action),
    ...callSettings(action),
    ...requestTimeout(action),
    ...(transfer === undefined ? {} : { transfer }),
  };
}

export const apiConnection: PlainBody = (action) => {
  requireInputs(action, 'host.connection.name', 'method', 'path');
  checkMethod(action, action.members.get('method'));
  return { kind: 'apiConnection', inputs: wholeInputs(action), ...callSettings(action) };
};

/** HttpWebhook carries its retry policy in `subscribe`, the connector's in the inputs. */
export const httpWebhook: PlainBody = (action) => {
  requireInputs(action, 'subscribe.method', 'subscribe.uri');
  for (const part of ['subscribe', 'unsubscribe']) {
    const members = action.members.in(part);
    checkMethod(action, members.get('method'));
    checkAuthentication(action, members.get('authentication'), part, 'authentication');
  }
  const retry = action.members.in('subscribe').get('retryPolicy');
  return webhookBody(action, false, retry ?? action.members.get('retryPolicy'));
};

export const connectionWebhook: PlainBody = (action) => {
  requireInputs(action, 'host.connection.name', 'path');
  return webhookBody(action, true, action.members.get('retryPolicy'));
};

function webhookBody(action: ActionInputs, connection: boolean, retry: Json | undefined): ActionBody {
  return {
    kind: 'webhook',
    connection,
    inputs: wholeInputs(action),
    retry: planRetryPolicy(action.operation, retry, inputPlace(action, 'retryPolicy').steps),
  };
}

type CallSettings = Pick<ActionBody & { kind: 'apiConnection' }, 'retry' | 'asynchronous' | 'minimumItemCount'>;

function callSettings(action: ActionInputs): CallSettings {
  const { options, minimumItemCount } = action.settings;
  const given = action.members.get('retryPolicy');
  return {
    retry: planRetryPolicy(action.operation, given, inputPlace(action, 'retryPolicy').steps),
    asynchronous: !options.has('disableasyncpattern'),
    ...(minimumItemCount === undefined ? {} : { minimumItemCount }),
  };
}

function requestTimeout({ settings }: ActionInputs): { readonly requestTimeout?: number } {
  return settings.requestTimeout === undefined ? {} : { requestTimeout: settings.requestTimeout };
}

export function checkMethod(action: ActionInputs, method: Json | undefined): void {
  if (method === undefined || isExpression(method)) return;
  if (typeof method === 'string' && /^[a-z]{1,20}$/i.test(method)) return;
  invalidInput(action, "The 'method' must be the name of an HTTP method.", 'method');
}

export function checkAuthentication(action: ActionInputs, given: Json | undefined, ...steps: readonly string[]): void {
  if (given === undefined || given === null || isExpression(given)) return;
  if (!isJsonObject(given)) return invalidInput(action, "The 'authentication' must be an object.", ...steps);
  const members = Members.of(given);
  const type = members.get('type');
  if (isExpression(type)) return;
  const { planning, owner, type: operation } = action.operation;
  const allowed = Object.keys(authenticationTypes).filter(
    (one) => operation.type !== 'Function' || !notForFunctions.has(one),
  );
  const known = allowed.find((one) => typeof type === 'string' && one.toLowerCase() === type.toLowerCase());
  if (known === undefined) {
    const shown = typeof type === 'string' ? type : '';
    const message = `The authentication type '${shown}' of ${owner.kind} '${owner.name}' is not one of ${allowed.join(', ')}.`;
    planning.refuse('WorkflowAuthenticationTypeNotSupported', message, inputPlace(action, ...steps).steps);
    return;
  }
  const missing = (authenticationTypes[known] ?? []).find((name) => !members.has(name));
  if (missing !== undefined) missingInput(action, [...steps, missing].join('.'));
}
