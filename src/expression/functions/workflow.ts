/**
 * The functions of group "Workflow" that read the run: parameters, variables, the trigger, actions, loops.
 *
 * Owns: those functions. Does not own: forms and multipart bodies (`body-content.ts`), what the records hold (`#engine`).
 *
 * Invariants
 * WF1. What the context does not know is a fault that names it; a part that is merely absent (no outputs, no body) is null.
 *
 * Source: expression reference 6.7.
 */
import type { Json } from '#foundation';
import type { EvaluationContext } from '../context.ts';
import { evaluationFault } from '../faults.ts';
import { memberName } from '../select.ts';
import { isArray, isObject, type ObjectValue, type Value } from '../values.ts';
import {
  type FunctionDefinition,
  type FunctionResult,
  type ParameterType,
  parameter,
  type ReferenceTarget,
} from './function.ts';

const group = 'Workflow';

interface LookUp {
  readonly name: string;
  readonly refersTo: ReferenceTarget;
  readonly help: string;
  /** What the argument names. */
  readonly named: string;
  readonly find: (context: EvaluationContext, name: string) => Value | undefined;
  readonly missing: (name: string) => string;
}

/** A function that takes a name and looks it up. */
function lookUp({ name, refersTo, help, named, find, missing }: LookUp): FunctionDefinition {
  return {
    name,
    group,
    help,
    parameters: [parameter(refersTo === 'parameter' || refersTo === 'variable' ? `${refersTo}Name` : 'name', named)],
    returns: 'Any',
    pure: false,
    refersTo,
    apply: (args, context) => {
      const given = args[0] as string;
      const found = find(context, given);
      return found === undefined ? evaluationFault(missing(given)) : found;
    },
  };
}

/** A function without parameters that reads its surroundings. */
function surrounding(
  name: string,
  refersTo: ReferenceTarget,
  returns: ParameterType,
  help: string,
  find: (context: EvaluationContext) => Value | undefined,
): FunctionDefinition {
  return {
    name,
    group,
    help,
    parameters: [],
    returns,
    pure: false,
    refersTo,
    apply: (_args, context): FunctionResult => {
      const found = find(context);
      return found === undefined
        ? evaluationFault(`The template function '${name}' is not expected at this location.`)
        : found;
    },
  };
}

/** The `outputs` of a record; null when it has none. */
export function outputsOf(record: ObjectValue): Value {
  const name = memberName(record, 'outputs');
  return name === undefined ? null : (record[name] as Value);
}

/**
 * The body within outputs. Outputs that are no envelope of status, headers and body are the body themselves: a Compose has
 * bare outputs, and `body()` reads them like `outputs()` does.
 */
export function bodyOf(outputs: Value): Value {
  if (!isObject(outputs)) return outputs;
  const name = memberName(outputs, 'body');
  if (name !== undefined) return outputs[name] as Value;
  return Object.hasOwn(outputs, 'headers') || Object.hasOwn(outputs, 'statusCode') ? null : outputs;
}

/** The trigger's body: null when it has none. A SlidingWindow has bare outputs (engine reference 2.7). */
export function triggerBodyOf(record: ObjectValue): Value {
  return bodyOf(outputsOf(record));
}

export function missingAction(name: string): string {
  return `The template action '${name}' is not defined in the template or has not run yet.`;
}

function ofAction(
  name: string,
  help: string,
  read: (record: ObjectValue) => Value,
  deprecated = false,
): FunctionDefinition {
  const definition = lookUp({
    name,
    refersTo: 'action',
    help,
    named: 'the name of the action',
    find: (context, given) => {
      const record = context.action(given);
      return record === undefined ? undefined : read(record);
    },
    missing: missingAction,
  });
  return deprecated ? { ...definition, deprecated } : definition;
}

/** An action inside a Foreach, read from outside it, has one body per iteration (engine reference 5.6). */
function bodyOfAction(record: ObjectValue): Value {
  const outputs = outputsOf(record);
  return isArray(outputs) && Object.hasOwn(record, 'repetitionCount') ? outputs.map(bodyOf) : bodyOf(outputs);
}

