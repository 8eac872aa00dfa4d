/**
 * One deployment under way.
 *
 * Owns: which resources are ready, asking and answering the template's questions, operations, the end.
 * Does not own: preparation (`deploy-template.ts`).
 * Source: template reference 9, 14.
 *
 * Invariants
 * U1. A resource is begun only when everything it depends on has succeeded.
 * U2. The record ends in one of Succeeded, Failed, Canceled, in the commit that holds its outputs.
 * U3. Nothing escapes: what breaks a run ends its record as failed; a stop of the server leaves it to the next start.
 */
import {
  type ArmResponse,
  armIdKey,
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type Store,
  textMember,
} from '#foundation';
import { EvaluationStop, type ExpandedResource, type ExpandedTemplate, isStop, type RuntimeQuestion } from '#templates';
import { type DeploymentRecord, deploymentWrite, findDeployment, operationWrite } from './deployment-record.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';

export interface DeploymentRunParts {
  readonly record: DeploymentRecord;
  readonly expanded: ExpandedTemplate;
  readonly caller: Caller;
  readonly baseUrl: string;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly body: Json;
  readonly status: number;
}

/** Polls of a long-running answer, and the wait between them in engine milliseconds. */
const pollLimit = 3_000;
const pollWait = 100;

export class DeploymentRun {
  readonly #services: Services;
  readonly #parts: DeploymentRunParts;
  readonly #answers = new Map<string, Json>();
  readonly #failures: Failure[] = [];

  constructor(services: Services, parts: DeploymentRunParts) {
    this.#services = services;
    this.#parts = parts;
  }

  /** Goes on behind the caller's back; never rejects (U3). */
  start(): void {
    const key = armIdKey(this.#parts.record.id);
    const running = runningOf(this.#services.store);
    const work = this.#run()
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        if (running.get(key) === work) running.delete(key);
      });
    running.set(key, work);
  }

