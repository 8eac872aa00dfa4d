/** What an operation brought, as the outcome of an effect. Source: connectors reference 1.4, 1.5. */
import { canonicalHeaderName, type OperationOutcome, type ServiceAnswer } from '#connectors';
import type { EffectOutcome } from '#engine';
import { isFault } from '#foundation';

export const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const;

/** What the connector says of a request that it does not understand. */
export function badRequest(message: string): ServiceAnswer {
  return { status: 400, headers: jsonHeaders, body: { status: 400, message, error: { code: 'BadRequest', message } } };
}

export function outcomeOf(outcome: OperationOutcome): EffectOutcome {
  if (isFault(outcome)) return outcomeOf({ ...badRequest(outcome.message), status: outcome.status });
  if ('kind' in outcome) return outcome;
  const headers = Object.entries(outcome.headers).map(([name, value]) => [
    canonicalHeaderName(name.toLowerCase()),
    value,
  ]);
  return {
    kind: 'response',
    statusCode: outcome.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(outcome.body === undefined || outcome.body === '' ? {} : { body: { value: outcome.body } }),
  };
}
