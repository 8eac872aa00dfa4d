/** Definitions by chance: containers in containers, branches, joins, several starts. */
import fc from 'fast-check';

interface Made {
  readonly [name: string]: unknown;
}

type Actions = Record<string, Made>;

/** How long a property looks for the smallest example of its fault, in milliseconds: it is there to be read, not to be the smallest. */
export const bounds = { interruptAfterTimeLimit: 20_000 } as const;

/** A definition has no more steps: what 60 do not show, 200 have not shown either, and cost ten times as much. */
const most = 60;

const kinds = ['Compose', 'Compose', 'Http', 'If', 'Switch', 'Foreach', 'Until', 'Scope'];

const statuses = fc.subarray(['Succeeded', 'Failed', 'Skipped', 'TimedOut'], { minLength: 1 });

// Each draw names one of these few: the library compares the arguments of every draw with those of all draws before.
const flip = fc.boolean();
const fewSteps = fc.integer({ min: 0, max: 2 });
const someSteps = fc.integer({ min: 0, max: 5 });
const anyOf = fc.nat(999);
const endings = fc.constantFrom('', ' (V2)', "'s", '/a', '~b', 'é');
const draws = {
  flip: () => flip,
  few: () => fewSteps,
  some: () => someSteps,
  any: () => anyOf,
  ending: () => endings,
  statuses: () => statuses,
} as const;

/** Names are unique over the whole definition; keys are shuffled, so that their order is not that of running. */
export const madeDefinition: fc.Arbitrary<Made> = fc.gen().map((draw) => {
  let count = 0;
  const body = (depth: number): Actions => {
    const entries: [string, Made][] = [];
    const size = draw(depth > 2 ? draws.few : draws.some);
    for (let index = 0; index < size && count < most; index++) {
      const before = entries.map(([name]) => name);
      const after = before.length === 0 ? [] : [...new Set(picks(draw(draws.any), before))];
      const runAfter = Object.fromEntries(after.map((name) => [name, draw(draws.statuses)]));
      const name = `Step_${++count}${draw(draws.ending)}`;
      const own = draw(draws.flip) && after.length === 0 ? {} : { runAfter };
      entries.push([name, { ...content(depth, before), ...own }]);
    }
    return Object.fromEntries(draw(draws.flip) ? entries.toReversed() : entries);
  };
  const content = (depth: number, before: readonly string[]): Made => {
    const kind: string = depth > 4 ? 'Compose' : (kinds[draw(draws.any) % kinds.length] ?? 'Compose');
    switch (kind) {
      case 'If':
        return {
          type: 'If',
          expression: {},
          actions: body(depth + 1),
          ...(draw(draws.flip) ? { else: { actions: body(depth + 1) } } : {}),
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

/** None to three of them: the digits of a number say how many and which. */
function picks(number: number, names: readonly string[]): readonly string[] {
  const [count = 0, first = 0, second = 0] = String(number).padStart(3, '0').split('').map(Number);
  return [first, second, first + second + 1].slice(0, count % 4).flatMap((index) => names[index % names.length] ?? []);
}

function inputsOf(before: readonly string[]): unknown {
  const quoted = before.map((name) => name.replaceAll("'", "''"));
  return {
    own: 1.5,
    whole: quoted[0] === undefined ? '@triggerBody()' : `@body('${quoted[0]}')`,
    mixed: quoted.map((name) => `"é\n @{outputs('${name}')?['x']} ${name}`).join(' '),
  };
}
