/**
 * From a definition and its parameters to a plan, or to the reasons why not.
 *
 * Owns: the order of the phases: bounds, parameters, triggers, actions, references, visibility.
 *
 * Invariants
 * W1. Never throws, whatever the definition; a refusal names the first fault and lists the others.
 * W2. What is not supported is refused here, so that the engine never meets it.
 *
 * Source: engine reference 1.
 */
import { type Fault, fault, isJsonObject, type Json } from '#foundation';
import type { WorkflowPlan } from '../plan.ts';
import { ContainerPlanner } from './containers.ts';
import { ActionGraph } from './graph.ts';
import { workflowLimits, type WorkflowLimits } from './limits.ts';
import { Members } from './members.ts';
import { planParameters } from './parameters.ts';
import { isDeeperThan } from './paths.ts';
import { Planning, type WorkflowWarning } from './planning.ts';
import { checkReferences } from './references.ts';
import { planStaticResults } from './static-results.ts';
import { planTriggers } from './triggers.ts';
import { checkVariables } from './variable-use.ts';
import { checkSecuredPlaces, inheritedSecureData, readAsResult, readFromOutsideLoop } from './visibility.ts';

export interface WorkflowInput {
  readonly definition: Json;
  /** Resource-level `properties.parameters`: `{ name: { value, type? } }`. */
  readonly parameters?: Json;
  readonly limits?: WorkflowLimits;
  /** Milliseconds of the clock when somebody saves; without it nothing is held against the clock. */
  readonly now?: number;
}

export type PlannedWorkflow =
  | { readonly kind: 'planned'; readonly plan: WorkflowPlan; readonly warnings: readonly WorkflowWarning[] }
  /** The first fault; when there are more, all are its details, each with its JSON path as `target`. */
  | { readonly kind: 'refused'; readonly fault: Fault };

const known = new Set([
  '$schema',
  'contentversion',
  'description',
  'metadata',
  'parameters',
  'triggers',
  'actions',
  'outputs',
  'staticresults',
]);

/** Checks and plans a definition; pure, and never throws. */
export function planWorkflow(input: WorkflowInput): PlannedWorkflow {
  const limits = input.limits ?? workflowLimits;
  const { definition, parameters = {} } = input;
  if (!isJsonObject(definition)) return refusal('The definition must be an object.');
  if (isDeeperThan([definition, parameters], limits.jsonDepth + 1)) {
    return refusal(`The definition is nested deeper than the limit of '${limits.jsonDepth}'.`);
  }
  const planning = new Planning(definition, limits, input.now);
  const plan = planParts(planning, parameters);
  const reason = planning.fault();
  if (reason !== undefined || plan === undefined) {
    return { kind: 'refused', fault: reason ?? fault('InternalServerError', 'The definition could not be planned.') };
  }
  return { kind: 'planned', plan, warnings: planning.warnings };
}

function refusal(message: string): PlannedWorkflow {
  return { kind: 'refused', fault: fault('InvalidTemplate', `The template validation failed: '${message}'.`) };
}

function planParts(planning: Planning, given: Json): WorkflowPlan | undefined {
  const { definition } = planning;
  if (!isJsonObject(given)) planning.invalid('The workflow parameters must be an object.', ['parameters']);
  const members = Members.read(planning, definition, known, 'FlowTemplate', []);
  checkHeader(planning, members);
  const parameters = planParameters(planning, given);
  const staticResults = planStaticResults(planning);
  const triggers = planTriggers(planning);
  const actions = members.get('actions');
  const walk = new ContainerPlanner(planning, actionNames(actions, planning.limits.actions));
  const root = walk.container(actions, { loops: [], inForeach: false, depth: 0, steps: ['actions'] });
  const outputs = planOutputs(planning, members.get('outputs'));
  // What follows takes a sound tree for granted: no double names, no circles.
  if (planning.hasFaults) return undefined;
  const graph = new ActionGraph(root);
  checkNames(planning, graph, triggers);
  checkReferences(planning, { graph, parameters });
  checkVariables(planning, graph);
  checkResponses(planning, graph, triggers);
  checkSecuredPlaces(planning, graph, triggers.values());
  for (const [key, hidden] of inheritedSecureData(graph, planning.sites, triggers.values())) {
    // The plan is not published yet: its invariant P1 begins with the return.
    Object.assign(graph.actions.get(key)?.inheritedSecure ?? {}, hidden);
  }
  return {
    definition,
    triggers,
    root,
    actions: graph.actions,
    parameters,
    outputs,
    staticResults,
    hasResponse: [...graph.actions.values()].some(({ kind }) => kind === 'response'),
    answersLater: [...graph.actions.values()].some((action) => action.kind === 'response' && action.asynchronous),
    readFromOutsideLoop: readFromOutsideLoop(graph, planning.sites),
    readAsResult: readAsResult(graph, planning.sites),
  };
}

