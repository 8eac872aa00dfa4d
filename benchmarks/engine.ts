/**
 * How fast one core moves runs: playbooks with one call, long pure playbooks, loops.
 *
 * What it measures: `step` alone, history and commands built, calls answered at once, nothing stored. What it does not:
 * journal, hosts, HTTP, expression-heavy actions, garbage collection under load. Beside each row stands the lower bound:
 * evaluating the same action inputs without any run around them.
 *
 * Run: `node benchmarks/engine.ts`
 */
import { stdout } from 'node:process';
import { defaultSettings, MemoryContent, type RunEvent, type RunState, type StepEnvironment, step } from '#engine';
import { contextFromJson } from '#expression';
import { type JsonObject, stringifyJson, type Json } from '#foundation';
import { planWorkflow, type WorkflowPlan } from '#workflow';

function planOf(actions: JsonObject): WorkflowPlan {
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
  const result = planWorkflow({ definition: { triggers, actions } });
  if (result.kind === 'refused') throw new Error(result.fault.message);
  return result.plan;
}

const alert = { AlertDisplayName: 'Potential SQL injection', Severity: 'High', Entities: [1, 2, 3] };

function started(): RunEvent {
  const time = '2026-01-01T00:00:00.0000000Z';
  return {
    kind: 'started',
    now: Date.UTC(2026, 0, 1),
    seed: 7,
    responder: false,
    run: { name: 'run', workflowId: 'w', version: '1', clientTrackingId: 'run', workflow: {} },
    trigger: {
      name: 'manual',
      outputs: { value: { headers: {}, body: alert } },
      startTime: time,
      endTime: time,
      trackingId: 't',
      clientTrackingId: 'run',
      originHistoryName: 'run',
      status: 'Succeeded',
    },
  };
}

interface Measured {
  readonly steps: number;
  readonly records: number;
  readonly largestState: number;
}

/** One whole run; every call is answered at once with a small body. */
function run(plan: WorkflowPlan, env: StepEnvironment, watchState = false): Measured {
  const events: RunEvent[] = [started()];
  let state: RunState | undefined;
  let steps = 0;
  let records = 0;
  let largestState = 0;
  for (let event = events.shift(); event !== undefined; event = events.shift()) {
    const result = step(plan, state, event, env);
    state = result.state;
    steps += 1;
    records += result.history.length;
    if (watchState && steps % 20 === 0)
      largestState = Math.max(largestState, stringifyJson(state as unknown as Json).length);
    for (const command of result.commands) {
      if (command.kind === 'continue') events.push({ kind: 'continued', now: event.now });
      if (command.kind === 'effect') {
        const outcome = { kind: 'response', statusCode: 200, headers: {}, body: { value: { ok: true } } } as const;
        events.push({ kind: 'actionDone', now: event.now, effect: command.id, outcome });
      }
    }
  }
  if (state?.status !== 'Succeeded') throw new Error(`the run ended as ${state?.status}`);
  return { steps, records, largestState };
}

/** Microseconds per call of `work`, the best of three rounds of about `milliseconds`. */
function microseconds(work: () => void, milliseconds = 500): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round += 1) {
    const begin = performance.now();
    let count = 0;
    do {
      work();
      count += 1;
    } while (performance.now() - begin < milliseconds);
    if (round > 0) best = Math.min(best, ((performance.now() - begin) / count) * 1_000);
  }
  return best;
}

const after = (name: string): JsonObject => ({ runAfter: { [name]: ['Succeeded'] } });
const five: JsonObject = {
  Severe: {
    type: 'If',
    expression: "@equals(triggerBody()?['Severity'], 'High')",
    actions: {
      Title: { type: 'Compose', inputs: "@{triggerBody()?['Severity']}: @{triggerBody()?['AlertDisplayName']}" },
      Tell: {
        type: 'Http',
        inputs: { method: 'POST', uri: 'https://a.test/', body: { title: "@outputs('Title')" } },
        ...after('Title'),
      },
    },
    else: { actions: { Ignore: { type: 'Compose', inputs: 'nothing to do' } } },
  },
  Done: { type: 'Compose', inputs: "@body('Tell')?['ok']", ...after('Severe') },
};
const forty: JsonObject = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [
    `A${index}`,
    {
      type: 'Compose',
      inputs: index === 0 ? 1 : `@add(outputs('A${index - 1}'), 1)`,
      ...(index === 0 ? {} : after(`A${index - 1}`)),
    },
  ]),
);
const appending: JsonObject = {
  V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'list', type: 'Array', value: [] }] } },
  Each: {
    type: 'Foreach',
    foreach: '@range(0, 5000)',
    actions: { Add: { type: 'AppendToArrayVariable', inputs: { name: 'list', value: '@item()' } } },
    ...after('V'),
  },
};
const large: JsonObject = {
  Each: {
    type: 'Foreach',
    foreach: '@range(0, 100000)',
    actions: { Twice: { type: 'Compose', inputs: '@mul(item(), 2)' } },
  },
};

/** What evaluating the inputs alone costs, per run. */
function lowerBound(plan: WorkflowPlan, times = 1): number {
  const outputs = Object.fromEntries([...plan.actions.values()].map(({ name }) => [name, { outputs: 1 }]));
  const context = contextFromJson({ actions: outputs, triggerBody: alert, item: 1 });
  const composed = [...plan.actions.values()].flatMap((action) => (action.kind === 'compose' ? [action.inputs] : []));
  return microseconds(() => {
    for (let time = 0; time < times; time += 1) for (const inputs of composed) inputs.evaluate(context);
  }, 200);
}

function report(name: string, plan: WorkflowPlan, actions: number, bound: string): void {
  const env: StepEnvironment = { content: new MemoryContent(), settings: defaultSettings };
  const { steps, records, largestState } = run(plan, env, true);
  const time = microseconds(() => run(plan, env));
  const cells = [
    name.padEnd(36),
    `${Math.round(1e6 / time)}`.padStart(9),
    `${(time / actions).toFixed(2)}`.padStart(12),
    `${steps}`.padStart(7),
    `${records}`.padStart(9),
    largestState === 0 ? '-'.padStart(12) : `${largestState}`.padStart(12),
    bound.padStart(14),
  ];
  stdout.write(`${cells.join('')}\n`);
}

stdout.write(
  `${'run'.padEnd(36)}${'runs/s'.padStart(9)}${'us/action'.padStart(12)}${'steps'.padStart(7)}${'records'.padStart(9)}${'state bytes'.padStart(12)}${'bound us/run'.padStart(14)}\n`,
);
const fivePlan = planOf(five);
report('5 actions, one call', fivePlan, 5, lowerBound(fivePlan).toFixed(1));
const fortyPlan = planOf(forty);
report('40 actions in a row, pure', fortyPlan, 40, lowerBound(fortyPlan).toFixed(1));
const appendingPlan = planOf(appending);
report('5,000 items appended to an array', appendingPlan, 5_002, '-');
const largePlan = planOf(large);
report('100,000 items', largePlan, 100_001, lowerBound(largePlan, 100_000).toFixed(0));
