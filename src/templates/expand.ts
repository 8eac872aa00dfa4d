/**
 * A template with its parameters: the resources to deploy, in the order their dependencies allow.
 *
 * Owns: copies, conditions, dependencies explicit and implied, bodies as functions of what is learnt.
 * Does not own: ids (`resource-scope.ts`), names (`resource-instances.ts`), outputs (`template-outputs.ts`), deploying
 * (`#service`). Source: template reference 8-12.
 *
 * Invariants
 * E1. Ids are unique; dependencies name resources of the template; there is no cycle.
 * E2. Bodies are evaluated when asked, with the answers there are; a pending question is handed out, never guessed.
 */
import { armIdKey, type Fault, isFault, isJsonArray, type Json, textIgnoringCase } from '#foundation';
import {
  type CopyFrame,
  type EvaluationContext,
  newBudget,
  type PlannedExpression,
  templateStepLimit,
} from './context.ts';
import { copyCount } from './copy-count.ts';
import { evaluateValue } from './evaluate.ts';
import type { ExpandedResource, ExpandedTemplate } from './expanded-template.ts';
import { unknownName } from './known-names.ts';
import { nestedBody } from './nested-template.ts';
import type { OutlinedResource, TemplateOutline } from './outline.ts';
import { type ParameterValues, parameterValues } from './parameter-values.ts';
import { type Answers, TemplatePlace } from './place.ts';
import { planExpression } from './plan-expression.ts';
import { visitPlannedCalls } from './plan-value.ts';
import { type Instance, ResourceInstances } from './resource-instances.ts';
import { interleaved } from './resource-ids.ts';
import { resourceIdIn } from './resource-scope.ts';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import type { DeploymentPlace } from './surroundings.ts';
import { templateFault } from './template-fault.ts';
import { templateOutputs } from './template-outputs.ts';
import { textOf, typeOf } from './values.ts';

/** Most resources of one deployment. */
const resourceLimit = 800;

/** With parameters as they are given, `{ name: { value } }`. */
export function expandTemplate(
  outline: TemplateOutline,
  place: DeploymentPlace,
  given: Json | undefined,
): ExpandedTemplate | Fault {
  const parameters = parameterValues(outline, place, given);
  return isFault(parameters) ? parameters : expandWithValues(outline, place, parameters);
}

/** With all values known: those of a deployment that was begun before. */
export function expandWithValues(
  outline: TemplateOutline,
  place: DeploymentPlace,
  values: ParameterValues,
): ExpandedTemplate | Fault {
  return new Expander(outline, place, values).expand();
}

/** The resource that children stand in: its whole name, and its key unless a condition left it out. */
interface Parent {
  readonly name: string;
  readonly key: string | undefined;
}

class Expander {
  readonly #outline: TemplateOutline;
  readonly #place: DeploymentPlace;
  readonly #parameters: ParameterValues;
  readonly #static: TemplatePlace;
  readonly #instances = new ResourceInstances();
  readonly #budget = newBudget(templateStepLimit);
  readonly #asked = new Map<OutlinedResource, readonly PlannedExpression[]>();

  constructor(outline: TemplateOutline, place: DeploymentPlace, parameters: ParameterValues) {
    this.#outline = outline;
    this.#place = place;
    this.#parameters = parameters;
    this.#static = this.#placeWith(undefined);
  }

