/**
 * An operation of a connector carried out for real: at its service, by mail, on this machine, or by people.
 *
 * Owns: which way an operation goes, its outcome. Does not own: the ways themselves (`#connectors`, `local-operations.ts`,
 * `ask-people.ts`), credentials (`connection-grants.ts`), the sandbox. Source: connectors reference 1.3 to 1.5.
 *
 * Invariants
 * PO1. What the service answered is the action's outputs, status and all; only no answer at all is a failure.
 * PO2. Nothing is sent for an operation whose input is wrong: the action gets a 400 that says why.
 */
import {
  callOperation,
  cardQuestionPost,
  type ConnectionValues,
  connectionValues,
  type Connector,
  endpointOf,
  findOperation,
  type MailMessage,
  type Operation,
  type OperationInput,
  type OperationOutcome,
  type SendToService,
  type ServiceAnswer,
  serviceSender,
  type SmtpServer,
} from '#connectors';
import type { EffectOutcome } from '#engine';
import {
  type Fault,
  isFault,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  memberOf,
  type OutboundFailure,
  textMember,
} from '#foundation';
import { foreignToken } from '../authorize-call.ts';
import { headersOfCall } from '../call-http.ts';
import { callOwnUrl } from '../call-own-url.ts';
import type { EffectCall } from '../effect-call.ts';
import { failedEffect } from '../effect-outcome.ts';
import type { Services } from '../services.ts';
import { armSender, herePrefix, identityOf } from './arm-sender.ts';
import { answerLink, cardRecipient, keepQuestion, questionMails, withdrawQuestion } from './ask-people.ts';
import { credentialsOf, isKeptHere } from './connection-values.ts';
import { readyValues } from './connection-grants.ts';
import { findProfile } from './connector-profiles.ts';
import type { Connection } from '../connections.ts';
import { localOperation } from './local-operations.ts';
import { badRequest, jsonHeaders, outcomeOf } from './operation-outcome.ts';
import type { OperationCall } from './operation-call.ts';
import { turnOf } from './throttle.ts';

export async function performOperation(
  services: Services,
  call: EffectCall,
  connection: Connection,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const { connector, document } = connection;
  if (connector.service.kind === 'refused') return failedEffect('ConnectorNotSupported', connector.service.reason);
  const { request } = call.effect;
  const part = partOf(call.inputs, request.type);
  const pollUrl = request.type === 'Poll' ? request.url : undefined;
  // Published webhook actions leave out the method of their subscription: it is the connector's.
  const usualMethod = request.type === 'Subscribe' || request.type === 'Unsubscribe' ? 'POST' : 'GET';
  const asked = askedOf(connector, part, pollUrl, usualMethod);
  if (asked === undefined) return outcomeOf(resourceNotFound);
  if (request.type === 'Unsubscribe') return unsubscribe(services, connector, call);
  if (asked.operation.sandboxOnly !== undefined) {
    return failedEffect('ConnectorNotSupported', asked.operation.sandboxOnly);
  }
  const credentials = credentialsOf(services, connector, document);
  const ready = await readyValues(services, connector, document, credentials);
  if (ready.kind === 'unauthorised') return outcomeOf(unauthorisedAnswer(ready.message));
  if (ready.kind === 'failure') return ready;
  const full = await turnOf(document.id, findProfile(services, connector.name)?.throttle ?? connector.throttle, signal);
  if (full !== undefined) return outcomeOf(full);
  const input = {
    ...asked.input,
    key: call.effect.idempotencyKey,
    connection: Object.fromEntries(namedValues(connector, ready.values)),
  };
  return outcomeOf(
    await carryOut({
      services,
      call,
      connection,
      connector,
      operation: asked.operation,
      input,
      credentials,
      values: ready.values,
      signal,
    }),
  );
}

async function carryOut(operationCall: OperationCall): Promise<OperationOutcome> {
  const { connector, operation, input, values } = operationCall;
  if (operation.polled === true) return firstNotification(operationCall);
  if (operation.question !== undefined) return askQuestion(operationCall, operation.question(input));
  if (operation.mail !== undefined && values.has('serveraddress')) {
    const mail = operation.mail(input);
    return isFault(mail) ? mail : sendBySmtp(operationCall, mail, '');
  }
  if (values.has('serveraddress') && connector.service.kind === 'mail') return notSupported(connector);
  const local = localOperation(operationCall);
  if (local !== undefined) return local;
  const signedIn = await withOwnToken(operationCall);
  if ('code' in signedIn) return { kind: 'failure', ...signedIn, retryable: false };
  const send = senderOf(signedIn);
  if (send === undefined) return notSupported(connector);
  return isFault(send) ? send : callOperation(send, operation, input);
}

