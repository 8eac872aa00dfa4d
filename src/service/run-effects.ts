/**
 * Performs the effects of runs and triggers: HTTP calls, connector calls, subscriptions.
 *
 * Owns: where a call goes (our own ARM, our own callbacks, the sandbox, the network) and what comes back as an outcome.
 * Does not own: retries, polling and timeouts (`#engine`), the client (`#connectors`), captured calls (`sandbox.ts`).
 * Source: engine reference 4.1-4.3; design section 5.
 *
 * Invariants
 * P1. Every call carries `Idempotency-Key`, the same over retries and restarts.
 * P2. A call on our own callbacks or on ARM never leaves the process; everything else passes the outbound guard.
 * P3. Secrets of connections reach only the connector's own service.
 */
import { actionRequest, canonicalHeaderName } from '#connectors';
import type { EffectOutcome, EffectRequest, EffectRunner } from '#engine';
import {
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  type OutboundRequest,
  textMember,
} from '#foundation';
import { callArm, isArmHost, managedIdentityOf } from './call-arm.ts';
import { queriesOf } from './callback-urls.ts';
import { callConnection } from './call-connection.ts';
import { callOwnUrl } from './call-own-url.ts';
import { callWorkflow } from './call-workflow.ts';
import { type Effect, type EffectCall, type EffectOwner, ownerId } from './effect-call.ts';
import { failedEffect, outcomeOfAnswer, outcomeOfArm } from './effect-outcome.ts';
import { readContent } from './read-runs.ts';
import { captureCall, type SandboxAnswer } from './sandbox.ts';
import type { Services } from './services.ts';

export class RunEffects implements EffectRunner {
  readonly #services: () => Services;

  /** `services` is asked late: the host that uses this runner is one of them. */
  constructor(services: () => Services) {
    this.#services = services;
  }

  async run(effect: Effect, run: EffectOwner, signal: AbortSignal): Promise<EffectOutcome> {
    const services = this.#services();
    try {
      return await perform(services, effect, run, signal);
    } catch (error) {
      services.log.error('an effect failed unexpectedly', {
        run: run.name,
        action: effect.path.action,
        reason: String(error),
      });
      return failedEffect(
        'InternalServerError',
        'The action failed because of an unexpected condition in the server.',
        true,
      );
    }
  }
}

async function perform(
  services: Services,
  effect: Effect,
  run: EffectOwner,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const { request } = effect;
  const inputs = readContent(services, request.inputs);
  if (usesConnection(request)) return callConnection(services, { effect, run, inputs });
  if (request.type === 'Workflow') {
    const call = { effect, run, inputs };
    return callWorkflow(services, call, workflowHeaders(services, call), signal);
  }
  return callHttp(services, { effect, run, inputs: pollInputs(request, inputs) }, signal);
}

function usesConnection(request: EffectRequest): boolean {
  if (request.type === 'ApiConnection') return true;
  if (request.type === 'Poll') return request.of === 'ApiConnection';
  return (request.type === 'Subscribe' || request.type === 'Unsubscribe') && request.connection;
}

/** A poll is a GET of the given URL with the original authentication. */
function pollInputs(request: EffectRequest, inputs: Json): Json {
  if (request.type !== 'Poll') return inputs;
  const authentication = memberIgnoringCase(inputs, 'authentication');
  return {
    method: 'GET',
    uri: request.url,
    ...(authentication === undefined ? {} : { authentication }),
  };
}

async function callHttp(services: Services, call: EffectCall, signal: AbortSignal): Promise<EffectOutcome> {
  const prepared = actionRequest(call.inputs);
  if (isFault(prepared)) return failedEffect('BadRequest', prepared.message);
  const { effect } = call;
  const request: OutboundRequest = {
    ...prepared,
    headers: { ...workflowHeaders(services, call), ...prepared.headers },
    signal,
    ...(effect.request.type === 'Http' && effect.request.timeoutMilliseconds !== undefined
      ? { timeoutMilliseconds: effect.request.timeoutMilliseconds }
      : {}),
  };
  const url = new URL(request.url);
  const authentication = memberIgnoringCase(call.inputs, 'authentication');
  if (isArmHost(url.hostname)) {
    const identity = managedIdentityOf(services, call.run.workflowId, authentication);
    if (typeof identity === 'string') {
      return failedEffect('WorkflowManagedServiceIdentityNotSpecified', identity);
    }
    return callArm(services, request, identity);
  }
  const own = await callOwnTrigger(services, request);
  if (own !== undefined) return own;
  if (services.settings.sandbox) return captureHttp(services, call, request);
  const unsupported = unsupportedAuthentication(authentication);
  if (unsupported !== undefined) return unsupported;
  const answer = await services.outbound.send(request);
  return answer.kind === 'failure' ? answer : outcomeOfAnswer(answer);
}

