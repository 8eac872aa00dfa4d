/** Words that every object knows are words like any other: in types, severities, states, tactics and names of members. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertFromRest, alertToRest, readRecord, recognize } from '#events';
import { isFault, type JsonObject, parseJson } from '#foundation';

const defaults = { subscriptionId: '00000000-0000-4000-8000-000000000001', now: 0 };
const words = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

function read(record: JsonObject): JsonObject {
  const events = readRecord('auto', record, defaults);
  assert.ok(!isFault(events), isFault(events) ? events.message : '');
  return events[0]?.body ?? {};
}

for (const word of words) {
  test(`'${word}' is no kind, no severity, no state and no tactic`, () => {
    assert.equal(recognize({ type: word, properties: {} }), undefined);
    const id = '/subscriptions/s/providers/Microsoft.Security/assessments/k';
    assert.equal(recognize({ type: word, id, properties: {} })?.kind, 'Assessments');
    assert.equal(read({ rule: 'r', priority: word, output: 'o', tags: [`mitre_${word}`] })['Severity'], 'Low');
    const elastic = { 'kibana.alert.uuid': 'u', 'kibana.alert.rule.name': 'n', 'kibana.alert.severity': word };
    assert.equal(read(elastic)['Severity'], 'Low');
    const suricata = {
      event_type: 'alert',
      timestamp: '2026-01-01T00:00:00Z',
      alert: { signature: 's', severity: word },
    };
    assert.equal(read(suricata)['Severity'], 'Low');
    const ocsf = {
      class_uid: 2004,
      severity_id: word,
      severity: word,
      status_id: word,
      metadata: {},
      finding_info: { uid: 'u', title: 't', attacks: [{ tactic: { name: word, uid: word } }] },
    };
    const body = read(ocsf);
    assert.deepEqual([body['Severity'], body['Status'], typeof body['Intent']], ['Low', 'New', 'string']);
    const prowler = read({ CheckID: 'c', Status: 'PASS', Severity: word, ResourceId: 'r' });
    assert.equal(typeof prowler['id'], 'string');
  });

  test(`a member named '${word}' of an alert goes to REST and back as it is`, () => {
    const body = parseJson(`{"AlertDisplayName":"n","Severity":"Low","${word}":{"a":1}}`) as JsonObject;
    const state = { id: '/x', name: 'x', state: 'Active', subscriptionId: 's' } as const;
    for (const version of ['2022-01-01', '2019-01-01', '2015-06-01-preview']) {
      assert.equal(typeof alertToRest(body, state, version), 'object');
    }
    const rest = parseJson(`{"properties":{"alertDisplayName":"n","severity":"Low","${word}":{"a":1}}}`) as JsonObject;
    assert.equal(alertFromRest(rest)['AlertDisplayName'], 'n');
  });
}
