/** Names of steps: what may be one, and one that is free. Source: portal reference 5.9, engine reference 1.2. */
import type { Path } from '../document.ts';
import type { Graph } from '../graph.ts';
import { type Problem, problem } from '../problem.ts';

const longest = 80;

/** Names in lower case that are taken, over the whole definition. */
export const takenNames = (graph: Graph): Set<string> =>
  new Set([...graph.nodes.values()].map(({ name }) => name.toLowerCase()));

/** `Send an email (V2)` as a name that is not taken: blanks become `_`, and a number behind it tells it from others. */
export function freeName(taken: ReadonlySet<string>, wanted: string): string {
  const base = cleanName(wanted).slice(0, longest - 4);
  if (!taken.has(base.toLowerCase())) return base;
  const root = base.replace(/_\d+$/, '');
  for (let count = 2; ; count += 1) {
    const name = `${root}_${count}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

/** What a person types as a name, as it stands in the definition. */
export const cleanName = (typed: string): string => {
  const name = typed
    .trim()
    .replaceAll(/\s+/g, '_')
    .replaceAll(/[<>%&\\?/]/g, '-');
  return name === '' ? 'Step' : name;
};

/** Why a name cannot be given to a node. */
export function nameProblem(graph: Graph, name: string, path?: Path): Problem | undefined {
  if (name.trim() === '') return problem('NameEmpty', {}, path);
  if (name.length > longest) return problem('NameTooLong', {}, path);
  const other = [...graph.nodes.values()].find(
    (node) => node.path !== path && node.name.toLowerCase() === name.toLowerCase(),
  );
  return other === undefined ? undefined : problem('NameTaken', { name: other.name }, path);
}
