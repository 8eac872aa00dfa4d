/**
 * `$filter` over answers that are JSON already: alerts, recommendations, automations.
 *
 * Owns: which paths there are. Does not own: the language (`#query`).
 */
import { looseMember } from '#events';
import type { Fault, JsonObject } from '#foundation';
import { planFilter, type Predicate, textChoices } from '#query';

const topMembers = new Set(['id', 'name', 'type', 'location', 'tags', 'status', 'kind', 'etag']);

/** The test of a filter text over answers; paths are members, `properties/severity`. Faults: `InvalidParameter`. */
export function planAnswerFilter(text: string): Predicate<JsonObject> | Fault {
  return planFilter<JsonObject>(text, {
    field: (path) => {
      const segments = path.split('/');
      const first = segments[0]?.toLowerCase() ?? '';
      if (first !== 'properties' && !topMembers.has(first)) return undefined;
      return (answer) => looseMember(answer, ...segments);
    },
  });
}

/**
 * The states that all that passes the filter has, spelled as documents spell them; undefined when the filter leaves any.
 * `path` is where answers show it, in lower case: `properties/status`.
 */
export function requiredStates(text: string, path: string, states: readonly string[]): readonly string[] | undefined {
  const wanted = textChoices(text)
    .choices.get(path)
    ?.map((state) => state.toLowerCase());
  return wanted === undefined ? undefined : states.filter((state) => wanted.includes(state.toLowerCase()));
}

/** Whether the filter says nothing but which values members at these paths may have. */
export function isOnlyAbout(text: string, paths: readonly string[]): boolean {
  const { choices, isWhole } = textChoices(text);
  return isWhole && [...choices.keys()].every((path) => paths.includes(path));
}
