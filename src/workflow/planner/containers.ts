/**
 * Containers of actions: names, `runAfter`, nesting, and the actions that hold others.
 *
 * Owns: the walk over a definition's actions, in definition order, parents before children.
 * Does not own: the kinds without children (`action-body.ts`), what expressions refer to (`references.ts`).
 * Source: engine reference 1, 1.3, 3.1, 5.
 *
 * Invariants
 * C1. Nesting is bounded before it is followed: a hostile depth ends the walk, not the process.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { ActionBody, ActionPlan, ContainerPlan } from '../plan.ts';
import { type ActionSource, plainBodies } from './action-body.ts';
import { operationType } from './operation-catalogue.data.ts';
import type { Planning } from './planning.ts';
import { type RunAfterRules, runAfterRules } from './run-after.ts';
import { configuration, operationOptions, secureData, timeoutOf } from './settings.ts';

/** Where a container stands. */
export interface Surroundings {
  readonly parent?: string;
  readonly parentType?: string;
  readonly loops: readonly string[];
  readonly depth: number;
  readonly path: string;
}

/** Names taken by actions so far, lower case. */
export class ContainerPlanner {
  readonly actions = new Map<string, ActionPlan>();
  readonly #planning: Planning;
  #count = 0;

  constructor(planning: Planning) {
    this.#planning = planning;
  }

  container(source: Json | undefined, at: Surroundings): ContainerPlan {
    const { limits } = this.#planning;
    if (at.depth > limits.nestingDepth) {
      const message = `The actions are nested deeper than the limit of '${limits.nestingDepth}'`;
      this.#planning.refuse('WorkflowLimitExceeded', `${message}.`, at.path);
      return { actions: [], leaves: [] };
    }
    if (source !== undefined && source !== null && !isJsonObject(source)) {
      this.#planning.invalid('The actions must be an object', at.path);
    }
    const members = Object.entries(isJsonObject(source) ? source : {});
    const rules = runAfterRules(this.#planning, members, at.path);
    const actions = members.flatMap(([name, action]) => {
      const planned = this.#action(name, action, rules, at);
      return planned === undefined ? [] : [planned];
    });
    return { actions, leaves: actions.filter((action) => action.followers.length === 0) };
  }

  #action(name: string, source: Json, rules: RunAfterRules, at: Surroundings): ActionPlan | undefined {
    const path = `${at.path}.${name}`;
    const key = name.toLowerCase();
    if (!this.#accepts(name, key, source, path)) return undefined;
    const action = source as JsonObject;
    const type = operationType('action', textMember(action, 'type') ?? '');
    const common = {
      name,
      key,
      type: type?.type ?? textMember(action, 'type') ?? '',
      source: action,
      runAfter: rules.dependencies.get(key) ?? [],
      followers: rules.followers.get(key) ?? [],
      loops: at.loops,
      secure: secureData(action),
      inheritedSecure: { inputs: false, outputs: false },
      operationOptions: operationOptions(action),
    };
    const kindName = textMember(action, 'kind');
    const timeout = type?.type === 'Until' ? undefined : timeoutOf(this.#planning, action, name, path);
    const tracked = memberOf(action, 'trackedProperties');
    const optional = {
      ...(kindName === undefined ? {} : { kindName }),
      ...(at.parent === undefined ? {} : { parent: at.parent }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(isJsonObject(tracked)
        ? {
            trackedProperties: this.#planning.template(tracked, `action '${name}' tracked properties`, path),
          }
        : {}),
      ...staticResultOf(action),
    };
    // Children look their parent up by key, so its place in the map comes before theirs.
    this.actions.set(key, common as unknown as ActionPlan);
    const body = this.#body(
      { planning: this.#planning, name, source: action, inputs: memberOf(action, 'inputs'), path },
      type?.type,
      at,
    );
    if (body === undefined) return undefined;
    const plan: ActionPlan = { ...common, ...optional, ...body };
    this.actions.set(key, plan);
    return plan;
  }

  #accepts(name: string, key: string, source: Json, path: string): boolean {
    const { limits } = this.#planning;
    this.#count += 1;
    if (this.#count > limits.actions) {
      if (this.#count === limits.actions + 1) {
        const message = `The number of actions exceeds the limit of '${limits.actions}'.`;
        this.#planning.refuse('WorkflowLimitExceeded', message, path);
      }
      return false;
    }
    if (name.length === 0 || name.length > limits.nameCharacters) {
      this.#planning.invalid(
        `The action name '${name.slice(0, 100)}' must have 1 to ${limits.nameCharacters} characters`,
        path,
      );
      return false;
    }
    if (this.actions.has(key)) {
      this.#planning.invalid(`The action name '${name}' is used more than once: names of actions must be unique`, path);
      return false;
    }
    if (isJsonObject(source)) return true;
    this.#planning.invalid(`The action '${name}' must be an object`, path);
    return false;
  }

  #body(action: ActionSource, type: string | undefined, at: Surroundings): ActionBody | undefined {
    const { name, path } = action;
    if (type === undefined || operationType('action', type)?.supported !== true) {
      const given = type ?? textMember(action.source, 'type') ?? '';
      const message = `The type '${given}' of action '${name}' is not supported.`;
      this.#planning.refuse('WorkflowActionTypeNotSupported', message, `${path}.type`);
      return undefined;
    }
    this.#checkPlace(action, type, at);
    const plain = plainBodies.get(type.toLowerCase());
    if (plain !== undefined) return plain(action);
    return this.#controlBody(action, type, at);
  }

