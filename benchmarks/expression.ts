/**
 * How many expressions per second one core plans and evaluates, and what a plan holds in memory.
 *
 * What it measures: `evaluate` of plans over a small context, one after the other, in a loop that keeps nothing; parsing with
 * checking and planning; heap per plan. What it does not: contexts over large runs, JSON around expressions, garbage collection
 * under load. Beside it stands `adaptive-expressions` (MIT, Microsoft), an interpreter of a sister language with the same
 * functions: the same five expressions in its spelling, parsed before.
 *
 * Run: `node benchmarks/expression.ts` (with `--expose-gc` for steadier memory figures)
 */
import { stdout } from 'node:process';
import { Expression as Adaptive } from 'adaptive-expressions';
import { areFaults, contextFromJson, EvaluationFault, type Planned, planTemplate } from '#expression';

const alert = {
  AlertDisplayName: 'Potential SQL injection',
  Severity: 'High',
  SystemAlertId: '2518000000000000000_7b2f',
  AlertUri: 'https://portal.azure.com/#blade/alert/7b2f',
  Entities: [
    { Type: 'ip', Address: '203.0.113.7' },
    { Type: 'host', HostName: 'web-01' },
  ],
  ResourceId:
    '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-web/providers/Microsoft.Sql/servers/db',
};

/** What playbooks ask: is it severe, what to call the ticket, which group, how many, whom to tell. */
const pairs: readonly (readonly [ours: string, theirs: string])[] = [
  ["@equals(triggerBody()?['Severity'], 'High')", "equals(triggerBody.Severity, 'High')"],
  [
    "@concat('[', triggerBody()?['Severity'], '] ', triggerBody()?['AlertDisplayName'])",
    "concat('[', triggerBody.Severity, '] ', triggerBody.AlertDisplayName)",
  ],
  ["@split(triggerBody()?['ResourceId'], '/')[4]", "split(triggerBody.ResourceId, '/')[4]"],
  ["@greater(length(triggerBody()?['Entities']), 1)", 'greater(count(triggerBody.Entities), 1)'],
  [
    "@if(and(equals(triggerBody()?['Severity'], 'High'), contains(triggerBody()?['AlertDisplayName'], 'SQL')), variables('team'), 'nobody')",
    "if(and(equals(triggerBody.Severity, 'High'), contains(triggerBody.AlertDisplayName, 'SQL')), team, 'nobody')",
  ],
];

function plan(text: string): Planned {
  const planned = planTemplate(text);
  if (areFaults(planned)) throw new Error(planned[0]?.message);
  return planned;
}

/** Calls per second of `call`, over about `milliseconds` after a warm-up of a fifth of that. */
function rate(call: () => void, milliseconds = 400): number {
  const until = performance.now() + milliseconds / 5;
  while (performance.now() < until) for (let round = 0; round < 100; round++) call();
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < milliseconds) {
    for (let round = 0; round < 1000; round++) call();
    calls += 1000;
    elapsed = performance.now() - start;
  }
  return (calls / elapsed) * 1000;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US').padStart(12);
}

const context = contextFromJson({ triggerBody: alert, variables: { team: 'database-team' } });
const memory = { triggerBody: alert, team: 'database-team' };

stdout.write('evaluations per second        ours    adaptive-expressions\n');
for (const [text, theirs] of pairs) {
  const planned = plan(text);
  const adaptive = Adaptive.parse(theirs);
  const expected = adaptive.tryEvaluate(memory);
  const actual = planned.evaluate(context);
  if (actual instanceof EvaluationFault || actual !== expected.value) throw new Error(`the two differ on ${text}`);
  const ours = rate(() => planned.evaluate(context));
  const others = rate(() => adaptive.tryEvaluate(memory));
  stdout.write(`${' '.repeat(18)}${thousands(ours)}    ${thousands(others)}   ${text.slice(0, 60)}\n`);
}

const texts = pairs.map(([text]) => text);
let turn = 0;
const planning = rate(() => void plan(texts[turn++ % texts.length] as string));
let otherTurn = 0;
const parsing = rate(() => void Adaptive.parse((pairs[otherTurn++ % pairs.length] as readonly [string, string])[1]));
stdout.write(
  `\nparse, check and plan per second\n${' '.repeat(18)}${thousands(planning)}    ${thousands(parsing)}   (theirs: parse)\n`,
);

const collect = (globalThis as { gc?: () => void }).gc;
collect?.();
const before = process.memoryUsage().heapUsed;
const kept = Array.from({ length: 10_000 }, (_, index) =>
  plan((texts[index % texts.length] as string).replace('High', `High${index}`)),
);
collect?.();
const grown = process.memoryUsage().heapUsed - before;
stdout.write(`\nheap of ${kept.length} planned expressions: ${(grown / 1024 / 1024).toFixed(1)} MiB\n`);