function notSupported({ name }: Connector): OutboundFailure {
  const message = `The connector '${name}' cannot reach its service with what this connection has; put the connection in the sandbox.`;
  return { kind: 'failure', code: 'ConnectorNotSupported', message, retryable: false };
}

/** A managed identity shows a service elsewhere a token of this server, made out for that service alone (connection-values CV2). */
async function withOwnToken(
  operationCall: OperationCall,
): Promise<OperationCall | { readonly code: string; readonly message: string }> {
  const { services, call, connector, credentials, values } = operationCall;
  const { service } = connector;
  if (credentials.proof.kind !== 'managedIdentity' || service.kind !== 'http' || isKeptHere(connector))
    return operationCall;
  const endpoint = endpointOf(service.endpoint, values);
  if (isFault(endpoint)) return operationCall;
  const identity = await identityOf(operationCall);
  if ('code' in identity) return identity;
  const { origin: audience, host } = endpoint;
  const token = await foreignToken(services, identity, { workflowId: call.run.workflowId, audience, host });
  return { ...operationCall, values: connectionValues(Object.fromEntries(values), { token }) };
}

/** The way to the service behind the connector; undefined when there is none. */
export function senderOf(operationCall: OperationCall): SendToService | Fault | undefined {
  const { services, call, connector, operation, input, values, signal } = operationCall;
  const { service } = connector;
  const prefix = service.kind === 'arm' || operation.onArm === true ? '' : herePrefix(operationCall);
  if (prefix !== undefined) return armSender(operationCall, prefix);
  const http =
    service.kind === 'http'
      ? service
      : service.kind === 'mail' && service.endpoint !== undefined
        ? ({ kind: 'http', endpoint: service.endpoint, headers: { authorization: 'Bearer {token}' } } as const)
        : undefined;
  if (http === undefined) return undefined;
  const named = 'named' in http && http.named !== undefined && !values.has('endpoint') ? http.named(input) : {};
  if (isFault(named)) return named;
  return serviceSender(http, connectionValues(Object.fromEntries(values), named), {
    outbound: services.outbound,
    headers: headersOfCall(services, call),
    signal,
  });
}

// --- What is asked ----------------------------------------------------------------------------------------------

/** HttpWebhook-shaped inputs name the call under `subscribe` or `unsubscribe`; connector webhooks are flat. */
export function partOf(inputs: Json, type: string): Json {
  const nested = memberOf(inputs, type === 'Unsubscribe' ? 'unsubscribe' : 'subscribe');
  return isJsonObject(nested) ? nested : inputs;
}

interface AskedOperation {
  readonly operation: Operation;
  readonly input: Omit<OperationInput, 'connection' | 'key'>;
}

function askedOf(
  connector: Connector,
  part: Json,
  pollUrl: string | undefined,
  usualMethod: string,
): AskedOperation | undefined {
  const method = pollUrl === undefined ? (textMember(part, 'method') ?? usualMethod).toUpperCase() : 'GET';
  const [path = '', search = ''] = (pollUrl ?? textMember(part, 'path') ?? '/').split('?', 2);
  const body = memberIgnoringCase(part, 'body');
  const query = {
    ...Object.fromEntries(new URLSearchParams(search)),
    ...(pollUrl === undefined ? textsOfMember(part, 'queries') : {}),
  };
  const headers = pollUrl === undefined ? textsOfMember(part, 'headers') : {};
  // A poll goes where the service said, in the service's own paths.
  const found = pollUrl === undefined ? findOperation(connector, method, path) : undefined;
  const input = { path: found?.path ?? {}, query, headers, body: pollUrl === undefined ? body : undefined };
  if (found !== undefined) return { operation: found.operation, input };
  const { service } = connector;
  const open = pollUrl !== undefined || (service.kind === 'http' && service.open === true) || service.kind === 'arm';
  if (!open) return undefined;
  return {
    operation: {
      id: `${method} ${path}`,
      method,
      path,
      summary: '',
      answer: { status: 200 },
      call: { to: `${method} ${path}` },
    },
    input,
  };
}

function textsOfMember(part: Json, name: string): Record<string, string> {
  const value = memberIgnoringCase(part, name);
  return Object.fromEntries(
    Object.entries(isJsonObject(value) ? value : {}).flatMap(([key, one]) =>
      one === null ? [] : [[key, typeof one === 'object' ? JSON.stringify(one) : String(one)] as const],
    ),
  );
}

/** Values under the names the connector gives them. */
function namedValues(connector: Connector, values: ConnectionValues): readonly (readonly [string, string])[] {
  const parameters = [connector.parameters, ...(connector.alternatives ?? []).map((set) => set.parameters)].flat();
  const names = new Map(parameters.map(({ name }) => [name.toLowerCase(), name]));
  return [...values].map(([name, value]) => [names.get(name) ?? name, value] as const);
}

