/**
 * Effects that need nothing but their inputs: inline scripts, cutting texts, reading documents.
 *
 * Owns: which effects those are. Does not own: their bounds (`run-script.ts`, `chunk-text.ts`, `parse-document.ts`), effects
 * that call somebody (`run-effects.ts`). Source: engine reference 4.5, 4.9.
 */
import type { BoundedWork } from '#connectors';
import type { EffectOutcome, EffectRequest } from '#engine';
import type { Json } from '#foundation';
import { chunkText } from './chunk-text.ts';
import { parseDocument } from './parse-document.ts';
import { runScript } from './run-script.ts';

/** What comes of it, in a worker with bounds; undefined for an effect that calls somebody. */
export function performLocally(
  work: BoundedWork,
  { type }: EffectRequest,
  inputs: Json,
): Promise<EffectOutcome> | undefined {
  switch (type) {
    case 'Script':
      return runScript(work, inputs);
    case 'ChunkText':
      return chunkText(work, inputs);
    case 'ParseDocument':
      return parseDocument(work, inputs);
    case 'Http':
    case 'ApiConnection':
    case 'Poll':
    case 'Subscribe':
    case 'Unsubscribe':
    case 'SendToBatch':
    case 'Workflow':
      return undefined;
  }
}
