/**
 * Looking up what an action does to a resource.
 *
 * Owns: the look-up, the placeholders of results, which actions a type has. Does not own: the table
 * (`resource-actions.data.ts`), the effects themselves (`#service`).
 *
 * Invariants
 * RA1. An action that a type of the table does not have is a fault; one of a type that nobody here knows is not.
 */
import { type Fault, fault, isJsonArray, isJsonObject, type Json, setMember } from '#foundation';
import { keyLists } from './key-lists.data.ts';
import { recordedActions, type ResourceAction, resourceActions } from './resource-actions.data.ts';

const byName: ReadonlyMap<string, ResourceAction> = new Map(
  resourceActions.map((entry) => [`${entry.type}/${entry.action}`.toLowerCase(), entry]),
);
const knownTypes: ReadonlySet<string> = new Set(resourceActions.map(({ type }) => type.toLowerCase()));

/** The table's entry; undefined for an action that is only recorded; a fault for one that the type does not have (RA1). */
export function resourceActionOf(type: string, action: string): ResourceAction | undefined | Fault {
  const key = `${type}/${action}`.toLowerCase();
  const entry = byName.get(key);
  if (entry !== undefined || keyLists[key] !== undefined) return entry;
  const lower = type.toLowerCase();
  if (!knownTypes.has(lower) || recordedActions[lower]?.includes(action.toLowerCase()) === true) return undefined;
  const namespace = type.slice(0, type.indexOf('/'));
  return fault(
    'InvalidResourceType',
    `The resource type '${type.slice(namespace.length + 1)}/${action}' could not be found in the namespace '${namespace}': ` +
      `resources of the type '${type}' have no action '${action}'.`,
    { target: action },
  );
}

/** A result with its placeholders filled in. */
export function filledResult(result: Json, words: Readonly<Record<string, string>>): Json {
  if (typeof result === 'string') return result.replaceAll(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
  if (isJsonArray(result)) return result.map((item) => filledResult(item, words));
  if (!isJsonObject(result)) return result;
  const filled: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(result)) setMember(filled, name, filledResult(value, words));
  return filled;
}
