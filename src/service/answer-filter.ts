/**
 * `$filter` over answers that are JSON already: alerts, recommendations, automations.
 *
 * Owns: which paths there are. Does not own: the language (`#query`).
 */
import { looseMember } from '#events';
import type { Fault, JsonObject } from '#foundation';
import { planFilter, type Predicate, requiredTexts } from '#query';

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
 * The state that everything passing the filter has, spelled as documents spell it; undefined when the filter names none.
 * `path` is where answers show it, in lower case: `properties/status`.
 */
export function requiredState(text: string, path: string, states: readonly string[]): string | undefined {
  const wanted = requiredTexts(text).get(path)?.toLowerCase();
  return states.find((state) => state.toLowerCase() === wanted);
}
