/**
 * Calls of playbooks on Azure Resource Manager, answered by our own ARM without a socket.
 *
 * Owns: which hosts mean ARM, whose identity a call carries, the answer as an action's outcome.
 * Does not own: routing (`services.arm`), permissions (the router), linked subscriptions.
 * Source: design section 5; connectors reference 4.1, 4.6; engine reference 9.
 *
 * Invariants
 * M1. A call carries the workflow's managed identity, or the service principal whose secret it gives, and nothing more:
 *     roles decide, with Azure's error texts.
 * M2. A call without authentication is anonymous, and is answered 401 as Azure does.
 */
import type { EffectOutcome } from '#engine';
import {
  type ArmResponse,
  type Identity,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberIgnoringCase,
  memberOf,
  type OutboundRequest,
  parseJson,
  textMember,
} from '#foundation';
import { outcomeOfAnswer } from './effect-outcome.ts';
import { issueToken } from './sign-in/issue-token.ts';
import { findApplication } from './principals.ts';
import type { Services } from './services.ts';
import { findWorkflow } from './workflow-resource.ts';

const armHosts = new Set([
  'management.azure.com',
  'management.core.windows.net',
  'management.usgovcloudapi.net',
  'management.core.usgovcloudapi.net',
  'management.chinacloudapi.cn',
  'management.core.chinacloudapi.cn',
  // The query API of Log Analytics, over local workspaces.
  'api.loganalytics.io',
  'api.loganalytics.azure.com',
  'api.loganalytics.us',
]);

export function isArmHost(host: string): boolean {
  return armHosts.has(host.toLowerCase());
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const anonymous: Identity = { objectId: '', displayName: 'anonymous', kind: 'Anonymous' };

/** Why a call has no identity. */
export interface IdentityRefusal {
  readonly code: string;
  readonly message: string;
}

/**
 * The identity of an action's `authentication` towards our own ARM: a managed identity, or a service principal of ours, by
 * its secret or by the `assertion` that its certificate signed.
 */
export async function armIdentityOf(
  services: Services,
  workflowId: string,
  authentication: Json | undefined,
  assertion?: string,
): Promise<Identity | IdentityRefusal> {
  if (!isJsonObject(authentication)) return anonymous;
  const type = textMember(authentication, 'type') ?? '';
  switch (type.toLowerCase()) {
    case 'none':
      return anonymous;
    case 'managedserviceidentity': {
      const identity = managedIdentityOf(services, workflowId, authentication);
      return typeof identity === 'string'
        ? { code: 'WorkflowManagedServiceIdentityNotSpecified', message: identity }
        : identity;
    }
    case 'activedirectoryoauth':
      return principalOf(services, authentication, assertion);
    default: {
      const message = `The authentication type '${type}' cannot be used for resources kept here; use 'ManagedServiceIdentity' or 'ActiveDirectoryOAuth'.`;
      return { code: 'WorkflowAuthenticationTypeNotSupported', message };
    }
  }
}

/** A service principal of this server, by what its token endpoint would take. */
async function principalOf(
  services: Services,
  authentication: Json,
  assertion: string | undefined,
): Promise<Identity | IdentityRefusal> {
  const text = (name: string): string => {
    const value = memberIgnoringCase(authentication, name);
    return typeof value === 'string' ? value : '';
  };
  const answer = await issueToken(services, {
    tenant: text('tenant'),
    form: {
      grant_type: 'client_credentials',
      client_id: text('clientId'),
      ...(assertion === undefined
        ? { client_secret: text('secret') }
        : { client_assertion_type: jwtBearer, client_assertion: assertion }),
      resource: text('audience') || 'https://management.azure.com/',
    },
    authorization: undefined,
    baseUrl: services.settings.publicBaseUrl,
    version: '1.0',
  });
  const principal = findApplication(services, text('clientId'));
  if (answer.status !== 200 || principal === undefined) {
    const reason = textMember(answer.body, 'error_description') ?? '';
    const message = `Http request failed as there is an error getting AD OAuth token: '${reason}'.`;
    return { code: 'BadRequest', message };
  }
  const { objectId, appId, displayName } = principal;
  return { objectId, appId, displayName, kind: 'ServicePrincipal' };
}

/** The managed identity of a workflow; a reason when it has none to give. */
export function managedIdentityOf(
  services: Services,
  workflowId: string,
  authentication: JsonObject,
): Identity | string {
  const workflow = findWorkflow(services, workflowId);
  const name = workflow?.document.name ?? workflowId;
  const identity = memberOf(workflow?.document.body, 'identity');
  const wanted = memberIgnoringCase(authentication, 'identity');
  if (typeof wanted === 'string' && wanted !== '' && wanted.toLowerCase() !== 'systemassigned') {
    return userAssignedIdentity(services, identity, wanted, name);
  }
  const principalId = memberOf(identity, 'principalId');
  if (typeof principalId !== 'string' || principalId === '') {
    return `The workflow '${name}' does not have managed service identity enabled or is being updated.`;
  }
  return { objectId: principalId, displayName: name, kind: 'ManagedIdentity' };
}

/** It must be assigned to the workflow, and exist. */
function userAssignedIdentity(
  services: Services,
  assigned: Json | undefined,
  wanted: string,
  workflow: string,
): Identity | string {
  const own = memberIgnoringCase(memberIgnoringCase(assigned, 'userAssignedIdentities'), wanted);
  if (own === undefined) return `The identity '${wanted}' is not assigned to the workflow '${workflow}'.`;
  const document = services.store.resources.get(wanted);
  const principalId = memberOf(own, 'principalId') ?? memberOf(memberOf(document?.body, 'properties'), 'principalId');
  if (typeof principalId !== 'string' || principalId === '') {
    return `The identity '${wanted}' of the workflow '${workflow}' does not exist.`;
  }
  return { objectId: principalId, displayName: document?.name ?? wanted, kind: 'ManagedIdentity' };
}

/** Sends an evaluated request to our own ARM as `identity`. */
export async function callArm(
  services: Services,
  request: OutboundRequest,
  identity: Identity,
): Promise<EffectOutcome> {
  const url = new URL(request.url);
  const rawBody = request.body === undefined ? undefined : new TextDecoder().decode(request.body);
  const body = parsedBody(rawBody);
  if (body instanceof JsonSyntaxError) {
    return { kind: 'failure', code: 'BadRequest', message: body.message, retryable: false };
  }
  const response = await services.arm({
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...request.headers },
    ...(rawBody === undefined ? {} : { rawBody }),
    ...(body === undefined ? {} : { body }),
    identity,
    baseUrl: url.origin,
  });
  return outcomeOf(response);
}

function parsedBody(text: string | undefined): Json | undefined | JsonSyntaxError {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

function outcomeOf(response: ArmResponse): EffectOutcome {
  const headers = Object.fromEntries(
    Object.entries(response.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const base = { kind: 'response', statusCode: response.status, headers } as const;
  if (response.body !== undefined) return { ...base, body: { value: response.body } };
  if (typeof response.rawBody === 'string') {
    const isJson = /json/i.test(headers['content-type'] ?? '');
    return { ...base, body: { value: isJson ? parseJson(response.rawBody) : response.rawBody } };
  }
  // Bytes of a real cloud: text and files, as they would be from the network.
  if (response.rawBody !== undefined) {
    return outcomeOfAnswer({ status: response.status, headers, body: response.rawBody });
  }
  return base;
}