const actionFunctions: readonly FunctionDefinition[] = [
  ofAction(
    'actions',
    'The record of an action: name, inputs, outputs, status, times, code, tracking.',
    (record) => record,
  ),
  ofAction('outputs', 'The outputs of an action; null when it did not run.', outputsOf),
  ofAction('body', 'The body of the outputs of an action; null when there is none.', bodyOfAction),
  ofAction('actionOutputs', 'The older name of outputs().', outputsOf, true),
  ofAction('actionBody', 'The older name of body().', bodyOfAction, true),
  surrounding('action', 'currentAction', 'Object', 'The record of the current action.', (context) =>
    context.currentAction(),
  ),
];

const triggerFunctions: readonly FunctionDefinition[] = [
  surrounding('trigger', 'trigger', 'Object', 'The record of the trigger that started the run.', (context) =>
    context.trigger(),
  ),
  surrounding('triggerOutputs', 'trigger', 'Any', 'The outputs of the trigger.', (context) => {
    const record = context.trigger();
    return record === undefined ? undefined : outputsOf(record);
  }),
  surrounding(
    'triggerBody',
    'trigger',
    'Any',
    'The body of the outputs of the trigger; null when there is none.',
    (context) => {
      const record = context.trigger();
      return record === undefined ? undefined : triggerBodyOf(record);
    },
  ),
];

const loopFunctions: readonly FunctionDefinition[] = [
  lookUp({
    name: 'items',
    refersTo: 'foreach',
    help: 'The item of the named Foreach that encloses this action.',
    named: 'the name of the Foreach',
    find: (context, name) => context.loopItem(name),
    missing: (name) =>
      `The template function 'items' is not expected at this location: no Foreach '${name}' encloses it.`,
  }),
  lookUp({
    name: 'iterationIndexes',
    refersTo: 'until',
    help: 'The index of the current pass of the named Until that encloses this action, from 0.',
    named: 'the name of the Until',
    find: (context, name) => context.loopIndex(name),
    missing: (name) =>
      `The template function 'iterationIndexes' is not expected at this location: no Until '${name}' encloses it.`,
  }),
  lookUp({
    name: 'result',
    refersTo: 'scope',
    help: 'The records of the actions directly within the named scope or loop.',
    named: 'the name of the scope',
    find: (context, name) => context.scopeResults(name),
    missing: (name) => `The template scope '${name}' is not defined in the template or has not run yet.`,
  }),
];

const valueFunctions: readonly FunctionDefinition[] = [
  lookUp({
    name: 'parameters',
    refersTo: 'parameter',
    help: 'The value of a parameter of the definition.',
    named: 'the name of the parameter',
    find: (context, name) => context.parameter(name),
    missing: (name) => `The workflow parameter '${name}' is not found.`,
  }),
  lookUp({
    name: 'variables',
    refersTo: 'variable',
    help: 'The value of a variable.',
    named: 'the name of the variable',
    find: (context, name) => context.variable(name),
    missing: (name) => `The variable '${name}' must be initialized before it can be used.`,
  }),
  {
    ...lookUp({
      name: 'appsetting',
      refersTo: 'setting',
      help: 'A setting of the host that workflows may read.',
      named: 'the name of the setting',
      find: (context, name): Json | undefined => context.setting(name),
      missing: (name) => `The app setting '${name}' is not available to workflows.`,
    }),
    returns: 'String',
  },
  surrounding(
    'workflow',
    'workflow',
    'Object',
    'The workflow itself and its run: id, name, type, location, tags, run.',
    (context) => context.workflow(),
  ),
  surrounding(
    'listCallbackUrl',
    'callbackUrl',
    'String',
    'The signed URL of the webhook that is being subscribed.',
    (context) => context.callbackUrl(),
  ),
];

export const workflowFunctions: readonly FunctionDefinition[] = [
  ...valueFunctions,
  ...triggerFunctions,
  ...actionFunctions,
  ...loopFunctions,
];
