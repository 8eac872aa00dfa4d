/** Foreign records: every sample of the corpus maps to what the tables of domain reference 21 say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault, isJsonArray, type Json, type JsonObject, memberOf } from '#foundation';
import { detectFormat, type FormatName, formatNames, fromBinaryMode, readRecord, type SecurityEvent } from '#events';
import { jsonFiles, missing } from '../suites/corpus.ts';

const defaults = { subscriptionId: '00000000-0000-4000-8000-000000000001', now: Date.UTC(2026, 0, 1) };
const skip = missing('foreign');
const samples = jsonFiles('foreign');

function records(name: string): readonly JsonObject[] {
  const found = samples.get(name) as Json;
  return (isJsonArray(found) ? found : [found]) as JsonObject[];
}

function read(record: Json, format: FormatName = 'auto'): readonly SecurityEvent[] {
  const events = readRecord(format, record, defaults);
  assert.ok(!isFault(events), isFault(events) ? `${events.code}: ${events.message}` : '');
  return events;
}

function only(name: string): JsonObject {
  const events = read(records(name)[0] as JsonObject);
  assert.equal(events.length, 1, name);
  return (events[0] as SecurityEvent).body;
}

test('every sample is recognised as the format its name says, and maps under that name too', { skip }, () => {
  for (const [name] of samples) {
    const format = name.split('-')[0] as FormatName;
    assert.ok(formatNames.includes(format), name);
    for (const record of records(name)) {
      assert.equal(detectFormat(record), format, name);
      assert.deepEqual(
        read(record, format).map(({ key }) => key),
        read(record).map(({ key }) => key),
        name,
      );
    }
  }
});

test('the same record gives the same ids, whenever it is sent', { skip }, () => {
  for (const [name] of samples) {
    for (const record of records(name)) {
      const later = readRecord('auto', record, { ...defaults, now: 0 });
      assert.ok(!isFault(later));
      assert.deepEqual(
        later.map(({ id }) => id),
        read(record).map(({ id }) => id),
        name,
      );
      assert.equal(new Set(later.map(({ key }) => key)).size, later.length, name);
    }
  }
});

test('the severities are those of the table', { skip }, () => {
  const severities: Readonly<Record<string, string>> = {
    'asff-guardduty-cloudtrail-disabled': 'Low',
    'ocsf-detection-finding-guardduty': 'Low',
    'elastic-security-alert-critical-cloud': 'High',
    'elastic-security-alert-lsass': 'High',
    'falco-kernel-module-template': 'Medium',
    'falco-read-sensitive-file-critical': 'High',
    'falco-terminal-shell-in-container': 'Low',
    'graph-alerts-v2-defender-for-cloud': 'High',
    'graph-alerts-v2-endpoint': 'Low',
    'sigma-match-linux-low': 'Informational',
    'sigma-match-mimikatz-commandline': 'High',
    'suricata-eve-blocked-severity1-ipv6': 'High',
    'suricata-eve-et-hunting-post': 'Medium',
    'suricata-eve-irc-download': 'Medium',
    'wazuh-23505-vulnerability': 'High',
    'wazuh-550-file-integrity': 'Medium',
    'wazuh-5763-ssh-bruteforce': 'Medium',
  };
  for (const [name, severity] of Object.entries(severities)) assert.equal(only(name)['Severity'], severity, name);
});

test('a Falco record keeps its nanosecond time to seven digits and its wide numbers whole', { skip }, () => {
  const body = only('falco-terminal-shell-in-container');
  assert.equal(body['TimeGenerated'], '2024-11-20T21:09:44.7461505Z');
  assert.equal(memberOf(body['ExtendedProperties'], 'evt.time'), '1732136984746150524');
  assert.equal(body['Intent'], 'Execution');
  assert.equal(body['CompromisedEntity'], 'web-5c9');
  assert.equal(body['AlertType'], 'Falco_Terminal_shell_in_container');
  assert.equal(
    body['AzureResourceId'],
    `/subscriptions/${defaults.subscriptionId}/resourceGroups/detectors/providers/Microsoft.Security/securityConnectors/falco/securityentitydata/shop-web-5c9`,
  );
  assert.deepEqual(
    (body['Entities'] as JsonObject[]).map((entity) => entity['Type']),
    ['host', 'container', 'container-image', 'K8s-namespace', 'K8s-pod', 'process', 'account'],
  );
});

test('a record sent again with a later time is still the same alert', () => {
  const key = (time: string): string | undefined =>
    read({ rule: 'r', priority: 'Notice', output: 'o', uuid: 'u', time })[0]?.key;
  assert.equal(key('2024-11-20T21:09:44Z'), key('2024-11-20T21:10:44Z'));
});

test('a Wazuh record keeps the offset without a colon, and takes the severity of the vulnerability', { skip }, () => {
  const body = only('wazuh-5763-ssh-bruteforce');
  assert.equal(body['TimeGenerated'], '2024-11-20T12:33:10.4120000Z');
  assert.equal(body['Intent'], 'CredentialAccess');
  assert.equal(memberOf(body['ExtendedProperties'], 'data.srcip'), '192.0.2.55');
  assert.equal(memberOf(body['ExtendedProperties'], 'originalSeverity'), '10');
  assert.equal(memberOf(only('wazuh-23505-vulnerability')['ExtendedProperties'], 'originalSeverity'), 'High');
});

test('a Suricata record is about the server and named by the signature', { skip }, () => {
  const body = only('suricata-eve-blocked-severity1-ipv6');
  assert.equal(body['CompromisedEntity'], '2001:db8:1::10');
  assert.equal(body['Intent'], 'InitialAccess');
  assert.equal(body['CorrelationKey'], '1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
  assert.equal(only('suricata-eve-irc-download')['StartTimeUtc'], '2011-08-12T12:47:24.3577110Z');
});

test('records that are not alerts give no event', () => {
  assert.deepEqual(read({ event_type: 'flow', timestamp: '2024-11-20T09:15:00Z', flow_id: 1 }), []);
  assert.deepEqual(
    read({ rule: 'Falco internal: syscall event drop', priority: 'Debug', output: 'x', source: 'internal' }, 'falco'),
    [],
  );
});

test('a Graph alert of Defender for Cloud meets the native alert', { skip }, () => {
  const body = only('graph-alerts-v2-defender-for-cloud');
  assert.equal(body['SystemAlertId'], '2518770965529163669_f144ee95-a3e5-42da-a279-967d115809aa');
  assert.equal(body['AlertType'], 'Storage.Blob_AM.MalwareFound');
  assert.deepEqual(body['RemediationSteps'], ['Remove the blob.', 'Rotate the keys.']);
  assert.match(body['AzureResourceId'] as string, /storageAccounts\/contosouploads$/);
  assert.equal(body['CompromisedEntity'], 'contosouploads');
});

test('a finding by way of ASFF and by way of OCSF is the same alert', { skip }, () => {
  const one = only('asff-guardduty-cloudtrail-disabled');
  const other = only('ocsf-detection-finding-guardduty');
  for (const member of [
    'VendorName',
    'ProductName',
    'AlertType',
    'Severity',
    'Intent',
    'AlertDisplayName',
    'Description',
    'StartTimeUtc',
    'EndTimeUtc',
    'TimeGenerated',
    'CompromisedEntity',
    'AlertUri',
    'Status',
  ]) {
    assert.deepEqual(one[member], other[member], member);
  }
});

test('compliance results become a recommendation and an assessment per requirement', { skip }, () => {
  for (const name of ['asff-securityhub-pci-config1', 'ocsf-compliance-finding-pci']) {
    const events = read(records(name)[0] as JsonObject);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['Assessments', 'RegulatoryComplianceAssessment', 'RegulatoryComplianceAssessment'],
    );
    assert.match(
      events[1]?.id ?? '',
      /regulatoryComplianceStandards\/pci-dss-v-3\.2\.1\/regulatoryComplianceControls\/PCI-DSS-10\.5\.2\//,
    );
    assert.equal(memberOf(memberOf(events[1]?.body, 'properties'), 'state'), 'Failed');
    assert.equal(memberOf(memberOf(memberOf(events[0]?.body, 'properties'), 'metadata'), 'severity'), 'Medium');
  }
});

test('vulnerabilities become findings below one recommendation', { skip }, () => {
  for (const name of ['asff-inspector-openssl-cve', 'ocsf-vulnerability-finding-inspector', 'trivy-image-alpine-310']) {
    const [parent, ...findings] = read(records(name)[0] as JsonObject) as [SecurityEvent, ...SecurityEvent[]];
    assert.equal(parent.kind, 'Assessments', name);
    assert.ok(findings.length > 0, name);
    for (const finding of findings) {
      assert.equal(finding.kind, 'SubAssessments');
      assert.ok(finding.id.toLowerCase().startsWith(`${parent.id.toLowerCase()}/subassessments/`), name);
      assert.match(memberOf(memberOf(finding.body, 'Properties'), 'Id') as string, /^CVE-/);
    }
  }
});

test('an artifact without vulnerabilities is healthy', () => {
  const report = {
    SchemaVersion: 2,
    ArtifactName: 'a',
    ArtifactType: 'container_image',
    Results: [{ Class: 'os-pkgs' }],
  };
  const [parent] = read(report);
  assert.equal(memberOf(memberOf(memberOf(parent?.body, 'properties'), 'status'), 'code'), 'Healthy');
});

test('Prowler results are posture although their class says detection', { skip }, () => {
  const [failed, manual] = records('prowler-ocsf-aws').map((record) => read(record)[0]);
  assert.equal(failed?.kind, 'Assessments');
  const status = (event: SecurityEvent | undefined) => memberOf(memberOf(event?.body, 'properties'), 'status');
  assert.equal(memberOf(status(failed), 'code'), 'Unhealthy');
  assert.deepEqual([memberOf(status(manual), 'code'), memberOf(status(manual), 'cause')], ['NotApplicable', 'MANUAL']);
});

test('an envelope names data that has no id, and lends it its subject and time', () => {
  const envelope = {
    specversion: '1.0',
    id: 'e1',
    source: '/s',
    type: 'any',
    subject: '/subscriptions/s1/resourceGroups/g',
    time: '2024-01-01T00:00:00Z',
    data_base64: btoa('{"AlertDisplayName":"x","Severity":"Low"}'),
  };
  const [event] = read(envelope);
  assert.equal(event?.body['AzureResourceId'], '/subscriptions/s1/resourceGroups/g');
  assert.equal(event?.body['TimeGenerated'], '2024-01-01T00:00:00Z');
  assert.equal(
    event?.key,
    read({ ...envelope, data_base64: btoa('{"AlertDisplayName":"y","Severity":"Low"}') })[0]?.key,
  );
});

test('binary mode is the envelope in headers', () => {
  const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'falco.rule.output.v1' };
  const record = fromBinaryMode(headers, { rule: 'r', priority: 'Notice', output: 'o', time: '2024-01-01T00:00:00Z' });
  assert.ok(record !== undefined);
  assert.equal(read(record)[0]?.body['AlertType'], 'Falco_r');
  assert.equal(fromBinaryMode({}, {}), undefined);
});

test('a batch of Security Hub, bare or from its event bus, is taken apart', { skip }, () => {
  const finding = records('asff-guardduty-cloudtrail-disabled')[0] as JsonObject;
  assert.equal(read({ Findings: [finding, { ...finding, Id: 'other' }] }).length, 2);
  assert.equal(read({ 'detail-type': 'Security Hub Findings - Imported', detail: { findings: [finding] } }).length, 1);
});

test('a record of a named format that lacks what the format requires says what', () => {
  const cases: readonly (readonly [FormatName, JsonObject, string])[] = [
    ['falco', { priority: 'Notice' }, 'rule'],
    ['wazuh', { rule: { id: '1', level: 'x' } }, 'rule.level'],
    ['suricata', { event_type: 'alert' }, 'alert.signature'],
    ['elastic', {}, 'kibana.alert.rule.name'],
    ['sigma', { rule: { title: 't' } }, 'match'],
    ['trivy', {}, 'ArtifactName'],
    ['graph', { id: '1' }, 'title'],
    ['asff', { Id: '1' }, 'Title'],
    ['ocsf', { class_uid: 2004, metadata: {} }, 'finding_info.uid'],
    ['ocsf', { class_uid: 1001 }, 'class_uid'],
    ['prowler', {}, 'metadata.event_code'],
    ['cloudevents', { specversion: '1.0', type: 't', source: 's' }, 'id'],
  ];
  for (const [format, record, target] of cases) {
    const result = readRecord(format, record, defaults);
    assert.ok(isFault(result), format);
    assert.equal(result.options.target, target, format);
  }
  const unknown = readRecord('auto', { hello: 'world' }, defaults);
  assert.ok(isFault(unknown));
  assert.equal(unknown.code, 'EventFormatNotRecognized');
});

test('a foreign event keeps its original beside it', { skip }, () => {
  const record = records('elastic-security-alert-lsass')[0] as JsonObject;
  assert.equal(read(record)[0]?.original, record);
});
