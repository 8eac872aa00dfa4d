/**
 * Expressions of the template language, planned once and evaluated often.
 *
 * What it measures: the evaluation of planned expressions. What it does not: parsing and planning, JSON around expressions. The
 * bound beside each is the same by hand in JavaScript.
 *
 * Run: `node benchmarks/templates.ts`
 *
 * Baseline, two cores shared with other work, in one process with the evaluation that looked names up at each call: 0.8-1.2 times as
 * fast for texts, 1.3-2.2 for comparisons, 1.7-2.0 for sums, 1.6-2.3 for a filter.
 */
import { stdout } from 'node:process';
import { evaluateValue, isStop, newBudget, planValue } from '#templates';

const numbers = Array.from({ length: 200 }, (_, index) => index);
const parameters: Readonly<Record<string, string>> = { p: 'abc' };

const cases: readonly (readonly [text: string, times: number, byHand: (p: string) => unknown])[] = [
  ["[concat('x-', parameters('p'), '-', toLower(parameters('p')))]", 50_000, (p) => `x-${p}-${p.toLowerCase()}`],
  ["[add(mul(3, length(parameters('p'))), mod(17, 5))]", 50_000, (p) => 3 * p.length + (17 % 5)],
  [
    "[and(less(2, length(parameters('p'))), not(equals(parameters('p'), 'b')))]",
    50_000,
    (p) => p.length > 2 && p !== 'b',
  ],
  [
    "[length(filter(range(0, 200), lambda('x', less(lambdaVariables('x'), length(parameters('p'))))))]",
    500,
    (p) => numbers.filter((one) => one < p.length).length,
  ],
];

/** The best of some rounds, in nanoseconds for one. */
function best(times: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; round += 1) {
    const began = performance.now();
    for (let time = 0; time < times; time += 1) work();
    least = Math.min(least, performance.now() - began);
  }
  return (least / times) * 1_000_000;
}

stdout.write('nanoseconds  planned  by hand\n');
for (const [text, times, byHand] of cases) {
  const planned = planValue(text);
  if (isStop(planned)) throw new Error(planned.message);
  const context = {
    budget: newBudget(Number.MAX_SAFE_INTEGER),
    place: (name: string) => (name === 'parameters' ? () => parameters['p'] ?? '' : undefined),
  };
  if (evaluateValue(planned, context) !== byHand('abc')) throw new Error(`${text} gives something else by hand`);
  const figures = [
    best(times, () => evaluateValue(planned, context)),
    best(times, () => byHand(parameters['p'] ?? '')),
  ];
  stdout.write(`${figures.map((one) => one.toFixed(0).padStart(8)).join(' ')}  ${text}\n`);
}
