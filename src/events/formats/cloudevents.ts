/**
 * CloudEvents envelopes: structured, batched (a list of structured ones) and binary mode.
 *
 * Owns: taking the envelope off. The envelope only routes: its `type` may name the format of the data, its `subject` and
 * `time` stand in where the data has none, its `source` and `id` name data without an id of its own.
 * Source: domain reference 21; the CloudEvents specification 1.0.
 */
import {
  type Fault,
  fault,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberOf,
  parseArmId,
  parseJson,
} from '#foundation';
import { looseText, textAt } from '../members.ts';
import { uuid5 } from '../uuid5.ts';

export interface Envelope {
  readonly data: Json;
  /** The envelope's `type`, lower case. */
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: string | undefined;
  /** Made of `source` and `id`. */
  readonly deliveryId: string;
}

export function isEnvelope(record: JsonObject): boolean {
  return (
    textAt(record, 'specversion') !== undefined &&
    textAt(record, 'type') !== undefined &&
    textAt(record, 'source') !== undefined
  );
}

/** Takes the envelope off; faults name the member that is wrong. */
export function openEnvelope(record: JsonObject): Envelope | Fault {
  const id = textAt(record, 'id');
  if (id === undefined) return fault('InvalidEvent', 'A CloudEvent needs id.', { target: 'id' });
  if (textAt(record, 'specversion')?.startsWith('1.') !== true) {
    return fault('InvalidEvent', 'Only version 1 of CloudEvents is known.', { target: 'specversion' });
  }
  const data = dataOf(record);
  if (isFaultValue(data)) return data.fault;
  return {
    data: data.value,
    type: (textAt(record, 'type') ?? '').toLowerCase(),
    subject: textAt(record, 'subject'),
    time: textAt(record, 'time'),
    deliveryId: uuid5('cloudevents', textAt(record, 'source') ?? '', id),
  };
}

type Read = { readonly value: Json } | { readonly fault: Fault };

function isFaultValue(read: Read): read is { readonly fault: Fault } {
  return 'fault' in read;
}

function dataOf(record: JsonObject): Read {
  const encoded = memberOf(record, 'data_base64');
  if (typeof encoded === 'string') return decoded(encoded);
  const data = memberOf(record, 'data');
  if (typeof data === 'string') return parsed(data, 'data');
  return data === undefined
    ? { fault: fault('InvalidEvent', 'The CloudEvent carries no data.', { target: 'data' }) }
    : { value: data };
}

function decoded(encoded: string): Read {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return parsed(new TextDecoder('utf-8', { fatal: true }).decode(bytes), 'data_base64');
  } catch {
    return { fault: fault('InvalidEvent', 'data_base64 is not Base64 of UTF-8 text.', { target: 'data_base64' }) };
  }
}

function parsed(text: string, target: string): Read {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    const why = error instanceof JsonSyntaxError ? error.message : 'unreadable';
    return { fault: fault('InvalidEvent', `The data of the CloudEvent is not JSON: ${why}.`, { target }) };
  }
}

/** The envelope's subject when it is the id of an Azure resource, group or subscription. */
export function resourceSubject({ subject }: Envelope): string | undefined {
  if (subject === undefined || !subject.startsWith('/')) return undefined;
  return parseArmId(subject)?.subscriptionId === undefined ? undefined : subject;
}

/** An alert given what only its envelope knows. Other data is left as it is. */
export function withEnvelope(body: JsonObject, envelope: Envelope): JsonObject {
  if (looseText(body, 'AlertDisplayName') === undefined && looseText(body, 'AlertType') === undefined) return body;
  const resource = resourceSubject(envelope);
  return {
    ...body,
    ...(looseText(body, 'SystemAlertId') === undefined ? { SystemAlertId: envelope.deliveryId } : {}),
    ...(resource !== undefined && looseText(body, 'AzureResourceId') === undefined
      ? { AzureResourceId: resource }
      : {}),
    ...(envelope.time !== undefined && looseText(body, 'TimeGenerated') === undefined
      ? { TimeGenerated: envelope.time }
      : {}),
  };
}

/** The structured form of a binary-mode delivery; undefined when the headers are no CloudEvent's. */
export function fromBinaryMode(headers: Readonly<Record<string, string>>, body: Json): JsonObject | undefined {
  const { 'ce-specversion': specversion, 'ce-id': id, 'ce-source': source, 'ce-type': type } = headers;
  if (specversion === undefined || source === undefined || type === undefined) return undefined;
  const { 'ce-subject': subject, 'ce-time': time } = headers;
  return {
    specversion,
    ...(id === undefined ? {} : { id }),
    source,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(time === undefined ? {} : { time }),
    data: isJsonObject(body) ? body : (body ?? null),
  };
}
