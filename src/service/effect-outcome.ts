/** What an answer over HTTP, or one of our own surface, is as the outcome of an effect. */
import { actionAnswer } from '#connectors';
import type { EffectOutcome } from '#engine';
import { type ArmResponse, type OutboundResponse, stringifyJson } from '#foundation';

/** No answer at all. */
export function failedEffect(code: string, message: string, retryable = false): EffectOutcome {
  return { kind: 'failure', code, message, retryable };
}

/** An answer's bytes as outputs; broken JSON under a JSON content type fails the action. */
export function outcomeOfAnswer(answer: Pick<OutboundResponse, 'status' | 'headers' | 'body'>): EffectOutcome {
  const decoded = actionAnswer(answer);
  if (decoded.kind === 'malformed') return failedEffect('BadRequest', decoded.message);
  return {
    kind: 'response',
    statusCode: answer.status,
    headers: decoded.headers,
    ...(decoded.body === undefined ? {} : { body: { value: decoded.body } }),
  };
}

/** An answer that never was on a wire, as if it had been. */
export function outcomeOfArm({ status, headers = {}, body, rawBody }: ArmResponse): EffectOutcome {
  if (body === undefined) return outcomeOfAnswer({ status, headers, body: bytesOf(rawBody ?? '') });
  const json = { 'content-type': 'application/json; charset=utf-8', ...headers };
  return outcomeOfAnswer({ status, headers: json, body: bytesOf(stringifyJson(body)) });
}

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
