/**
 * Every format, how one is recognised, and the way from any record to events.
 *
 * Owns: the order of detection and the unwrapping of batches. Does not own: any single format.
 * Source: domain reference 21; own API reference, ingestion.
 *
 * Invariants
 * A1. Detection is by members that only one format has, most particular first; native shapes come before foreign ones.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  parseJson,
} from '#foundation';
import { isTooDeep } from '../check.ts';
import { foreignAlertKey } from '../identity.ts';
import { listAt, looseText, textAt } from '../members.ts';
import { type EnvelopeFormat, type EventDefaults, type FormatName, formatNames, type SecurityEvent } from '../model.ts';
import { readNative } from '../native.ts';
import { recognize } from '../recognize.ts';
import { parseMoment } from '../times.ts';
import { asff } from './asff.ts';
import { type Envelope, isEnvelope, openEnvelope, resourceSubject, withEnvelope } from './cloudevents.ts';
import { elastic } from './elastic.ts';
import { falco } from './falco.ts';
import { type Format, Part } from './format.ts';
import { graph } from './graph.ts';
import { ocsf } from './ocsf.ts';
import { prowler } from './prowler.ts';
import { sigma } from './sigma.ts';
import { suricata } from './suricata.ts';
import { trivy } from './trivy.ts';
import { wazuh } from './wazuh.ts';

/** In the order in which they are tried. */
const foreign: readonly Format[] = [prowler, ocsf, asff, graph, elastic, trivy, suricata, wazuh, sigma, falco];

/** The format of a record by its shape; `tocsin` for native bodies, undefined for none. */
export function detectFormat(record: JsonObject): FormatName | undefined {
  if (isEnvelope(record)) return 'cloudevents';
  if (recognize(record) !== undefined) return 'tocsin';
  return foreign.find((format) => format.detect(record))?.name as FormatName | undefined;
}

/** Where tools put several records into one: batches, search answers, pages of a list, bodies of webhooks. */
const lists: readonly (readonly string[])[] = [
  ['Findings'],
  ['detail', 'findings'],
  ['findings'],
  ['value'],
  ['hits', 'hits'],
  ['alerts'],
  ['alerts', 'new', 'data'],
  ['context', 'alerts'],
  ['new', 'data'],
];

/** The records in a wrapper that is no record itself; undefined for anything else. */
export function recordsIn(record: Json): readonly Json[] | undefined {
  if (!isJsonObject(record)) return undefined;
  for (const path of lists) {
    const list = listAt(record, ...path);
    if (list.length === 0 || !list.some((each) => isJsonObject(each) && isKnown(each))) continue;
    return isKnown(record) ? undefined : list;
  }
  return Object.keys(record).length === 1 && isJsonArray(record['Findings']) ? record['Findings'] : undefined;
}

function isKnown(record: JsonObject): boolean {
  return isEnvelope(record) || detectFormat(record) !== undefined;
}

/** Members in which forwarders carry a line as it was. */
const texts = ['Message', 'message', 'log', 'line'] as const;

/** The record that is the text of a forwarder's member; undefined when the record is known itself or carries none. */
function recordInText(record: JsonObject): JsonObject | undefined {
  for (const name of texts) {
    const text = textAt(record, name)?.trim();
    if (text === undefined || !text.startsWith('{') || detectFormat(record) !== undefined) continue;
    const inner = parsedText(text);
    if (isJsonObject(inner) && (isKnown(inner) || recordsIn(inner) !== undefined)) return inner;
  }
  return undefined;
}

function parsedText(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null;
    throw error;
  }
}

/** The format that a part of an envelope's type names; otherwise the data's shape decides. */
function formatNamedBy(type: string): EnvelopeFormat {
  const words = type.toLowerCase().split(/[^a-z0-9]+/);
  const named = formatNames.filter((name) => name !== 'auto' && name !== 'cloudevents');
  return named.find((name) => words.includes(name)) ?? 'auto';
}

/**
 * The events of one record, in the order in which they should be taken; none for records that are not events.
 * Faults: `EventFormatNotRecognized`, `InvalidEvent`.
 */
export function readRecord(name: FormatName, record: Json, defaults: EventDefaults): readonly SecurityEvent[] | Fault {
  if (!isJsonObject(record)) return fault('InvalidEvent', 'An event is a JSON object.');
  if (isTooDeep(record)) return fault('InvalidEvent', 'The event nests deeper than 64 levels.');
  if (isEnvelope(record)) return readEnvelope(name, record, defaults);
  if (name === 'cloudevents') {
    return fault('EventFormatNotRecognized', 'The event is no CloudEvent: it needs specversion, type and source.');
  }
  return readUnwrapped(name, record, defaults);
}

