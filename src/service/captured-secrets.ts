/**
 * What of a captured call may be shown: the outbox hides what the run's history hides.
 *
 * Owns: masking an outbox item. Does not own: masks (`#engine`), which action is secured (`#workflow`).
 * Source: engine reference 4.1, 7; design section 5.
 *
 * Invariants
 * CS1. Of an action whose inputs are secured an item shows method and host only, of one whose outputs are secured no answer.
 * CS2. Values of secure parameters are masked wherever they stand in an item.
 */
import { mask } from '#engine';
import { isJsonObject, type Json, type JsonObject } from '#foundation';
import { parameterMask } from './secret-texts.ts';
import type { Services } from './services.ts';

export interface ShownItem {
  readonly request: (request: JsonObject) => JsonObject;
  readonly response: (response: JsonObject) => JsonObject;
}

/** How an item of this action is shown. */
export function shownItem(
  { plans }: Pick<Services, 'plans'>,
  call: { readonly workflowId: string; readonly workflowVersion: string; readonly action: string },
): ShownItem {
  const plan = plans.plan(call.workflowId, call.workflowVersion);
  const key = call.action.toLowerCase();
  const action = plan?.actions.get(key);
  const own = action?.secure ?? plan?.triggers.get(key)?.secure;
  const inputs = own?.inputs === true || action?.inheritedSecure.inputs === true;
  const outputs = own?.outputs === true || action?.inheritedSecure.outputs === true;
  const masked = (plan === undefined ? undefined : parameterMask(plan)) ?? ((value: Json): Json => value);
  return {
    request: (request) =>
      inputs ? hidden(request, ['path', 'queries', 'headers', 'body']) : objectOf(masked(request)),
    response: (response) => (outputs ? hidden(response, ['headers', 'body']) : objectOf(masked(response))),
  };
}

function hidden(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]): [string, Json] => {
      if (!names.includes(name)) return [name, member];
      return [name, isJsonObject(member) && name !== 'body' ? {} : mask];
    }),
  );
}

function objectOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}
