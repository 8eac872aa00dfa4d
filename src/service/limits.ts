/**
 * The limits an operator may set, by name, over the documented ones.
 *
 * Owns: their names and reading them. Does not own: the numbers (`#workflow`, `#engine`, `trigger-limits.ts`), what they mean
 * to an action or a trigger.
 * Source: engine reference 1.2.
 *
 * Invariants
 * L1. A name that several tables have is one limit: it is set in all of them.
 * L2. What is stored and what runs keeps the limits it was saved or started with.
 */
import { defaultSettings, type RunLimits, runLimitNames } from '#engine';
import { isJsonObject, type Json } from '#foundation';
import { workflowLimits, type WorkflowLimits } from '#workflow';
import { defaultRequestLimits, type RequestLimits } from './request-limits.ts';
import type { Services } from './services.ts';
import { defaultTriggerLimits, type TriggerLimits } from './trigger-limits.ts';

export interface Limits {
  readonly workflowLimits: WorkflowLimits;
  readonly triggerLimits: TriggerLimits;
  readonly runLimits?: Partial<RunLimits>;
  readonly requestLimits: RequestLimits;
}

type Table = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

const runDefaults = Object.fromEntries(runLimitNames.map((name) => [name, defaultSettings[name]]));
const tables: readonly Table[] = [
  workflowLimits as unknown as Table,
  { ...defaultTriggerLimits },
  runDefaults,
  { ...defaultRequestLimits },
];

/** Every limit with its default; members of members as `retryInterval.minimum`. Times in milliseconds. */
export const limitDefaults: ReadonlyMap<string, number> = new Map(tables.flatMap(flat));

function flat(table: Table): readonly (readonly [string, number])[] {
  return Object.entries(table).flatMap(([name, value]) =>
    typeof value === 'number'
      ? [[name, value] as const]
      : Object.entries(value).map(([inner, number]) => [`${name}.${inner}`, number] as const),
  );
}

/**
 * Reads an object of limits by name.
 * @throws Error with one sentence for an unknown name or what is no whole number from 1.
 */
export function readLimits(given: Json): Limits {
  if (!isJsonObject(given)) throw new Error('it must be a JSON object of limits by name');
  const set = new Map<string, number>();
  for (const [name, value] of Object.entries(given)) {
    if (!limitDefaults.has(name)) throw new Error(`there is no limit '${name}'`);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw new Error(`the limit '${name}' must be a whole number from 1`);
    }
    set.set(name, value);
  }
  const runLimits = Object.fromEntries(
    [...set].filter(([name]) => Object.hasOwn(runDefaults, name)),
  ) as Partial<RunLimits>;
  return {
    workflowLimits: overlaid(workflowLimits, set),
    triggerLimits: overlaid(defaultTriggerLimits, set),
    requestLimits: overlaid(defaultRequestLimits, set),
    ...(Object.keys(runLimits).length === 0 ? {} : { runLimits }),
  };
}

function overlaid<T extends object>(table: T, set: ReadonlyMap<string, number>): T {
  const entries = Object.entries(table as Table).map(([name, value]) => [
    name,
    typeof value === 'number'
      ? (set.get(name) ?? value)
      : Object.fromEntries(
          Object.entries(value).map(([inner, usual]) => [inner, set.get(`${name}.${inner}`) ?? usual]),
        ),
  ]);
  return Object.fromEntries(entries) as T;
}

/** What a run that starts now takes with it. */
export function runLimits({ settings }: Services): { readonly limits?: Partial<RunLimits> } {
  return settings.runLimits === undefined ? {} : { limits: settings.runLimits };
}
