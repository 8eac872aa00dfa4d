/**
 * Cutting a text into pieces as an effect.
 *
 * Owns: its bounds. Does not own: cutting (`#connectors`), what is asked for (`#engine`).
 * Source: engine reference 4.5.
 */
import type { BoundedWork } from '#connectors';
import type { EffectOutcome } from '#engine';
import { type Json, memberOf, textMember } from '#foundation';
import { failedEffect } from './effect-outcome.ts';

const milliseconds = 15_000;
/** Characters of the text, and of all pieces together. */
const textLimit = 4 * 1024 * 1024;
const resultLimit = 16 * 1024 * 1024;

export async function chunkText(work: BoundedWork, inputs: Json): Promise<EffectOutcome> {
  const text = textMember(inputs, 'text') ?? '';
  if (text.length > textLimit) {
    return failedEffect('BadRequest', failed(`it has ${text.length} characters and exceeds the limit of ${textLimit}`));
  }
  const result = await work.perform({
    kind: 'chunkText',
    text,
    encoding: textMember(inputs, 'encoding') ?? '',
    tokens: Number(memberOf(inputs, 'tokens')),
    overlap: Number(memberOf(inputs, 'overlap')),
    milliseconds,
    resultCharacters: resultLimit,
  });
  if (result.kind === 'failure') return failedEffect(result.code, failed(result.message));
  return { kind: 'response', statusCode: 200, headers: {}, body: { value: { value: [...result.pieces] } } };
}

function failed(why: string): string {
  return `The text cannot be cut into chunks: ${why}.`;
}
