/** Every cell of the mapping tables of the reference page holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectFormat, type FormatName, readRecord, type SecurityEvent } from '#events';
import { isFault, type Json, type JsonObject, memberOf } from '#foundation';
import { formatExamples, severityExamples } from '../../tools/event-formats.data.ts';

const defaults = { subscriptionId: '00000000-0000-4000-8000-000000000001', now: Date.UTC(2026, 0, 1) };

function read(format: FormatName, record: object): readonly SecurityEvent[] {
  const events = readRecord(format, record as JsonObject, defaults);
  assert.ok(!isFault(events), isFault(events) ? events.message : '');
  return events;
}

/** A member by its path; `ExtendedProperties` is flat, so that the rest of its path is one name. */
function valueAt(events: readonly SecurityEvent[], path: string): Json | undefined {
  const [, number, rest = ''] = /^(?:\[(\d+)\]\.)?(.*)$/.exec(path) ?? [];
  const body = events[Number(number ?? '0')]?.body;
  const flat = /^ExtendedProperties\.(.*)$/.exec(rest)?.[1];
  if (flat !== undefined) return memberOf(memberOf(body, 'ExtendedProperties'), flat);
  return rest
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<Json | undefined>((value, name) => {
      return Array.isArray(value) ? (value as readonly Json[])[Number(name)] : memberOf(value, name);
    }, body);
}

for (const { title, format, record, kinds, rows } of formatExamples) {
  test(`${title}: every cell of its table holds`, () => {
    assert.equal(detectFormat(record as JsonObject), format);
    const events = read('auto', record);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      kinds,
    );
    for (const [member, , expected] of rows) assert.deepEqual(valueAt(events, member), expected, member);
  });
}

const withSeverity: Readonly<Record<string, (native: string | number) => object>> = {
  ocsf: (severity_id) => ({ class_uid: 2004, metadata: {}, severity_id, finding_info: { uid: 'u', title: 't' } }),
  asff: (native) => ({
    SchemaVersion: '2018-10-08',
    Id: 'i',
    Title: 't',
    Severity: typeof native === 'number' ? { Normalized: native } : { Label: native },
  }),
  falco: (priority) => ({ rule: 'r', priority, output: 'o' }),
  wazuh: (level) => ({ rule: { id: '1', level, description: 'd' }, agent: { name: 'a' } }),
  suricata: (severity) => ({
    event_type: 'alert',
    timestamp: '2026-01-01T00:00:00Z',
    alert: { signature: 's', severity },
  }),
  elastic: (native) => ({ 'kibana.alert.uuid': 'u', 'kibana.alert.rule.name': 'n', 'kibana.alert.severity': native }),
  sigma: (level) => ({ rule: { title: 't', level }, match: { Computer: 'c' } }),
  graph: (severity) => ({ id: 'i', title: 't', severity, serviceSource: 's', alertWebUrl: 'https://a.example' }),
  trivy: (Severity) => ({
    SchemaVersion: 2,
    ArtifactName: 'a',
    Results: [{ Class: 'config', Misconfigurations: [{ ID: 'i', Severity }] }],
  }),
};

for (const [format, values] of severityExamples) {
  test(`${format}: every severity is the one of the table, in any case of its letters`, () => {
    for (const [native, expected] of values) {
      const spelled =
        typeof native === 'string' ? [native, native.toUpperCase(), native.toLowerCase()] : [native, String(native)];
      for (const each of format === 'asff' && typeof native === 'number' ? [native] : spelled) {
        const [event] = read(format as FormatName, withSeverity[format]?.(each) ?? {});
        const alert = memberOf(event?.body, 'Severity');
        const severity = alert ?? memberOf(memberOf(memberOf(event?.body, 'properties'), 'metadata'), 'severity');
        assert.equal(severity, expected, String(each));
      }
    }
  });
}
