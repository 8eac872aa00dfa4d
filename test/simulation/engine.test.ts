/**
 * Runs by chance, with everything that can go wrong around them: crashes after any commit, repeated events, callbacks that
 * come early, late, twice or never, calls that fail or take their time.
 *
 * `TOCSIN_SIMULATIONS` sets the number of runs, `TOCSIN_SIMULATION_SEED` the first seed; a failure names its seed.
 */
import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import {
  type Command,
  defaultSettings,
  type EffectOutcome,
  foldHistory,
  type HistoryRecord,
  MemoryContent,
  MemoryHost,
  type RunEvent,
  type RunIdentity,
  type RunState,
  runKey,
  step,
} from '#engine';
import { formatTime, type Json, SeededRandom, VirtualClock } from '#foundation';
import type { WorkflowPlan } from '#workflow';
import { canonical } from '../engine/driver.ts';
import { planFor } from '../engine/plan-for.ts';
import { RandomWorkflow } from './random-workflow.ts';

type Effect = Extract<Command, { kind: 'effect' }>;

const runs = Number(env['TOCSIN_SIMULATIONS'] ?? 500);
/** Many runs take long, and a machine may have other work. */
const timeout = 60_000 + runs * 60;
const firstSeed = Number(env['TOCSIN_SIMULATION_SEED'] ?? 1);
const identity: RunIdentity = { name: 'run', workflowId: 'w', version: '1', clientTrackingId: 'run', workflow: {} };
const key = runKey('w', 'run');
const settings = { ...defaultSettings, recordsPerStep: 20 };

/** A number in [0, 1) that depends on texts only: the outside world answers the same whether or not we crash. */
function chanceOf(...texts: readonly string[]): number {
  let hash = 7;
  for (const unit of texts.join('|')) hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) >>> 0;
  return new SeededRandom(hash).fraction();
}

class Simulation {
  readonly #clock = new VirtualClock();
  readonly #content = new MemoryContent(200);
  readonly #host: MemoryHost;
  readonly #seed: string;
  readonly #plan: WorkflowPlan;
  readonly #called = new Set<string>();
  #commitsToCrash = Number.POSITIVE_INFINITY;
  readonly #crashes: SeededRandom | undefined;
  crashes = 0;

