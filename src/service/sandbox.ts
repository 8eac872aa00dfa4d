/**
 * The sandbox: calls that go nowhere, kept in the outbox and answered.
 *
 * Owns: capture, the order of answers, the outbox. Does not own: which calls are captured (`run-effects.ts`).
 * Source: design section 5; own-api reference (outbox, mocks).
 *
 * Invariants
 * B1. An item's id follows from the call's idempotency key and attempt: repeated after a crash it replaces itself.
 * B2. The item is durable before the run sees the answer, and shows no secret (`captured-secrets.ts`).
 * B3. Who answers: a mock, else the operation's example with what the workflow reads besides, else the shape the workflow expects, else `200 {}`;
 *     `source` says it.
 */
import type { Operation } from '#connectors';
import type { Json, JsonObject, StoredDocument } from '#foundation';
import { shownItem } from './captured-secrets.ts';
import { inferAnswer, type InferredAnswer } from './inference/infer-answer.ts';
import type { MockAnswer } from './mocks.ts';
import type { Services } from './services.ts';

export const outboxCollection = 'outbox';

export interface CapturedCall {
  readonly idempotencyKey: string;
  readonly attempt: number;
  /** Name of the managed API, or `http`. */
  readonly connector: string;
  readonly connectionId?: string;
  /** Full ARM ids and names of who asked. */
  readonly workflowId: string;
  readonly workflowVersion: string;
  readonly runId: string;
  readonly action: string;
  readonly method: string;
  readonly host?: string;
  readonly path: string;
  readonly queries: JsonObject;
  readonly headers: JsonObject;
  readonly body?: Json;
  /** The operation that is called, where it is one of the catalogue. */
  readonly example?: Operation;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly source: 'mock' | 'schema' | 'inferred' | 'empty';
}

/** Captures a call and answers it. */
export async function captureCall(services: Services, call: CapturedCall): Promise<SandboxAnswer> {
  const { example: operation } = call;
  const answer = answerOf(services, call, operation);
  const id = services.secrets.digest(`${call.idempotencyKey}#${call.attempt}`).slice(0, 32);
  const {
    idempotencyKey: _,
    attempt: __,
    workflowVersion: ___,
    example: ____,
    method,
    host,
    path,
    queries,
    headers,
    body,
    ...who
  } = call;
  const time = services.clock.now();
  const shown = shownItem(services, call);
  const document: StoredDocument = {
    collection: outboxCollection,
    key: id,
    parent: '',
    time,
    status: answer.source,
    body: {
      id,
      time: new Date(time).toISOString(),
      ...who,
      operation: operation?.id ?? `${method} ${path}`,
      request: shown.request({
        method,
        ...(host === undefined ? {} : { host }),
        path,
        queries,
        headers,
        ...(body === undefined ? {} : { body }),
      }),
      response: shown.response({
        status: answer.status,
        headers: { ...answer.headers },
        ...(answer.body === undefined ? {} : { body: answer.body }),
        source: answer.source,
      }),
    },
  };
  await services.store.commit([{ kind: 'putDocument', document }]);
  return answer;
}

function answerOf(services: Services, call: CapturedCall, example: Operation | undefined): SandboxAnswer {
  const operation = example?.id;
  const mock = services.mocks.answer({
    method: call.method,
    path: call.path,
    connector: call.connector,
    action: call.action,
    ...(call.host === undefined ? {} : { host: call.host }),
    ...(operation === undefined ? {} : { operation }),
  });
  if (mock !== undefined) return mocked(mock);
  return exampleAnswer(services, call, example) ?? inferredAnswer(services, call);
}

/** The example of the operation, with what the workflow reads besides; none where the call decides what is answered. */
function exampleAnswer(
  services: Services,
  call: CapturedCall,
  example: Operation | undefined,
): SandboxAnswer | undefined {
  if (example === undefined) return undefined;
  if (example.shapeless === true && inferredOf(services, call)?.body !== undefined) return undefined;
  const inferred = inferredOf(services, call, example.answer.body);
  const body = inferred?.body ?? example.answer.body;
  const headers = { ...jsonHeaders, ...inferred?.headers };
  return { status: example.answer.status, headers, ...(body === undefined ? {} : { body }), source: 'schema' };
}

function inferredAnswer(services: Services, call: CapturedCall): SandboxAnswer {
  const { status = 200, headers = {}, body } = inferredOf(services, call) ?? {};
  const source = body === undefined ? 'empty' : 'inferred';
  return { status, headers: { ...jsonHeaders, ...headers }, body: body ?? {}, source };
}

function inferredOf(services: Services, call: CapturedCall, example?: Json): InferredAnswer | undefined {
  const plan = services.plans.plan(call.workflowId, call.workflowVersion);
  return plan === undefined ? undefined : inferAnswer(plan, call.action, example);
}

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' };

function mocked(mock: MockAnswer): SandboxAnswer {
  const headers = mock.body === undefined ? mock.headers : { ...jsonHeaders, ...mock.headers };
  return { ...mock, headers, source: 'mock' };
}
