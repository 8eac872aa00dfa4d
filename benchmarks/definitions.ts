/**
 * How long a large definition takes to be checked and planned, and to run once, the first time and later.
 *
 * What it measures: `planWorkflow` and `step` on this thread for definitions of 5 to 500 Compose actions in a row, each with
 * an expression over the one before. What it does not: HTTP, the store. The bound beside it plans the same templates
 * without a workflow around them.
 *
 * Run: `node benchmarks/definitions.ts`
 */
import { stdout } from 'node:process';
import { defaultSettings, MemoryContent, type RunEvent, type RunState, step } from '#engine';
import { planTemplate } from '#expression';
import type { JsonObject } from '#foundation';
import { planWorkflow, type WorkflowPlan } from '#workflow';

function definitionOf(count: number): JsonObject {
  const actions = Array.from({ length: count }, (_, index): readonly [string, JsonObject] => [
    `A${index}`,
    {
      type: 'Compose',
      inputs:
        index === 0 ? "@{triggerBody()?['name']}" : `@concat(outputs('A${index - 1}'), '-', string(add(${index}, 1)))`,
      runAfter: index === 0 ? {} : { [`A${index - 1}`]: ['Succeeded'] },
    },
  ]);
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
  return { triggers, actions: Object.fromEntries(actions) };
}

function plan(definition: JsonObject): WorkflowPlan {
  const result = planWorkflow({ definition });
  if (result.kind === 'refused') throw new Error(result.fault.message);
  return result.plan;
}

function run(planned: WorkflowPlan): void {
  const env = { content: new MemoryContent(), settings: defaultSettings };
  const time = '2026-01-01T00:00:00.0000000Z';
  const trigger = { name: 'manual', startTime: time, endTime: time, trackingId: 't', clientTrackingId: 'run' };
  const events: RunEvent[] = [
    {
      kind: 'started',
      now: 0,
      seed: 7,
      responder: false,
      run: { name: 'run', workflowId: 'w', version: '1', clientTrackingId: 'run', workflow: {} },
      trigger: {
        ...trigger,
        outputs: { value: { body: { name: 'n' } } },
        originHistoryName: 'run',
        status: 'Succeeded',
      },
    },
  ];
  let state: RunState | undefined;
  for (let event = events.shift(); event !== undefined; event = events.shift()) {
    const result = step(planned, state, event, env);
    state = result.state;
    if (result.commands.some(({ kind }) => kind === 'continue')) events.push({ kind: 'continued', now: 0 });
  }
  if (state?.status !== 'Succeeded') throw new Error(`the run ended as ${state?.status}`);
}

function milliseconds(work: () => void): string {
  const began = performance.now();
  work();
  return (performance.now() - began).toFixed(1).padStart(9);
}

/** The best of twenty. */
function best(work: () => void): string {
  let found = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    const began = performance.now();
    work();
    found = Math.min(found, performance.now() - began);
  }
  return found.toFixed(1).padStart(9);
}

stdout.write('milliseconds      first plan  next plan  templates  first run  next run\n');
for (const count of [300, 5, 40, 300, 500]) {
  const definition = definitionOf(count);
  const first = milliseconds(() => plan(definition));
  const planned = plan(definition);
  const firstRun = milliseconds(() => run(planned));
  const texts = Object.values(definition['actions'] as Record<string, { readonly inputs: string }>);
  const templates = best(() => {
    for (const { inputs } of texts) planTemplate(inputs);
  });
  const cells = [first, best(() => plan(definition)), templates, firstRun, best(() => run(planned))];
  stdout.write(`${String(count).padStart(5)} actions   ${cells.join('  ')}\n`);
}
