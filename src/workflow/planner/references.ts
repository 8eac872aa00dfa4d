/**
 * What expressions refer to: existing, reachable, and available where they stand.
 *
 * Owns: the checks of names and places that need the whole definition.
 * Does not own: syntax, functions and arity (planning a template reports those), variables (`variable-use.ts`).
 * Source: engine reference 1.3, 5.6; expression reference 1.6, 11.1; wording of the published error messages.
 */
import type { Reference } from '#expression';
import { type Json, memberIgnoringCase } from '#foundation';
import type { ActionPlan, WorkflowPlan } from '../plan.ts';
import type { ActionGraph } from './graph.ts';
import type { Steps } from './paths.ts';
import { nameOf, type Planning, type Site } from './planning.ts';

export interface Definition {
  readonly graph: ActionGraph;
  readonly parameters: WorkflowPlan['parameters'];
}

export function checkReferences(planning: Planning, definition: Definition): void {
  const check = new ReferenceCheck(planning, definition);
  for (const site of planning.sites) {
    for (const reference of site.planned.references) check.reference(site, reference);
  }
}

class ReferenceCheck {
  readonly #planning: Planning;
  readonly #definition: Definition;

  constructor(planning: Planning, definition: Definition) {
    this.#planning = planning;
    this.#definition = definition;
  }

  reference(site: Site, reference: Reference): void {
    switch (reference.target) {
      case 'action':
      case 'scope':
        return this.#action(site, reference);
      case 'parameter':
        return this.#parameter(site, reference);
      case 'foreach':
      case 'until':
        return this.#loop(site, reference);
      case 'item':
        return this.#item(site, reference);
      case 'currentAction':
        return this.#currentAction(site, reference);
      case 'callbackUrl':
        return this.#callbackUrl(site, reference);
      case 'trigger':
        return this.#trigger(site, reference);
      case 'variable':
        if (site.owner.kind === 'trigger' || site.owner.kind === 'parameter') this.#notHere(site, reference);
        return;
      case 'workflow':
        if (site.owner.kind === 'parameter') this.#notHere(site, reference);
        return;
      case 'setting':
        return;
    }
  }

