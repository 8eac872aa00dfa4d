/**
 * A definition judged as the server judges it when it is saved.
 *
 * Owns: from the server's faults to steps of the graph. Does not own: the rules, which are the server's own code.
 *
 * Invariant
 * I12. What is found here is what a save would answer: the same codes and messages (portal reference 6.3).
 */
import type { Doc, Path } from './document.ts';
import type { Graph } from './graph.ts';
import { memberOf } from './json-tree.ts';
import { parseJson, planWorkflow } from './workflow-language.ts';

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** The step it is about. */
  readonly path?: Path;
  /** Member names from the step inwards. */
  readonly at: readonly string[];
}

export function validate(doc: Doc, graph: Graph): readonly Finding[] {
  const { definition, text, tree } = doc;
  const parameters = definition === tree ? undefined : memberOf(tree, 'parameters')?.value;
  const planned = planWorkflow({
    definition: parseJson(text.slice(definition.start, definition.end)),
    ...(parameters === undefined ? {} : { parameters: parseJson(text.slice(parameters.start, parameters.end)) }),
    now: Date.now(),
  });
  if (planned.kind === 'planned') {
    return planned.warnings.map(({ code, message, path }) => finding(graph, code, message, path, 'warning'));
  }
  const { fault } = planned;
  const details = fault.options.details ?? [];
  const all =
    details.length === 0 ? [{ code: fault.code, message: fault.message, target: fault.options.target }] : details;
  return all.map(({ code, message, target }) => finding(graph, code, message, target ?? '', 'error'));
}

function finding(graph: Graph, code: string, message: string, target: string, severity: Finding['severity']): Finding {
  const { path, at } = placeOf(graph, target);
  const plain = /^The template validation failed: '(.*)'\.$/s.exec(message)?.[1] ?? message;
  return { code, message: plain, severity, at, ...(path === undefined ? {} : { path }) };
}

/** The step that a target such as `actions.Send.inputs` or `actions['a b'].foreach` is in. */
export function placeOf(graph: Graph, target: string): { readonly path?: Path; readonly at: readonly string[] } {
  const steps = stepsOf(target);
  for (let length = steps.length; length > 1; length -= 1) {
    const path = steps
      .slice(0, length)
      .map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    if (graph.nodes.has(path)) return { path, at: steps.slice(length) };
  }
  return { at: steps };
}

function stepsOf(target: string): readonly string[] {
  const part = /\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|([^.[\]]+)/g;
  return [...target.matchAll(part)].map(
    ([, quoted, index, name]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? index ?? name ?? '',
  );
}
