/**
 * A sandboxed answer inferred from the workflow that asked: what later steps expect to find in it.
 *
 * Owns: the answer of one action or trigger out of what was read of a plan, kept for each plan; completing an example by it.
 * Does not own: reading a plan (`plan-reader.ts`), mocks and examples, which come first (`sandbox.ts`). Source: design section 5.
 *
 * Invariants
 * F1. Nothing is looked up outside the plan; it is read once for each plan.
 */
import { isJsonObject, type Json } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import type { Shape } from './answer-shape.ts';
import { PlanReader } from './plan-reader.ts';
import { plainText } from './sample-text.ts';

export interface InferredAnswer {
  /** Absent: the status that the operation has. */
  readonly status?: number;
  /** Those that later steps read, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: nothing reads it. */
  readonly body?: Json;
}

const readers = new WeakMap<WorkflowPlan, PlanReader>();

/** The answer that the readers of the action or trigger expect; with an example, that one with what it lacks. */
export function inferAnswer(plan: WorkflowPlan, operationName: string, example?: Json): InferredAnswer {
  let reader = readers.get(plan);
  if (reader === undefined) readers.set(plan, (reader = new PlanReader(plan)));
  const key = operationName.toLowerCase();
  const body = plan.triggers.has(key) ? reader.triggerAnswer : reader.bodyOf(key);
  const outputs = reader.outputsOf(key);
  const status = Number(outputs.member('statusCode').wanted);
  return {
    headers: headersOf(outputs.member('headers')),
    ...(status >= 200 && status < 300 ? { status } : {}),
    ...bodyFor(body, example),
  };
}

function bodyFor(shape: Shape, example: Json | undefined): { readonly body?: Json } {
  if (example !== undefined) return { body: shape.complete(example) };
  return shape.isKnown ? { body: shape.toSample() } : {};
}

/** A header that holds an address is one; others are words. */
function headersOf(shape: Shape): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, header] of shape.members) {
    if (/^(location|operation-location|azure-asyncoperation|link)$/i.test(name)) header.use('url');
    if (/^retry-after$/i.test(name)) header.use('number');
    const value = header.toSample(name);
    if (!isJsonObject(value)) headers[name.toLowerCase()] = plainText(value);
  }
  return headers;
}