// --- The definition itself --------------------------------------------------------------------------------------

const schemaText = /\/schemas\/2016-06-01\/workflowdefinition\.json#?$/i;

function checkHeader(planning: Planning, members: Members): void {
  const schema = members.get('$schema');
  if (schema !== undefined && (typeof schema !== 'string' || !schemaText.test(schema.slice(-200)))) {
    planning.invalid("The '$schema' of the template is not that of the schema version '2016-06-01'.", ['$schema']);
  }
  const version = members.get('contentVersion');
  if (version !== undefined && (typeof version !== 'string' || !/^\d{1,9}(\.\d{1,9}){0,3}$/.test(version))) {
    planning.invalid("The 'contentVersion' of the template must have the form 'n.n.n.n'.", ['contentVersion']);
  }
  const most = planning.limits.descriptionCharacters;
  const description = members.text('description') ?? '';
  if (description.length > most) {
    const message = `The description of the template has '${description.length}' characters and exceeds the limit of '${most}'.`;
    planning.refuse('WorkflowDescriptionTooLong', message, ['description']);
  }
}

/** Lower-case names of all actions, as far as the limit; for messages only, so shapes are not checked. */
function actionNames(actions: Json | undefined, most: number): ReadonlySet<string> {
  const names = new Set<string>();
  const pending: (Json | undefined)[] = [actions];
  for (let at = pending.pop(); pending.length > 0 || at !== undefined; at = pending.pop()) {
    if (!isJsonObject(at) || names.size > most) continue;
    for (const [name, source] of Object.entries(at)) {
      names.add(name.toLowerCase());
      const members = Members.of(source);
      const cases = members.get('cases');
      const bodies = [
        source,
        members.get('else'),
        members.get('default'),
        ...Object.values(isJsonObject(cases) ? cases : {}),
      ];
      for (const body of bodies) {
        const inside = Members.of(body).get('actions');
        if (inside !== undefined) pending.push(inside);
      }
    }
  }
  return names;
}

function checkNames(planning: Planning, graph: ActionGraph, triggers: WorkflowPlan['triggers']): void {
  for (const [key, { name }] of triggers) {
    if (!graph.actions.has(key)) continue;
    planning.invalid(`The template trigger and action names must be unique: '${name}' is declared as both.`, [
      'triggers',
      name,
    ]);
  }
}

const outputMembers = new Set(['type', 'value', 'description', 'metadata']);

function planOutputs(planning: Planning, declared: Json | undefined): WorkflowPlan['outputs'] {
  if (declared !== undefined && !isJsonObject(declared)) {
    planning.invalid("The 'outputs' of the template must be an object.", ['outputs']);
  }
  const entries = Object.entries(isJsonObject(declared) ? declared : {});
  const most = planning.limits.outputs;
  if (entries.length > most) {
    planning.refuse('WorkflowLimitExceeded', `The number of outputs exceeds the limit of '${most}'.`, ['outputs']);
    return new Map();
  }
  return new Map(
    entries.map(([name, source]) => {
      const steps = ['outputs', name];
      const members = Members.read(planning, source, outputMembers, 'FlowTemplateOutputParameter', steps);
      const place = { owner: { kind: 'output', name }, what: 'value', steps: [...steps, 'value'] } as const;
      return [
        name.toLowerCase(),
        { name, type: members.text('type') ?? 'String', value: planning.template(members.get('value'), place) },
      ];
    }),
  );
}

/** A Response needs a caller who waits: not with splitOn, not with a recurrence (engine reference 1.3, 2.2). */
function checkResponses(planning: Planning, graph: ActionGraph, triggers: WorkflowPlan['triggers']): void {
  const response = [...graph.actions.values()].find((action) => action.kind === 'response');
  if (response === undefined) return;
  for (const trigger of triggers.values()) {
    const about = `The workflow action '${response.name}' of type 'Response' is not supported with the trigger '${trigger.name}'`;
    const steps = ['triggers', trigger.name];
    if (trigger.splitOn !== undefined && !(response.kind === 'response' && response.asynchronous)) {
      planning.refuse('WorkflowUnsupportedSplitOnTriggerForResponseAction', `${about}: it has 'splitOn'.`, steps);
    }
    if (trigger.type === 'Batch') {
      planning.refuse('WorkflowUnsupportedBatchTriggerForResponseAction', `${about}: it is a batch.`, steps);
    }
    if (trigger.recurrence !== undefined) {
      planning.refuse('WorkflowUnsupportedRecurrenceTriggerForResponseAction', `${about}: it is a recurrence.`, steps);
    }
  }
}