// --- Mail and people --------------------------------------------------------------------------------------------

function smtpServerOf(values: ConnectionValues): SmtpServer {
  const tls = !/^(false|0|no)$/i.test(values.get('enablessl') ?? 'true');
  const port = Number(values.get('port') ?? (tls ? 587 : 25));
  const user = values.get('username');
  const password = values.get('password');
  return {
    host: values.get('serveraddress') ?? '',
    port,
    implicitTls: tls && port === 465,
    requireTls: tls,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

async function sendBySmtp(
  { services, call, values }: OperationCall,
  mail: MailMessage,
  suffix: string,
): Promise<OperationOutcome> {
  const from = mail.from ?? values.get('from') ?? values.get('username') ?? '';
  if (!from.includes('@')) {
    return badRequest("The mail has no sender: neither 'From' nor the connection names one.");
  }
  const key = services.secrets.digest(`${call.effect.idempotencyKey} ${suffix}`).slice(0, 32);
  return services.mail.send(smtpServerOf(values), { ...mail, from }, key);
}

async function askQuestion(
  operationCall: OperationCall,
  question: ReturnType<NonNullable<Operation['question']>>,
): Promise<OperationOutcome> {
  if (isFault(question)) return question;
  const { services, call, operation, input } = operationCall;
  if (question.kind === 'card') {
    const recipient = cardRecipient(input);
    const kept = await keepQuestion(services, call, question, [recipient]);
    const send = senderOf(operationCall);
    if (send === undefined || isFault(send)) return send ?? notSupported(operationCall.connector);
    const posted = await cardQuestionPost(send, input, question, answerLink(services, kept, recipient));
    if (isFault(posted) || 'kind' in posted || posted.status >= 300) return posted;
    return { ...posted, status: operation.answer.status };
  }
  const kept = await keepQuestion(services, call, question, question.mail.to);
  const bySmtp = operationCall.values.has('serveraddress');
  const send = bySmtp ? undefined : senderOf(operationCall);
  for (const mail of questionMails(services, kept, question)) {
    const sent = bySmtp
      ? await sendBySmtp(operationCall, mail, mail.to[0] ?? '')
      : send === undefined || isFault(send)
        ? (send ?? notSupported(operationCall.connector))
        : await callOperation(send, { ...operation, mail: () => mail }, input);
    if (isFault(sent) || 'kind' in sent || sent.status >= 300) return sent;
  }
  return {
    status: operation.answer.status,
    headers: jsonHeaders,
    body: { id: kept.id, resource: null, notificationType: 'Approval', notificationUrl: null },
  };
}

/** What the connector would tell of, this server polls for: the first poll is asked for here, each says when the next is due. */
async function firstNotification({ services, operation, input }: OperationCall): Promise<OperationOutcome> {
  const url = memberIgnoringCase(input.body, 'NotificationUrl');
  if (typeof url !== 'string' || !URL.canParse(url)) return badRequest("The subscription has no 'NotificationUrl'.");
  const told = await callOwnUrl(services, { method: 'POST', url, headers: {}, body: new Uint8Array() }, 'service');
  if (told === undefined) return badRequest("The 'NotificationUrl' is not one of this server.");
  if (told.status >= 300)
    return { status: told.status, headers: jsonHeaders, ...(told.body === undefined ? {} : { body: told.body }) };
  return { status: operation.answer.status, headers: jsonHeaders };
}

/** What was asked is taken back; services that were subscribed to by nobody have nothing to forget. */
async function unsubscribe(services: Services, connector: Connector, { inputs }: EffectCall): Promise<EffectOutcome> {
  const part = partOf(inputs, 'Unsubscribe');
  const found = findOperation(connector, textMember(part, 'method') ?? 'POST', textMember(part, 'path') ?? '/');
  const question = found?.operation.question?.({
    path: found.path,
    query: {},
    headers: {},
    body: memberIgnoringCase(part, 'body'),
    key: '',
    connection: {},
  });
  if (question !== undefined && !isFault(question)) await withdrawQuestion(services, question.notificationUrl);
  return outcomeOf({ status: 200, headers: {} });
}

// --- Outcomes ---------------------------------------------------------------------------------------------------

/** The gateway's own answer for what no connector has (connectors reference 1.5). */
const resourceNotFound: ServiceAnswer = {
  status: 404,
  headers: jsonHeaders,
  body: { statusCode: 404, message: 'Resource not found' },
};

export function unauthorisedAnswer(message: string): ServiceAnswer {
  return { status: 401, headers: jsonHeaders, body: { error: { code: 'Unauthorized', message } } };
}
