/**
 * A template with its parameters: the resources to deploy, in the order their dependencies allow.
 *
 * Owns: copies, conditions, ids, dependencies explicit and implied, bodies and outputs as functions of what is learnt.
 * Does not own: deploying (`#service`). Source: template reference 8-12.
 *
 * Invariants
 * E1. Ids are unique; dependencies name resources of the template; there is no cycle.
 * E2. Bodies are evaluated when asked, with the answers there are; a pending question is handed out, never guessed.
 */
import {
  armIdKey,
  type Fault,
  isFault,
  isJsonArray,
  type Json,
  type JsonObject,
  setMember,
  textMember,
} from '#foundation';
import { visitCalls } from './check-expression.ts';
import { copyCount } from './copy-count.ts';
import type { CopyFrame, EvaluationContext } from './context.ts';
import { evaluateCopy, evaluateExpression, evaluateValue } from './evaluate.ts';
import type { OutlinedResource, TemplateOutline } from './outline.ts';
import { type ParameterValues, parameterValues } from './parameter-values.ts';
import { nestedBody } from './nested-template.ts';
import { type Answers, TemplatePlace } from './place.ts';
import { visitExpressions } from './plan-value.ts';
import { interleaved } from './resource-ids.ts';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import type { DeploymentPlace } from './surroundings.ts';
import { templateFault } from './template-fault.ts';
import { fitsType, textOf, typeOf } from './values.ts';

export interface ExpandedResource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  /** Ids (keys) of the resources it waits for. */
  readonly dependsOn: ReadonlySet<string>;
  /** What is PUT, with what is known so far. */
  readonly body: (answers: Answers) => Json | EvaluationStop;
}

export interface ExpandedTemplate {
  readonly parameters: ParameterValues;
  readonly resources: readonly ExpandedResource[];
  /** `{ name: { type, value } }`. */
  readonly outputs: (answers: Answers) => JsonObject | EvaluationStop;
}

/** Most resources of one deployment. */
const resourceLimit = 800;

export function expandTemplate(
  outline: TemplateOutline,
  place: DeploymentPlace,
  given: Json | undefined,
): ExpandedTemplate | Fault {
  const parameters = parameterValues(outline, place, given);
  if (isFault(parameters)) return parameters;
  return new Expander(outline, place, parameters).expand();
}

interface Instance {
  readonly outlined: OutlinedResource;
  readonly frame: CopyFrame | undefined;
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly parent: string | undefined;
}

