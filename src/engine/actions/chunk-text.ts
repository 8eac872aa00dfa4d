/** ChunkText: cuts a text into pieces of at most so many tokens. Source: engine reference 4.5. */
import { memberIgnoringCase } from '#foundation';
import { chunkFaults, chunkOptions } from '#workflow';
import type { ActionKind } from '../kind.ts';

export const chunkText: ActionKind<'chunkText'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(inputs)) return;
    const text = memberIgnoringCase(inputs, 'text');
    const fault = chunkFaults((name) => memberIgnoringCase(inputs, name))[0]?.message;
    if (fault !== undefined || typeof text !== 'string') {
      act.fail('InvalidTemplate', fault ?? "The 'text' must be a text.");
      return;
    }
    const { encoding, tokens, overlap } = chunkOptions(inputs);
    const request = { type: 'ChunkText', inputs: act.keep({ text, encoding, tokens, overlap }) } as const;
    act.effect(request, { attempt: 1, clientRequestId: act.uuid() });
  },
  answered(act, outcome) {
    if (outcome.kind === 'response') {
      act.succeed({ body: outcome.body === undefined ? null : act.load(outcome.body) }, 'OK');
      return;
    }
    act.fail(outcome.code, outcome.message, outcome.code);
  },
};
