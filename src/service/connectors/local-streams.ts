/**
 * Operations that hand events on over other protocols: event hubs and queues by AMQP, syslog over TCP, TLS or UDP.
 *
 * Owns: the messages. Does not own: connections (`#connectors`). Source: connectors reference 3.4, 3.6.
 *
 * Invariants
 * ST1. A text of a playbook stays one syslog message: line ends in it are spaces.
 */
import type { OperationOutcome, ServiceAnswer } from '#connectors';
import {
  type HubMessage,
  isJsonArray,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  type MessageProperties,
} from '#foundation';
import { headersOfCall } from '../call-http.ts';
import { parseConnectionString } from '../event-hub-address.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const json = { 'content-type': 'application/json; charset=utf-8' } as const;

function answer(status: number, message?: string): ServiceAnswer {
  return { status, headers: json, ...(message === undefined ? {} : { body: { status, message } }) };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string'
    ? value
    : value === undefined || value === null || typeof value === 'object'
      ? ''
      : String(value);
}

// --- Event hubs -------------------------------------------------------------------------------------------------

/** Sends what was made of each body; the first that the broker refused tells. */
async function sendAll(
  call: OperationCall,
  entity: string,
  messages: readonly HubMessage[],
): Promise<OperationOutcome> {
  const { services, values } = call;
  const text = values.get('connectionstring') ?? '';
  const named = /(^|;)\s*EntityPath\s*=/i.test(text) ? text : `${text.replace(/;?\s*$/, '')};EntityPath=${entity}`;
  const address = parseConnectionString(named, '');
  if (typeof address === 'string') return answer(400, address);
  const outcomes = await services.eventHubs.send(
    { ...address, entity: entity === '' ? address.entity : entity },
    messages,
  );
  const refused = outcomes.find((outcome) => outcome.kind === 'refused');
  if (refused === undefined) return answer(200);
  if (refused.retryable) return { kind: 'failure', code: 'BadGateway', message: refused.message, retryable: true };
  return answer(/unauthorized/.test(refused.code) ? 401 : 400, refused.message);
}

function contentOf(message: Json): Uint8Array {
  return new Uint8Array(Buffer.from(textOf(memberIgnoringCase(message, 'ContentData')), 'base64'));
}

/** Values of one's own; an object or a list goes as its JSON text. */
function applicationOf(message: Json): MessageProperties['application'] {
  const given = memberIgnoringCase(message, 'Properties');
  return Object.fromEntries(
    Object.entries(isJsonObject(given) ? given : {}).flatMap(([name, value]) => {
      if (value === null) return [];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : scalarOf(value)] as const];
    }),
  );
}

function scalarOf(value: Json): string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' ? value : Number(value);
}

async function sendEvents(call: OperationCall, events: readonly Json[]): Promise<OperationOutcome> {
  const { input } = call;
  const messages = events.map((event, index): HubMessage => {
    const partitionKey =
      input.query['partitionKey'] ??
      textOf(memberIgnoringCase(memberIgnoringCase(event, 'SystemProperties'), 'PartitionKey'));
    return {
      id: `${call.call.effect.idempotencyKey}#${index}`,
      body: contentOf(event),
      properties: {
        contentType: 'application/json',
        ...(partitionKey === '' ? {} : { partitionKey }),
        application: applicationOf(event),
      },
    };
  });
  return sendAll(call, input.path['eventHubName'] ?? '', messages);
}

export const eventHubOperations: Readonly<Record<string, LocalOperation>> = {
  SendEvent: (call) => sendEvents(call, [call.input.body ?? null]),
  SendEvents: (call) => sendEvents(call, isJsonArray(call.input.body) ? call.input.body : [call.input.body ?? null]),
};

// --- Queues and topics ------------------------------------------------------------------------------------------

/** A tick of .NET is a ten-thousandth of a millisecond; times to live are given in ticks. */
const ticksInMillisecond = 10_000;

/** A message of the connector; a text for what is wrong with it. `own` are properties that all messages of the call have. */
export function queueMessage(
  message: Json,
  id: string,
  own: MessageProperties['application'] = {},
): HubMessage | string {
  const text = (name: string): string | undefined => {
    const value = textOf(memberIgnoringCase(message, name));
    return value === '' ? undefined : value;
  };
  const scheduledText = text('ScheduledEnqueueTimeUtc');
  // A moment without an offset is one of UTC, as the member's name says.
  const zoned = scheduledText !== undefined && /(?:z|[+-]\d\d:?\d\d)$/i.test(scheduledText);
  const scheduled = scheduledText === undefined ? undefined : Date.parse(zoned ? scheduledText : `${scheduledText}Z`);
  if (scheduled !== undefined && Number.isNaN(scheduled))
    return `'${scheduledText?.slice(0, 60)}' of 'ScheduledEnqueueTimeUtc' is no moment.`;
  const ticks = text('TimeToLive');
  const timeToLive = ticks === undefined ? undefined : Math.floor(Number(ticks) / ticksInMillisecond);
  if (timeToLive !== undefined && !(timeToLive > 0))
    return `'${ticks?.slice(0, 60)}' of 'TimeToLive' is no number of ticks.`;
  const named = {
    contentType: text('ContentType'),
    subject: text('Label'),
    correlationId: text('CorrelationId'),
    groupId: text('SessionId'),
    to: text('To'),
    replyTo: text('ReplyTo'),
    replyToGroupId: text('ReplyToSessionId'),
    timeToLive: timeToLive === undefined ? undefined : Math.min(timeToLive, 0xff_ff_ff_ff),
    scheduled,
  };
  return {
    id: text('MessageId') ?? id,
    body: contentOf(message),
    properties: {
      ...(Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as Partial<
        typeof named
      > as Omit<MessageProperties, 'application'>),
      application: { ...own, ...applicationOf(message) },
    },
  };
}

