/**
 * Compose, ParseJson, Query, Select, Join, Table, and the date operations.
 *
 * Owns: their inputs. Source: engine reference 4.5.
 */
import { isJsonArray, isJsonObject, type Json } from '#foundation';
import type { ActionBody } from '../plan.ts';
import { planSchema } from '../schema/plan-schema.ts';
import {
  type ActionInputs,
  inputPlace,
  invalidInput,
  isExpression,
  missingInput,
  type PlainBody,
  plannedInput,
  plannedRow,
  requireInputs,
  wholeInputs,
} from './inputs.ts';
import { Members } from './members.ts';

export const compose: PlainBody = (action) => {
  if (!action.operation.members.has('inputs')) missingInput(action, 'inputs');
  return { kind: 'compose', inputs: wholeInputs(action) };
};

export const parseJson: PlainBody = (action) => {
  requireInputs(action, 'content', 'schema');
  const { planning, owner } = action.operation;
  const at = inputPlace(action, 'schema');
  const planned = planning.template(action.members.get('schema') ?? {}, at);
  const schema = planned.constant;
  if (schema === undefined) {
    const message = `The schema of action '${owner.name}' is computed at run time, which does not exist here.`;
    planning.refuse('WorkflowOptionNotSupported', message, at.steps);
  } else {
    checkSchema(action, schema);
  }
  return { kind: 'parseJson', content: plannedInput(action, 'content'), schema: schema ?? {} };
};

function checkSchema(action: ActionInputs, schema: Json): void {
  const { planning, owner } = action.operation;
  const { steps } = inputPlace(action, 'schema');
  const { faults, patterns } = planSchema(schema);
  if (patterns.length > 0) {
    const message = `The 'schema' property of action '${owner.name}' inputs contains 'pattern' or 'patternProperties' properties. 'Pattern' or 'patternProperties' properties are not supported in the action json schema.`;
    planning.refuse('ActionSchemaNotSupported', message, steps);
  }
  for (const { path, message } of patterns.length > 0 ? [] : faults) {
    const text = `The 'schema' property of action '${owner.name}' inputs is not a valid JSON schema: at '${path}', ${message}.`;
    planning.refuse('ActionSchemaNotSupported', text, steps);
  }
}

export const query: PlainBody = (action) => {
  requireInputs(action, 'from', 'where');
  return {
    kind: 'query',
    from: plannedInput(action, 'from'),
    where: plannedRow(action, action.members.get('where'), 'where'),
  };
};

export const select: PlainBody = (action) => {
  requireInputs(action, 'from', 'select');
  return {
    kind: 'select',
    from: plannedInput(action, 'from'),
    select: plannedRow(action, action.members.get('select'), 'select'),
  };
};

export const join: PlainBody = (action) => {
  requireInputs(action, 'from', 'joinWith');
  return { kind: 'join', from: plannedInput(action, 'from'), joinWith: plannedInput(action, 'joinWith') };
};

export const table: PlainBody = (action) => {
  requireInputs(action, 'from', 'format');
  const format = plannedInput(action, 'format');
  const known = typeof format.constant === 'string' && ['csv', 'html'].includes(format.constant.toLowerCase());
  if (format.constant !== undefined && action.members.has('format') && !known) {
    invalidInput(action, "The 'format' must be 'CSV' or 'HTML'.", 'format');
  }
  return { kind: 'table', from: plannedInput(action, 'from'), format, ...columnsOf(action) };
};

function columnsOf(action: ActionInputs): Pick<ActionBody & { kind: 'table' }, 'columns'> {
  const given = action.members.get('columns');
  if (given === undefined) return {};
  if (!isJsonArray(given)) {
    invalidInput(action, "The 'columns' must be an array.", 'columns');
    return {};
  }
  const columns = given.map((column, index) => {
    const members = Members.of(column);
    if (!members.has('value')) invalidInput(action, "A column must have a 'value'.", 'columns', index);
    return {
      header: action.operation.planning.template(
        members.get('header') ?? '',
        inputPlace(action, 'columns', index, 'header'),
      ),
      value: plannedRow(action, members.get('value'), 'columns', index, 'value'),
    };
  });
  return { columns };
}

/** The date operations with the inputs they cannot do without. */
const dateOperations: Readonly<Record<string, readonly string[]>> = {
  AddToTime: ['baseTime', 'interval', 'timeUnit'],
  SubtractFromTime: ['baseTime', 'interval', 'timeUnit'],
  ConvertTimeZone: ['baseTime', 'sourceTimeZone', 'destinationTimeZone'],
  CurrentTime: [],
  GetFutureTime: ['interval', 'timeUnit'],
  GetPastTime: ['interval', 'timeUnit'],
};

export const dateOperation: PlainBody = (action) => {
  const { planning, owner, members, steps } = action.operation;
  const given = members.text('kind') ?? '';
  const operation = Object.keys(dateOperations).find((kind) => kind.toLowerCase() === given.toLowerCase());
  if (operation === undefined) {
    const list = Object.keys(dateOperations).join(', ');
    const message = `The kind '${given}' of action '${owner.name}' of type 'Expression' is not one of ${list}.`;
    planning.refuse('WorkflowActionTypeNotSupported', message, [...steps, 'kind']);
    return undefined;
  }
  requireInputs(action, ...(dateOperations[operation] ?? []));
  if (action.given !== undefined && !isJsonObject(action.given) && !isExpression(action.given)) {
    invalidInput(action, 'They must be an object.');
  }
  return { kind: 'expression', operation, inputs: planning.template(action.given ?? {}, inputPlace(action)) };
};
