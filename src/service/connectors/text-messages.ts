/**
 * Text messages to phones by Azure Communication Services.
 *
 * Owns: the request and its signature. Does not own: connections. Source: connectors reference 2; "Sign an HTTP request" of
 * Azure Communication Services.
 *
 * Invariants
 * TM1. A repeated action is one message: the request's id follows from the action's key.
 */
import { createHash, createHmac } from 'node:crypto';
import { actionAnswer } from '#connectors';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  nameUuid,
  stringifyJson,
} from '#foundation';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const requestNamespace = 'b4a5c1f0-3a5e-4d58-8a53-5a1d9c0e7f64';

interface Account {
  readonly endpoint: URL;
  readonly key: string;
}

/** `endpoint=https://…/;accesskey=…` */
function accountOf(text: string): Account | undefined {
  const endpoint = URL.parse(/(?:^|;)\s*endpoint=([^;]+)/i.exec(text)?.[1] ?? '');
  const key = /(?:^|;)\s*accesskey=([^;]+)/i.exec(text)?.[1];
  return endpoint === null || key === undefined ? undefined : { endpoint, key };
}

/** Each recipient has an id of its own, so that a repeated request sends nobody a second message. */
function bodyOf({ input, services }: OperationCall): JsonObject {
  const body = isJsonObject(input.body) ? input.body : {};
  const recipients = memberIgnoringCase(body, 'smsRecipients');
  const first = new Date(services.clock.now()).toUTCString();
  const unique = (isJsonArray(recipients) ? recipients : []).map(
    (one, index): Json => ({
      ...(isJsonObject(one) ? one : {}),
      repeatabilityRequestId: nameUuid(requestNamespace, `${input.key} ${index}`),
      repeatabilityFirstSent: first,
    }),
  );
  return { ...body, smsRecipients: unique };
}

async function send(call: OperationCall): ReturnType<LocalOperation> {
  const { services, values, signal } = call;
  const account = accountOf(values.get('connectionstring') ?? '');
  if (account === undefined) {
    const message = "The connection string has no 'endpoint' and 'accesskey'.";
    return { status: 400, headers: {}, body: { status: 400, message } };
  }
  const url = new URL('/sms?api-version=2021-03-07', account.endpoint);
  const body = Buffer.from(stringifyJson(bodyOf(call)));
  const date = new Date().toUTCString();
  const hash = createHash('sha256').update(body).digest('base64');
  const text = `POST\n${url.pathname}${url.search}\n${date};${url.host};${hash}`;
  const signature = createHmac('sha256', Buffer.from(account.key, 'base64')).update(text).digest('base64');
  const answer = await services.outbound.send({
    method: 'POST',
    url: url.href,
    headers: {
      'content-type': 'application/json',
      'x-ms-date': date,
      'x-ms-content-sha256': hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    },
    body,
    signal,
  });
  if (answer.kind === 'failure') return answer;
  const decoded = actionAnswer(answer);
  if (decoded.kind === 'malformed') {
    return { kind: 'failure', code: 'InvalidProtocolResponse', message: decoded.message, retryable: false };
  }
  const { body: given } = decoded;
  return { status: answer.status, headers: answer.headers, ...(given === undefined ? {} : { body: given }) };
}

export const textMessageOperations: Readonly<Record<string, LocalOperation>> = { SendSms: send };
