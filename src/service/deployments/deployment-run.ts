/**
 * One deployment under way.
 *
 * Owns: which resources are ready, what is done with each, the end. Does not own: preparation (`deploy-template.ts`),
 * calls and questions (`deployment-calls.ts`), what complete mode deletes (`complete-mode.ts`), going back to an earlier
 * deployment (`roll-back.ts`). Source: template reference 9, 14.
 *
 * Invariants
 * U1. A resource is begun only when everything it depends on has succeeded.
 * U2. The record ends in one of Succeeded, Failed, Canceled, in the commit that holds its outputs.
 * U3. Nothing escapes: what breaks a run ends its record as failed; a stop of the server leaves it to the next start.
 * U4. What an earlier start of the server has ended is not done again: it is noted in the operations.
 */
import {
  type Fault,
  type ArmResponse,
  armIdKey,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  textMember,
  type Write,
} from '#foundation';
import {
  type EvaluationStop,
  type ExpandedResource,
  type ExpandedTemplate,
  isStop,
  type RuntimeQuestion,
} from '#templates';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { nestedDeploymentBody, unevaluatedMessage } from './check-deployment.ts';
import { namedByTemplate, surplusResources } from './complete-mode.ts';
import { DeploymentCalls, failedState } from './deployment-calls.ts';
import {
  type DeploymentContent,
  type DeploymentRecord,
  deploymentScope,
  findDeployment,
  listDeploymentOperations,
} from './deployment-record.ts';
import { deploymentDiagnostics } from './deployment-diagnostics.ts';
import { oversizedResource } from './deployment-size.ts';
import { keepsContent, noteWrite, type OperationNote } from './operation-notes.ts';
import { type DeploymentEnd, endDeployment, failedEnd, outputsFailedEnd } from './end-deployment.ts';
import { runningOf } from './running-deployments.ts';

export interface DeploymentRunParts {
  readonly record: DeploymentRecord;
  readonly content: DeploymentContent;
  readonly expanded: ExpandedTemplate;
  /** The same with secure values masked, where requests are to be noted. */
  readonly masked?: ExpandedTemplate;
  readonly caller: Caller;
  /** It was begun by an earlier start of the server. */
  readonly resumed?: boolean;
}

export class DeploymentRun {
  readonly #services: Services;
  readonly #parts: DeploymentRunParts;
  readonly #calls: DeploymentCalls;
  readonly #failures: JsonObject[] = [];
  /** Notes to store with the next commit. */
  readonly #notes: Write[] = [];
  /** Commits of notes under way: nothing waits for them but the end, for what is not noted is harmless to do again. */
  readonly #noting = new Set<Promise<void>>();
  /** What an earlier start has ended: the error where it failed, by id key (U4). */
  readonly #endedBefore: ReadonlyMap<string, JsonObject | undefined>;
  #canceled = false;

