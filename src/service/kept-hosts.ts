/**
 * Hosts of Microsoft's services whose matter is kept here: key vaults and the devices of Defender for Endpoint.
 *
 * Owns: which hosts these are, and whose calls on them stay here. Does not own: vaults (`#api`), devices
 * (`connectors/local-devices.ts`), Azure Resource Manager and Microsoft Graph (`call-arm.ts`, `directory/call-directory.ts`).
 * Source: connectors reference 5; the published addresses of both services in each cloud.
 *
 * Invariants
 * KH1. A call stays here when its action signs in as somebody of this server: a managed identity, or an application of ours. Any
 *      other is meant for the service itself.
 * KH2. Where the operator shares a profile of the connector with the logic app, its credential is used at the service, which the
 *      profile names.
 */
import { type Connector, type ConnectionValues, findOperation, serviceSender, shippedConnector } from '#connectors';
import type { EffectOutcome } from '#engine';
import {
  type Identity,
  isFault,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  type OutboundRequest,
  parseJson,
} from '#foundation';
import { callArm, type IdentityRefusal } from './call-arm.ts';
import { armSenderAs } from './connectors/arm-sender.ts';
import { lentValues } from './connectors/connection-grants.ts';
import { deviceOutcome, isDeviceOperation } from './connectors/local-devices.ts';
import { outcomeOf } from './connectors/operation-outcome.ts';
import type { EffectCall } from './effect-call.ts';
import { failedEffect } from './effect-outcome.ts';
import { findApplication } from './principals.ts';
import type { Services } from './services.ts';

const vaultHost = /^([0-9a-z-]{3,24})\.vault\.(?:azure\.net|usgovcloudapi\.net|azure\.cn)$/i;
const defenderHost =
  /^(?:[a-z0-9-]+\.)?api(?:-[a-z0-9-]+)?\.(?:securitycenter\.(?:microsoft\.com|windows\.com|microsoft\.us)|security\.microsoft\.(?:com|us))$/i;

const vaultApplication = 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093';
const defenderApplications: ReadonlySet<string> = new Set([
  'fc780465-2017-40d4-a0c5-307022471b92',
  '8ee8fdad-f234-4243-8f3b-15c294843740',
]);

export function isVaultHost(host: string): boolean {
  return vaultHost.test(host);
}

export function isDefenderHost(host: string): boolean {
  return defenderHost.test(host);
}

/** Whether the action signs in as somebody of this server (KH1). */
function isOurs(services: Services, authentication: Json | undefined): boolean {
  const text = (name: string): string => {
    const value = isJsonObject(authentication) ? memberIgnoringCase(authentication, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  const type = text('type').toLowerCase();
  return (
    type === 'managedserviceidentity' ||
    (type === 'activedirectoryoauth' && findApplication(services, text('clientId')) !== undefined)
  );
}

function audienceOf(authentication: Json | undefined): string {
  const value = isJsonObject(authentication) ? memberIgnoringCase(authentication, 'audience') : undefined;
  return typeof value === 'string' ? value.trim().replace(/\/?(?:\.default)?$/, '') : '';
}

export interface KeptCall {
  readonly call: EffectCall;
  readonly request: OutboundRequest;
  readonly authentication: Json | undefined;
  readonly identify: () => Promise<Identity | IdentityRefusal>;
}

/** What is answered here; undefined for a call that leaves. */
export async function callKeptHost(services: Services, kept: KeptCall): Promise<EffectOutcome | undefined> {
  const { hostname } = new URL(kept.request.url);
  const isVault = isVaultHost(hostname);
  if (services.settings.sandbox || (!isVault && !isDefenderHost(hostname))) return undefined;
  if (!isOurs(services, kept.authentication)) return undefined;
  return isVault ? callVault(services, kept) : callDefender(services, kept);
}

async function callVault(services: Services, { request, authentication, identify }: KeptCall): Promise<EffectOutcome> {
  const audience = audienceOf(authentication);
  const meant =
    /^vault\./i.test(URL.parse(audience)?.hostname ?? '') || isVaultHost(URL.parse(audience)?.hostname ?? '');
  if (!meant && audience.toLowerCase() !== vaultApplication) return wrongAudience(audience);
  const identity = await identify();
  if ('code' in identity) return failedEffect(identity.code, identity.message);
  const url = new URL(request.url);
  const vault = vaultHost.exec(url.hostname)?.[1] ?? '';
  url.pathname = `/keyvault/${encodeURIComponent(vault)}${url.pathname.replace(/\/+$/, '')}`;
  return callArm(services, { ...request, url: url.href }, identity);
}

function wrongAudience(audience: string): EffectOutcome {
  const message = `The audience '${audience}' of the action's authentication is not that of the service it calls.`;
  return {
    kind: 'response',
    statusCode: 401,
    headers: {},
    body: { value: { error: { code: 'Unauthorized', message } } },
  };
}

// --- Devices ----------------------------------------------------------------------------------------------------

async function callDefender(services: Services, kept: KeptCall): Promise<EffectOutcome | undefined> {
  const { call, request, authentication, identify } = kept;
  const connector = shippedConnector('wdatp');
  if (connector === undefined) return undefined;
  const lent = await lentValues(services, connector, call.run.workflowId);
  if (lent?.kind === 'failure') return lent;
  if (lent?.kind === 'unauthorised') return failedEffect('Unauthorized', lent.message);
  if (lent !== undefined) return sendLent(services, connector, lent.values, request);
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/api\/v1\.0\//i, '/api/').replace(/\/+$/, '');
  const found = findOperation(connector, request.method, path);
  // What is not kept here is the service's: the call fails with what every call of a managed identity there is told.
  if (found === undefined || !isDeviceOperation(found.operation.id)) return undefined;
  const audience = audienceOf(authentication);
  const host = URL.parse(audience)?.hostname ?? '';
  const meant = isDefenderHost(host) || host.toLowerCase() === 'securitycenter.onmicrosoft.com';
  if (!meant && !defenderApplications.has(audience.toLowerCase())) return wrongAudience(audience);
  return outcomeOf(
    await deviceOutcome({
      services,
      operation: found.operation,
      input: {
        path: found.path,
        query: Object.fromEntries(url.searchParams),
        body: bodyOf(request),
        key: call.effect.idempotencyKey,
      },
      send: armSenderAs(services, identify),
    }),
  );
}

/** KH2. */
async function sendLent(
  services: Services,
  { service }: Connector,
  values: ConnectionValues,
  request: OutboundRequest,
): Promise<EffectOutcome | undefined> {
  if (service.kind !== 'http') return undefined;
  const { signal, headers, method, body, timeoutMilliseconds } = request;
  const url = new URL(request.url);
  // The host is the profile's, or the one of Microsoft that the action names.
  const endpoint = values.get('endpoint') ?? url.origin;
  const send = serviceSender({ ...service, endpoint }, values, {
    outbound: services.outbound,
    headers,
    ...(signal === undefined ? {} : { signal }),
    ...(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }),
  });
  if (isFault(send)) return failedEffect('BadRequest', send.message);
  const answer = await send({
    method,
    path: `${url.pathname}${url.search}`,
    ...(body === undefined ? {} : { body: bodyOf(request) }),
  });
  return outcomeOf(answer);
}

function bodyOf({ body }: OutboundRequest): Json | undefined {
  if (body === undefined || body.length === 0) return undefined;
  const text = new TextDecoder().decode(body);
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
