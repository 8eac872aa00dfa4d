/** Triggers over a memory store in virtual time, with calls answered by script: what their tests share. */
import assert from 'node:assert/strict';
import { type EffectOutcome, type EffectRunner } from '#engine';
import { type Json, type JsonObject, memberOf } from '#foundation';
import { ActingTriggers, readTriggerHistories, requireWorkflow, takeUpWorkflows, type TriggerHistory } from '#service';
import { group, type SecurityWorld, securityWorld, settle } from '../security-harness.ts';

export interface ScriptedCall {
  readonly inputs: Json;
  readonly uri: string;
  readonly key: string;
  readonly attempt: number;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly sandbox?: string;
}

export class TriggerWorld {
  readonly world: SecurityWorld;
  readonly calls: ScriptedCall[] = [];
  /** Answers the calls of triggers; `undefined` is never answered. */
  script: (call: ScriptedCall) => ScriptedAnswer | undefined = () => ({ status: 202 });
  #triggers: ActingTriggers | undefined;
  #unfollow: () => void = () => {};

  private constructor(world: SecurityWorld) {
    this.world = world;
  }

  static async start(): Promise<TriggerWorld> {
    const made = new TriggerWorld(await securityWorld());
    made.boot();
    return made;
  }

  /** A new process over the same store; the one before is gone without a word. */
  boot(): void {
    this.crash();
    const runner: EffectRunner = {
      run: (effect) => {
        const { inputs } = effect.request;
        const value = 'value' in inputs ? inputs.value : null;
        const uri = memberOf(value, 'uri');
        const { idempotencyKey: key, attempt } = effect;
        const call = { inputs: value, uri: typeof uri === 'string' ? uri : '', key, attempt };
        this.calls.push(call);
        const answer = this.script(call);
        return answer === undefined ? new Promise(() => {}) : Promise.resolve(outcomeOf(answer));
      },
    };
    this.#triggers = new ActingTriggers(this.world.services, runner);
    Object.assign(this.world.services, { triggers: this.#triggers });
    const triggers = this.#triggers;
    this.#unfollow = this.world.store.onCommit((writes) => triggers.follow(writes));
    takeUpWorkflows(this.world.services, [triggers]);
    triggers.start();
  }

  crash(): void {
    this.#unfollow();
    this.#triggers?.stop();
  }

  get triggers(): ActingTriggers {
    assert.ok(this.#triggers !== undefined);
    return this.#triggers;
  }

  async save(
    trigger: JsonObject,
    more: { readonly name?: string; readonly state?: string; readonly note?: string } = {},
  ) {
    const id = `${group}/providers/Microsoft.Logic/workflows/${more.name ?? 'w'}`;
    const definition = {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: { t: trigger },
      actions: { Note: { type: 'Compose', inputs: more.note ?? 'x', runAfter: {} } },
    };
    const properties = { definition, ...(more.state === undefined ? {} : { state: more.state }) };
    const saved = await this.world.call('PUT', `${id}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties },
    });
    assert.ok(saved.status < 300, JSON.stringify(saved.body));
    await this.pass(0);
    return id;
  }

  async post(id: string, verb: string, body?: Json): Promise<number> {
    const answer = await this.world.call(
      'POST',
      `${id}/${verb}?api-version=2019-05-01`,
      body === undefined ? {} : { body },
    );
    await this.pass(0);
    return answer.status;
  }

  /** Lets time pass, in steps small enough that what is done meanwhile takes none. */
  async pass(milliseconds: number, step = Math.max(1, milliseconds / 20)): Promise<void> {
    for (let left = milliseconds; ; left -= step) {
      this.world.clock.advance(Math.max(0, Math.min(step, left)));
      await settle();
      if (left <= step) return;
    }
  }

  /** Scheduled times of the runs started, in milliseconds since the world began. */
  times(): readonly number[] {
    const start = Date.UTC(2026, 0, 1);
    return this.world.runs.map(({ trigger }) => Date.parse(trigger.scheduledTime ?? '') - start);
  }

  /** Bodies of the outputs of the runs started. */
  bodies(): readonly (Json | undefined)[] {
    return this.world.runs.map(({ trigger: { outputs } }) =>
      outputs !== undefined && 'value' in outputs ? memberOf(outputs.value, 'body') : undefined,
    );
  }

  /** Histories that are not runs, oldest first: the harness keeps no run rows. */
  histories(id: string): readonly TriggerHistory[] {
    const { services } = this.world;
    return readTriggerHistories(services, requireWorkflow(services, id), 't', { top: 100 }).toReversed();
  }
}

function outcomeOf({ status = 200, headers = {}, body, sandbox }: ScriptedAnswer): EffectOutcome {
  return {
    kind: 'response',
    statusCode: status,
    headers,
    ...(body === undefined ? {} : { body: { value: body } }),
    ...(sandbox === undefined ? {} : { sandbox }),
  };
}
