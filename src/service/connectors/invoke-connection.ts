/**
 * One operation of a connection, asked for by a client and not by a workflow: values for a designer's lists, tests, the runtime URL.
 *
 * Owns: the call without a run, following pages. Does not own: who may ask (routes, `connection-keys.ts`), carrying an operation
 * out (`call-connection.ts`). Source: ARM reference 7.
 *
 * Invariants
 * IC1. A client reaches the operations that an action of a workflow would, and nothing else of the service; the pages that
 *      an answer names are the only other places.
 * IC2. A call in the sandbox goes nowhere and is in the outbox, like an action's.
 */
import { findOperation } from '#connectors';
import { type EffectOutcome, type EffectRequest, statusName } from '#engine';
import { isJsonArray, isJsonObject, type Json, type JsonObject, textMember } from '#foundation';
import { callConnection } from '../call-connection.ts';
import type { Connection } from '../connections.ts';
import type { Services } from '../services.ts';
import { testConnection } from './test-connection.ts';

/** The call as an action over the connection would name it. */
export interface ConnectionRequest {
  readonly method: string;
  /** `/v2/Mail`; `/testconnection` is the connection's own test. */
  readonly path: string;
  readonly queries?: JsonObject;
  readonly headers?: JsonObject;
  readonly body?: Json;
}

export interface ConnectionAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** Pages of one list that are read for a client; the rest is where the last `nextLink` leads. */
const mostPages = 20;
const testPath = /^\/?testconnection\/?$/i;

/** What the service answered; no answer at all is the gateway's 502. */
export async function invokeConnection(
  services: Services,
  connection: Connection,
  request: ConnectionRequest,
  signal: AbortSignal = AbortSignal.timeout(120_000),
): Promise<ConnectionAnswer> {
  if (testPath.test(request.path)) return testConnection(services, connection);
  const kind = findOperation(connection.connector, request.method, request.path)?.operation.kind;
  if (kind !== undefined) return refused(`'${request.method} ${request.path}' is a ${kind}, which workflows ask for.`);
  const inputs: Json = {
    host: { connection: { name: connection.document.id } },
    method: request.method,
    path: request.path,
    ...(request.queries === undefined ? {} : { queries: request.queries }),
    ...(request.headers === undefined ? {} : { headers: request.headers }),
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  return asked(services, connection, { type: 'ApiConnection', inputs: { value: inputs } }, inputs, signal);
}

/** The same with the pages that follow, in one list, and the name of its status: `OK`. */
export async function invokeAllPages(
  services: Services,
  connection: Connection,
  request: ConnectionRequest,
): Promise<ConnectionAnswer & { readonly statusName: string }> {
  const answer = await allPages(services, connection, request);
  return { ...answer, statusName: statusName(answer.status) };
}

async function allPages(
  services: Services,
  connection: Connection,
  request: ConnectionRequest,
): Promise<ConnectionAnswer> {
  const signal = AbortSignal.timeout(120_000);
  let answer = await invokeConnection(services, connection, request, signal);
  if (connection.sandbox) return answer;
  const inputs: Json = { host: { connection: { name: connection.document.id } } };
  for (let page = 1; page < mostPages; page += 1) {
    const next = nextPage(answer);
    if (next === undefined) return answer;
    const poll: EffectRequest = { type: 'Poll', url: next.link, of: 'ApiConnection', inputs: { value: inputs } };
    const more = await asked(services, connection, poll, inputs, signal);
    const { body } = more;
    if (more.status >= 300 || !isJsonObject(body) || !isJsonArray(body['value'])) return answer;
    answer = { ...answer, body: { ...next.body, ...body, value: [...next.value, ...body['value']] } };
  }
  return answer;
}

interface NextPage {
  readonly link: string;
  readonly value: readonly Json[];
  /** The answer without the link that is about to be followed. */
  readonly body: JsonObject;
}

function nextPage({ body }: ConnectionAnswer): NextPage | undefined {
  if (!isJsonObject(body)) return undefined;
  const { nextLink, '@odata.nextLink': odata, value, ...rest } = body;
  const link = textMember({ link: nextLink ?? odata ?? null }, 'link') ?? '';
  return link === '' || !isJsonArray(value) ? undefined : { link, value, body: rest };
}

function refused(message: string): ConnectionAnswer {
  return { status: 400, headers: {}, body: { error: { code: 'BadRequest', message } } };
}

async function asked(
  services: Services,
  { document: { id } }: Connection,
  request: EffectRequest,
  inputs: Json,
  signal: AbortSignal,
): Promise<ConnectionAnswer> {
  const { random } = services;
  const key = random.uuid();
  const effect = {
    kind: 'effect',
    id: key,
    path: { action: 'invoke', indexes: [] },
    idempotencyKey: `${id}/${key}`,
    attempt: 1,
    clientRequestId: random.uuid(),
    trackingId: random.uuid(),
    request,
  } as const;
  // No workflow asks: the connection stands in its place, so that identities of workflows have no part in it.
  const run = { name: key, workflowId: id, version: '', clientTrackingId: key, workflow: { id } };
  return answerOf(await callConnection(services, { effect, run, inputs }, signal));
}

function answerOf(outcome: EffectOutcome): ConnectionAnswer {
  if (outcome.kind === 'failure') {
    const { code, message } = outcome;
    const innerError = { status: 502, code, message };
    return { status: 502, headers: {}, body: { error: { code: 502, message: 'BadGateway', innerError } } };
  }
  const { statusCode, headers, body } = outcome;
  const value = body !== undefined && 'value' in body ? body.value : undefined;
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header])),
    ...(value === undefined ? {} : { body: value }),
  };
}
