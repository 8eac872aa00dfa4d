/** ParseDocument, ParseDocumentWithMetadata: the text of a document, as a whole or by pages. Source: engine reference 4.5. */
import { isJsonObject, type Json, memberIgnoringCase } from '#foundation';
import { documentTypeFault } from '#workflow';
import type { ActionKind } from '../kind.ts';

export const parseDocument: ActionKind<'parseDocument'> = {
  start(act) {
    const inputs = act.evaluate(act.plan.inputs);
    if (inputs === undefined || !act.record(inputs)) return;
    const content = memberIgnoringCase(inputs, 'content') ?? null;
    const fileType = memberIgnoringCase(inputs, 'fileType');
    const fault = contentFault(content) ?? documentTypeFault(fileType);
    if (fault !== undefined) {
      act.fail('InvalidTemplate', fault);
      return;
    }
    const { withMetadata } = act.plan;
    const asked = { content, withMetadata, ...(fileType === undefined ? {} : { fileType }) };
    act.effect({ type: 'ParseDocument', inputs: act.keep(asked) }, { attempt: 1, clientRequestId: act.uuid() });
  },
  answered(act, outcome) {
    if (outcome.kind === 'response') {
      act.succeed({ body: outcome.body === undefined ? null : act.load(outcome.body) }, 'OK');
      return;
    }
    act.fail(outcome.code, outcome.message, outcome.code);
  },
};

/** A text, or bytes with their type. */
function contentFault(content: Json): string | undefined {
  if (content === null) return "Required property 'content' expects a value but got null.";
  if (typeof content === 'string' || (isJsonObject(content) && typeof content['$content'] === 'string'))
    return undefined;
  return "The 'content' must be a text or the content of a file.";
}
