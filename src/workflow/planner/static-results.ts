/**
 * Static results: what an action answers in place of being performed.
 *
 * Owns: reading the definition's `staticResults`. Does not own: which action uses one (`settings.ts`).
 * Source: engine reference 12.
 */
import { isJsonObject, type Json } from '#foundation';
import type { StaticResult } from '../plan.ts';
import { Members } from './members.ts';
import type { Planning } from './planning.ts';

const known = new Set(['status', 'code', 'outputs', 'error']);

/** By name as written. */
export function planStaticResults(planning: Planning): ReadonlyMap<string, StaticResult> {
  const declared = Members.of(planning.definition).get('staticResults');
  if (declared !== undefined && !isJsonObject(declared)) {
    planning.refuse('WorkflowInvalidStaticResults', "The 'staticResults' of the template must be an object.", [
      'staticResults',
    ]);
  }
  const results = new Map<string, StaticResult>();
  for (const [name, source] of Object.entries(isJsonObject(declared) ? declared : {})) {
    results.set(name, planStaticResult(planning, name, source));
  }
  return results;
}

function planStaticResult(planning: Planning, name: string, source: Json): StaticResult {
  const members = Members.of(source);
  const refuse = (what: string): void => {
    planning.refuse('WorkflowInvalidStaticResults', `The static result '${name}' is not valid: ${what}.`, [
      'staticResults',
      name,
    ]);
  };
  const unknown = members.names.find((member) => !known.has(member));
  if (unknown !== undefined) refuse(`it has the unknown property '${unknown}'`);
  const status = members.text('status')?.toLowerCase();
  if (status !== 'succeeded' && status !== 'failed') refuse("its 'status' must be 'Succeeded' or 'Failed'");
  const code = members.text('code');
  const error = members.get('error');
  if (error !== undefined && members.in('error').text('message') === undefined)
    refuse("its 'error' must have a 'message'");
  const outputs = members.get('outputs');
  return {
    status: status === 'failed' ? 'Failed' : 'Succeeded',
    ...(code === undefined ? {} : { code }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(isJsonObject(error) ? { error } : {}),
  };
}
