/**
 * The calls an action made, each with its request and its answer.
 *
 * Owns: putting them together from the records of a run. Does not own: the records (`#engine`), the REST form (`#api`).
 * Source: engine reference 8; ARM reference 6.1, 6.3.
 *
 * Invariants
 * RQ3. An action that made one call shows it as one, from its own record.
 * RQ4. What a request carried is said again from what was recorded, masks included; a secret never comes back this way.
 */
import { actionHeaders, actionUrl } from '#connectors';
import { type ActionRecord, type FoldedHistory, isWithoutCall, repetitionNameOf, type RequestRecord } from '#engine';
import {
  type Content,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  type RunRow,
  textMember,
} from '#foundation';
import { readContent } from './read-runs.ts';
import { runSummary } from './run-row.ts';
import type { Services } from './services.ts';
import { workflowHeaders } from './workflow-headers.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

export interface RequestHistory {
  /** Six digits: the calls' order. */
  readonly name: string;
  readonly startTime: string;
  readonly endTime?: string;
  /** Absent when the action's inputs are hidden. */
  readonly request?: {
    readonly method: string;
    readonly uri: string;
    readonly headers: JsonObject;
    readonly body?: Content;
  };
  /** Absent when nobody answered. */
  readonly response?: { readonly statusCode: number; readonly headers?: JsonObject; readonly body?: Content };
  readonly error?: JsonObject;
}

/** Types whose actions call out; the others have no such history. */
const calling = new Set([
  'http',
  'apiconnection',
  'httpwebhook',
  'apiconnectionwebhook',
  'function',
  'apimanagement',
  'workflow',
]);

/** Oldest first. */
export function requestHistories(
  services: Services,
  workflow: StoredWorkflow,
  row: RunRow,
  history: FoldedHistory,
  record: ActionRecord,
): readonly RequestHistory[] {
  if (!calling.has(record.type.toLowerCase()) || record.repetitionCount !== undefined) return [];
  const noted = history.requests(record.name, repetitionNameOf(record));
  const calls = noted.length > 0 ? noted : onlyCall(services, record);
  const inputs = record.inputs === undefined ? undefined : readContent(services, record.inputs);
  return calls.map((call) =>
    shown(call, inputs === undefined ? undefined : requestOf(services, workflow, row, { record, call, inputs })),
  );
}

function shown(call: RequestRecord, request: RequestHistory['request']): RequestHistory {
  const { statusCode, headers, body, error } = call;
  return {
    name: String(call.number).padStart(6, '0'),
    startTime: call.startTime,
    endTime: call.endTime,
    ...(request === undefined ? {} : { request }),
    ...(statusCode === undefined
      ? {}
      : {
          response: {
            statusCode,
            ...(headers === undefined ? {} : { headers }),
            ...(body === undefined ? {} : { body }),
          },
        }),
    ...(error === undefined ? {} : { error }),
  };
}

/** The call of an action that made one: its answer is what the action has as outputs (RQ3). */
function onlyCall(services: Services, record: ActionRecord): readonly RequestRecord[] {
  const { endTime, startTime, name, trackingId, repetitionIndexes, outputs, error } = record;
  if (endTime === undefined || isWithoutCall(record)) return [];
  const value = outputs === undefined ? undefined : readContent(services, outputs);
  const statusCode = memberOf(value, 'statusCode');
  const headers = memberOf(value, 'headers');
  const body = memberOf(value, 'body');
  const call = { name, repetitionIndexes, number: 1, startTime, endTime, trackingId };
  const isAnswered = typeof statusCode === 'number';
  if (!isAnswered) return [{ ...call, ...(error === undefined ? {} : { error }) }];
  return [
    {
      ...call,
      statusCode,
      ...(isJsonObject(headers) ? { headers } : {}),
      ...(body === undefined ? {} : { body: { value: body } }),
    },
  ];
}

interface Asked {
  readonly record: ActionRecord;
  readonly call: RequestRecord;
  /** As recorded. */
  readonly inputs: Json;
}

function requestOf(services: Services, workflow: StoredWorkflow, row: RunRow, asked: Asked): RequestHistory['request'] {
  const { call, record } = asked;
  const isSubscription = /webhook$/i.test(record.type);
  const nested = memberIgnoringCase(asked.inputs, 'subscribe');
  const inputs = isSubscription && nested !== undefined ? nested : asked.inputs;
  const isPoll = call.url !== undefined;
  const authored = isPoll ? {} : actionHeaders(inputs);
  const body = isPoll ? undefined : memberIgnoringCase(inputs, 'body');
  const authentication = memberIgnoringCase(inputs, 'authentication');
  const headers = {
    ...ownHeaders(services, workflow, row, asked),
    ...authored,
    ...(authentication === undefined || authentication === null ? {} : { authorization: '*sanitized*' }),
  };
  return {
    method: isPoll ? 'GET' : (textMember(inputs, 'method') ?? 'POST').toUpperCase(),
    uri: call.url ?? addressOf(inputs),
    headers,
    ...(body === undefined || body === null ? {} : { body: { value: body } }),
  };
}

/** The URL, or what stands for one where a service or a connector knows it. */
function addressOf(inputs: Json): string {
  const url = actionUrl(inputs);
  if (!isFault(url)) return url;
  const given = ['uri', 'path']
    .map((name) => memberIgnoringCase(inputs, name))
    .find((value) => typeof value === 'string');
  if (typeof given === 'string') return given;
  const owners = ['function', 'api'].map((name) => memberIgnoringCase(inputs, name));
  const workflow = memberIgnoringCase(memberIgnoringCase(inputs, 'host'), 'workflow');
  const id = [...owners, workflow]
    .map((owner) => memberIgnoringCase(owner, 'id'))
    .find((value) => typeof value === 'string');
  return typeof id === 'string' ? id : '';
}

function ownHeaders(
  services: Services,
  workflow: StoredWorkflow,
  row: RunRow,
  { record, call }: Asked,
): Record<string, string> {
  const { version } = runSummary(row);
  const action = services.plans.plan(workflow.id, version)?.actions.get(record.name.toLowerCase());
  const repetition = repetitionNameOf(record);
  const { 'x-ms-client-request-id': clientRequestId, ...headers } = workflowHeaders(
    {
      name: row.name,
      workflowId: workflow.id,
      version,
      clientTrackingId: row.clientTrackingId,
      workflow: { id: workflow.id, name: workflow.document.name },
    },
    {
      operation: record.name,
      idempotencyKey: `${row.name}/${record.name}${repetition === '' ? '' : `/${repetition}`}`,
      clientRequestId: call.clientRequestId ?? '',
      trackingId: record.trackingId,
      suppressed: action?.operationOptions.has('suppressworkflowheaders') === true,
    },
  );
  return clientRequestId === undefined || clientRequestId === ''
    ? headers
    : { ...headers, 'x-ms-client-request-id': clientRequestId };
}
