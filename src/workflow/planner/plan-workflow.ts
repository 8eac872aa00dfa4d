/**
 * From a definition and its parameters to a plan, or to the reasons why not.
 *
 * Owns: the order of the phases: parameters, triggers, actions, references, visibility.
 *
 * Invariants
 * W1. Never throws, whatever the definition; a refusal names the first fault and lists the others.
 * W2. What is not supported is refused here, so that the engine never meets it.
 */
import { type Fault, fault, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import type { ActionPlan, ContainerPlan, ParameterPlan, ParameterType, StaticResult, WorkflowPlan } from '../plan.ts';
import { ContainerPlanner } from './containers.ts';
import { workflowLimits, type WorkflowLimits } from './limits.ts';
import { Planning, type WorkflowWarning } from './planning.ts';
import { containersOf, ReferenceCheck } from './references.ts';
import { planTrigger } from './triggers.ts';
import { readAsResult, readFromOutsideLoop, spreadSecureData } from './visibility.ts';

export interface WorkflowInput {
  readonly definition: Json;
  /** Resource-level `properties.parameters`: `{ name: { value, type? } }`. */
  readonly parameters?: Json;
  readonly limits?: WorkflowLimits;
}

export type PlannedWorkflow =
  | { readonly kind: 'planned'; readonly plan: WorkflowPlan; readonly warnings: readonly WorkflowWarning[] }
  /** The first fault; the others are its details. */
  | { readonly kind: 'refused'; readonly fault: Fault };

export function planWorkflow(input: WorkflowInput): PlannedWorkflow {
  const { definition } = input;
  if (!isJsonObject(definition)) {
    return {
      kind: 'refused',
      fault: fault('InvalidTemplate', "The template validation failed: 'The definition must be an object.'."),
    };
  }
  const planning = new Planning(input.limits ?? workflowLimits);
  const parameters = planParameters(planning, definition, input.parameters);
  const triggers = planTriggers(planning, definition);
  const walk = new ContainerPlanner(planning);
  const root = walk.container(memberOf(definition, 'actions'), { loops: [], depth: 0, path: 'actions' });
  const early = planning.fault();
  if (early !== undefined) return { kind: 'refused', fault: early };
  const graph = { definition, triggers, root, actions: inOrder(root), parameters };
  new ReferenceCheck(planning, graph).run();
  checkResponses(planning, graph);
  const plan = finish(planning, graph);
  const late = planning.fault();
  if (late !== undefined) return { kind: 'refused', fault: late };
  return { kind: 'planned', plan, warnings: planning.warnings };
}

type Graph = Pick<WorkflowPlan, 'definition' | 'triggers' | 'root' | 'actions' | 'parameters'>;

function finish(planning: Planning, graph: Graph): WorkflowPlan {
  const triggerHides = [...graph.triggers.values()].some(({ secure }) => secure.outputs);
  const inherited = spreadSecureData(graph.actions, triggerHides);
  for (const [key, secure] of inherited) {
    const action = graph.actions.get(key);
    if (action !== undefined) Object.assign(action, { inheritedSecure: secure });
  }
  const staticResults = planStaticResults(planning, graph);
  return {
    ...graph,
    outputs: planOutputs(planning, graph.definition),
    staticResults,
    hasResponse: [...graph.actions.values()].some(({ kind }) => kind === 'response'),
    readFromOutsideLoop: readFromOutsideLoop(graph.actions),
    readAsResult: readAsResult(graph.actions),
  };
}

/** Every action, parents before children, in definition order (plan P3). */
function inOrder(root: ContainerPlan): ReadonlyMap<string, ActionPlan> {
  const actions = new Map<string, ActionPlan>();
  const walk = (container: ContainerPlan): void => {
    for (const action of container.actions) {
      actions.set(action.key, action);
      for (const inner of containersOf(action)) walk(inner);
    }
  };
  walk(root);
  return actions;
}

// --- Parameters -------------------------------------------------------------------------------------------------

const parameterTypes: Readonly<Record<string, ParameterType>> = {
  string: 'String',
  securestring: 'SecureString',
  int: 'Int',
  float: 'Float',
  bool: 'Bool',
  array: 'Array',
  object: 'Object',
  secureobject: 'SecureObject',
};

function planParameters(
  planning: Planning,
  definition: JsonObject,
  given: Json | undefined,
): ReadonlyMap<string, ParameterPlan> {
  const declared = memberOf(definition, 'parameters');
  const names = Object.keys(isJsonObject(declared) ? declared : {});
  if (names.length > planning.limits.parameters) {
    planning.refuse(
      'WorkflowLimitExceeded',
      `The number of parameters exceeds the limit of '${planning.limits.parameters}'.`,
      'parameters',
    );
  }
  const values = new Map(
    Object.entries(isJsonObject(given) ? given : {}).map(([name, entry]) => [
      name.toLowerCase(),
      memberOf(entry, 'value'),
    ]),
  );
  const plans = new Map<string, ParameterPlan>();
  for (const name of names) {
    const plan = planParameter(planning, name, memberOf(declared, name) ?? null, values.get(name.toLowerCase()));
    if (plan !== undefined) plans.set(name.toLowerCase(), plan);
  }
  for (const [name, entry] of Object.entries(isJsonObject(given) ? given : {})) {
    if (plans.has(name.toLowerCase()) || entry === null) continue;
    planning.invalid(`The workflow parameter '${name}' is not declared in the definition`, `parameters.${name}`);
  }
  return plans;
}

function planParameter(
  planning: Planning,
  name: string,
  source: Json,
  value: Json | undefined,
): ParameterPlan | undefined {
  const path = `parameters.${name}`;
  const type = parameterTypes[(textMember(source, 'type') ?? '').toLowerCase()];
  if (type === undefined) {
    planning.invalid(
      `The parameter '${name}' must have one of the types ${Object.values(parameterTypes).join(', ')}`,
      path,
    );
    return undefined;
  }
  const fallback = memberOf(source, 'defaultValue');
  if (value === undefined && fallback === undefined) {
    planning.invalid(`The value for the workflow parameter '${name}' is not provided`, path);
  }
  if (value !== undefined && value !== null && !fits(type, value)) {
    planning.invalid(
      `The provided value for the workflow parameter '${name}' is not of the expected type '${type}'`,
      path,
    );
  }
  return {
    name,
    type,
    secure: type === 'SecureString' || type === 'SecureObject',
    ...(value === undefined ? {} : { value }),
    ...(fallback === undefined ? {} : { defaultValue: planning.template(fallback, `parameter '${name}'`, path) }),
  };
}

function fits(type: ParameterType, value: Json): boolean {
  switch (type) {
    case 'String':
    case 'SecureString':
      return typeof value === 'string';
    case 'Int':
    case 'Float':
      return typeof value === 'number' || (typeof value === 'object' && value !== null && 'text' in value);
    case 'Bool':
      return typeof value === 'boolean';
    case 'Array':
      return Array.isArray(value);
    case 'Object':
    case 'SecureObject':
      return isJsonObject(value);
  }
}

// --- Triggers, outputs, static results --------------------------------------------------------------------------

function planTriggers(planning: Planning, definition: JsonObject): WorkflowPlan['triggers'] {
  const declared = memberOf(definition, 'triggers');
  const entries = Object.entries(isJsonObject(declared) ? declared : {});
  if (entries.length > planning.limits.triggers) {
    planning.refuse(
      'WorkflowLimitExceeded',
      `The number of triggers exceeds the limit of '${planning.limits.triggers}'.`,
      'triggers',
    );
  }
  const plans = entries.map(([name, source]) => [name.toLowerCase(), planTrigger(planning, name, source)] as const);
  return new Map(plans.flatMap(([key, plan]) => (plan === undefined ? [] : [[key, plan] as const])));
}

/** A Response needs a caller: not with splitOn, not with a recurrence (engine reference 1.3). */
function checkResponses(planning: Planning, { actions, triggers }: Graph): void {
  const response = [...actions.values()].find(({ kind }) => kind === 'response');
  if (response === undefined) return;
  for (const trigger of triggers.values()) {
    const about = `The trigger '${trigger.name}' does not support the Response action '${response.name}'`;
    if (trigger.splitOn !== undefined) {
      planning.refuse(
        'WorkflowUnsupportedSplitOnTriggerForResponseAction',
        `${about}: it has 'splitOn'.`,
        `triggers.${trigger.name}`,
      );
    }
    if (trigger.type === 'Recurrence') {
      planning.refuse(
        'WorkflowUnsupportedRecurrenceTriggerForResponseAction',
        `${about}: it is a recurrence.`,
        `triggers.${trigger.name}`,
      );
    }
  }
}

function planOutputs(planning: Planning, definition: JsonObject): WorkflowPlan['outputs'] {
  const declared = memberOf(definition, 'outputs');
  const entries = Object.entries(isJsonObject(declared) ? declared : {});
  if (entries.length > planning.limits.outputs) {
    planning.refuse(
      'WorkflowLimitExceeded',
      `The number of outputs exceeds the limit of '${planning.limits.outputs}'.`,
      'outputs',
    );
  }
  return new Map(
    entries.map(([name, source]) => [
      name.toLowerCase(),
      {
        name,
        type: textMember(source, 'type') ?? 'String',
        value: planning.template(memberOf(source, 'value'), `output '${name}'`, `outputs.${name}.value`),
      },
    ]),
  );
}

function planStaticResults(planning: Planning, { definition, actions }: Graph): ReadonlyMap<string, StaticResult> {
  const declared = memberOf(definition, 'staticResults');
  const results = new Map<string, StaticResult>();
  for (const [name, source] of Object.entries(isJsonObject(declared) ? declared : {})) {
    const status = textMember(source, 'status');
    const code = textMember(source, 'code');
    const outputs = memberOf(source, 'outputs');
    const error = memberOf(source, 'error');
    results.set(name, {
      status: status?.toLowerCase() === 'failed' ? 'Failed' : 'Succeeded',
      ...(code === undefined ? {} : { code }),
      ...(outputs === undefined ? {} : { outputs }),
      ...(isJsonObject(error) ? { error } : {}),
    });
  }
  for (const action of actions.values()) {
    if (action.staticResult === undefined || results.has(action.staticResult)) continue;
    const message = `The static result '${action.staticResult}' of action '${action.name}' is not declared.`;
    planning.refuse('InvalidStaticResultName', message, `actions.${action.name}`);
  }
  return results;
}