/** A record, the records in a wrapper, or the record in a wrapper's text. */
function readUnwrapped(
  name: FormatName,
  record: JsonObject,
  defaults: EventDefaults,
): readonly SecurityEvent[] | Fault {
  const list = recordsIn(record);
  if (list !== undefined) return readAll(name, list, defaults);
  const inner = recordInText(record);
  return inner === undefined ? readSingle(name, record, defaults) : readRecord(name, inner, defaults);
}

/** Scans whose whole results a record holds, also inside an envelope; see `Format.scans`. */
export function scansOf(
  name: FormatName,
  record: Json,
  defaults: Pick<EventDefaults, 'formatOfType'> = {},
): readonly string[] {
  if (!isJsonObject(record)) return [];
  if (isEnvelope(record)) {
    const envelope = openEnvelope(record);
    if (isFault(envelope)) return [];
    const inner = formatWithin(name, envelope, defaults);
    return inner === 'discard' ? [] : scansOf(inner, envelope.data, defaults);
  }
  const scanner = scanners.find((each) => (name === 'auto' ? each.detect(record) : each.name === name));
  return scanner?.scans?.(record) ?? [];
}

/** The format asked for, else that of the operator for the envelope's type, else the one that the type names. */
function formatWithin(
  name: FormatName,
  { type }: Envelope,
  { formatOfType }: Pick<EventDefaults, 'formatOfType'>,
): EnvelopeFormat {
  if (name !== 'auto' && name !== 'cloudevents') return name;
  return formatOfType?.(type) ?? formatNamedBy(type);
}

const scanners = foreign.filter((format) => format.scans !== undefined);

function readSingle(name: FormatName, record: JsonObject, defaults: EventDefaults): readonly SecurityEvent[] | Fault {
  const found = name === 'auto' ? (detectFormat(record) ?? 'tocsin') : name;
  const format = foreign.find((each) => each.name === found);
  return format === undefined ? asList(readNative(record, defaults)) : readForeign(format, record, defaults);
}

function readForeign(format: Format, record: JsonObject, defaults: EventDefaults): readonly SecurityEvent[] | Fault {
  const bodies = format.convert(record, defaults);
  if (isFault(bodies)) return bodies;
  const events: SecurityEvent[] = [];
  for (const given of bodies) {
    const part = given instanceof Part ? given : undefined;
    const event = readNative(part?.body ?? (given as JsonObject), defaults);
    if (isFault(event)) return event;
    events.push({
      ...event,
      key: keyOf(event),
      original: part?.original ?? record,
      ...(part?.scan === undefined ? {} : { scan: part.scan }),
    });
  }
  return events;
}

function keyOf(event: SecurityEvent): string {
  const name = event.kind === 'Alerts' ? looseText(event.body, 'SystemAlertId') : undefined;
  return (name === undefined ? undefined : foreignAlertKey(event.subscriptionId, name)) ?? event.key;
}

function readEnvelope(name: FormatName, record: JsonObject, defaults: EventDefaults): readonly SecurityEvent[] | Fault {
  const envelope = openEnvelope(record);
  if (isFault(envelope)) return envelope;
  const inner = formatWithin(name, envelope, defaults);
  if (inner === 'discard') return [];
  const { data } = envelope;
  if (isTooDeep(data)) return fault('InvalidEvent', 'The event nests deeper than 64 levels.', { target: 'data' });
  const time = parseMoment(envelope.time);
  const subject = resourceSubject(envelope);
  const within = {
    ...defaults,
    ...(time === undefined ? {} : { now: Number(time / 10_000n) }),
    ...(subject === undefined ? {} : { subject }),
  };
  if (isJsonArray(data)) return readAll(inner, data, within);
  if (!isJsonObject(data))
    return fault('InvalidEvent', 'The data of the CloudEvent is no JSON object.', { target: 'data' });
  return readUnwrapped(inner, enveloped(data, envelope), within);
}

/** Only native data takes more from its envelope: foreign records have ids of their own; time and subject are defaults. */
function enveloped(data: JsonObject, envelope: Envelope): JsonObject {
  return recognize(data) === undefined ? data : withEnvelope(data, envelope);
}

function readAll(
  name: FormatName,
  records: readonly Json[],
  defaults: EventDefaults,
): readonly SecurityEvent[] | Fault {
  const events: SecurityEvent[] = [];
  for (const record of records) {
    if (!isJsonObject(record)) return fault('InvalidEvent', 'An event is a JSON object.');
    const read = readUnwrapped(name, record, defaults);
    if (isFault(read)) return read;
    events.push(...read);
  }
  return events;
}

function asList(event: SecurityEvent | Fault): readonly SecurityEvent[] | Fault {
  return isFault(event) ? event : [event];
}