  #stepsOf(site: Site, reference: Reference): Steps {
    return [...site.steps, ...reference.path];
  }

  /** `The template action 'A' at line … is not valid: '…'.` */
  #invalid(site: Site, reference: Reference, what: string): void {
    const steps = this.#stepsOf(site, reference);
    const about = `The template ${nameOf(site.owner)} ${this.#planning.position(steps)} is not valid`;
    this.#planning.invalid(`${about}: '${what}'.`, steps);
  }

  #notHere(site: Site, reference: Reference): void {
    const where = site.owner.kind === 'action' ? `the '${site.what}' of an action` : `a ${site.owner.kind}`;
    this.#invalid(site, reference, `The template function '${reference.function}' cannot be used in ${where}.`);
  }

  #actionOf(site: Site): ActionPlan | undefined {
    return site.owner.kind === 'action' ? this.#definition.graph.actions.get(site.owner.key) : undefined;
  }

  #action(site: Site, reference: Reference): void {
    if (site.owner.kind === 'trigger' || site.owner.kind === 'parameter') return this.#notHere(site, reference);
    if (reference.name === undefined) return;
    const steps = this.#stepsOf(site, reference);
    const target = this.#definition.graph.action(reference.name);
    if (target === undefined) {
      const message = `The action(s) '${reference.name}' referenced by '${site.what}' in ${nameOf(site.owner)} are not defined in the template.`;
      return this.#planning.invalid(message, steps);
    }
    const reader = this.#actionOf(site);
    if (reader === undefined || this.#mayRead(site, reader, target)) return;
    const { name } = reader;
    const what = site.what === 'inputs' ? 'inputs' : `'${site.what}'`;
    this.#planning.invalid(
      `The ${what} of template action '${name}' ${this.#planning.position(steps)} cannot reference action '${target.name}'. Action '${target.name}' must either be in 'runAfter' path or within a scope action on the 'runAfter' path of action '${name}', or be a Trigger.`,
      steps,
    );
  }

  /** Own results are there for what is evaluated at the end; an Until's condition also reads its body. */
  #mayRead(site: Site, reader: ActionPlan, target: ActionPlan): boolean {
    if (target.key === reader.key) return site.what === 'trackedProperties' || isUntilCondition(site, reader);
    if (isUntilCondition(site, reader) && target.loops.includes(reader.key)) return true;
    return this.#definition.graph.hasEnded(target, reader);
  }

  #parameter(site: Site, reference: Reference): void {
    const { name } = reference;
    if (name === undefined) return;
    const parameter = this.#definition.parameters.get(name.toLowerCase());
    if (parameter === undefined) {
      return this.#invalid(site, reference, `The workflow parameter '${name}' is not found.`);
    }
    if (name.toLowerCase() === '$connections') this.#connection(site, reference, parameter.value);
  }

  /** A connection that is not in the value may be added by a later save: a warning. */
  #connection(site: Site, reference: Reference, value: Json | undefined): void {
    const [accessor] = reference.call.accessors;
    const index = accessor?.kind === 'index' ? accessor.index : undefined;
    const key = accessor?.kind === 'member' ? accessor.name : index?.kind === 'literal' ? index.value : undefined;
    if (typeof key !== 'string' || memberIgnoringCase(value, key) !== undefined) return;
    const message = `The connection '${key}' that ${nameOf(site.owner)} uses is not in the value of the parameter '$connections'.`;
    this.#planning.warn('ApiConnectionNotFound', message, this.#stepsOf(site, reference));
  }

  #loop(site: Site, reference: Reference): void {
    const reader = this.#actionOf(site);
    if (reader === undefined) return this.#notHere(site, reference);
    if (reference.name === undefined) return;
    const steps = this.#stepsOf(site, reference);
    const kind = reference.target === 'foreach' ? 'foreach' : 'until';
    const loop = this.#definition.graph.action(reference.name);
    if (loop === undefined) {
      const message = `The repetition action(s) '${reference.name}' referenced by '${site.what}' in action '${reader.name}' are not defined in the template.`;
      return this.#planning.invalid(message, steps);
    }
    const own = loop.key === reader.key && isUntilCondition(site, reader);
    if (loop.kind === kind && (own || reader.loops.includes(loop.key))) return;
    const functions = kind === 'foreach' ? "'repeatItems' or 'items' functions" : "the 'iterationIndexes' function";
    this.#planning.invalid(
      `The ${site.what} of template action '${reader.name}' ${this.#planning.position(steps)} is invalid. Action '${loop.name}' must be a parent '${kind}' scope of action '${reader.name}' to be referenced by ${functions}.`,
      steps,
    );
  }

  #item(site: Site, reference: Reference): void {
    if (site.rows === true) return;
    const reader = this.#actionOf(site);
    const inForeach = reader?.loops.some((key) => this.#definition.graph.actions.get(key)?.kind === 'foreach');
    if (inForeach === true) return;
    const what =
      "The template function 'item' can be used only inside a 'Foreach' or for the rows of a 'Query', 'Select' or 'Table'.";
    this.#invalid(site, reference, what);
  }

  #currentAction(site: Site, reference: Reference): void {
    const reader = this.#actionOf(site);
    if (reader !== undefined) {
      const unsubscribe =
        reader.kind === 'webhook' && site.what === 'inputs' && lower(reference.path[0]) === 'unsubscribe';
      if (site.what === 'trackedProperties' || unsubscribe || isUntilCondition(site, reader)) return;
    }
    this.#notHere(site, reference);
  }

  #callbackUrl(site: Site, reference: Reference): void {
    const { owner } = site;
    const webhook =
      owner.kind === 'trigger' ? /webhook|notification/i.test(owner.type) : this.#actionOf(site)?.kind === 'webhook';
    if (webhook && site.what === 'inputs') return;
    const what =
      "The template function 'listCallbackUrl' can be used only in the inputs of a webhook trigger or action.";
    this.#invalid(site, reference, what);
  }

  /** Inputs of a trigger are evaluated before it has any outputs. */
  #trigger(site: Site, reference: Reference): void {
    const early = site.owner.kind === 'trigger' && site.what === 'inputs';
    if (early || site.owner.kind === 'parameter') this.#notHere(site, reference);
  }
}

function isUntilCondition(site: Site, reader: ActionPlan): boolean {
  return reader.kind === 'until' && site.what === 'expression';
}

function lower(step: string | number | undefined): string {
  return String(step ?? '').toLowerCase();
}
