/**
 * One HTTP call of an action or a trigger, from its evaluated inputs to its outcome.
 *
 * Owns: where the call goes (our own ARM, our own callbacks, the sandbox, the network), its settings, its decoded answer.
 * Does not own: retries, polling, pages and `limit.timeout` (`#engine`), the client (`#connectors`), captured calls
 * (`capture-http.ts`), authentication (`authorize-call.ts`).
 * Source: engine reference 4.1; design section 5.
 *
 * Invariants
 * HC1. There is no other way from inputs to a call: actions, webhooks, polls and triggers all come through here.
 * HC2. What stays in this process (ARM, own callbacks) and what the sandbox captures needs no credentials of others.
 */
import { actionRequest, type ContentTransfer, sendInPieces } from '#connectors';
import type { EffectOutcome, EffectRequest } from '#engine';
import {
  type Identity,
  isFault,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  type OutboundRequest,
  type RunOrigin,
} from '#foundation';
import type { HttpTarget } from '#workflow';
import { authorizeCall, type CallTools, ownAssertion } from './authorize-call.ts';
import { anonymous, armIdentityOf, callArm, type IdentityRefusal, isArmHost } from './call-arm.ts';
import { callOwnUrl } from './call-own-url.ts';
import { captureHttp } from './capture-http.ts';
import { isLocalCollector } from './logs/log-workspaces.ts';
import { directoryRequest, isGraphAudience, isGraphHost } from './directory/call-directory.ts';
import type { EffectCall } from './effect-call.ts';
import { failedEffect, outcomeOfAnswer, outcomeOfArm } from './effect-outcome.ts';
import { callKeptHost } from './kept-hosts.ts';
import { linkedInputs } from './linked-inputs.ts';
import { addressedInputs } from './resource-address.ts';
import type { Services } from './services.ts';
import { workflowHeaders } from './workflow-headers.ts';

export async function callHttp(
  services: Services,
  tools: CallTools,
  call: EffectCall,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const settings = settingsOf(services, call);
  const addressed = addressedInputs(services, settings.target, call.inputs);
  const inputs = isFault(addressed) ? addressed : pollInputs(call.effect.request, addressed);
  if (isFault(inputs)) return failedEffect('BadRequest', inputs.message);
  const prepared = actionRequest(inputs);
  if (isFault(prepared)) return failedEffect('BadRequest', prepared.message);
  const request: OutboundRequest = {
    ...prepared,
    headers: { ...headersOf(call, settings.options), ...prepared.headers },
    signal,
    timeoutMilliseconds: settings.timeout,
    ...(settings.options.has('disableautomaticdecompression') ? { decompress: false } : {}),
  };
  const url = new URL(request.url);
  const authentication = memberIgnoringCase(inputs, 'authentication');
  if (isArmHost(url.hostname) || isOwnHost(services, url, authentication)) {
    const identity = await ownIdentity(services, tools, call, authentication);
    return 'code' in identity ? failedEffect(identity.code, identity.message) : callArm(services, request, identity);
  }
  if (isGraphHost(url.hostname) && !services.settings.sandbox) return callDirectory(services, tools, call, request);
  const kept = await callKeptHost(services, {
    call,
    request: withLowerHeaders(request),
    authentication,
    identify: () => ownIdentity(services, tools, call, withOwnAudience(authentication)),
  });
  if (kept !== undefined) return kept;
  if (isLocalCollector(services, url.hostname)) return callArm(services, withLowerHeaders(request), anonymous);
  const own = await callOwnTrigger(services, call, request);
  if (own !== undefined) return own;
  if (services.settings.sandbox) return captureHttp(services, call, request);
  const { workflowId } = call.run;
  const authorized = await authorizeCall(services, tools, { workflowId, authentication, host: url.host });
  if (authorized.kind === 'failure') return authorized;
  const { header, certificate } = authorized;
  const answer = await sendInPieces(
    services.outbound,
    {
      ...request,
      ...(header === undefined ? {} : { headers: { ...request.headers, authorization: header } }),
      ...(certificate === undefined ? {} : { certificate }),
    },
    settings.transfer,
  );
  return answer.kind === 'failure' ? answer : outcomeOfAnswer(answer);
}

/** Who a call is on this server, or why nobody. */
async function ownIdentity(
  services: Services,
  tools: CallTools,
  { run }: EffectCall,
  authentication: Json | undefined,
): Promise<Identity | IdentityRefusal> {
  const assertion = await ownAssertion(services, tools, authentication);
  return typeof assertion === 'object' ? assertion : armIdentityOf(services, run.workflowId, authentication, assertion);
}

