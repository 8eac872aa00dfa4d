/**
 * Containers of actions: names, nesting, what every action has, and which actions stand where.
 *
 * Owns: the walk over a definition's actions, in definition order, parents before children.
 * Does not own: the kinds without children (`plain-bodies.ts`), those with (`control.ts`), what expressions refer to
 * (`references.ts`).
 * Source: engine reference 1, 1.1, 1.3.
 *
 * Invariants
 * C1. Nesting is bounded before it is followed: a hostile depth ends the walk, not the process.
 * C2. After more actions than the limit nothing further is read.
 */
import { isJsonObject, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import type { ActionBody, ActionCommon, ActionPlan, ContainerPlan } from '../plan.ts';
import { planControl } from './control.ts';
import { inputsOf } from './inputs.ts';
import { Members } from './members.ts';
import { type OperationType, operationType } from './operation-catalogue.data.ts';
import type { Steps } from './paths.ts';
import { plainBodies } from './plain-bodies.ts';
import type { Planning } from './planning.ts';
import { runAfterRules, type RunAfterRules } from './run-after.ts';
import { commonSettings, type CommonSettings, type Operation } from './settings.ts';
import type { ContainerWalk, Surroundings } from './surroundings.ts';

const plainMembers = [
  'type',
  'kind',
  'inputs',
  'runafter',
  'limit',
  'runtimeconfiguration',
  'operationoptions',
  'trackedproperties',
  'metadata',
  'description',
];

/** Members that only containers have, by lower-case type. */
const containerMembers: Readonly<Record<string, readonly string[]>> = {
  if: ['expression', 'actions', 'else'],
  switch: ['expression', 'cases', 'default'],
  scope: ['actions'],
  foreach: ['foreach', 'actions'],
  until: ['expression', 'actions'],
};

export class ContainerPlanner implements ContainerWalk {
  readonly #planning: Planning;
  readonly #everywhere: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  #count = 0;

  /** `everywhere`: lower-case names of all actions, for messages. */
  constructor(planning: Planning, everywhere: ReadonlySet<string>) {
    this.#planning = planning;
    this.#everywhere = everywhere;
  }

  container(source: Json | undefined, at: Surroundings): ContainerPlan {
    const { limits } = this.#planning;
    const members = Object.entries(isJsonObject(source) ? source : {});
    if (source !== undefined && source !== null && !isJsonObject(source)) {
      this.#planning.invalid("The 'actions' of the template must be an object.", at.steps);
    }
    if (at.depth > limits.nestingDepth && members.length > 0) {
      const message = `The actions are nested deeper than the limit of '${limits.nestingDepth}'.`;
      this.#planning.refuse('WorkflowLimitExceeded', message, at.steps);
      return { actions: [], leaves: [] };
    }
    if (!this.#mayHold(members.length, at.steps)) return { actions: [], leaves: [] };
    const rules = runAfterRules(this.#planning, members, at.steps, this.#everywhere);
    const actions = members.flatMap(([name, action]) => {
      const planned = this.#action(name, action, rules, at);
      return planned === undefined ? [] : [planned];
    });
    return { actions, leaves: actions.filter((action) => action.followers.length === 0) };
  }

  #mayHold(more: number, steps: Steps): boolean {
    const most = this.#planning.limits.actions;
    const before = this.#count;
    this.#count += more;
    if (this.#count <= most) return true;
    if (before <= most) {
      this.#planning.refuse('WorkflowLimitExceeded', `The number of actions exceeds the limit of '${most}'.`, steps);
    }
    return false;
  }

  #action(name: string, source: Json, rules: RunAfterRules, at: Surroundings): ActionPlan | undefined {
    const steps = [...at.steps, name];
    if (!this.#accepts(name, source, steps)) return undefined;
    const type = this.#typeOf(name, source, steps);
    if (type === undefined) return undefined;
    const key = name.toLowerCase();
    const known = new Set([...plainMembers, ...(containerMembers[type.type.toLowerCase()] ?? [])]);
    const members = Members.read(this.#planning, source, known, 'FlowTemplateAction', steps);
    const owner = { kind: 'action', name, key, type: type.type } as const;
    const operation: Operation = { planning: this.#planning, owner, type, members, steps };
    checkPlace(operation, at);
    const settings = commonSettings(operation);
    const tracked = members.get('trackedProperties');
    const place = { owner, what: 'trackedProperties', steps: [...steps, 'trackedProperties'] };
    const trackedProperties = isJsonObject(tracked) ? this.#planning.template(tracked, place) : undefined;
    const body = this.#body(operation, settings, at);
    if (body === undefined) return undefined;
    return {
      ...commonOf(operation, settings, source as JsonObject),
      runAfter: rules.dependencies.get(key) ?? [],
      followers: rules.followers.get(key) ?? [],
      loops: at.loops,
      ...(at.parent === undefined ? {} : { parent: at.parent }),
      ...(trackedProperties === undefined ? {} : { trackedProperties }),
      ...body,
    };
  }

  #body(operation: Operation, settings: CommonSettings, at: Surroundings): ActionBody | undefined {
    const plain = plainBodies.get(operation.type.type.toLowerCase());
    return plain === undefined ? planControl(operation, settings, at, this) : plain(inputsOf(operation, settings));
  }

  #accepts(name: string, source: Json, steps: Steps): boolean {
    const most = this.#planning.limits.nameCharacters;
    if (name.length === 0 || name.length > most) {
      this.#planning.invalid(
        `The template action name '${name.slice(0, 100)}' must have '1' to '${most}' characters.`,
        steps,
      );
      return false;
    }
    const key = name.toLowerCase();
    if (this.#seen.has(key)) {
      this.#planning.invalid(
        `The template action names must be unique: actions '${name}' are declared multiple times.`,
        steps,
      );
      return false;
    }
    this.#seen.add(key);
    if (isJsonObject(source)) return true;
    const position = this.#planning.position(steps);
    this.#planning.invalid(`The template action '${name}' ${position} is not valid: it must be an object.`, steps);
    return false;
  }

  #typeOf(name: string, source: Json, steps: Steps): OperationType | undefined {
    const written = memberIgnoringCase(source, 'type');
    const given = typeof written === 'string' ? written : '';
    const type = operationType('action', given);
    if (type?.supported === true) return type;
    const message = `The type '${given}' of action '${name}' is not supported.`;
    this.#planning.refuse('WorkflowActionTypeNotSupported', message, [...steps, 'type']);
    return undefined;
  }
}

