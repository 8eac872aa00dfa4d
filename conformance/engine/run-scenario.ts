/**
 * Runs one scenario in virtual time and says what differs from its expectation.
 *
 * Owns: the world of a scenario: clock, endpoints, outside events. Scripts, texts and documents are the server's own work.
 */
import { BoundedWork } from '#connectors';
import {
  type ActionRecord,
  type Command,
  defaultSettings,
  type EffectOutcome,
  type EffectRequest,
  type EffectRunner,
  type FoldedHistory,
  foldHistory,
  MemoryContent,
  MemoryHost,
  type NewRun,
  type RunAnswer,
  runKey,
} from '#engine';
import {
  type Content,
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  textMember,
  VirtualClock,
} from '#foundation';
import { performLocally } from '#service';
import { planWorkflow, type WorkflowPlan } from '#workflow';
import type { Endpoint, ScriptedAnswer } from './endpoint.ts';
import { differences, type OutsideEvent, type Scenario } from './scenario.ts';

const workflowId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/w';
/** The same code as in the server, in its workers. */
const work = new BoundedWork();
const settings = {
  ...defaultSettings,
  callbackUrl: (run: { name: string }, _path: unknown, callback: string) =>
    `https://callback.test/${run.name}/${callback}`,
};

/** What differs from the expectation; empty when the scenario holds. */
export async function runScenario(scenario: Scenario): Promise<readonly string[]> {
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: {} } };
  const planned = planWorkflow({
    definition: { triggers, ...scenario.definition },
    ...(scenario.parameters === undefined ? {} : { parameters: scenario.parameters }),
  });
  if (planned.kind === 'refused') return [`the definition is refused: ${planned.fault.code}: ${planned.fault.message}`];
  return new World(scenario, planned.plan).run();
}

class World {
  readonly #scenario: Scenario;
  readonly #clock = new VirtualClock();
  readonly #start = this.#clock.now();
  readonly #content = new MemoryContent();
  readonly #calls: JsonObject[] = [];
  readonly #served = new Map<Endpoint, number>();
  readonly #host: MemoryHost;
  readonly #answers: RunAnswer[] = [];

