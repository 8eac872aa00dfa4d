/**
 * What a running deployment asks of our own ARM, in the name of its caller.
 *
 * Owns: one call, waiting for what is on its way, the answers to the template's questions.
 * Does not own: what is asked when (`deployment-run.ts`). Source: template reference 5.5, 9; ARM reference 1.5.
 *
 * Invariants
 * DC1. A question is asked once per deployment, whoever asks it.
 */
import {
  type ArmResponse,
  type Clock,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  textMember,
} from '#foundation';
import { EvaluationStop, isStop, type RuntimeQuestion } from '#templates';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';

/** Polls of a long-running answer, and the wait between them in engine milliseconds. */
const pollLimit = 3_000;
const pollWait = 100;

/** Told of every question that was asked. */
export type QuestionListener = (question: RuntimeQuestion, started: number, response: ArmResponse) => void;

export class DeploymentCalls {
  readonly #services: Services;
  readonly #caller: Caller;
  readonly #baseUrl: string;
  readonly #asked: QuestionListener;
  readonly #answers = new Map<string, Json>();
  readonly #underway = new Map<string, Promise<Json | EvaluationStop>>();

  constructor(services: Services, caller: Caller, baseUrl: string, asked: QuestionListener = () => undefined) {
    this.#services = services;
    this.#caller = caller;
    this.#baseUrl = baseUrl;
    this.#asked = asked;
  }

  call(method: string, path: string, apiVersion: string, body?: Json): Promise<ArmResponse> {
    const rawBody = body === undefined ? undefined : JSON.stringify(body);
    return this.#services.arm({
      method,
      path: path.split('/').map(encodeURIComponent).join('/'),
      query: { 'api-version': apiVersion },
      headers: { 'content-type': 'application/json', 'x-ms-correlation-request-id': this.#caller.correlationId },
      ...(body === undefined ? {} : { body }),
      ...(rawBody === undefined ? {} : { rawBody }),
      identity: this.#caller.identity,
      baseUrl: this.#baseUrl,
    });
  }

  /** Waits until a resource is no longer on its way; the answer that ends the waiting. */
  async settled(first: ArmResponse, id: string, apiVersion: string): Promise<ArmResponse> {
    let response = first;
    for (let poll = 0; poll < pollLimit && response.status < 400; poll += 1) {
      const state = textMember(memberOf(response.body, 'properties'), 'provisioningState') ?? 'Succeeded';
      if (state === 'Failed' || state === 'Canceled') return failedState(response, state);
      if (response.status !== 202 && !/^(Accepted|Running|Creating|Updating|Deleting)$/.test(state)) return response;
      await waited(this.#services.clock);
      response = await this.call('GET', id, apiVersion);
    }
    return response;
  }

  /** Waits until a deleted resource is gone. */
  async gone(first: ArmResponse, id: string, apiVersion: string): Promise<ArmResponse> {
    let response = first;
    for (let poll = 0; poll < pollLimit && response.status === 202; poll += 1) {
      await waited(this.#services.clock);
      const found = await this.call('GET', id, apiVersion);
      response = found.status === 404 ? { status: 204 } : { status: 202 };
    }
    return response.status === 404 ? { status: 204 } : response;
  }

  /** Evaluates, answering questions until there are none left. */
  async evaluated<T>(
    evaluate: (answers: (question: RuntimeQuestion) => Json | undefined) => T | EvaluationStop,
  ): Promise<T | EvaluationStop> {
    for (;;) {
      const value = evaluate((question) => this.#answers.get(keyOf(question)));
      if (!isStop(value) || value.question === undefined) return value;
      const answer = await this.#answer(value.question);
      if (isStop(answer)) return whereAsked(answer, value);
    }
  }

  /** DC1. */
  #answer(question: RuntimeQuestion): Promise<Json | EvaluationStop> {
    const key = keyOf(question);
    const known = this.#underway.get(key);
    if (known !== undefined) return known;
    const asking = this.#ask(question)
      .then((answer) => {
        if (!isStop(answer)) this.#answers.set(key, answer);
        return answer;
      })
      .finally(() => this.#underway.delete(key));
    this.#underway.set(key, asking);
    return asking;
  }

  async #ask(question: RuntimeQuestion): Promise<Json | EvaluationStop> {
    const started = this.#services.clock.now();
    const response =
      question.kind === 'reference'
        ? await this.call('GET', question.id, question.apiVersion)
        : await this.call('POST', `${question.id}/${question.action}`, question.apiVersion, question.body);
    this.#asked(question, started, response);
    if (response.status >= 400) {
      const error = memberOf(response.body, 'error');
      const message = textMember(error, 'message') ?? `status ${response.status}`;
      return new EvaluationStop(`${textMember(error, 'code') ?? 'ResourceNotFound'}: ${message}`);
    }
    return answerTo(question, response.body ?? null);
  }
}

/** What `reference` and `list…` give of an answer. */
export function answerTo(question: RuntimeQuestion, body: Json): Json {
  if (question.kind === 'list') return body;
  return question.full ? fullReference(question, body) : (memberOf(body, 'properties') ?? {});
}

/** The resource with what `reference(…, 'Full')` says of it besides. */
function fullReference(
  { id, apiVersion }: { readonly id: string; readonly apiVersion: string },
  body: Json,
): JsonObject {
  const parsed = parseArmId(id);
  return {
    ...(body as JsonObject),
    apiVersion,
    ...(parsed?.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed?.resourceGroup === undefined ? {} : { resourceGroupName: parsed.resourceGroup }),
    resourceId: id.replace(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\//i, ''),
    referenceApiVersion: apiVersion,
    condition: true,
    isConditionTrue: true,
    isTemplateResource: false,
    isAction: false,
    provisioningOperation: 'Read',
  };
}

function waited(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(pollWait, resolve);
  });
}

function keyOf(question: RuntimeQuestion): string {
  return JSON.stringify(question).toLowerCase();
}

/** An answer that tells of a failure in its body, as a refusal. */
export function failedState(response: ArmResponse, state: string): ArmResponse {
  const properties = memberOf(response.body, 'properties');
  const error = memberOf(properties, 'error') ?? {
    code: 'ResourceDeploymentFailure',
    message: `The resource operation completed with terminal provisioning state '${state}'.`,
  };
  return { status: 409, body: { error } };
}

/** A failed answer, at the place whose value asked for it. */
function whereAsked(answer: EvaluationStop, asking: EvaluationStop): EvaluationStop {
  const failed = new EvaluationStop(answer.message);
  failed.path = asking.path;
  return failed;
}