const plainSchemes = new Set(['basic', 'raw', 'none']);

function unsupportedAuthentication(authentication: Json | undefined): EffectOutcome | undefined {
  if (!isJsonObject(authentication)) return undefined;
  const type = textMember(authentication, 'type') ?? '';
  if (plainSchemes.has(type.toLowerCase())) return undefined;
  return failedEffect(
    'WorkflowAuthenticationTypeNotSupported',
    `The authentication type '${type}' is not supported for calls that leave this server.`,
  );
}

/** The headers every outgoing call carries (engine reference 4.1). */
function workflowHeaders(services: Services, { effect, run }: EffectCall): Record<string, string> {
  const plan = services.plans.plan(run.workflowId, run.version);
  const key = effect.path.action.toLowerCase();
  const operation = run.trigger === undefined ? plan?.actions.get(key) : plan?.triggers.get(key);
  const base = {
    'user-agent': `tocsin/1.0 (workflow ${run.name}; version ${run.version})`,
    'idempotency-key': effect.idempotencyKey,
  };
  if (operation?.operationOptions.has('suppressworkflowheaders') === true) return base;
  return {
    ...base,
    'x-ms-workflow-id': textMember(run.workflow, 'id') ?? run.workflowId,
    'x-ms-workflow-version': run.version,
    'x-ms-workflow-name': textMember(run.workflow, 'name') ?? '',
    ...(run.trigger === undefined ? { 'x-ms-workflow-run-id': run.name } : {}),
    'x-ms-workflow-operation-name': effect.path.action,
    'x-ms-client-request-id': effect.clientRequestId,
    'x-ms-client-tracking-id': run.clientTrackingId,
    'x-ms-action-tracking-id': effect.trackingId,
    'x-ms-tracking-id': effect.trackingId,
    'x-ms-correlation-id': effect.trackingId,
    'x-ms-execution-location': 'local',
  };
}

/** A trigger URL of ours is answered in process, whatever host it names (callback-urls U2). */
async function callOwnTrigger(services: Services, request: OutboundRequest): Promise<EffectOutcome | undefined> {
  const response = await callOwnUrl(services, request, 'action');
  return response === undefined ? undefined : outcomeOfArm(response);
}

// --- Sandbox ----------------------------------------------------------------------------------------------------

async function captureHttp(services: Services, call: EffectCall, request: OutboundRequest): Promise<EffectOutcome> {
  const url = new URL(request.url);
  const { effect, run, inputs } = call;
  const body = memberIgnoringCase(inputs, 'body');
  const answer = await captureCall(services, {
    idempotencyKey: effect.idempotencyKey,
    attempt: effect.attempt,
    connector: 'http',
    workflowId: run.workflowId,
    workflowVersion: run.version,
    runId: ownerId(run),
    action: effect.path.action,
    method: request.method,
    host: url.hostname,
    path: url.pathname,
    queries: maskedQueries(url),
    headers: maskedHeaders(request.headers),
    ...(body === undefined ? {} : { body }),
  });
  return sandboxOutcome(answer);
}

/** Signatures of URLs never show. */
function maskedQueries(url: URL): JsonObject {
  return Object.fromEntries(
    Object.entries(queriesOf(url.searchParams)).map(([name, value]) => [
      name,
      /^(sig|code|key|token|apikey|api_key)$/i.test(name) ? '*sanitized*' : value,
    ]),
  );
}

function maskedHeaders(headers: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /^(authorization|cookie|x-api-key|api-key|ocp-apim-subscription-key)$/.test(name) ? '*sanitized*' : value,
    ]),
  );
}

function sandboxOutcome(answer: SandboxAnswer): EffectOutcome {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [canonicalHeaderName(name.toLowerCase()), value]),
  );
  return {
    kind: 'response',
    statusCode: answer.status,
    headers,
    ...(answer.body === undefined ? {} : { body: { value: answer.body } }),
    sandbox: answer.source,
  };
}