  #placeWith(answers: Answers | undefined): TemplatePlace {
    return new TemplatePlace({
      outline: this.#outline,
      place: this.#place,
      parameters: this.#parameters,
      budget: this.#budget,
      findResources: (name) => this.#instances.all(name),
      isLeftOut: (name) => this.#instances.isLeftOut(name),
      ...(answers === undefined ? {} : { answers }),
    });
  }

  expand(): ExpandedTemplate | Fault {
    const unknown = this.#unknownInOutputs();
    if (unknown !== undefined) return unknown;
    for (const resource of this.#outline.resources) {
      const fault = this.#instantiate(resource);
      if (fault !== undefined) return fault;
    }
    const { list, leftOut } = this.#instances;
    if (list.length > resourceLimit) {
      return this.#refused(`The number of resources exceeds the limit of '${resourceLimit}'`, ['resources']);
    }
    const resources: ExpandedResource[] = [];
    for (const instance of list) {
      const dependsOn = this.#dependencies(instance);
      if (isFault(dependsOn)) return dependsOn;
      resources.push(this.#expanded(instance, dependsOn));
    }
    const cycle = cycleOf(resources);
    if (cycle !== undefined) {
      const path = list.find(({ id }) => id === cycle)?.outlined.path ?? ['resources'];
      return this.#refused(`Circular dependency detected on resource: '${cycle}'`, path);
    }
    return {
      parameters: this.#parameters,
      resources,
      leftOut,
      outputs: (answers) => templateOutputs(this.#outline.outputs, this.#placeWith(answers).context()),
    };
  }

  #unknownInOutputs(): Fault | undefined {
    for (const { name, condition, value, copy } of this.#outline.outputs) {
      for (const planned of [condition, value, copy?.count, copy?.input]) {
        const message = planned === undefined ? undefined : unknownName(planned, this.#outline);
        if (message === undefined) continue;
        const path = ['outputs', name];
        const { line, column } = this.#outline.positionOf(path);
        const where = `The template output '${name}' at line '${line}' and column '${column}'`;
        return this.#refused(`${where} is not valid: ${message}`, path);
      }
    }
    return undefined;
  }

  #fault(resource: OutlinedResource, reason: EvaluationStop, member?: string): Fault {
    const path = [...resource.path, ...(member === undefined ? [] : [member]), ...reason.path];
    const { line, column } = this.#outline.positionOf(path);
    const name = textIgnoringCase(resource.source, 'name') ?? '';
    return this.#refused(
      `The template resource '${name}' at line '${line}' and column '${column}' is not valid: ${reason.message}`,
      path,
    );
  }

  #refused(message: string, path: readonly (string | number)[]): Fault {
    return templateFault(message, path, this.#outline.positionOf(path));
  }

  // --- Instances ------------------------------------------------------------------------------------------------

  #instantiate(resource: OutlinedResource): Fault | undefined {
    if (resource.copy === undefined) return this.#instance(resource, undefined, undefined);
    const count = copyCount(evaluateValue(resource.copy.count, this.#static.context()));
    if (isStop(count)) return this.#fault(resource, count, 'copy');
    this.#instances.declare(resource.copy.name);
    if (resource.symbol !== undefined) this.#instances.declare(resource.symbol);
    for (let index = 0; index < count; index += 1) {
      const frame: CopyFrame = { name: resource.copy.name, index, bare: true, outer: undefined };
      const fault = this.#instance(resource, undefined, frame);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #instance(resource: OutlinedResource, parent: Parent | undefined, frame: CopyFrame | undefined): Fault | undefined {
    const context = this.#static.context(frame);
    const name = evaluateValue(resource.name, context);
    if (isStop(name)) return this.#fault(resource, name, 'name');
    const apiVersion = evaluateValue(resource.apiVersion, context);
    if (isStop(apiVersion)) return this.#fault(resource, apiVersion, 'apiVersion');
    const wanted = this.#wanted(resource, context);
    if (isStop(wanted)) return this.#fault(resource, wanted, 'condition');
    if (typeof name !== 'string' || name === '') {
      return this.#fault(resource, stop("The 'name' must be a string."), 'name');
    }
    const full = parent === undefined || !resource.relative ? name : `${parent.name}/${name}`;
    const id = resourceIdIn(this.#place.scope, resource, full, context);
    if (isStop(id)) return this.#fault(resource, id);
    const key = armIdKey(id);
    const names = namesOf(resource, full, resource.copy === undefined ? undefined : frame);
    if (wanted === false) {
      this.#instances.leaveOut(key, names);
      // A condition is about its resource alone: children have their own.
      return this.#children(resource, { name: full, key: undefined }, frame);
    }
    if (this.#instances.has(key)) {
      return this.#refused(`The resource '${id}' is defined more than once in the template`, resource.path);
    }
    const instance: Instance = {
      outlined: resource,
      frame,
      id,
      key,
      name: full,
      apiVersion: textOf(apiVersion),
      parent: parent?.key,
      conditionPending: wanted === 'later',
    };
    this.#instances.add(instance, names);
    return this.#children(resource, instance, frame);
  }

  /** Each copy of a parent has its own children, which may ask for its index. */
  #children(resource: OutlinedResource, parent: Parent, frame: CopyFrame | undefined): Fault | undefined {
    for (const child of resource.children) {
      const fault = this.#instance(child, parent, frame);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Only templates with symbolic names may ask the running deployment in a condition. */
  #wanted(resource: OutlinedResource, context: EvaluationContext): boolean | 'later' | EvaluationStop {
    if (resource.condition === undefined) return true;
    const value = evaluateValue(resource.condition, context);
    if (isStop(value)) return value.question !== undefined && resource.symbol !== undefined ? 'later' : value;
    return booleanOf(value);
  }

  // --- Dependencies ---------------------------------------------------------------------------------------------

  #dependencies(instance: Instance): ReadonlySet<string> | Fault {
    const keys = new Set<string>();
    if (instance.parent !== undefined) keys.add(instance.parent);
    const context = this.#static.context(instance.frame);
    for (const [index, planned] of instance.outlined.dependsOn.entries()) {
      const value = evaluateValue(planned, context);
      if (isStop(value)) return this.#fault(instance.outlined, value, 'dependsOn');
      for (const one of isJsonArray(value) ? value : [value]) {
        const name = textOf(one);
        const found = this.#instances.keysOf(name);
        if (found !== undefined) addOthers(keys, found, instance.key);
        else if (!this.#instances.isLeftOut(name)) {
          return this.#refused(`The resource '${name}' is not defined in the template.`, [
            ...instance.outlined.path,
            'dependsOn',
            index,
          ]);
        }
      }
    }
    this.#impliedDependencies(instance, context, keys);
    for (const one of this.#earlierBatch(instance)) keys.add(one.key);
    return keys;
  }

  /** What a serial copy waits for: every instance of the batch before. */
  #earlierBatch({ outlined, frame }: Instance): readonly Instance[] {
    const batch = outlined.copy?.batch;
    if (batch === undefined || frame === undefined) return [];
    const mine = Math.floor(frame.index / batch);
    return this.#instances.list.filter(
      (one) => one.outlined === outlined && one.frame !== undefined && Math.floor(one.frame.index / batch) === mine - 1,
    );
  }

  /** `reference(x)` waits for x when x is in the template. */
  #impliedDependencies({ outlined, key }: Instance, context: EvaluationContext, keys: Set<string>): void {
    for (const target of this.#askedFor(outlined)) {
      const value = target(context);
      if (!isStop(value)) addOthers(keys, this.#instances.keysOf(textOf(value)) ?? [], key);
    }
  }

  /** What `reference` and `list…` in a resource are asked about, planned once for all its copies. */
  #askedFor(outlined: OutlinedResource): readonly PlannedExpression[] {
    const known = this.#asked.get(outlined);
    if (known !== undefined) return known;
    const targets: PlannedExpression[] = [];
    for (const planned of [outlined.body, outlined.condition]) {
      if (planned === undefined) continue;
      visitPlannedCalls(planned, ({ name, arguments: [target] }) => {
        if (target !== undefined && /^(?:references?|list[a-z]+)$/i.test(name)) targets.push(planExpression(target));
      });
    }
    this.#asked.set(outlined, targets);
    return targets;
  }

  // --- Values ---------------------------------------------------------------------------------------------------

  #expanded(instance: Instance, dependsOn: ReadonlySet<string>): ExpandedResource {
    const { outlined, frame } = instance;
    const { condition } = outlined;
    const isNested = outlined.type.toLowerCase() === 'microsoft.resources/deployments';
    const bodyIn = (context: EvaluationContext): Json | EvaluationStop => {
      const body = evaluateValue(outlined.body, context);
      return isNested && !isStop(body) ? nestedBody(body, outlined.innerTemplate) : body;
    };
    return {
      id: instance.id,
      type: outlined.type,
      name: instance.name,
      apiVersion: instance.apiVersion,
      existing: outlined.existing,
      path: outlined.path,
      dependsOn,
      positionOf: (path) => this.#outline.positionOf([...outlined.path, ...path]),
      ...(condition === undefined || !instance.conditionPending
        ? {}
        : {
            condition: (answers) => {
              const value = evaluateValue(condition, this.#placeWith(answers).context(frame));
              return isStop(value) ? value : booleanOf(value);
            },
          }),
      preview: (answers, unresolved) => bodyIn({ ...this.#placeWith(answers).context(frame), unresolved }),
      body: (answers) => bodyIn(this.#placeWith(answers).context(frame)),
    };
  }
}

/** What a name stands for; the resource itself only where it stands for nothing else, which is a cycle. */
function addOthers(keys: Set<string>, found: readonly string[], own: string): void {
  for (const key of found) if (key !== own || found.length === 1) keys.add(key);
}

/** Every name an instance goes by: in full, with its type, its last segment, its symbol, and the name of its copy. */
function namesOf(resource: OutlinedResource, full: string, frame: CopyFrame | undefined): readonly string[] {
  const { symbol } = resource;
  const indexed = symbol === undefined || frame === undefined ? undefined : `${symbol}[${frame.index}]`;
  const typed = interleaved(resource.type, [full]);
  const short = full.split('/').at(-1) ?? full;
  return [full, typed, short, symbol, indexed, frame?.name].filter((one) => one !== undefined);
}

function booleanOf(value: Json): boolean | EvaluationStop {
  return typeof value === 'boolean' ? value : stop(`The 'condition' must be a boolean, not '${typeOf(value)}'.`);
}

/** The id of a resource in or behind a cycle. */
function cycleOf(resources: readonly ExpandedResource[]): string | undefined {
  const left = new Map(resources.map((one) => [armIdKey(one.id), new Set(one.dependsOn)]));
  for (let progress = true; progress; ) {
    progress = false;
    for (const [key, waits] of left) {
      for (const on of waits) if (!left.has(on)) waits.delete(on);
      if (waits.size > 0) continue;
      left.delete(key);
      progress = true;
    }
  }
  const [first] = left.keys();
  return resources.find((one) => armIdKey(one.id) === first)?.id;
}
