/**
 * An HTTP action's call in the sandbox: what the outbox shows of it, and the mock's answer as its outcome.
 *
 * Owns: masking what the outbox keeps. Does not own: capture and answers (`sandbox.ts`).
 * Source: design section 5.
 */
import { canonicalHeaderName } from '#connectors';
import type { EffectOutcome } from '#engine';
import { type JsonObject, memberIgnoringCase, type OutboundRequest } from '#foundation';
import { queriesOf } from './callback-urls.ts';
import { type EffectCall, ownerId } from './effect-call.ts';
import { captureCall, type SandboxAnswer } from './sandbox.ts';
import type { Services } from './services.ts';

export async function captureHttp(
  services: Services,
  call: EffectCall,
  request: OutboundRequest,
): Promise<EffectOutcome> {
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
      /^(authorization|cookie|key|x-api-key|api-key|ocp-apim-subscription-key)$/.test(name) ? '*sanitized*' : value,
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