async function sendToQueue(call: OperationCall, given: readonly Json[]): Promise<OperationOutcome> {
  const { input, services } = call;
  // What the run is, where the action asks for it.
  const isTracked = /^run details$/i.test(input.query['systemProperties'] ?? '');
  const own = isTracked ? headersOfCall(services, call.call) : {};
  const messages: HubMessage[] = [];
  for (const [index, message] of given.entries()) {
    const made = queueMessage(message, `${call.call.effect.idempotencyKey}#${index}`, own);
    if (typeof made === 'string') return answer(400, made);
    messages.push(made);
  }
  return sendAll(call, input.path['entityName'] ?? '', messages);
}

export const serviceBusOperations: Readonly<Record<string, LocalOperation>> = {
  SendMessage: (call) => sendToQueue(call, [call.input.body ?? null]),
  SendMessages: (call) => sendToQueue(call, isJsonArray(call.input.body) ? call.input.body : [call.input.body ?? null]),
};

// --- Syslog -----------------------------------------------------------------------------------------------------

const facilities = {
  kern: 0,
  user: 1,
  daemon: 3,
  auth: 4,
  authpriv: 10,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
const severities = {
  emergency: 0,
  alert: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  informational: 6,
  debug: 7,
} as const;

function word(value: string, usual: string): string {
  const clean = value.replaceAll(/[^\x21-\x7e]+/g, '_').slice(0, 48);
  return clean === '' ? usual : clean;
}

/** RFC 5424. */
function syslogMessage(time: number, body: Json | undefined, message: string): string {
  const member = (name: string): string => textOf(memberIgnoringCase(body ?? null, name));
  const facility = facilities[member('facility').toLowerCase() as keyof typeof facilities] ?? facilities.local0;
  const severity = severities[member('severity').toLowerCase() as keyof typeof severities] ?? severities.notice;
  const host = word(member('hostname'), 'tocsin');
  const app = word(member('appName'), 'tocsin');
  const text = message.replaceAll(/[\r\n\0]+/g, ' ');
  return `<${facility * 8 + severity}>1 ${new Date(time).toISOString()} ${host} ${app} - ${word(member('messageId'), '-')} - ${text}`;
}

/** `CEF:0|vendor|product|version|id|name|severity|extension`, with what separates escaped. */
function cefMessage(body: Json | undefined): string {
  const header = (name: string, usual: string): string =>
    (textOf(memberIgnoringCase(body ?? null, name)) || usual)
      .replaceAll('\\', '\\\\')
      .replaceAll('|', '\\|')
      .replaceAll(/[\r\n]+/g, ' ');
  const given = memberIgnoringCase(body ?? null, 'extension');
  const extension = Object.entries(isJsonObject(given) ? given : {})
    .filter(([name]) => /^\w+$/.test(name))
    .map(([name, value]) => {
      const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : textOf(value);
      return `${name}=${text.replaceAll('\\', '\\\\').replaceAll('=', '\\=').replaceAll(/\r?\n/g, '\\n')}`;
    });
  const fields = [
    header('deviceVendor', 'Tocsin'),
    header('deviceProduct', 'Tocsin'),
    header('deviceVersion', '1'),
    header('signatureId', 'alert'),
    header('name', 'Security alert'),
    header('severity', '5'),
  ];
  return `CEF:0|${fields.join('|')}|${extension.join(' ')}`;
}

async function sendSyslog({ services, values, input }: OperationCall, message: string): Promise<OperationOutcome> {
  const protocol = (values.get('protocol') ?? 'tcp').toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'tls' && protocol !== 'udp')
    return answer(400, `'${protocol}' is no protocol of syslog.`);
  const framing = (values.get('framing') ?? 'octet-counting').toLowerCase();
  if (framing !== 'octet-counting' && framing !== 'newline')
    return answer(400, `'${framing}' is no framing of syslog: 'octet-counting' or 'newline'.`);
  const port = Number(values.get('port') ?? (protocol === 'tls' ? 6514 : 514));
  const failure = await services.syslog.send(
    { host: values.get('host') ?? '', port, protocol, framing },
    syslogMessage(services.clock.now(), input.body, message),
  );
  return failure ?? answer(200);
}

export const syslogOperations: Readonly<Record<string, LocalOperation>> = {
  SendMessage: (call) =>
    sendSyslog(
      call,
      textOf(memberIgnoringCase(call.input.body ?? null, 'message')) ||
        (typeof call.input.body === 'string' ? call.input.body : ''),
    ),
  SendCef: (call) => sendSyslog(call, cefMessage(call.input.body)),
};