  constructor(seed: number, plan: WorkflowPlan, crashes: boolean) {
    this.#seed = String(seed);
    this.#plan = plan;
    this.#crashes = crashes ? new SeededRandom(seed * 7 + 1) : undefined;
    this.#host = new MemoryHost({
      plans: { plan: () => plan },
      effects: { run: (effect) => this.#perform(effect) },
      clock: this.#clock,
      content: this.#content,
      settings,
      random: new SeededRandom(seed),
      onCommit: () => this.#committed(),
    });
    this.#planCrash();
  }

  #planCrash(): void {
    if (this.#crashes !== undefined) this.#commitsToCrash = 1 + Math.floor(this.#crashes.fraction() * 5);
  }

  #committed(): void {
    this.#commitsToCrash -= 1;
    if (this.#commitsToCrash > 0) return;
    this.crashes += 1;
    this.#commitsToCrash = Number.POSITIVE_INFINITY;
    this.#host.crash();
  }

  async #perform(effect: Effect): Promise<EffectOutcome> {
    const { idempotencyKey, attempt, request } = effect;
    const chance = chanceOf(this.#seed, idempotencyKey, String(attempt));
    if (request.type === 'Subscribe' && !this.#called.has(idempotencyKey)) {
      this.#called.add(idempotencyKey);
      this.#callBack(effect);
    }
    const delay = Math.floor(chanceOf(this.#seed, idempotencyKey, 'delay') * 20) * 1_000;
    if (delay > 0) await new Promise<void>((resolve) => this.#clock.after(delay, resolve));
    // A refused subscription would race with its callback, and a crash may turn that race.
    const isHook = request.type === 'Subscribe' || request.type === 'Unsubscribe';
    if (isHook || chance < 0.6)
      return { kind: 'response', statusCode: 200, headers: {}, body: this.#content.keep({ chance }) };
    if (chance < 0.75) return { kind: 'response', statusCode: 503, headers: {} };
    if (chance < 0.85) return { kind: 'failure', code: 'GatewayTimeout', message: 'late', retryable: true };
    if (chance < 0.9) return { kind: 'response', statusCode: 404, headers: {} };
    return { kind: 'response', statusCode: 202, headers: { location: `/poll/${attempt}` } };
  }

  /** Callbacks come once, twice, or never; some before the subscription is answered. */
  #callBack(effect: Effect): void {
    const { action, indexes } = effect.path;
    const tail = indexes.map((index) => String(index).padStart(6, '0')).join('-');
    const callback = tail === '' ? action : `${action}/${tail}`;
    const chance = chanceOf(this.#seed, effect.idempotencyKey, 'callback');
    if (chance < 0.2) return;
    const deliver = (): void => {
      void this.#host.deliver(key, callback, { value: { headers: {}, body: { chance } } });
    };
    this.#clock.after(Math.floor(chance * 50) * 1_000, deliver);
    if (chance > 0.7) this.#clock.after(60_000, deliver);
  }

  async run(): Promise<{ readonly history: readonly HistoryRecord[]; readonly events: readonly RunEvent[] }> {
    const time = formatTime(this.#clock.now());
    const trigger = {
      name: 'manual',
      startTime: time,
      endTime: time,
      trackingId: 't',
      clientTrackingId: 'run',
      originHistoryName: 'run',
      status: 'Succeeded',
      outputs: { value: { headers: {}, body: {} } },
    };
    void this.#host.start({ identity, trigger });
    for (let move = 0; move < 20_000; move += 1) {
      await this.#settle();
      if (this.#host.isDown) {
        this.#planCrash();
        this.#host.recover();
      } else if (this.#host.state(key) === undefined) {
        return { history: this.#host.history(key), events: this.#host.events(key) };
      } else if (!this.#clock.advanceToNext()) break;
    }
    throw new Error('the run does not end');
  }

  /** Calls here may wait for the clock, so the host is never quiet: a few turns are enough for everything that is ready. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    while (this.#host.state(key)?.continuing === true && !this.#host.isDown) await Promise.resolve();
  }

  /** The events again from the beginning, some of them more than once. */
  replay(
    events: readonly RunEvent[],
    repeats: SeededRandom | undefined,
  ): { state: RunState; history: HistoryRecord[] } {
    let state: RunState | undefined;
    const history: HistoryRecord[] = [];
    const feed = (event: RunEvent): void => {
      const result = step(this.#plan, state, event, { content: this.#content, settings });
      state = result.state;
      for (const record of result.history) history.push(record);
    };
    const seen: RunEvent[] = [];
    for (const event of events) {
      feed(event);
      if (event.kind !== 'continued') seen.push(event);
      const again = repeats === undefined ? 1 : repeats.fraction();
      if (again < 0.3) feed(seen[Math.floor(again * (1 / 0.3) * seen.length)] ?? event);
    }
    if (state === undefined) throw new Error('nothing happened');
    return { state, history };
  }
}

/** What crashes must not change: how everything ended. */
function endings(history: readonly HistoryRecord[]): Json {
  const folded = foldHistory(history);
  const names = [...folded.actions.keys()].sort();
  return {
    run: folded.run?.status ?? null,
    actions: names.map((name) => [name, folded.actions.get(name)?.status ?? null]),
    repetitions: names.map((name) => folded.repetitions(name).map(({ status }) => status)),
    iterations: names.map((name) => folded.scopeRepetitions(name).map(({ status }) => status)),
  };
}

/** Deep equality of histories, by their texts first: comparing texts is ten times as fast. */
function sameHistory(actual: readonly HistoryRecord[], expected: readonly HistoryRecord[], message: string): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) assert.deepEqual(actual, expected, message);
}

async function simulate(seed: number): Promise<{ readonly events: number; readonly crashes: number }> {
  const plan = planFor(new RandomWorkflow(new SeededRandom(seed)).definition());
  const calm = await new Simulation(seed, plan, false).run();
  const simulation = new Simulation(seed, plan, true);
  const rough = await simulation.run();

  const repeated = simulation.replay(rough.events, new SeededRandom(seed));
  sameHistory(repeated.history, rough.history, 'replay with repeated events writes the history of the first run');
  // Two states are compared for some seeds only: their texts cost more than the runs.
  if (seed % 4 === 0) {
    const plain = simulation.replay(rough.events, undefined);
    assert.equal(canonical(repeated.state), canonical(plain.state), 'repeated events change nothing');
  }

  const folded = foldHistory(rough.history);
  const open = [...folded.actions.values()].filter(({ endTime }) => endTime === undefined);
  assert.deepEqual(open, [], 'every action has ended');
  // Terminate cuts what happens to be under way, and a repeated call takes longer: there the endings may differ.
  const isTerminated = folded.run?.code === 'Terminated' || foldHistory(calm.history).run?.code === 'Terminated';
  if (!isTerminated) assert.deepEqual(endings(rough.history), endings(calm.history), 'crashes change no ending');
  return { events: rough.events.length, crashes: simulation.crashes };
}

test(`${runs} runs by chance end the same with and without crashes, and replay to the same state`, {
  timeout,
}, async () => {
  let events = 0;
  let crashes = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    try {
      const counted = await simulate(seed);
      events += counted.events;
      crashes += counted.crashes;
    } catch (error) {
      throw new Error(`seed ${seed} (TOCSIN_SIMULATION_SEED=${seed} TOCSIN_SIMULATIONS=1)`, { cause: error });
    }
  }
  if (runs >= 100) assert.ok(events > runs * 3 && crashes > runs, `only ${events} events and ${crashes} crashes`);
});