  constructor(scenario: Scenario, plan: WorkflowPlan) {
    this.#scenario = scenario;
    const effects: EffectRunner = { run: (effect) => this.#effect(effect) };
    this.#host = new MemoryHost({
      plans: { plan: () => plan },
      effects,
      clock: this.#clock,
      content: this.#content,
      settings,
    });
  }

  async run(): Promise<readonly string[]> {
    const key = runKey(workflowId, 'run');
    for (const event of this.#scenario.events ?? []) {
      this.#clock.after(event.at * 1_000, () => void this.#happen(key, event));
    }
    await this.#host.start(this.#newRun());
    for (let move = 0; move < 10_000; move += 1) {
      await this.#host.quiet();
      if (this.#host.state(key) === undefined) return this.#compare(key);
      if (!this.#clock.advanceToNext()) break;
    }
    return [`the run does not end: ${JSON.stringify(this.#host.state(key))}`];
  }

  #newRun(): NewRun {
    const { caller, trigger } = this.#scenario;
    const time = formatTime(this.#start);
    return {
      identity: {
        name: 'run',
        workflowId,
        version: '1',
        clientTrackingId: 'run',
        workflow: { id: workflowId, name: 'w', run: { name: 'run' } },
      },
      trigger: {
        name: 'manual',
        ...(trigger === undefined ? {} : { outputs: { value: trigger } }),
        startTime: time,
        endTime: time,
        trackingId: '00000000-0000-4000-8000-000000000000',
        clientTrackingId: 'run',
        originHistoryName: 'run',
        status: 'Succeeded',
      },
      ...(caller === undefined ? {} : { onAnswer: (answer: RunAnswer) => this.#answers.push(answer) }),
      ...(caller === 'patient' ? { patientCaller: true } : {}),
    };
  }

  async #happen(key: string, event: OutsideEvent): Promise<void> {
    if (event.callback !== undefined) {
      await this.#host.deliver(key, event.callback, this.#content.keep(event.content ?? null));
    }
    if (event.cancel === true) await this.#host.cancel(key);
    if (event.callerGone === true) await this.#host.callerGone(key);
  }

  // --- Endpoints ------------------------------------------------------------------------------------------------

  async #effect(effect: Extract<Command, { kind: 'effect' }>): Promise<EffectOutcome> {
    const inputs = this.#content.load(effect.request.inputs);
    const local = performLocally(work, effect.request, inputs);
    if (local !== undefined) return this.#kept(await local);
    const { uri, method } = targetOf(effect.request, inputs);
    const { idempotencyKey, attempt } = effect;
    const at = (this.#clock.now() - this.#start) / 1_000;
    this.#calls.push({ type: effect.request.type, uri, method, inputs, idempotencyKey, attempt, at });
    const endpoint = (this.#scenario.endpoints ?? []).find(
      (known) => known.uri === uri && (known.method ?? method) === method,
    );
    if (endpoint === undefined) {
      return { kind: 'failure', code: 'UnresolvableHostName', message: `nobody serves ${uri}`, retryable: false };
    }
    const served = this.#served.get(endpoint) ?? 0;
    this.#served.set(endpoint, served + 1);
    return this.#outcome(uri, endpoint.answers[Math.min(served, endpoint.answers.length - 1)]);
  }

  /** What local work answers, with its content where expressions find it. */
  #kept(outcome: EffectOutcome): EffectOutcome {
    if (outcome.kind !== 'response' || outcome.body === undefined || !('value' in outcome.body)) return outcome;
    return { ...outcome, body: this.#content.keep(outcome.body.value) };
  }

  #outcome(uri: string, answer: ScriptedAnswer | undefined): EffectOutcome {
    if (answer === undefined) return { kind: 'response', statusCode: 200, headers: {} };
    if ('failure' in answer) {
      const { failure, retryable = true } = answer;
      return { kind: 'failure', code: failure, message: `no answer from ${uri}`, retryable };
    }
    const { statusCode, headers = {}, body } = answer;
    return { kind: 'response', statusCode, headers, ...(body === undefined ? {} : { body: this.#content.keep(body) }) };
  }

  // --- Comparing ------------------------------------------------------------------------------------------------

  #compare(key: string): readonly string[] {
    const { expect } = this.#scenario;
    const folded = foldHistory(this.#host.history(key));
    const run = JSON.parse(JSON.stringify(folded.run ?? {})) as JsonObject;
    return [
      ...differences(expect.run, run, 'run'),
      ...differences(expect.actions ?? {}, this.#actions(folded), 'actions'),
      ...this.#lists(expect.repetitions, (name) => folded.repetitions(name), 'repetitions'),
      ...this.#lists(expect.scopeRepetitions, (name) => folded.scopeRepetitions(name), 'scopeRepetitions'),
      ...(expect.response === undefined ? [] : differences(expect.response, this.#answer(), 'response')),
      ...(expect.calls === undefined ? [] : differences(expect.calls, this.#calls, 'calls')),
      ...(expect.callCount === undefined ? [] : differences(expect.callCount, this.#calls.length, 'callCount')),
      ...(expect.elapsedSeconds === undefined
        ? []
        : differences(expect.elapsedSeconds, elapsedSeconds(run), 'elapsedSeconds')),
    ];
  }

  #actions(folded: FoldedHistory): JsonObject {
    return Object.fromEntries([...folded.actions].map(([name, record]) => [name, this.#shown(record)]));
  }

  #lists(
    expected: JsonObject | undefined,
    actual: (name: string) => readonly ActionRecord[],
    path: string,
  ): readonly string[] {
    return Object.entries(expected ?? {}).flatMap(([name, list]) =>
      differences(
        list,
        actual(name).map((record) => this.#shown(record)),
        `${path}.${name}`,
      ),
    );
  }

  /** A record with its contents as values. */
  #shown(record: ActionRecord): Json {
    const { inputs, outputs, ...rest } = record;
    const value = (content: Content | undefined, name: string): JsonObject =>
      content === undefined ? {} : { [name]: this.#content.load(content) };
    return JSON.parse(JSON.stringify({ ...rest, ...value(inputs, 'inputs'), ...value(outputs, 'outputs') })) as Json;
  }

  #answer(): Json | undefined {
    const [answer, ...others] = this.#answers;
    if (answer === undefined || others.length > 0) return undefined;
    if (answer.kind === 'noResponse' || answer.body === undefined) return { ...answer };
    return { ...answer, body: this.#content.load(answer.body) };
  }
}

function elapsedSeconds(run: JsonObject): number {
  const time = (name: string): number => Date.parse(textMember(run, name) ?? '');
  return (time('endTime') - time('startTime')) / 1_000;
}

function targetOf(request: EffectRequest, inputs: Json): { readonly uri: string; readonly method: string } {
  if (request.type === 'Poll') return { uri: request.url, method: 'GET' };
  const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  const method = text(memberOf(inputs, 'method')).toUpperCase() || 'POST';
  const workflow = memberOf(memberOf(memberOf(inputs, 'host'), 'workflow'), 'id');
  const uri = text(memberOf(inputs, 'uri')) || text(memberOf(inputs, 'path')) || text(workflow);
  return { uri: isJsonObject(inputs) ? uri : '', method };
}
