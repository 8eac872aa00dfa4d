/**
 * The `inputs` of an action or trigger, read member by member.
 *
 * Owns: required members, planning a member's template. Does not own: what the members mean (the kinds' own files).
 * Source: engine reference 4; wording of the published error messages.
 */
import type { Planned } from '#expression';
import type { Json } from '#foundation';
import type { ActionBody } from '../plan.ts';
import { Members } from './members.ts';
import type { Place } from './planning.ts';
import type { CommonSettings, Operation } from './settings.ts';

/** An action that holds no others, or a trigger, on its way into the plan. */
export interface ActionInputs {
  readonly operation: Operation;
  readonly settings: CommonSettings;
  /** As written; undefined when there are none. */
  readonly given: Json | undefined;
  readonly members: Members;
}

export type PlainBody = (action: ActionInputs) => ActionBody | undefined;

export function inputsOf(operation: Operation, settings: CommonSettings): ActionInputs {
  const given = operation.members.get('inputs');
  return { operation, settings, given, members: Members.of(given) };
}

/** Where a part of the inputs stands. */
export function inputPlace({ operation }: ActionInputs, ...inner: readonly (string | number)[]): Place {
  return { owner: operation.owner, what: 'inputs', steps: [...operation.steps, 'inputs', ...inner] };
}

/** All inputs as one template. */
export function wholeInputs(action: ActionInputs): Planned {
  return action.operation.planning.template(action.given, inputPlace(action));
}

/** One member as a template. */
export function plannedInput(action: ActionInputs, name: string): Planned {
  return action.operation.planning.template(action.members.get(name), inputPlace(action, name));
}

/** One member as a template that is evaluated once per row. */
export function plannedRow(
  action: ActionInputs,
  json: Json | undefined,
  ...inner: readonly (string | number)[]
): Planned {
  return action.operation.planning.template(json, { ...inputPlace(action, ...inner), rows: true });
}

/** Reports members that are missing; `host.connection.name` looks inside. */
export function requireInputs(action: ActionInputs, ...names: readonly string[]): void {
  for (const name of names) {
    let at: Json | undefined = action.given;
    const inside = name.split('.').every((step) => {
      const members = Members.of(at);
      at = members.get(step);
      // An expression in place of an object may give the rest; null is a value.
      return members.has(step) || typeof at === 'string';
    });
    if (!inside && !isExpression(action.given)) missingInput(action, name);
  }
}

export function missingInput(action: ActionInputs, name: string): void {
  const { planning, owner, type } = action.operation;
  const message = `The 'inputs' of workflow ${ownerText(owner)} '${owner.name}' of type '${type.type}' is not valid. Property '${name}' is missing.`;
  planning.refuse('WorkflowRunActionInputsMissingProperty', message, inputPlace(action).steps);
}

export function invalidInput(action: ActionInputs, what: string, ...inner: readonly (string | number)[]): void {
  const { planning, owner, type } = action.operation;
  const message = `The inputs of workflow ${ownerText(owner)} '${owner.name}' of type '${type.type}' are not valid. ${what}`;
  planning.refuse('WorkflowRunActionInputsInvalidProperty', message, inputPlace(action, ...inner).steps);
}

function ownerText({ kind }: Operation['owner']): string {
  return kind === 'action' ? 'run action' : 'trigger';
}

export function isExpression(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('@');
}
