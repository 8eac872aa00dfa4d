/**
 * `runAfter`: which siblings an action waits for, with which statuses, and that nobody waits in a circle.
 *
 * Source: engine reference 1.3, 3.1.
 */
import { isJsonArray, isJsonObject, type Json, memberOf } from '#foundation';
import type { ActionStatus, Dependency } from '../plan.ts';
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

export function runAfterRules(
  planning: Planning,
  members: readonly (readonly [string, Json])[],
  path: string,
): RunAfterRules {
  const siblings = new Set(members.map(([name]) => name.toLowerCase()));
  const dependencies = new Map<string, readonly Dependency[]>();
  const followers = new Map<string, string[]>();
  for (const [name, action] of members) {
    const rules = dependenciesOf(planning, name, memberOf(action, 'runAfter'), siblings, path);
    dependencies.set(name.toLowerCase(), rules);
    for (const rule of rules) {
      const list = followers.get(rule.on) ?? [];
      list.push(name.toLowerCase());
      followers.set(rule.on, list);
    }
  }
  reportCycle(planning, dependencies, path);
  return { dependencies, followers };
}

function dependenciesOf(
  planning: Planning,
  name: string,
  runAfter: Json | undefined,
  siblings: ReadonlySet<string>,
  path: string,
): readonly Dependency[] {
  return Object.entries(isJsonObject(runAfter) ? runAfter : {}).flatMap(([on, list]) => {
    const at = `${path}.${name}.runAfter.${on}`;
    if (!siblings.has(on.toLowerCase()) || on.toLowerCase() === name.toLowerCase()) {
      planning.invalid(
        `The 'runAfter' property of template action '${name}' contains non-existent action: '${on}'`,
        at,
      );
      return [];
    }
    const written = isJsonArray(list) ? list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) : [];
    const accepted = new Set<ActionStatus>();
    for (const status of written) {
      const known = statuses[status.toLowerCase()];
      if (known === undefined) {
        planning.invalid(
          `The 'runAfter' property of template action '${name}' has the status '${status}', which is not one of Succeeded, Failed, Skipped, TimedOut`,
          at,
        );
      } else accepted.add(known);
    }
    if (written.length === 0) {
      planning.invalid(
        `The 'runAfter' property of template action '${name}' must give at least one status for action '${on}'`,
        at,
      );
    }
    return [{ on: on.toLowerCase(), name: on, written, statuses: accepted }];
  });
}

/** Takes away actions whose predecessors are gone until none is left; what stays is in or behind a cycle. */
function reportCycle(planning: Planning, dependencies: ReadonlyMap<string, readonly Dependency[]>, path: string): void {
  const waiting = new Map([...dependencies].map(([key, rules]) => [key, new Set(rules.map((rule) => rule.on))]));
  const followers = new Map<string, string[]>();
  for (const [key, rules] of dependencies)
    for (const { on } of rules) followers.set(on, [...(followers.get(on) ?? []), key]);
  const ready = [...waiting].filter(([, on]) => on.size === 0).map(([key]) => key);
  let left = waiting.size;
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    left -= 1;
    for (const follower of followers.get(key) ?? []) {
      const on = waiting.get(follower);
      if (on?.delete(key) === true && on.size === 0) ready.push(follower);
    }
  }
  if (left === 0) return;
  const inside = [...waiting].filter(([, on]) => on.size > 0).map(([key]) => key);
  planning.invalid(
    `The template actions '${inside.slice(0, 10).join(', ')}' are in a cycle: an action cannot run after itself`,
    path,
  );
}