type Common = Omit<ActionCommon, 'runAfter' | 'followers' | 'loops' | 'parent' | 'trackedProperties'>;

function commonOf({ owner, type, members }: Operation, settings: CommonSettings, source: JsonObject): Common {
  const kindName = members.text('kind');
  const { staticResult, timeout } = settings;
  return {
    name: owner.name,
    key: owner.name.toLowerCase(),
    type: type.type,
    ...(kindName === undefined ? {} : { kindName }),
    source,
    ...(timeout === undefined ? {} : { timeout }),
    secure: settings.secure,
    inheritedSecure: { inputs: false, outputs: false },
    operationOptions: settings.options,
    ...(staticResult === undefined ? {} : { staticResult }),
  };
}

/** What may not stand inside a container, or inside a loop (engine reference 1.3). */
function checkPlace({ planning, owner, type, steps }: Operation, at: Surroundings): void {
  if (type.type === 'InitializeVariable' && at.parentType !== undefined) {
    const message = `The variable action '${owner.name}' of type 'InitializeVariable' cannot be nested in an action of type '${at.parentType}'.`;
    planning.refuse('InvalidVariableInitialization', message, steps);
  }
  if ((type.type === 'Terminate' || type.type === 'Response') && at.loopType !== undefined) {
    planning.invalid(
      `The template action '${owner.name}' ${planning.position(steps)} is not valid: an action of type '${type.type}' cannot be nested in an action of type '${at.loopType}'.`,
      steps,
    );
  }
}
