/**
 * Performs the effects of runs and triggers: HTTP calls, connector calls, subscriptions.
 *
 * Owns: which performer an effect has, and what all of them share.
 * Does not own: the performers (`call-http.ts`, `call-connection.ts`), retries, polling and timeouts (`#engine`).
 * Source: engine reference 4.1-4.3.
 *
 * Invariants
 * P1. Every call carries `Idempotency-Key`, the same over retries and restarts.
 * P2. A call on our own callbacks or on ARM never leaves the process; everything else passes the outbound guard.
 * P3. Secrets of connections reach only the connector's own service.
 */
import { BoundedWork, EntraTokens } from '#connectors';
import type { EffectOutcome, EffectRequest, EffectRunner } from '#engine';
import type { CallTools } from './authorize-call.ts';
import { callConnection } from './call-connection.ts';
import { callHttp, headersOfCall } from './call-http.ts';
import { callWorkflow } from './call-workflow.ts';
import type { Effect, EffectOwner } from './effect-call.ts';
import { failedEffect } from './effect-outcome.ts';
import { performLocally } from './local-effects.ts';
import { readContent } from './read-runs.ts';
import { sendToBatch } from './send-to-batch.ts';
import type { Services } from './services.ts';

export class RunEffects implements EffectRunner {
  readonly #services: () => Services;
  readonly #tools: CallTools;

  /** `services` is asked late: the host that uses this runner is one of them. */
  constructor(services: () => Services) {
    this.#services = services;
    this.#tools = {
      work: new BoundedWork(),
      tokens: new EntraTokens(
        () => services().outbound,
        () => services().clock.now(),
      ),
    };
  }

  async run(effect: Effect, run: EffectOwner, signal: AbortSignal): Promise<EffectOutcome> {
    const services = this.#services();
    try {
      return await perform(services, this.#tools, effect, run, signal);
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
  tools: CallTools,
  effect: Effect,
  run: EffectOwner,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const { request } = effect;
  const inputs = readContent(services, request.inputs);
  if (usesConnection(request)) return callConnection(services, { effect, run, inputs }, signal);
  const local = performLocally(tools.work, request, inputs);
  if (local !== undefined) return local;
  if (request.type === 'SendToBatch') return sendToBatch(services, { effect, run, inputs });
  if (request.type === 'Workflow') {
    const call = { effect, run, inputs };
    return callWorkflow(services, call, headersOfCall(services, call), signal);
  }
  return callHttp(services, tools, { effect, run, inputs }, signal);
}

function usesConnection(request: EffectRequest): boolean {
  if (request.type === 'ApiConnection') return true;
  if (request.type === 'Poll') return request.of === 'ApiConnection';
  return (request.type === 'Subscribe' || request.type === 'Unsubscribe') && request.connection;
}
