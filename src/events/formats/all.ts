/**
 * Every format, how one is recognised, and the way from any record to events.
 *
 * Owns: the order of detection and the unwrapping of batches. Does not own: any single format.
 * Source: domain reference 21; own API reference, ingestion.
 *
 * Invariants
 * A1. Detection is by members that only one format has, most particular first; native shapes come before foreign ones.
 */
import { type Fault, fault, isFault, isJsonArray, isJsonObject, type Json, type JsonObject } from '#foundation';
import { isTooDeep } from '../check.ts';
import { foreignAlertKey } from '../identity.ts';
import { at, looseText } from '../members.ts';
import type { EventDefaults, SecurityEvent } from '../model.ts';
import { readNative } from '../native.ts';
import { recognize } from '../recognize.ts';
import { asff } from './asff.ts';
import { type Envelope, formatOfType, isEnvelope, openEnvelope, withEnvelope } from './cloudevents.ts';
import { elastic } from './elastic.ts';
import { falco } from './falco.ts';
import type { Format } from './format.ts';
import { graph } from './graph.ts';
import { ocsf } from './ocsf.ts';
import { prowler } from './prowler.ts';
import { sigma } from './sigma.ts';
import { suricata } from './suricata.ts';
import { trivy } from './trivy.ts';
import { wazuh } from './wazuh.ts';

/** In the order in which they are tried. */
const foreign: readonly Format[] = [prowler, ocsf, asff, graph, elastic, trivy, suricata, wazuh, sigma, falco];

/** Values of the `format` parameter. */
export const formatNames = [
  'auto',
  'tocsin',
  'ocsf',
  'asff',
  'falco',
  'wazuh',
  'suricata',
  'elastic',
  'sigma',
  'trivy',
  'prowler',
  'graph',
  'cloudevents',
] as const;

export type FormatName = (typeof formatNames)[number];

/** The format of a record by its shape; `tocsin` for native bodies, undefined for none. */
export function detectFormat(record: JsonObject): FormatName | undefined {
  if (isEnvelope(record)) return 'cloudevents';
  if (recognize(record) !== undefined) return 'tocsin';
  return foreign.find((format) => format.detect(record))?.name as FormatName | undefined;
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
  const batch = batchIn(record);
  return batch === undefined ? readSingle(name, record, defaults) : readAll(name, batch, defaults);
}

function readSingle(name: FormatName, record: JsonObject, defaults: EventDefaults): readonly SecurityEvent[] | Fault {
  const found = name === 'auto' ? (detectFormat(record) ?? 'tocsin') : name;
  const format = foreign.find((each) => each.name === found);
  return format === undefined ? asList(readNative(record, defaults)) : readForeign(format, record, defaults);
}

function readForeign(format: Format, record: JsonObject, defaults: EventDefaults): readonly SecurityEvent[] | Fault {
  const bodies = format.convert(record, defaults);
  if (isFault(bodies)) return bodies;
  const events: SecurityEvent[] = [];
  for (const body of bodies) {
    const event = readNative(body, defaults);
    if (isFault(event)) return event;
    events.push({ ...event, key: keyOf(event), original: record });
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
  const inner =
    name === 'auto' || name === 'cloudevents' ? ((formatOfType(envelope.type) ?? 'auto') as FormatName) : name;
  const { data } = envelope;
  if (isJsonArray(data)) return readAll(inner, data, defaults);
  if (!isJsonObject(data))
    return fault('InvalidEvent', 'The data of the CloudEvent is no JSON object.', { target: 'data' });
  return readSingle(inner, enveloped(data, envelope), defaults);
}

/** Only native data takes from its envelope: foreign records have ids and times of their own. */
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
    const read = readSingle(name, record, defaults);
    if (isFault(read)) return read;
    events.push(...read);
  }
  return events;
}

/** Findings inside the envelopes of Security Hub: its own batches, and events of its bus. */
function batchIn(record: JsonObject): readonly Json[] | undefined {
  const findings = at(record, 'Findings') ?? at(record, 'detail', 'findings');
  return isJsonArray(findings) && findings.some((each) => isJsonObject(each) && asff.detect(each))
    ? findings
    : undefined;
}

function asList(event: SecurityEvent | Fault): readonly SecurityEvent[] | Fault {
  return isFault(event) ? event : [event];
}
