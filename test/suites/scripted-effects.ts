/**
 * An `EffectRunner` for tests: answers by script, can hold calls back, writes down every call.
 *
 * Owns: `ScriptedEffects`. Calls are told apart by the `uri` of their inputs (the `Location` for polls).
 */
import { type Command, type EffectOutcome, type EffectRequest, type EffectRunner, MemoryContent } from '#engine';
import { type Content, type ContentStore, isJsonObject, type Json, memberOf } from '#foundation';

/** A scripted answer; a `failure` is no answer at all. */
export type Answer =
  | {
      readonly statusCode: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Json;
      readonly sandbox?: string;
    }
  | { readonly failure: string; readonly message?: string; readonly retryable?: boolean };

export interface RecordedCall {
  readonly effect: string;
  readonly type: EffectRequest['type'];
  readonly uri: string;
  readonly method: string;
  readonly inputs: Json;
  readonly idempotencyKey: string;
  readonly clientRequestId: string;
  readonly trackingId: string;
  readonly attempt: number;
}

type Script = (call: RecordedCall) => Answer;

export class ScriptedEffects implements EffectRunner {
  readonly calls: RecordedCall[] = [];
  /** How many calls were aborted before they were answered. */
  aborted = 0;
  readonly #content: ContentStore;
  readonly #scripts = new Map<string, Script>();
  readonly #held = new Set<string>();
  #waiting: (() => void)[] = [];
  #default: Script = (call) => ({ failure: 'UnresolvableHostName', message: `nobody answers for ${call.uri}` });

  constructor(content: ContentStore = new MemoryContent()) {
    this.#content = content;
  }

  answerAll(answer: Answer): void {
    this.#default = () => answer;
  }

  answerBy(uri: string, script: Script): void {
    this.#scripts.set(uri, script);
  }

  /** One answer after the other; the last one for ever. */
  script(uri: string, answers: readonly Answer[]): void {
    let next = 0;
    this.#scripts.set(uri, () => {
      const answer = answers[Math.min(next, answers.length - 1)];
      next += 1;
      return answer ?? { statusCode: 500 };
    });
  }

  /** Calls to `uri` are recorded at once and answered only after `release`. */
  hold(uri: string): void {
    this.#held.add(uri);
  }

  release(): void {
    this.#held.clear();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  /** Resolves when a call to `uri` has arrived. */
  async reached(uri: string): Promise<void> {
    await this.until(() => this.calls.some((call) => call.uri === uri));
  }

  /** Lets other work go on until the condition holds; gives up after many turns of the event loop. */
  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 20_000; turn += 1) {
      if (condition()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('what the test waits for did not happen');
  }

  async run(effect: Extract<Command, { kind: 'effect' }>, _run: unknown, signal: AbortSignal): Promise<EffectOutcome> {
    const call = this.#record(effect);
    this.calls.push(call);
    let aborted = false;
    signal.addEventListener('abort', () => {
      if (!aborted) this.aborted += 1;
      aborted = true;
    });
    if (this.#held.has(call.uri)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const outcome = this.#outcome((this.#scripts.get(call.uri) ?? this.#default)(call));
    aborted = true;
    return outcome;
  }

  #record(effect: Extract<Command, { kind: 'effect' }>): RecordedCall {
    const inputs = this.#load(effect.request.inputs);
    const target = targetOf(effect.request, inputs);
    return {
      effect: effect.id,
      type: effect.request.type,
      ...target,
      inputs,
      idempotencyKey: effect.idempotencyKey,
      clientRequestId: effect.clientRequestId,
      trackingId: effect.trackingId,
      attempt: effect.attempt,
    };
  }

  #load(content: Content): Json {
    return 'value' in content ? content.value : this.#content.load(content);
  }

  #outcome(answer: Answer): EffectOutcome {
    if ('failure' in answer) {
      return {
        kind: 'failure',
        code: answer.failure,
        message: answer.message ?? 'no answer',
        retryable: answer.retryable ?? true,
      };
    }
    return {
      kind: 'response',
      statusCode: answer.statusCode,
      headers: answer.headers ?? {},
      ...(answer.body === undefined ? {} : { body: this.#content.keep(answer.body) }),
      ...(answer.sandbox === undefined ? {} : { sandbox: answer.sandbox }),
    };
  }
}

function targetOf(request: EffectRequest, inputs: Json): { uri: string; method: string } {
  if (request.type === 'Poll') return { uri: request.url, method: 'GET' };
  const method = memberOf(inputs, 'method');
  const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  const direct = memberOf(inputs, 'uri') ?? memberOf(inputs, 'path');
  const workflow = memberOf(memberOf(memberOf(inputs, 'host'), 'workflow'), 'id');
  const uri = text(direct) || (isJsonObject(inputs) ? text(workflow) : '');
  return { uri, method: text(method) || 'POST' };
}