  /** What may not stand inside a container, or inside a loop (engine reference 1.3). */
  #checkPlace({ name, path }: ActionSource, type: string, at: Surroundings): void {
    if (type === 'InitializeVariable' && at.parent !== undefined) {
      const message = `The variable action '${name}' of type 'InitializeVariable' cannot be nested in an action of type '${at.parentType ?? ''}'.`;
      this.#planning.refuse('InvalidVariableInitialization', message, path);
    }
    if ((type === 'Terminate' || type === 'Response') && at.loops.length > 0) {
      this.#planning.invalid(`The action '${name}' of type '${type}' cannot be nested in a loop`, path);
    }
  }

  #inside(action: ActionSource, type: string, at: Surroundings, slot: string, loop = false): Surroundings {
    const key = action.name.toLowerCase();
    return {
      parent: key,
      parentType: type,
      loops: loop ? [...at.loops, key] : at.loops,
      depth: at.depth + 1,
      path: `${action.path}.${slot}`,
    };
  }

  #controlBody(action: ActionSource, type: string, at: Surroundings): ActionBody | undefined {
    switch (type) {
      case 'If':
        return this.#if(action, at);
      case 'Switch':
        return this.#switch(action, at);
      case 'Scope':
        return {
          kind: 'scope',
          body: this.container(memberOf(action.source, 'actions'), this.#inside(action, type, at, 'actions')),
        };
      case 'Foreach':
        return this.#foreach(action, at);
      case 'Until':
        return this.#until(action, at);
      default:
        return undefined;
    }
  }

  #if(action: ActionSource, at: Surroundings): ActionBody {
    const { source, path, name } = action;
    const expression = memberOf(source, 'expression');
    const otherwise = memberOf(memberOf(source, 'else'), 'actions');
    return {
      kind: 'if',
      condition: this.#planning.condition(expression, `action '${name}' expression`, `${path}.expression`),
      text: textOf(expression),
      whenTrue: this.container(memberOf(source, 'actions'), this.#inside(action, 'If', at, 'actions')),
      ...(otherwise === undefined
        ? {}
        : { otherwise: this.container(otherwise, this.#inside(action, 'If', at, 'else.actions')) }),
    };
  }

  #switch(action: ActionSource, at: Surroundings): ActionBody {
    const { source, path, name } = action;
    const expression = memberOf(source, 'expression');
    const cases = Object.entries((memberOf(source, 'cases') ?? {}) as JsonObject);
    const { switchCases } = this.#planning.limits;
    if (cases.length > switchCases) {
      const message = `The action '${name}' has ${cases.length} cases: the limit is ${switchCases}.`;
      this.#planning.refuse('AllowedSwitchCaseLimitExceeded', message, `${path}.cases`);
    }
    const seen = new Set<string>();
    const planned = cases.slice(0, switchCases).map(([caseName, body]) => {
      const value = memberOf(body, 'case') ?? null;
      const text = JSON.stringify(value);
      if (seen.has(text))
        this.#planning.invalid(
          `The cases of action '${name}' must be distinct: ${text} occurs twice`,
          `${path}.cases.${caseName}`,
        );
      seen.add(text);
      const inside = this.#inside(action, 'Switch', at, `cases.${caseName}.actions`);
      return { name: caseName, value, body: this.container(memberOf(body, 'actions'), inside) };
    });
    const fallback = memberOf(memberOf(source, 'default'), 'actions');
    return {
      kind: 'switch',
      expression: this.#planning.template(expression, `action '${name}' expression`, `${path}.expression`),
      text: textOf(expression),
      cases: planned,
      ...(fallback === undefined
        ? {}
        : { fallback: this.container(fallback, this.#inside(action, 'Switch', at, 'default.actions')) }),
    };
  }

  #foreach(action: ActionSource, at: Surroundings): ActionBody {
    const { source, path, name } = action;
    const items = memberOf(source, 'foreach');
    if (items === undefined)
      this.#planning.invalid(`The action '${name}' of type 'Foreach' must have the property 'foreach'`, path);
    return {
      kind: 'foreach',
      items: this.#planning.template(items, `action '${name}' foreach`, `${path}.foreach`),
      text: textOf(items),
      concurrency: this.#foreachConcurrency(action),
      body: this.container(memberOf(source, 'actions'), this.#inside(action, 'Foreach', at, 'actions', true)),
    };
  }

  #foreachConcurrency({ source, path, name }: ActionSource): number {
    const repetitions = configuration(source, 'concurrency', 'repetitions');
    const sequential = operationOptions(source).has('sequential');
    const most = this.#planning.limits.foreachConcurrency;
    if (repetitions === undefined) return sequential ? 1 : 20;
    const valid =
      typeof repetitions === 'number' && Number.isInteger(repetitions) && repetitions >= 1 && repetitions <= most;
    if (valid && !(sequential && repetitions > 1)) return repetitions;
    const message =
      sequential && valid
        ? `The action '${name}' cannot be 'Sequential' and have a concurrency of repetitions at the same time.`
        : `The concurrency of repetitions of action '${name}' must be a whole number from 1 to ${most}.`;
    this.#planning.refuse('InvalidConcurrencyConfiguration', message, path);
    return 1;
  }

  #until(action: ActionSource, at: Surroundings): ActionBody {
    const { source, path, name } = action;
    const expression = memberOf(source, 'expression');
    const limit = memberOf(source, 'limit');
    return {
      kind: 'until',
      condition: this.#planning.condition(expression, `action '${name}' expression`, `${path}.expression`),
      text: textOf(expression),
      count: this.#untilCount(memberOf(limit, 'count'), name, path),
      duration: this.#untilTimeout(memberOf(limit, 'timeout'), name, path),
      body: this.container(memberOf(source, 'actions'), this.#inside(action, 'Until', at, 'actions', true)),
    };
  }

  #untilCount(given: Json | undefined, name: string, path: string) {
    if (given === undefined || given === null) return 60;
    if (typeof given === 'string' && given.startsWith('@')) {
      return this.#planning.template(given, `action '${name}' limit`, `${path}.limit.count`);
    }
    const count = Number(given);
    const most = this.#planning.limits.untilCount;
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    const message = `The limit count of action '${name}' must be a whole number from 1 to ${most}.`;
    this.#planning.refuse('WorkflowRunActionUntilLimitInvalid', message, `${path}.limit.count`);
    return 60;
  }

  #untilTimeout(given: Json | undefined, name: string, path: string) {
    if (given === undefined || given === null) return 3_600_000;
    if (typeof given === 'string' && given.startsWith('@')) {
      return this.#planning.template(given, `action '${name}' limit`, `${path}.limit.timeout`);
    }
    const milliseconds = typeof given === 'string' ? parseIsoDuration(given) : undefined;
    if (milliseconds !== undefined) return milliseconds;
    const message = `The limit timeout of action '${name}' is not a valid ISO 8601 duration.`;
    this.#planning.refuse('WorkflowRunActionUntilLimitInvalid', message, `${path}.limit.timeout`);
    return 3_600_000;
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function staticResultOf(source: JsonObject): { readonly staticResult?: string } {
  const name = configuration(source, 'staticResult', 'name');
  const options = configuration(source, 'staticResult', 'staticResultOptions');
  const enabled = typeof options === 'string' && options.toLowerCase() === 'enabled';
  return enabled && typeof name === 'string' ? { staticResult: name } : {};
}
