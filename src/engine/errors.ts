/**
 * The errors of actions and runs: codes and wording.
 *
 * Owns: the messages. Does not own: when an action fails (`actions/*.ts`, `flow.ts`).
 * Source: engine reference 3.2, 3.3, 4, 5.4, 11. Expressions see `messageTemplate` too, history does not.
 */
import type { JsonObject } from '#foundation';

/** An error object; `{0}`, `{1}` … in the template stand for the arguments. */
export function errorOf(code: string, template: string, ...args: readonly string[]): JsonObject {
  // One pass: an argument that itself contains `{1}` stays as it is.
  const message = template.replace(/\{(\d)\}/g, (slot, digit: string) => args[Number(digit)] ?? slot);
  return { code, message, messageTemplate: template };
}

/** An error whose message has no template: it came from outside, or holds nothing that varies. */
export function plainError(code: string, message: string): JsonObject {
  return { code, message };
}

/** The error of containers and runs in which an action failed: it says nothing about the culprit. */
export const actionFailed = errorOf('ActionFailed', 'An action failed. No dependent actions succeeded.');

/** Why an action is skipped. */
export const skipErrors = {
  condition: (action: string, predecessor: string, expected: readonly string[], actual: string): JsonObject =>
    errorOf(
      'ActionConditionFailed',
      "The execution of template action '{0}' is skipped: the 'runAfter' condition for action '{1}' is not satisfied. Expected status values '{2}' and actual value '{3}'.",
      action,
      predecessor,
      expected.join(', '),
      actual,
    ),
  branch: (action: string): JsonObject =>
    errorOf(
      'ActionBranchingConditionNotSatisfied',
      "The execution of template action '{0}' skipped: the branching condition for this action is not satisfied.",
      action,
    ),
  dependency: (action: string, container: string, status: string, code: string): JsonObject =>
    errorOf(
      'ActionDependencyFailed',
      "The execution of template action '{0}' is skipped: dependant action '{1}' completed with status '{2}' and code '{3}'.",
      action,
      container,
      status,
      code,
    ),
  response: (action: string): JsonObject =>
    errorOf(
      'ActionResponseSkipped',
      "The execution of template action '{0}' is skipped: the client application is not waiting for a response from service.",
      action,
    ),
} as const;

/** A template failure; `position` is known for the expression of a container only. */
export function templateError(action: string, inner: string, position?: { line: number; column: number }): JsonObject {
  const of = position === undefined ? "in action '{0}' inputs" : "for action '{0}'";
  return errorOf(
    'InvalidTemplate',
    `Unable to process template language expressions ${of} at line '{1}' and column '{2}': '{3}'.`,
    action,
    String(position?.line ?? 0),
    String(position?.column ?? 0),
    inner,
  );
}

export function timedOutError(action: string): JsonObject {
  return errorOf(
    'ActionTimedOut',
    "The execution of template action '{0}' is failed: the action did not complete within its limit of time.",
    action,
  );
}