class Expander {
  readonly #outline: TemplateOutline;
  readonly #place: DeploymentPlace;
  readonly #parameters: ParameterValues;
  readonly #static: TemplatePlace;
  readonly #instances: Instance[] = [];
  /** Keys of what a name, a copy's name, a symbol or an id stands for. */
  readonly #named = new Map<string, string[]>();
  /** What `dependsOn` may name although a condition left it out. */
  readonly #leftOut = new Set<string>();

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
      findResource: (name) => this.#find(name),
      ...(answers === undefined ? {} : { answers }),
    });
  }

  #find(name: string): { readonly id: string; readonly apiVersion: string } | undefined {
    const [key] = this.#named.get(name.toLowerCase()) ?? this.#named.get(armIdKey(name)) ?? [];
    return key === undefined ? undefined : this.#instances.find((one) => one.key === key);
  }

  expand(): ExpandedTemplate | Fault {
    for (const resource of this.#outline.resources) {
      const fault = this.#instantiate(resource, undefined);
      if (fault !== undefined) return fault;
    }
    if (this.#instances.length > resourceLimit) {
      return this.#refused(`The number of resources exceeds the limit of '${resourceLimit}'`, ['resources']);
    }
    const resources: ExpandedResource[] = [];
    for (const instance of this.#instances) {
      const dependsOn = this.#dependencies(instance);
      if (isFault(dependsOn)) return dependsOn;
      resources.push(this.#expanded(instance, dependsOn));
    }
    const cycle = cycleOf(resources);
    if (cycle !== undefined)
      return this.#refused(`Circular dependency detected on resource: '${cycle}'`, ['resources']);
    return { parameters: this.#parameters, resources, outputs: (answers) => this.#outputs(answers) };
  }

  #fault(resource: OutlinedResource, reason: EvaluationStop): Fault {
    const path = [...resource.path, ...reason.path];
    const { line, column } = this.#outline.positionOf(path);
    const name = textMember(resource.source, 'name') ?? '';
    return this.#refused(
      `The template resource '${name}' at line '${line}' and column '${column}' is not valid: ${reason.message}`,
      path,
    );
  }

  #refused(message: string, path: readonly (string | number)[]): Fault {
    return templateFault(message, path, this.#outline.positionOf(path));
  }

  // --- Instances ------------------------------------------------------------------------------------------------

  #instantiate(resource: OutlinedResource, parent: Instance | undefined): Fault | undefined {
    if (resource.copy === undefined) return this.#instance(resource, parent, undefined);
    const count = copyCount(evaluateValue(resource.copy.count, this.#static.context()));
    if (isStop(count)) return this.#fault(resource, count);
    this.#remember(resource.copy.name.toLowerCase(), undefined);
    for (let index = 0; index < count; index += 1) {
      const frame: CopyFrame = { name: resource.copy.name, index, bare: true, outer: undefined };
      const fault = this.#instance(resource, parent, frame);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #instance(resource: OutlinedResource, parent: Instance | undefined, frame: CopyFrame | undefined): Fault | undefined {
    const context = this.#static.context(frame);
    const name = evaluateValue(resource.name, context);
    if (isStop(name)) return this.#fault(resource, name);
    const apiVersion = evaluateValue(resource.apiVersion, context);
    if (isStop(apiVersion)) return this.#fault(resource, apiVersion);
    const wanted = resource.condition === undefined ? true : evaluateValue(resource.condition, context);
    if (isStop(wanted)) return this.#fault(resource, wanted);
    if (typeof wanted !== 'boolean') {
      return this.#fault(resource, stop(`The 'condition' must be a boolean, not '${typeOf(wanted)}'.`));
    }
    if (typeof name !== 'string' || name === '') return this.#fault(resource, stop("The 'name' must be a string."));
    const full = parent === undefined || !resource.relative ? name : `${parent.name}/${name}`;
    const id = this.#idOf(resource, full, context);
    if (isStop(id)) return this.#fault(resource, id);
    const key = armIdKey(id);
    const names = [full, full.split('/').at(-1) ?? full, resource.symbol, frame?.name].filter(
      (one) => one !== undefined,
    );
    if (!wanted) {
      for (const one of [key, ...names]) this.#leftOut.add(one.toLowerCase());
      return undefined;
    }
    if (this.#instances.some((one) => one.key === key)) {
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
    };
    this.#instances.push(instance);
    for (const one of [key, ...names]) this.#remember(one.toLowerCase(), key);
    for (const child of resource.children) {
      const fault = this.#instantiate(child, instance);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #remember(name: string, key: string | undefined): void {
    const keys = this.#named.get(name) ?? [];
    if (key !== undefined && !keys.includes(key)) keys.push(key);
    this.#named.set(name, keys);
  }

  #idOf(resource: OutlinedResource, name: string, context: EvaluationContext): string | EvaluationStop {
    const tail = interleaved(resource.type, [name]);
    if (tail === undefined) {
      return stop(`The template resource '${name}' for type '${resource.type}' has incorrect segment lengths.`);
    }
    const scope = this.#scopeOf(resource, context);
    if (isStop(scope)) return scope;
    if (resource.type.toLowerCase() === 'microsoft.resources/resourcegroups') {
      const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? '';
      return `${subscription}/resourceGroups/${name}`;
    }
    return `${scope}/providers/${tail}`;
  }

  /** The deployment's scope unless the resource names another: `scope`, or a nested deployment's group and subscription. */
  #scopeOf(resource: OutlinedResource, context: EvaluationContext): string | EvaluationStop {
    const text = (planned: OutlinedResource['scope']): string | undefined | EvaluationStop => {
      if (planned === undefined) return undefined;
      const value = evaluateValue(planned, context);
      return isStop(value) ? value : textOf(value);
    };
    const scope = text(resource.scope);
    const subscription = text(resource.subscriptionId);
    const group = text(resource.resourceGroup);
    for (const one of [scope, subscription, group]) if (isStop(one)) return one;
    const own = this.#place.scope;
    if (typeof scope === 'string') {
      if (scope === '/') return '';
      return scope.startsWith('/') ? scope.replace(/\/+$/, '') : `${own}/providers/${relativeScope(scope)}`;
    }
    const base =
      typeof subscription === 'string'
        ? `/subscriptions/${subscription}`
        : (/^\/subscriptions\/[^/]+/i.exec(own)?.[0] ?? own);
    if (typeof group === 'string') return `${base}/resourceGroups/${group}`;
    return typeof subscription === 'string' ? base : own;
  }

  // --- Dependencies ---------------------------------------------------------------------------------------------

  #dependencies(instance: Instance): ReadonlySet<string> | Fault {
    const keys = new Set<string>();
    if (instance.parent !== undefined) keys.add(instance.parent);
    const context = this.#static.context(instance.frame);
    for (const planned of instance.outlined.dependsOn) {
      const value = evaluateValue(planned, context);
      if (isStop(value)) return this.#fault(instance.outlined, value);
      for (const one of isJsonArray(value) ? value : [value]) {
        const name = textOf(one);
        const found = this.#named.get(name.toLowerCase()) ?? this.#named.get(armIdKey(name));
        if (found !== undefined) for (const key of found) keys.add(key);
        else if (!this.#leftOut.has(name.toLowerCase()) && !this.#leftOut.has(armIdKey(name))) {
          return this.#refused(`The resource '${name}' is not defined in the template.`, [
            ...instance.outlined.path,
            'dependsOn',
          ]);
        }
      }
    }
    this.#impliedDependencies(instance, context, keys);
    for (const one of this.#earlierBatch(instance)) keys.add(one.key);
    keys.delete(instance.key);
    return keys;
  }

  /** What a serial copy waits for: every instance of the batch before. */
  #earlierBatch({ outlined, frame }: Instance): readonly Instance[] {
    const batch = outlined.copy?.batch;
    if (batch === undefined || frame === undefined) return [];
    const mine = Math.floor(frame.index / batch);
    return this.#instances.filter(
      (one) => one.outlined === outlined && one.frame !== undefined && Math.floor(one.frame.index / batch) === mine - 1,
    );
  }

  /** `reference(x)` waits for x when x is in the template. */
  #impliedDependencies(instance: Instance, context: EvaluationContext, keys: Set<string>): void {
    visitExpressions(instance.outlined.body, (expression) => {
      visitCalls(expression, (call) => {
        const name = call.name.toLowerCase();
        const [target] = call.arguments;
        if (target === undefined || (name !== 'reference' && !/^list[a-z]/.test(name))) return;
        const value = evaluateExpression(target, context);
        if (isStop(value)) return;
        const text = textOf(value);
        const found = this.#named.get(text.toLowerCase()) ?? this.#named.get(armIdKey(text)) ?? [];
        for (const key of found) keys.add(key);
      });
    });
  }

  // --- Values ---------------------------------------------------------------------------------------------------

  #expanded(instance: Instance, dependsOn: ReadonlySet<string>): ExpandedResource {
    const { outlined, frame } = instance;
    return {
      id: instance.id,
      type: outlined.type,
      name: instance.name,
      apiVersion: instance.apiVersion,
      existing: outlined.existing,
      dependsOn,
      body: (answers) => {
        const body = evaluateValue(outlined.body, this.#placeWith(answers).context(frame));
        if (isStop(body) || outlined.type.toLowerCase() !== 'microsoft.resources/deployments') return body;
        return nestedBody(body, outlined.innerTemplate);
      },
    };
  }

  #outputs(answers: Answers): JsonObject | EvaluationStop {
    const context = this.#placeWith(answers).context();
    const outputs: { [name: string]: Json } = {};
    for (const output of this.#outline.outputs) {
      const wanted = output.condition === undefined ? true : evaluateValue(output.condition, context);
      if (isStop(wanted)) return wanted;
      if (wanted !== true) continue;
      const secure = /^secure/i.test(output.type);
      const value =
        output.copy === undefined
          ? evaluateValue(output.value ?? { kind: 'constant', value: null }, context)
          : evaluateCopy(output.copy, context, true);
      if (isStop(value)) return within(value, output.name);
      if (!fitsType(output.type, value) && !(value === null && output.nullable)) {
        return within(
          stop(`the value is of type '${typeOf(value)}', the output is declared as '${output.type}'.`),
          output.name,
        );
      }
      setMember(outputs, output.name, { type: outputType(output.type), ...(secure ? {} : { value }) });
    }
    return outputs;
  }
}

function within(reason: EvaluationStop, name: string): EvaluationStop {
  reason.path = [name, ...reason.path];
  return reason;
}

const outputTypes: Readonly<Record<string, string>> = {
  string: 'String',
  securestring: 'SecureString',
  int: 'Int',
  bool: 'Bool',
  object: 'Object',
  secureobject: 'SecureObject',
  array: 'Array',
};

/** The type word of answers: `String`. */
export function outputType(type: string): string {
  return outputTypes[type.toLowerCase()] ?? type;
}

/** `Microsoft.Network/virtualNetworks/v` as a relative scope is used as it stands. */
function relativeScope(scope: string): string {
  return scope.replace(/^\/+|\/+$/g, '');
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