  constructor(services: Services, parts: DeploymentRunParts) {
    this.#services = services;
    this.#parts = parts;
    this.#calls = new DeploymentCalls(services, parts.caller, parts.content.baseUrl, (...asked) =>
      this.#noteQuestion(...asked),
    );
    this.#endedBefore = parts.resumed === true ? endedBefore(services, parts.record) : new Map();
  }

  /** Goes on behind the caller's back from the next turn on; never rejects (U3). */
  start(): Promise<void> {
    const key = armIdKey(this.#parts.record.id);
    const running = runningOf(this.#services.store);
    const ended = new Promise<void>((begin) => setImmediate(begin))
      .then(() => this.#run())
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        if (running.get(key)?.ended === ended) running.delete(key);
      });
    const nested = this.#parts.expanded.resources.filter(isNested).map(({ id }) => id);
    running.set(key, { ended, nested, cancel: () => (this.#canceled = true) });
    return ended;
  }

  async #broken(reason: unknown): Promise<void> {
    const { record } = this.#parts;
    this.#services.log.error('A deployment ended unexpectedly.', { id: record.id, reason: String(reason) });
    const error = { code: 'InternalServerError', message: 'The server met an unexpected condition while deploying.' };
    try {
      await this.#end({ state: 'Failed', properties: { error } });
    } catch (again) {
      this.#services.log.error('The end of a deployment could not be stored.', {
        id: record.id,
        reason: String(again),
      });
    }
  }

  async #run(): Promise<void> {
    const { resources } = this.#parts.expanded;
    const byKey = new Map(resources.map((one) => [armIdKey(one.id), one]));
    const done = new Map<string, Promise<boolean>>();
    const begin = (resource: ExpandedResource): Promise<boolean> => {
      const key = armIdKey(resource.id);
      const known = done.get(key);
      if (known !== undefined) return known;
      const waits = [...resource.dependsOn].flatMap((on) => byKey.get(on) ?? []).map(begin);
      const promise = Promise.all(waits).then((results) => results.every(Boolean) && this.#deploy(resource));
      done.set(key, promise);
      return promise;
    };
    await Promise.all(resources.map(begin));
    if (this.#failures.length === 0 && this.#parts.content.mode === 'Complete') await this.#deleteSurplus();
    await this.#finish();
  }

  // --- Resources ------------------------------------------------------------------------------------------------

  async #deploy(resource: ExpandedResource): Promise<boolean> {
    if (this.#canceled) return false;
    const key = armIdKey(resource.id);
    if (this.#endedBefore.has(key)) {
      const error = this.#endedBefore.get(key);
      if (error !== undefined) this.#failures.push(error);
      return error === undefined;
    }
    const started = this.#services.clock.now();
    const { condition } = resource;
    const wanted = condition === undefined ? true : await this.#calls.evaluated(condition);
    if (wanted === false) return true;
    const body = isStop(wanted) ? wanted : await this.#calls.evaluated((answers) => resource.body(answers));
    if (isStop(body)) return this.#ended(resource, started, { response: unevaluated(resource, body) });
    if (resource.existing) return true;
    const tooLarge = oversizedResource(resource, body);
    if (tooLarge !== undefined) return this.#ended(resource, started, { response: refused(tooLarge) });
    const response = isNested(resource) ? await this.#putNested(resource, body) : await this.#put(resource, body);
    return this.#ended(resource, started, { response, request: await this.#shownRequest(resource) });
  }

  async #put(resource: ExpandedResource, body: Json): Promise<ArmResponse> {
    const first = await this.#calls.call('PUT', resource.id, resource.apiVersion, body);
    return this.#calls.settled(first, resource.id, resource.apiVersion);
  }

  /** A nested deployment that an earlier start began for this one is waited for, not begun again (U4). */
  async #putNested(resource: ExpandedResource, given: Json): Promise<ArmResponse> {
    const body = nestedDeploymentBody(given, this.#parts.content.link);
    if (isFault(body)) return refused(body);
    let status = 200;
    if (!this.#isMine(findDeployment(this.#services, resource.id))) {
      const first = await this.#calls.call('PUT', resource.id, resource.apiVersion, body);
      if (first.status >= 400) return first;
      status = first.status;
    }
    await runningOf(this.#services.store).get(armIdKey(resource.id))?.ended;
    const record = findDeployment(this.#services, resource.id);
    const state = record?.state ?? 'Canceled';
    const response: ArmResponse = { status, body: { properties: { ...record?.properties, provisioningState: state } } };
    return state === 'Succeeded' ? response : failedState(response, state);
  }

  #isMine(nested: DeploymentRecord | undefined): boolean {
    const { record, resumed } = this.#parts;
    const sameWork = nested?.properties['correlationId'] === record.properties['correlationId'];
    return resumed === true && nested !== undefined && nested.time >= record.time && sameWork;
  }

  /** Notes how a resource ended. @returns whether it succeeded. */
  #ended(
    { id, type, name }: ExpandedResource,
    started: number,
    { response, request }: { readonly response: ArmResponse; readonly request?: Json | undefined },
  ): boolean {
    const succeeded = response.status < 400;
    if (!succeeded) this.#failures.push(errorOf(response));
    const keepsAnswer = keepsContent(this.#parts.record, 'response') && response.body !== undefined;
    this.#note({
      operation: 'Create',
      order: this.#parts.expanded.resources.findIndex((one) => one.id === id),
      state: succeeded ? 'Succeeded' : 'Failed',
      started,
      ...answered(response),
      target: { id, type, name },
      ...(request === undefined ? {} : { request }),
      ...(keepsAnswer ? { response: response.body } : {}),
    });
    return succeeded;
  }

  async #shownRequest({ id }: ExpandedResource): Promise<Json | undefined> {
    const { masked, record } = this.#parts;
    const found = keepsContent(record, 'request') ? masked?.resources.find((one) => one.id === id) : undefined;
    const body = found === undefined ? undefined : await this.#calls.evaluated((answers) => found.body(answers));
    return isStop(body) ? undefined : body;
  }

  // --- Complete mode --------------------------------------------------------------------------------------------

  async #deleteSurplus(): Promise<void> {
    const { record, content, expanded } = this.#parts;
    const named = namedByTemplate(this.#services, expanded, content.keepsLeftOut);
    for (const step of surplusResources(this.#services, deploymentScope(record.id), named)) {
      if (this.#canceled) return;
      await Promise.all(step.map((resource) => this.#delete(resource)));
    }
  }

  async #delete({ id, type, name }: ResourceDocument): Promise<void> {
    // It may have gone with what it belongs to.
    if (this.#services.store.resources.get(id) === undefined) return;
    const started = this.#services.clock.now();
    const first = await this.#calls.call('DELETE', id, newestVersion);
    const response = await this.#calls.gone(first, id, newestVersion);
    const succeeded = response.status < 400;
    if (!succeeded) this.#failures.push(errorOf(response));
    this.#note({
      operation: 'Delete',
      order: order.deletions,
      state: succeeded ? 'Succeeded' : 'Failed',
      started,
      ...answered(response),
      target: { id, type, name },
    });
  }

  // --- Notes and the end ----------------------------------------------------------------------------------------

  /** What the template asks of others is noted with the next commit; what it asks of its own resources is not. */
  #noteQuestion(question: RuntimeQuestion, started: number, response: ArmResponse): void {
    const { id } = question;
    const own = this.#parts.expanded.resources.some((one) => armIdKey(one.id) === armIdKey(id));
    if (own && question.kind === 'reference') return;
    const [name = ''] = id.split('/').slice(-1);
    const note: OperationNote = {
      operation: question.kind === 'reference' ? 'Read' : 'Action',
      order: order.questions,
      state: response.status < 400 ? 'Succeeded' : 'Failed',
      started,
      ...answered(response),
      target: { id, type: typeOfId(id), name },
    };
    this.#notes.push(noteWrite(this.#services, this.#parts.record, note));
  }

  #note(note: OperationNote): void {
    const write = noteWrite(this.#services, this.#parts.record, note);
    const noting = this.#services.store.commit([...this.#notes.splice(0), write]);
    this.#noting.add(noting);
    noting.then(() => this.#noting.delete(noting)).catch(() => undefined);
  }

  async #finish(): Promise<void> {
    await Promise.all(this.#noting);
    if (this.#failures.length > 0) return this.#end(failedEnd(this.#failures));
    if (this.#canceled) return;
    const { expanded } = this.#parts;
    const started = this.#services.clock.now();
    const outputs = await this.#calls.evaluated((answers) => expanded.outputs(answers));
    const end: DeploymentEnd = isStop(outputs)
      ? outputsFailedEnd(outputs)
      : {
          state: 'Succeeded',
          properties: { outputs, ...(await this.#made(expanded.resources.map(({ id }) => id))) },
        };
    const failed = end.state === 'Failed';
    const note: OperationNote = {
      operation: 'EvaluateDeploymentOutput',
      order: order.outputs,
      state: failed ? 'Failed' : 'Succeeded',
      started,
      status: failed ? 400 : 200,
      ...(failed ? { failure: end.properties } : {}),
    };
    this.#notes.push(noteWrite(this.#services, this.#parts.record, note));
    return this.#end(end);
  }

  async #made(ids: readonly string[]): Promise<JsonObject> {
    const diagnostics = await deploymentDiagnostics(this.#services, ids);
    return {
      outputResources: ids.map((id) => ({ id })),
      ...(diagnostics.length === 0 ? {} : { diagnostics: [...diagnostics] }),
    };
  }

  async #end(end: DeploymentEnd): Promise<void> {
    const { record, caller } = this.#parts;
    const again = await endDeployment(this.#services, {
      record,
      caller,
      end,
      notes: this.#notes.splice(0),
      isCanceled: () => this.#canceled,
    });
    if (again !== undefined) void new DeploymentRun(this.#services, again).start();
  }
}

/** Behind all resources of a template, which are numbered from 0. */
const order = { questions: 0x1000, deletions: 0x2000, outputs: 0x3000 };

/** Later than any version a provider lists. */
const newestVersion = '2100-01-01';

function isNested({ type, existing }: ExpandedResource): boolean {
  return type.toLowerCase() === 'microsoft.resources/deployments' && !existing;
}

function refused({ code, message }: Fault): ArmResponse {
  return { status: 400, body: { error: { code, message } } };
}

function unevaluated(resource: ExpandedResource, stop: EvaluationStop): ArmResponse {
  return { status: 400, body: { error: { code: 'InvalidTemplate', message: unevaluatedMessage(resource, stop) } } };
}

function errorOf({ status, body }: ArmResponse): JsonObject {
  const error = memberOf(body, 'error');
  return {
    ...(isJsonObject(error) ? error : {}),
    code: textMember(error, 'code') ?? 'InternalServerError',
    message: textMember(error, 'message') ?? `The resource answered with status ${status}.`,
  };
}

function answered({ status, headers, body }: ArmResponse): Pick<OperationNote, 'status' | 'requestId' | 'failure'> {
  const requestId = headers?.['x-ms-request-id'];
  return {
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(status < 400 ? {} : { failure: body ?? { error: {} } }),
  };
}

function typeOfId(id: string): string {
  const [namespace = '', ...segments] = id.slice(id.toLowerCase().lastIndexOf('/providers/') + 11).split('/');
  return [namespace, ...segments.filter((_, index) => index % 2 === 0)].join('/');
}

/** U4: resources whose operation is noted, with their errors. */
function endedBefore(services: Services, record: DeploymentRecord): ReadonlyMap<string, JsonObject | undefined> {
  const ended = new Map<string, JsonObject | undefined>();
  for (const { body, status } of listDeploymentOperations(services, record.id)) {
    const properties = memberOf(body, 'properties');
    const id = textMember(memberOf(properties, 'targetResource'), 'id');
    if (id === undefined || textMember(properties, 'provisioningOperation') !== 'Create') continue;
    const error = memberOf(memberOf(properties, 'statusMessage'), 'error');
    const failure = isJsonObject(error) ? error : {};
    ended.set(armIdKey(id), status === 'Succeeded' ? undefined : errorOf({ status: 500, body: { error: failure } }));
  }
  return ended;
}
