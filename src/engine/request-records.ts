/**
 * The record of one call among several that an action made.
 *
 * Owns: what is kept of a call for `requestHistories`. Does not own: when one is written (`calls.ts`, `actions/webhook.ts`).
 * Source: engine reference 8; ARM reference 6.3 (request history).
 *
 * Invariants
 * RQ1. An action that made one call has no such record: its own record says it all, and nothing is written twice.
 * RQ2. Hidden outputs hide the answers' headers and bodies, hidden inputs the address; secrets are masked.
 */
import type { JsonObject } from '#foundation';
import type { EndedCall } from './kind.ts';
import type { EffectOutcome, RequestRecord } from './messages.ts';
import { loopIndexes } from './places.ts';
import { maskedContent, masker } from './records.ts';
import type { Running, Turn } from './turn.ts';

export function writeRequestRecord(turn: Turn, { frame, node, cell }: Running, call: EndedCall): void {
  const { outcome, url } = call;
  const { hidden } = node;
  const request: RequestRecord = {
    name: node.plan.name,
    repetitionIndexes: loopIndexes(turn, frame),
    number: call.number,
    startTime: call.startTime,
    endTime: turn.nowText,
    trackingId: cell.trackingId,
    clientRequestId: call.clientRequestId,
    ...(url === undefined || hidden.inputs ? {} : { url: masker(turn)(url) as string }),
    ...(outcome.kind === 'failure' ? { error: errorOf(turn, outcome) } : answerOf(turn, outcome, hidden.outputs)),
  };
  turn.history.push({ kind: 'request', request });
}

function errorOf(turn: Turn, { code, message }: Extract<EffectOutcome, { kind: 'failure' }>): JsonObject {
  return { code, message: masker(turn)(message) };
}

function answerOf(
  turn: Turn,
  { statusCode, headers, body }: Extract<EffectOutcome, { kind: 'response' }>,
  isHidden: boolean,
): Pick<RequestRecord, 'statusCode' | 'headers' | 'body'> {
  if (isHidden) return { statusCode };
  const kept = body === undefined ? undefined : turn.keep(turn.load(body));
  const shown = maskedContent(turn, kept);
  return {
    statusCode,
    headers: masker(turn)(headers) as JsonObject,
    ...(shown === undefined ? {} : { body: shown }),
  };
}
