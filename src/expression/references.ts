/**
 * Lists what a template refers to: actions, variables, parameters, loops, the trigger, the item.
 *
 * Owns: the walk. Does not own: whether such things exist and are reachable (`#workflow`).
 *
 * Source: expression reference 1.6, 11.1; portal reference 6.3 I7.
 */
import type { Call, Expression, Template } from './ast.ts';
import { findFunction } from './functions/index.ts';
import type { Reference } from './planned.ts';

/** The references of a template or an expression, in source order. */
export function references(tree: Template | Expression, path: readonly (string | number)[] = []): readonly Reference[] {
  const found: Reference[] = [];
  for (const call of calls(tree)) {
    const definition = findFunction(call.name);
    if (definition?.refersTo === undefined) continue;
    const takesName =
      definition.parameters[0]?.types.includes('String') === true && namedTargets.has(definition.refersTo);
    const first = takesName ? call.args[0] : undefined;
    const literal = first?.kind === 'literal' && typeof first.value === 'string' ? first.value : undefined;
    found.push({
      function: definition.name,
      target: definition.refersTo,
      name: literal,
      nameSpan: first === undefined ? undefined : { start: first.start, end: first.end },
      dynamic: first !== undefined && literal === undefined,
      call,
      path,
      start: call.start,
      end: call.end,
    });
  }
  return found;
}

const namedTargets: ReadonlySet<string> = new Set([
  'parameter',
  'variable',
  'action',
  'scope',
  'foreach',
  'until',
  'setting',
]);

/** Every call in the tree, outer ones before the ones in their arguments and brackets. */
export function* calls(tree: Template | Expression): Generator<Call> {
  if ('parts' in tree) {
    for (const part of tree.parts) if (part.kind === 'expression') yield* calls(part.expression);
  } else if ('expression' in tree) {
    yield* calls(tree.expression);
  } else if (tree.kind === 'call') {
    yield tree;
    for (const argument of tree.args) yield* calls(argument);
    for (const accessor of tree.accessors) if (accessor.kind === 'index') yield* calls(accessor.index);
  }
}
