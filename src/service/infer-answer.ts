/**
 * A sandboxed answer inferred from the workflow that asked: what later steps expect to find in it.
 *
 * Owns: reading a plan for the shape of one action's answer, and a sample value of a JSON schema.
 * Does not own: mocks and examples, which come first (`sandbox.ts`). Source: design section 5.
 *
 * Invariants
 * F1. A sample satisfies the schema's `type`, `required`, `enum` and `items`; nothing is looked up outside the plan.
 * F2. Depth and width are bounded: a schema that refers to itself ends.
 */
import type { Accessor, Planned, Reference } from '#expression';
import { isJsonArray, isJsonObject, type Json, memberOf, setMember } from '#foundation';
import type { ActionPlan, WorkflowPlan } from '#workflow';

const depthLimit = 12;

/** The body that `actionName`'s readers expect; undefined when nothing reads it. */
export function inferAnswer(plan: WorkflowPlan, actionName: string): Json | undefined {
  const wanted = actionName.toLowerCase();
  for (const action of plan.actions.values()) {
    if (action.kind === 'parseJson' && readsBodyOf(action.content, wanted)) {
      return sampleOf(action.schema, 0);
    }
  }
  const members: { [name: string]: Json } = {};
  for (const action of plan.actions.values()) {
    for (const reference of referencesOf(action)) {
      const steps = bodySteps(reference, wanted);
      if (steps !== undefined && steps.length > 0) place(members, steps);
    }
  }
  return Object.keys(members).length === 0 ? undefined : members;
}

function readsBodyOf(content: Planned, wanted: string): boolean {
  return content.references.some((reference) => bodySteps(reference, wanted)?.length === 0);
}

/** Every planned template of an action, whatever its kind calls it. */
function referencesOf(action: ActionPlan): readonly Reference[] {
  return Object.values(action as unknown as Record<string, unknown>).flatMap((value) =>
    isPlanned(value) ? value.references : [],
  );
}

function isPlanned(value: unknown): value is Planned {
  return typeof value === 'object' && value !== null && 'evaluate' in value && 'references' in value;
}

/** The member names read from the action's body; undefined when the reference reads something else. */
function bodySteps(reference: Reference, wanted: string): readonly string[] | undefined {
  if (reference.name?.toLowerCase() !== wanted) return undefined;
  const steps = reference.call.accessors.map(stepOf);
  const text = steps.filter((step): step is string => step !== undefined);
  if (text.length !== steps.length) return undefined;
  if (reference.function === 'body') return text;
  const inBody = text[0]?.toLowerCase() === 'body';
  if (reference.function === 'outputs' && inBody) return text.slice(1);
  return undefined;
}

function stepOf(accessor: Accessor): string | undefined {
  if (accessor.kind === 'member') return accessor.name;
  const { index } = accessor;
  return index.kind === 'literal' && typeof index.value === 'string' ? index.value : undefined;
}

/** `value` and names in the plural that loops read are lists; leaves are text. */
function place(target: { [name: string]: Json }, steps: readonly string[]): void {
  const [first = '', ...rest] = steps;
  const known = memberOf(target, first);
  if (rest.length === 0) {
    if (known === undefined) setMember(target, first, first === 'value' ? [] : `sandbox ${first}`);
    return;
  }
  const inner: { [name: string]: Json } = isJsonObject(known) ? { ...known } : {};
  place(inner, rest);
  setMember(target, first, inner);
}

// --- Samples of a schema ----------------------------------------------------------------------------------------

function sampleOf(schema: Json | undefined, depth: number): Json {
  if (!isJsonObject(schema) || depth > depthLimit) return null;
  const fixed = memberOf(schema, 'default') ?? memberOf(schema, 'const');
  if (fixed !== undefined) return fixed;
  const choices = memberOf(schema, 'enum');
  if (isJsonArray(choices) && choices[0] !== undefined) return choices[0];
  const properties = memberOf(schema, 'properties');
  switch (typeOf(schema)) {
    case 'object': {
      const sample: { [name: string]: Json } = {};
      for (const [name, inner] of Object.entries(isJsonObject(properties) ? properties : {})) {
        setMember(sample, name, sampleOf(inner, depth + 1));
      }
      for (const name of requiredOf(schema)) {
        if (!Object.hasOwn(sample, name)) setMember(sample, name, `sandbox ${name}`);
      }
      return sample;
    }
    case 'array': {
      const items = memberOf(schema, 'items');
      return items === undefined ? [] : [sampleOf(isJsonArray(items) ? items[0] : items, depth + 1)];
    }
    case 'integer':
    case 'number':
      return Number(memberOf(schema, 'minimum') ?? 0);
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return 'sandbox';
  }
}

function typeOf(schema: Json): string {
  const type = memberOf(schema, 'type');
  const first = isJsonArray(type) ? type.find((one) => one !== 'null') : type;
  if (typeof first === 'string') return first.toLowerCase();
  if (memberOf(schema, 'properties') !== undefined) return 'object';
  return memberOf(schema, 'items') === undefined ? 'string' : 'array';
}

function requiredOf(schema: Json): readonly string[] {
  const required = memberOf(schema, 'required');
  return isJsonArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
}
