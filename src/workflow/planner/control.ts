/**
 * The actions that hold others: If, Switch, Scope, Foreach, Until.
 *
 * Owns: their own members. Does not own: the actions inside (`containers.ts`).
 * Source: engine reference 1.2, 5.
 */
import type { Planned } from '#expression';
import { isJsonArray, isJsonObject, type Json, type JsonNumber } from '#foundation';
import { parseIsoDuration } from '../duration.ts';
import type { ActionBody, ContainerPlan } from '../plan.ts';
import { isExpression } from './inputs.ts';
import { Members, wholeNumber } from './members.ts';
import type { CommonSettings, Operation } from './settings.ts';
import type { ContainerWalk, Surroundings } from './surroundings.ts';

/** A container on its way into the plan. */
interface Holder {
  readonly operation: Operation;
  readonly settings: CommonSettings;
  readonly at: Surroundings;
  readonly walk: ContainerWalk;
}

/** The body of an action of one of the five types; undefined for others. */
export function planControl(
  operation: Operation,
  settings: CommonSettings,
  at: Surroundings,
  walk: ContainerWalk,
): ActionBody | undefined {
  const holder: Holder = { operation, settings, at, walk };
  switch (operation.type.type) {
    case 'If':
      return planIf(holder);
    case 'Switch':
      return planSwitch(holder);
    case 'Scope':
      return { kind: 'scope', body: inner(holder, operation.members.get('actions'), 'actions') };
    case 'Foreach':
      return planForeach(holder);
    case 'Until':
      return planUntil(holder);
    default:
      return undefined;
  }
}

function inner({ operation, at, walk }: Holder, source: Json | undefined, ...slot: readonly string[]): ContainerPlan {
  const { owner, steps, type } = operation;
  const key = owner.name.toLowerCase();
  const loop = type.type === 'Foreach' || type.type === 'Until';
  return walk.container(source, {
    ...at,
    parent: key,
    parentType: type.type,
    ...(loop ? { loopType: type.type, loops: [...at.loops, key] } : {}),
    inForeach: at.inForeach || type.type === 'Foreach',
    depth: at.depth + 1,
    steps: [...steps, ...slot],
  });
}

/** A member of the action itself as a template or a condition. */
function own({ operation }: Holder, what: string, ...more: readonly string[]) {
  const { owner, steps } = operation;
  return { owner, what, steps: [...steps, what, ...more] };
}

function requireMember({ operation }: Holder, name: string): Json | undefined {
  const { planning, owner, members, steps, type } = operation;
  const value = members.get(name);
  if (value === undefined) {
    planning.invalid(
      `The template action '${owner.name}' ${planning.position(steps)} is not valid: an action of type '${type.type}' must have the property '${name}'.`,
      steps,
    );
  }
  return value;
}

/** `else`, `default` and cases are objects that may have `actions` only, a case `case` too. */
function branch(holder: Holder, source: Json | undefined, known: readonly string[], ...slot: readonly string[]) {
  const { planning, steps } = holder.operation;
  if (source !== undefined && !isJsonObject(source)) {
    planning.invalid(`The '${slot.join('.')}' of action '${holder.operation.owner.name}' must be an object.`, [
      ...steps,
      ...slot,
    ]);
  }
  return Members.read(planning, source, new Set(['actions', ...known]), 'FlowTemplateActionBranch', [
    ...steps,
    ...slot,
  ]);
}

// --- If and Switch ----------------------------------------------------------------------------------------------

function planIf(holder: Holder): ActionBody {
  const { planning, members } = holder.operation;
  const expression = requireMember(holder, 'expression');
  const otherwise = members.get('else');
  return {
    kind: 'if',
    condition: expression === undefined ? never : planning.condition(expression, own(holder, 'expression')),
    text: textOf(expression),
    whenTrue: inner(holder, members.get('actions'), 'actions'),
    ...(otherwise === undefined
      ? {}
      : { otherwise: inner(holder, branch(holder, otherwise, [], 'else').get('actions'), 'else', 'actions') }),
  };
}

/** Stands in for what is missing; its definition is refused. */
const never: Planned = { evaluate: () => false, constant: false, references: [] };

function planSwitch(holder: Holder): ActionBody {
  const { planning, owner, members, steps } = holder.operation;
  const expression = requireMember(holder, 'expression');
  const given = members.get('cases');
  if (given !== undefined && !isJsonObject(given)) {
    planning.invalid(`The 'cases' of action '${owner.name}' must be an object.`, [...steps, 'cases']);
  }
  const entries = Object.entries(isJsonObject(given) ? given : {});
  const most = planning.limits.switchCases;
  if (entries.length > most) {
    const message = `The switch action '${owner.name}' has '${entries.length}' cases and exceeds the limit of '${most}'.`;
    planning.refuse('AllowedSwitchCaseLimitExceeded', message, [...steps, 'cases']);
  }
  const seen = new Set<string>();
  const fallback = members.get('default');
  return {
    kind: 'switch',
    expression: planning.template(expression, own(holder, 'expression')),
    text: textOf(expression),
    cases: entries.slice(0, most).map(([name, source]) => planCase(holder, name, source, seen)),
    ...(fallback === undefined
      ? {}
      : { fallback: inner(holder, branch(holder, fallback, [], 'default').get('actions'), 'default', 'actions') }),
  };
}

