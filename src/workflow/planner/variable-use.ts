/**
 * Variables: declared once, initialised before they are used on every path, used as their type allows.
 *
 * Owns: these checks. Does not own: values at run time (`#engine`).
 * Source: engine reference 1.3, 3.6; wording of the published error messages.
 */
import type { ActionBody, ActionPlan, VariableOperation, VariableType } from '../plan.ts';
import type { ActionGraph } from './graph.ts';
import type { Planning, Site } from './planning.ts';

interface Declaration {
  readonly name: string;
  readonly type: VariableType;
  readonly action: ActionPlan;
}

export function checkVariables(planning: Planning, graph: ActionGraph): void {
  const declarations = declarationsOf(planning, graph);
  const use = new VariableUse(planning, graph, declarations);
  for (const site of planning.sites) {
    for (const { target, name } of site.planned.references) {
      if (target === 'variable' && name !== undefined) use.read(site, name);
    }
  }
  for (const action of graph.actions.values()) if (action.kind === 'changeVariable') use.change(action);
}

function declarationsOf(planning: Planning, graph: ActionGraph): ReadonlyMap<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  for (const action of graph.actions.values()) {
    if (action.kind !== 'initializeVariable') continue;
    for (const { name, type } of action.variables) {
      if (declarations.has(name.toLowerCase())) {
        const message = `The inputs of workflow run action '${action.name}' of type '${action.type}' are not valid. The variable '${name}' is initialized more than once.`;
        planning.refuse('InvalidVariableInitialization', message, ['actions', action.name, 'inputs', 'variables']);
      } else {
        declarations.set(name.toLowerCase(), { name, type, action });
      }
    }
  }
  const most = planning.limits.variables;
  if (declarations.size > most) {
    planning.refuse('WorkflowLimitExceeded', `The number of variables exceeds the limit of '${most}'.`, ['actions']);
  }
  return declarations;
}

type Change = ActionPlan & ActionBody & { readonly kind: 'changeVariable' };

/** The types each operation works on; SetVariable takes all. */
const operationTypes: Readonly<Record<VariableOperation, readonly VariableType[] | undefined>> = {
  SetVariable: undefined,
  IncrementVariable: ['Integer', 'Float'],
  DecrementVariable: ['Integer', 'Float'],
  AppendToArrayVariable: ['Array'],
  AppendToStringVariable: ['String'],
};

class VariableUse {
  readonly #planning: Planning;
  readonly #graph: ActionGraph;
  readonly #declarations: ReadonlyMap<string, Declaration>;

  constructor(planning: Planning, graph: ActionGraph, declarations: ReadonlyMap<string, Declaration>) {
    this.#planning = planning;
    this.#graph = graph;
    this.#declarations = declarations;
  }

  /** `variables('v')` in a template. */
  read(site: Site, name: string): void {
    const { owner } = site;
    const declaration = this.#declarations.get(name.toLowerCase());
    if (owner.kind === 'output' && declaration === undefined) {
      const message = `The output '${owner.name}' is not valid. The variable '${name}' is not initialized in the template.`;
      this.#planning.refuse('InvalidVariableOperation', message, site.steps);
    }
    const action = owner.kind === 'action' ? this.#graph.actions.get(owner.key) : undefined;
    if (action === undefined) return;
    this.#requireInitialised(action, name, declaration, site);
    const change = action.kind === 'changeVariable' ? action : undefined;
    if (
      change?.operation !== 'SetVariable' ||
      change.variable.toLowerCase() !== name.toLowerCase() ||
      site.what !== 'inputs'
    )
      return;
    const message = `The inputs of workflow run action '${action.name}' of type '${action.type}' are not valid. Self reference is not supported when updating the value of variable '${change.variable}'.`;
    this.#planning.refuse('WorkflowRunActionInputsInvalidProperty', message, site.steps);
  }

  /** The variable an action changes. */
  change(action: Change): void {
    const { variable, operation } = action;
    if (variable === '') return;
    const declaration = this.#declarations.get(variable.toLowerCase());
    this.#requireInitialised(action, variable, declaration, undefined);
    const types = operationTypes[operation];
    if (declaration === undefined || types === undefined || types.includes(declaration.type)) return;
    const message = `The inputs of workflow run action '${action.name}' of type '${action.type}' are not valid. The variable '${variable}' of type '${declaration.type}' must be of type '${types.join("' or '")}'.`;
    this.#planning.refuse('InvalidVariableOperation', message, ['actions', action.name, 'inputs', 'name']);
  }

  #requireInitialised(
    action: ActionPlan,
    name: string,
    declaration: Declaration | undefined,
    site: Site | undefined,
  ): void {
    const initialised =
      declaration !== undefined &&
      declaration.action.key !== action.key &&
      this.#graph.hasEnded(declaration.action, action);
    if (initialised) return;
    const message = `The inputs of workflow run action '${action.name}' of type '${action.type}' are not valid. The variable '${name}' must be initialized before it can be used inside action '${action.name}'.`;
    this.#planning.refuse(
      'InvalidVariableOperation',
      message,
      site?.steps ?? ['actions', action.name, 'inputs', 'name'],
    );
  }
}
