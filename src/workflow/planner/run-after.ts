/**
 * `runAfter`: which siblings an action waits for, with which statuses, and that nobody waits in a circle.
 *
 * Owns: reading it and its faults. Does not own: what may be read from where (`graph.ts`).
 * Source: engine reference 1.3, 3.1; wording of the published error messages.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase } from '#foundation';
import type { ActionStatus, Dependency } from '../plan.ts';
import type { Steps } from './paths.ts';
import type { Planning } from './planning.ts';

/** By lower-case name of the action. */
export interface RunAfterRules {
  readonly dependencies: ReadonlyMap<string, readonly Dependency[]>;
  readonly followers: ReadonlyMap<string, readonly string[]>;
}

const statuses: Readonly<Record<string, ActionStatus>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  skipped: 'Skipped',
  timedout: 'TimedOut',
};

/** One action's `runAfter` on its way into the plan. */
interface Reading {
  readonly planning: Planning;
  readonly name: string;
  readonly steps: Steps;
  /** Lower-case names of all actions of the container. */
  readonly siblings: ReadonlyMap<string, string>;
  /** Lower-case names of all actions of the definition. */
  readonly everywhere: ReadonlySet<string>;
}

/** The rules of one container; what cannot be followed is reported and left out. */
export function runAfterRules(
  planning: Planning,
  members: readonly (readonly [string, Json])[],
  steps: Steps,
  everywhere: ReadonlySet<string>,
): RunAfterRules {
  const siblings = new Map(members.map(([name]) => [name.toLowerCase(), name]));
  const dependencies = new Map<string, readonly Dependency[]>();
  const followers = new Map<string, string[]>();
  for (const [name, action] of members) {
    const key = name.toLowerCase();
    const rules = dependenciesOf({ planning, name, steps: [...steps, name], siblings, everywhere }, action);
    dependencies.set(key, rules);
    for (const { on } of rules) {
      const list = followers.get(on) ?? [];
      if (!list.includes(key)) list.push(key);
      followers.set(on, list);
    }
  }
  reportCircle(planning, dependencies, followers, siblings, steps);
  return { dependencies, followers };
}

function dependenciesOf(reading: Reading, action: Json): readonly Dependency[] {
  const { planning, name, steps } = reading;
  const runAfter = memberIgnoringCase(action, 'runAfter') ?? undefined;
  if (runAfter === undefined) return [];
  if (!isJsonObject(runAfter)) {
    planning.invalid(
      `The 'runAfter' property of template action '${name}' ${planning.position(steps)} must be an object.`,
      steps,
    );
    return [];
  }
  const seen = new Set<string>();
  return Object.entries(runAfter).flatMap(([on, list]) => {
    const key = on.toLowerCase();
    if (!isSibling(reading, on) || seen.has(key)) return [];
    seen.add(key);
    return [dependency(reading, on, list)];
  });
}

function isSibling(reading: Reading, on: string): boolean {
  const { planning, name, steps, siblings, everywhere } = reading;
  const at = [...steps, 'runAfter', on];
  const about = `The 'runAfter' property of template action '${name}'`;
  const key = on.toLowerCase();
  if (key === name.toLowerCase()) {
    planning.invalid(`${about} ${planning.position(steps)} is not valid: the action cannot run after itself.`, at);
    return false;
  }
  if (siblings.has(key)) return true;
  if (everywhere.has(key)) {
    const level = [...siblings.values()].filter((one) => one !== name).join(',');
    planning.invalid(
      `${about} ${planning.position(steps)} is not valid: the action '${on}' must belong to same level as action '${name}'. Available actions on same level: '${level}'.`,
      at,
    );
  } else {
    planning.invalid(`${about} ${planning.position(steps)} contains non-existent action: '${on}'.`, at);
  }
  return false;
}

function dependency({ planning, name, steps }: Reading, on: string, list: Json): Dependency {
  const refuse = (what: string): void => {
    const about = `The 'runAfter' property of template action '${name}' ${planning.position(steps)}`;
    planning.invalid(`${about} ${what}.`, [...steps, 'runAfter', on]);
  };
  const written = isJsonArray(list) ? list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) : [];
  const accepted = new Set<ActionStatus>();
  for (const status of written) {
    const known = Object.hasOwn(statuses, status.toLowerCase()) ? statuses[status.toLowerCase()] : undefined;
    if (known !== undefined) accepted.add(known);
    else {
      const shown = status.slice(0, 50);
      refuse(`has the status '${shown}' for action '${on}', which is not one of Succeeded, Failed, Skipped, TimedOut`);
    }
  }
  if (written.length === 0) refuse(`must give at least one status for action '${on}'`);
  return { on: on.toLowerCase(), name: on, written, statuses: accepted };
}

/** Takes away actions whose predecessors are gone until none is left; what stays is in or behind a circle. */
function reportCircle(
  planning: Planning,
  dependencies: ReadonlyMap<string, readonly Dependency[]>,
  followers: ReadonlyMap<string, readonly string[]>,
  siblings: ReadonlyMap<string, string>,
  ...[steps]: [Steps]
): void {
  const waiting = new Map([...dependencies].map(([key, rules]) => [key, rules.length]));
  const ready = [...waiting].filter(([, left]) => left === 0).map(([key]) => key);
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    waiting.delete(key);
    for (const follower of followers.get(key) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (waiting.size === 0) return;
  const circle = circleIn(waiting, dependencies).map((key) => siblings.get(key) ?? key);
  const [first = ''] = circle;
  planning.invalid(
    `The 'runAfter' property of template action '${first}' ${planning.position([...steps, first])} is not valid: it makes a circle of the actions '${circle.slice(0, 20).join(', ')}'.`,
    [...steps, first, 'runAfter'],
  );
}

/** Goes back from predecessor to predecessor until one comes again. */
function circleIn(
  waiting: ReadonlyMap<string, number>,
  dependencies: ReadonlyMap<string, readonly Dependency[]>,
): readonly string[] {
  const path: string[] = [];
  let at = [...waiting.keys()][0] ?? '';
  while (!path.includes(at)) {
    path.push(at);
    at = (dependencies.get(at) ?? []).find(({ on }) => waiting.has(on))?.on ?? at;
  }
  return path.slice(path.indexOf(at));
}
