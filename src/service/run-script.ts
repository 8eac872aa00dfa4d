/**
 * An inline script as an effect.
 *
 * Owns: its bounds. Does not own: running it (`#connectors`), what it is given (`#engine`).
 * Source: engine reference 4.9, 1.2.
 */
import type { BoundedWork } from '#connectors';
import type { EffectOutcome } from '#engine';
import { type Json, memberOf, parseJson, stringifyJson } from '#foundation';
import { failedEffect } from './effect-outcome.ts';

const scriptMilliseconds = 5_000;
/** Characters of what goes in, and of what comes out. */
const dataLimit = 50 * 1024 * 1024;
const memoryLimit = 256 * 1024 * 1024;

export async function runScript(work: BoundedWork, inputs: Json): Promise<EffectOutcome> {
  const code = memberOf(inputs, 'code');
  const context = stringifyJson(memberOf(inputs, 'context') ?? {});
  if (context.length > dataLimit) {
    return failedEffect('InlineCodeScriptRuntimeFailure', 'the actions it names hold more than 50 MB');
  }
  const result = await work.perform({
    kind: 'script',
    code: typeof code === 'string' ? code : '',
    context,
    milliseconds: scriptMilliseconds,
    memory: memoryLimit,
    resultCharacters: dataLimit,
  });
  if (result.kind === 'failure') return failedEffect(result.code, result.message);
  return {
    kind: 'response',
    statusCode: 200,
    headers: {},
    ...(result.value === undefined ? {} : { body: { value: parseJson(result.value) } }),
  };
}