type Case = (ActionBody & { kind: 'switch' })['cases'][number];

function planCase(holder: Holder, name: string, source: Json, seen: Set<string>): Case {
  const { planning, owner, steps } = holder.operation;
  const members = branch(holder, source, ['case'], 'cases', name);
  const value = members.get('case');
  const at = [...steps, 'cases', name];
  if (!isCaseValue(value)) {
    planning.invalid(`The case '${name}' of action '${owner.name}' must have a literal string or whole number.`, at);
  }
  const text = JSON.stringify(value ?? null);
  if (value !== undefined && seen.has(text)) {
    planning.invalid(
      `The cases of action '${owner.name}' must be distinct: ${text.slice(0, 100)} occurs more than once.`,
      at,
    );
  }
  seen.add(text);
  return { name, value: value ?? null, body: inner(holder, members.get('actions'), 'cases', name, 'actions') };
}

function isCaseValue(value: Json | undefined): value is string | number | JsonNumber {
  if (typeof value === 'string') return !/^@[^@]/.test(value) && !value.includes('@{');
  return value !== undefined && wholeNumber(value) !== undefined;
}

// --- Loops ------------------------------------------------------------------------------------------------------

function planForeach(holder: Holder): ActionBody {
  const { planning, owner, members } = holder.operation;
  const items = requireMember(holder, 'foreach');
  const place = own(holder, 'foreach');
  const planned = planning.template(items, place);
  if (items !== undefined && planned.constant !== undefined && !isJsonArray(planned.constant) && !isExpression(items)) {
    planning.invalid(`The 'foreach' of action '${owner.name}' must be an array or an expression.`, place.steps);
  }
  return {
    kind: 'foreach',
    items: planned,
    text: textOf(items),
    concurrency: concurrencyOf(holder),
    body: inner(holder, members.get('actions'), 'actions'),
  };
}

const usualConcurrency = 20;

/** Inside another Foreach it runs one iteration after the other, whatever is set (engine reference 5.4). */
function concurrencyOf({ operation, settings, at }: Holder): number {
  const { planning, owner, members, steps } = operation;
  const given = members.in('runtimeConfiguration').in('concurrency').get('repetitions');
  const sequential = settings.options.has('sequential');
  const count = wholeNumber(given);
  const most = planning.limits.foreachConcurrency;
  const refuse = (what: string): void => {
    const message = `The concurrency configuration of workflow run action '${owner.name}' of type 'Foreach' is not valid: ${what}.`;
    planning.refuse('InvalidConcurrencyConfiguration', message, [...steps, 'runtimeConfiguration', 'concurrency']);
  };
  if (given !== undefined && (count === undefined || count < 1 || count > most)) {
    refuse(`the value of 'repetitions' must be a whole number from '1' to '${most}'`);
  } else if (given !== undefined && sequential) {
    refuse("'repetitions' and the operation option 'Sequential' exclude each other");
  }
  if (sequential || at.inForeach) return 1;
  return count ?? usualConcurrency;
}

const usualUntilCount = 60;
const usualUntilDuration = 3_600_000;

function planUntil(holder: Holder): ActionBody {
  const { planning, members, steps } = holder.operation;
  const expression = requireMember(holder, 'expression');
  const limit = members.in('limit');
  for (const name of limit.names) {
    if (name !== 'count' && name !== 'timeout')
      planning.unknownMember(name, 'FlowTemplateActionLimit', [...steps, 'limit', name]);
  }
  return {
    kind: 'until',
    condition: expression === undefined ? never : planning.condition(expression, own(holder, 'expression')),
    text: textOf(expression),
    count: untilCount(holder, limit.get('count')),
    duration: untilDuration(holder, limit.get('timeout')),
    body: inner(holder, members.get('actions'), 'actions'),
  };
}

function untilCount(holder: Holder, given: Json | undefined): Planned | number {
  if (given === undefined) return usualUntilCount;
  const { planning } = holder.operation;
  if (isExpression(given)) return planning.template(given, own(holder, 'limit', 'count'));
  const count = wholeNumber(given);
  const most = planning.limits.untilCount;
  if (count !== undefined && count >= 1 && count <= most) return count;
  return refuseLimit(holder, 'count', `must be a whole number from '1' to '${most}'`, usualUntilCount);
}

function untilDuration(holder: Holder, given: Json | undefined): Planned | number {
  if (given === undefined) return usualUntilDuration;
  if (isExpression(given)) return holder.operation.planning.template(given, own(holder, 'limit', 'timeout'));
  const milliseconds = typeof given === 'string' ? parseIsoDuration(given) : undefined;
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  return refuseLimit(holder, 'timeout', 'must be an ISO 8601 duration', usualUntilDuration);
}

function refuseLimit({ operation }: Holder, name: string, what: string, otherwise: number): number {
  const { planning, owner, steps } = operation;
  const message = `The '${name}' of the limit of workflow run action '${owner.name}' of type 'Until' is not valid: it ${what}.`;
  planning.refuse('WorkflowRunActionUntilLimitInvalid', message, [...steps, 'limit', name]);
  return otherwise;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
