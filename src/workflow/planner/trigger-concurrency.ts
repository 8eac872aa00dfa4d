/**
 * How many runs of a trigger may execute at once, and how many may wait for their turn.
 *
 * Owns: `runtimeConfiguration.concurrency` and `SingleInstance` of triggers. Source: engine reference 1.1, 1.2, 2.3, 16.6.
 */
import type { Json } from '#foundation';
import type { TriggerPlan } from '../plan.ts';
import { wholeNumber } from './members.ts';
import type { Operation } from './settings.ts';

/** Runs at once when concurrency is on without a number. */
const usualRuns = 25;
/** So many more runs may wait than execute, unless said otherwise. */
const usualWaitingRuns = 10;

/** The limit of a trigger's runs; undefined when it has none. */
export function triggerConcurrency(
  { planning, owner, members, steps, type }: Operation,
  options: ReadonlySet<string>,
): TriggerPlan['concurrency'] {
  const given = members.in('runtimeConfiguration').get('concurrency');
  const single = options.has('singleinstance');
  if (given === undefined) return single ? { runs: 1, maximumWaitingRuns: 1 + usualWaitingRuns } : undefined;
  const concurrency = members.in('runtimeConfiguration').in('concurrency');
  const refuse = (what: string): undefined => {
    const message = `The concurrency configuration of workflow trigger '${owner.name}' of type '${type.type}' is not valid: ${what}.`;
    planning.refuse('InvalidConcurrencyConfiguration', message, [...steps, 'runtimeConfiguration', 'concurrency']);
  };
  const numberOf = (name: string, most: number): number | undefined => {
    const value: Json | undefined = concurrency.get(name);
    const place = { owner, what: name, steps: [...steps, 'runtimeConfiguration', 'concurrency', name] };
    const count = value === undefined ? undefined : wholeNumber(planning.setting(value, place));
    if (value !== undefined && (count === undefined || count < 1 || count > most)) {
      refuse(`the value of '${name}' must be a whole number from '1' to '${most}'`);
    }
    return count;
  };
  const unknown = concurrency.names.find((name) => name !== 'runs' && name !== 'maximumwaitingruns');
  if (unknown !== undefined) return refuse(`'${unknown}' does not apply to triggers`);
  if (single) return refuse("'concurrency' and the operation option 'SingleInstance' exclude each other");
  const runs = numberOf('runs', planning.limits.triggerRuns) ?? usualRuns;
  return {
    runs,
    maximumWaitingRuns: numberOf('maximumWaitingRuns', planning.limits.waitingRuns) ?? runs + usualWaitingRuns,
  };
}