/** Microsoft Graph is the local directory; in the sandbox it is captured like every other host. */
async function callDirectory(
  services: Services,
  tools: CallTools,
  call: EffectCall,
  request: OutboundRequest,
): Promise<EffectOutcome> {
  const authentication = memberIgnoringCase(call.inputs, 'authentication');
  const audience = memberIgnoringCase(authentication, 'audience');
  if (isJsonObject(authentication) && !isGraphAudience(typeof audience === 'string' ? audience : '')) {
    const error = { code: 'InvalidAuthenticationToken', message: 'Access token validation failure. Invalid audience.' };
    return { kind: 'response', statusCode: 401, headers: {}, body: { value: { error } } };
  }
  const identity = await ownIdentity(services, tools, call, withOwnAudience(authentication));
  if ('code' in identity) return failedEffect(identity.code, identity.message);
  return callArm(services, directoryRequest(request), identity);
}

/** All surfaces are this server, whose token endpoint knows it by one audience. */
function withOwnAudience(authentication: Json | undefined): Json | undefined {
  return isJsonObject(authentication) ? { ...authentication, audience: '' } : authentication;
}

/** A poll is a GET of the given URL, which may be relative to the address called first, with the same authentication. */
function pollInputs(request: EffectRequest, inputs: Json): Json {
  if (request.type !== 'Poll' || !isJsonObject(inputs)) return inputs;
  const linked = linkedInputs(inputs, request.url);
  const authentication = memberIgnoringCase(linked, 'authentication');
  return { method: 'GET', uri: linked.uri ?? null, ...(authentication === undefined ? {} : { authentication }) };
}

/** Our own address, asked with a managed identity: it is one of ours, and proves itself in process. */
function isOwnHost(services: Services, url: URL, authentication: Json | undefined): boolean {
  const type = isJsonObject(authentication) ? memberIgnoringCase(authentication, 'type') : undefined;
  if (typeof type !== 'string' || type.toLowerCase() !== 'managedserviceidentity') return false;
  return URL.parse(services.settings.publicBaseUrl)?.host === url.host;
}

// --- Settings ---------------------------------------------------------------------------------------------------

interface CallSettings {
  readonly target: HttpTarget;
  readonly options: ReadonlySet<string>;
  /** Milliseconds of true time. */
  readonly timeout: number;
  readonly transfer?: ContentTransfer | undefined;
}

const usualTimeout = 120_000;
/** However fast engine time runs, a call is given this much true time. */
const shortestTimeout = 2_000;

function settingsOf({ plans, clock }: Services, { effect, run }: EffectCall): CallSettings {
  const plan = plans.plan(run.workflowId, run.version);
  const key = effect.path.action.toLowerCase();
  const action = run.trigger === undefined ? plan?.actions.get(key) : undefined;
  const trigger = action === undefined ? plan?.triggers.get(key) : undefined;
  const operation = action ?? trigger;
  const bound = (action?.kind === 'http' ? action.requestTimeout : trigger?.requestTimeout) ?? usualTimeout;
  return {
    target: action?.kind === 'http' ? action.target : 'uri',
    options: operation?.operationOptions ?? new Set(),
    timeout: clock.scale === 1 ? bound : Math.max(Math.min(shortestTimeout, bound), bound / clock.scale),
    transfer: action?.kind === 'http' ? action.transfer : undefined,
  };
}

/** The headers every call of a workflow carries (engine reference 4.1). */
export function headersOfCall(services: Services, call: EffectCall): Record<string, string> {
  return headersOf(call, settingsOf(services, call).options);
}

function headersOf({ effect, run }: EffectCall, options: ReadonlySet<string>): Record<string, string> {
  return workflowHeaders(run, {
    operation: effect.path.action,
    idempotencyKey: effect.idempotencyKey,
    clientRequestId: effect.clientRequestId,
    trackingId: effect.trackingId,
    suppressed: options.has('suppressworkflowheaders'),
  });
}

/** The router knows headers by their names in lower case, as a socket would bring them. */
function withLowerHeaders(request: OutboundRequest): OutboundRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...request, headers: Object.fromEntries(headers) };
}

/** A trigger URL of ours is answered in process, whatever host it names (callback-urls U2). */
async function callOwnTrigger(
  services: Services,
  { run }: EffectCall,
  request: OutboundRequest,
): Promise<EffectOutcome | undefined> {
  const origin: RunOrigin = { kind: 'LogicApp', runId: `${run.workflowId}/runs/${run.name}` };
  const response = await callOwnUrl(services, request, 'action', origin);
  return response === undefined ? undefined : outcomeOfArm(response);
}