  async #broken(reason: unknown): Promise<void> {
    const { record } = this.#parts;
    this.#services.log.error('A deployment ended unexpectedly.', { id: record.id, reason: String(reason) });
    const error = { code: 'InternalServerError', message: 'The server met an unexpected condition while deploying.' };
    try {
      await this.#update({ state: 'Failed', properties: { ...record.properties, error } });
    } catch (again) {
      this.#services.log.error('The end of a deployment could not be stored.', {
        id: record.id,
        reason: String(again),
      });
    }
  }

  async #run(): Promise<void> {
    const { resources } = this.#parts.expanded;
    const done = new Map<string, Promise<boolean>>();
    const begin = (resource: ExpandedResource): Promise<boolean> => {
      const key = armIdKey(resource.id);
      const known = done.get(key);
      if (known !== undefined) return known;
      const waits = resources.filter((one) => resource.dependsOn.has(armIdKey(one.id))).map(begin);
      const promise = Promise.all(waits).then((results) => results.every(Boolean) && this.#deploy(resource));
      done.set(key, promise);
      return promise;
    };
    await this.#update({ state: 'Running' });
    await Promise.all(resources.map(begin));
    await this.#finish();
  }

  #isCanceled(): boolean {
    return findDeployment(this.#services, this.#parts.record.id)?.state === 'Canceled';
  }

  async #deploy(resource: ExpandedResource): Promise<boolean> {
    if (this.#isCanceled()) return false;
    const started = this.#services.clock.now();
    const body = await this.#evaluated((answers) => resource.body(answers));
    if (isStop(body)) {
      const message = `Unable to process template language expressions for resource '${resource.id}'. '${body.message}'`;
      return this.#failed(resource, started, 400, { error: { code: 'InvalidTemplate', message } });
    }
    if (resource.existing) return true;
    const response = await this.#settled(await this.#call('PUT', resource.id, resource.apiVersion, body), resource);
    if (response.status >= 400) return this.#failed(resource, started, response.status, response.body ?? null);
    await this.#note(resource, started, 'Succeeded', response.status, undefined);
    return true;
  }

  async #failed(resource: ExpandedResource, started: number, status: number, body: Json): Promise<boolean> {
    const error = memberOf(body, 'error');
    this.#failures.push({
      code: textMember(error, 'code') ?? 'InternalServerError',
      message: textMember(error, 'message') ?? `The resource answered with status ${status}.`,
      body: isJsonObject(error) ? error : {},
      status,
    });
    await this.#note(resource, started, 'Failed', status, body);
    return false;
  }

  // --- Calls ----------------------------------------------------------------------------------------------------

  #call(method: string, path: string, apiVersion: string, body?: Json): Promise<ArmResponse> {
    const rawBody = body === undefined ? undefined : JSON.stringify(body);
    return this.#services.arm({
      method,
      path,
      query: { 'api-version': apiVersion },
      headers: { 'content-type': 'application/json', 'x-ms-correlation-request-id': this.#parts.caller.correlationId },
      ...(body === undefined ? {} : { body }),
      ...(rawBody === undefined ? {} : { rawBody }),
      identity: this.#parts.caller.identity,
      baseUrl: this.#parts.baseUrl,
    });
  }

  /** Waits until the resource is no longer on its way. */
  async #settled(first: ArmResponse, resource: ExpandedResource): Promise<ArmResponse> {
    const nested = runningOf(this.#services.store).get(armIdKey(resource.id));
    if (nested !== undefined) await nested;
    let response = nested === undefined ? first : await this.#call('GET', resource.id, resource.apiVersion);
    for (let poll = 0; poll < pollLimit && response.status < 400; poll += 1) {
      const state = textMember(memberOf(response.body, 'properties'), 'provisioningState') ?? 'Succeeded';
      if (state === 'Failed' || state === 'Canceled') return failedState(response, state);
      if (response.status !== 202 && !/^(Accepted|Running|Creating|Updating|Deleting)$/.test(state)) return response;
      await new Promise<void>((resolve) => {
        this.#services.clock.after(pollWait, resolve);
      });
      response = await this.#call('GET', resource.id, resource.apiVersion);
    }
    return response;
  }

  /** Evaluates, answering questions until there are none left. */
  async #evaluated<T>(
    evaluate: (answers: (question: RuntimeQuestion) => Json | undefined) => T | EvaluationStop,
  ): Promise<T | EvaluationStop> {
    for (;;) {
      const value = evaluate((question) => this.#answers.get(keyOf(question)));
      if (!isStop(value) || value.question === undefined) return value;
      const answer = await this.#ask(value.question);
      if (isStop(answer)) return answer;
      this.#answers.set(keyOf(value.question), answer);
    }
  }

  async #ask(question: RuntimeQuestion): Promise<Json | EvaluationStop> {
    const response =
      question.kind === 'reference'
        ? await this.#call('GET', question.id, question.apiVersion)
        : await this.#call('POST', `${question.id}/${question.action}`, question.apiVersion, question.body);
    if (response.status >= 400) {
      const error = memberOf(response.body, 'error');
      const message = textMember(error, 'message') ?? `status ${response.status}`;
      return new EvaluationStop(`${textMember(error, 'code') ?? 'ResourceNotFound'}: ${message}`);
    }
    const body = response.body ?? null;
    if (question.kind === 'list' || question.full) return body;
    return memberOf(body, 'properties') ?? {};
  }

  // --- The record -----------------------------------------------------------------------------------------------

  async #note(
    resource: ExpandedResource,
    started: number,
    state: string,
    status: number,
    failure: Json | undefined,
  ): Promise<void> {
    const now = this.#services.clock.now();
    const name = this.#services.secrets
      .digest(`${this.#parts.record.properties.correlationId as string}${resource.id}`)
      .slice(0, 16)
      .toUpperCase();
    const properties: JsonObject = {
      provisioningOperation: 'Create',
      provisioningState: state,
      timestamp: formatTime(now),
      duration: durationText(now - started),
      trackingId: this.#services.random.uuid(),
      statusCode: statusWord(status),
      ...(failure === undefined ? {} : { statusMessage: { status: state, error: memberOf(failure, 'error') ?? {} } }),
      targetResource: { id: resource.id, resourceType: resource.type, resourceName: resource.name },
    };
    await this.#services.store.commit([operationWrite(this.#parts.record.id, name, now, properties)]);
  }

  #update(change: Partial<DeploymentRecord>): Promise<void> {
    if (this.#isCanceled()) return Promise.resolve();
    return this.#services.store.commit([deploymentWrite({ ...this.#parts.record, ...change })]);
  }

  async #finish(): Promise<void> {
    const { record, expanded } = this.#parts;
    const now = this.#services.clock.now();
    const times = { timestamp: formatTime(now), duration: durationText(now - record.time) };
    if (this.#failures.length > 0) {
      const error = {
        code: 'DeploymentFailed',
        message:
          'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
        details: this.#failures.map(({ code, message, body }) =>
          isJsonObject(body) ? { ...body, code, message } : { code, message },
        ),
      };
      return this.#update({ state: 'Failed', properties: { ...record.properties, ...times, error } });
    }
    const outputs = await this.#evaluated((answers) => expanded.outputs(answers));
    if (isStop(outputs)) {
      const target = String(outputs.path[0] ?? '');
      const message = `The template output '${target}' is not valid: ${outputs.message}`;
      const error = {
        code: 'DeploymentOutputEvaluationFailed',
        message: `Unable to evaluate template outputs: '${target}'. Please see error details and deployment operations.`,
        details: [{ code: 'DeploymentOutputEvaluationFailed', message, target }],
      };
      return this.#update({ state: 'Failed', properties: { ...record.properties, ...times, error } });
    }
    const outputResources = expanded.resources.map(({ id }) => ({ id }));
    return this.#update({
      state: 'Succeeded',
      properties: { ...record.properties, ...times, outputs, outputResources },
    });
  }
}

/** The deployments under way in this process, by id key: a parent waits for its nested ones without polling. */
const underway = new WeakMap<Store, Map<string, Promise<void>>>();

function runningOf(store: Store): Map<string, Promise<void>> {
  const known = underway.get(store) ?? new Map<string, Promise<void>>();
  underway.set(store, known);
  return known;
}

function keyOf(question: RuntimeQuestion): string {
  return JSON.stringify(question).toLowerCase();
}

function failedState(response: ArmResponse, state: string): ArmResponse {
  const properties = memberOf(response.body, 'properties');
  const error = memberOf(properties, 'error') ?? {
    code: 'ResourceDeploymentFailure',
    message: `The resource operation completed with terminal provisioning state '${state}'.`,
  };
  return { status: 409, body: { error } };
}

const words: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
};

function statusWord(status: number): string {
  return words[status] ?? String(status);
}

/** `PT1.5S`. */
export function durationText(milliseconds: number): string {
  return `PT${Math.max(0, milliseconds) / 1000}S`;
}
