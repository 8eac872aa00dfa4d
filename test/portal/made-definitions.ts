/** Definitions by chance: containers in containers, branches, joins, several starts. */
import fc from 'fast-check';

interface Made {
  readonly [name: string]: unknown;
}

type Actions = Record<string, Made>;

const kinds = ['Compose', 'Compose', 'Http', 'If', 'Switch', 'Foreach', 'Until', 'Scope'];

const statuses = fc.subarray(['Succeeded', 'Failed', 'Skipped', 'TimedOut'], { minLength: 1 });

/** Names are unique over the whole definition; keys are shuffled, so that their order is not that of running. */
export const madeDefinition: fc.Arbitrary<Made> = fc.gen().map((draw) => {
  let count = 0;
  const body = (depth: number): Actions => {
    const entries: [string, Made][] = [];
    const size = draw(fc.integer, { min: 0, max: depth > 2 ? 2 : 5 });
    for (let index = 0; index < size; index++) {
      const before = entries.map(([name]) => name);
      const after = draw(fc.subarray, before, { maxLength: Math.min(3, before.length) });
      const runAfter = Object.fromEntries(after.map((name) => [name, draw(() => statuses)]));
      const name = `Step_${++count}${draw(fc.constantFrom, '', ' (V2)', "'s", '/a', '~b', 'é')}`;
      const own = draw(fc.boolean) && after.length === 0 ? {} : { runAfter };
      entries.push([name, { ...content(depth, before), ...own }]);
    }
    return Object.fromEntries(draw(fc.boolean) ? entries.toReversed() : entries);
  };
  const content = (depth: number, before: readonly string[]): Made => {
    const kind: string = depth > 4 ? 'Compose' : (kinds[draw(fc.nat, kinds.length - 1)] ?? 'Compose');
    switch (kind) {
      case 'If':
        return {
          type: 'If',
          expression: {},
          actions: body(depth + 1),
          ...(draw(fc.boolean) ? { else: { actions: body(depth + 1) } } : {}),
        };
      case 'Switch':
        return {
          type: 'Switch',
          expression: '@1',
          cases: { A: { case: 'a', actions: body(depth + 1) } },
          default: { actions: body(depth + 1) },
        };
      case 'Foreach':
        return { type: 'foreach', foreach: '@triggerBody()', actions: body(depth + 1) };
      case 'Until':
        return { type: 'Until', expression: '@true', actions: body(depth + 1) };
      case 'Scope':
        return { type: 'Scope', actions: body(depth + 1) };
      default:
        return { type: kind, inputs: inputsOf(before) };
    }
  };
  return { triggers: { manual: { type: 'Request', kind: 'Http' } }, actions: body(0), outputs: {} };
});

function inputsOf(before: readonly string[]): unknown {
  const quoted = before.map((name) => name.replaceAll("'", "''"));
  return {
    own: 1.5,
    whole: quoted[0] === undefined ? '@triggerBody()' : `@body('${quoted[0]}')`,
    mixed: quoted.map((name) => `"é\n @{outputs('${name}')?['x']} ${name}`).join(' '),
  };
}
