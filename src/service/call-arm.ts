/**
 * Calls of playbooks on Azure Resource Manager, answered by our own ARM without a socket.
 *
 * Owns: which hosts mean ARM, whose identity a call carries, the answer as an action's outcome.
 * Does not own: routing (`services.arm`), permissions (the router), linked subscriptions.
 * Source: design section 5; connectors reference 4.1, 4.6; engine reference 9.
 *
 * Invariants
 * M1. A call carries the workflow's own managed identity and nothing more: roles decide, with Azure's error texts.
 * M2. A call without authentication is anonymous, and is answered 401 as Azure does.
 */
import type { EffectOutcome } from '#engine';
import {
  type ArmResponse,
  type Identity,
  isJsonObject,
  type Json,
  JsonSyntaxError,
  memberOf,
  type OutboundRequest,
  parseJson,
  textMember,
} from '#foundation';
import type { Services } from './services.ts';
import { findWorkflow } from './workflow-resource.ts';

const armHosts = new Set([
  'management.azure.com',
  'management.core.windows.net',
  'management.usgovcloudapi.net',
  'management.core.usgovcloudapi.net',
  'management.chinacloudapi.cn',
  'management.core.chinacloudapi.cn',
]);

export function isArmHost(host: string): boolean {
  return armHosts.has(host.toLowerCase());
}

const anonymous: Identity = { objectId: '', displayName: 'anonymous', kind: 'Anonymous' };

/** The identity of an action's `authentication`; a reason when the workflow has none to give. */
export function managedIdentityOf(
  services: Services,
  workflowId: string,
  authentication: Json | undefined,
): Identity | string {
  if (!isJsonObject(authentication)) return anonymous;
  const type = textMember(authentication, 'type') ?? '';
  if (type.toLowerCase() !== 'managedserviceidentity') {
    return `The authentication type '${type}' cannot be used for resources kept here; use 'ManagedServiceIdentity'.`;
  }
  const workflow = findWorkflow(services, workflowId);
  const identity = memberOf(workflow?.document.body, 'identity');
  const principalId = memberOf(identity, 'principalId');
  if (typeof principalId !== 'string' || principalId === '') {
    return `The workflow '${workflow?.document.name ?? workflowId}' does not have managed service identity enabled or is being updated.`;
  }
  return { objectId: principalId, displayName: workflow?.document.name ?? principalId, kind: 'ManagedIdentity' };
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
  if (typeof response.rawBody === 'string') return { ...base, body: { value: response.rawBody } };
  return base;
}
