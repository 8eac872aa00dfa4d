/** Where a record lacks the first source of a member, the next one of the mapping tables is taken; each row can fail alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FormatName, readRecord, type SecurityEvent } from '#events';
import { isFault, type Json, type JsonObject, memberOf } from '#foundation';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
const defaults = { subscriptionId, now: Date.UTC(2026, 0, 1) };
const entities = `/subscriptions/${subscriptionId}/resourceGroups/detectors/providers/Microsoft.Security/securityConnectors`;

function read(format: FormatName, record: object): readonly SecurityEvent[] {
  const events = readRecord(format, record as JsonObject, defaults);
  assert.ok(!isFault(events), isFault(events) ? events.message : '');
  return events;
}

function valueAt(body: JsonObject | undefined, path: string): Json | undefined {
  const flat = /^ExtendedProperties\.(.*)$/.exec(path)?.[1];
  if (flat !== undefined) return memberOf(memberOf(body, 'ExtendedProperties'), flat);
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<Json | undefined>(
      (value, name) => (Array.isArray(value) ? (value as readonly Json[])[Number(name)] : memberOf(value, name)),
      body,
    );
}

/** Member, what of the record decides, the record's own part, the value. */
type Row = readonly [member: string, from: string, part: object, expected: Json | undefined];

interface Table {
  readonly format: FormatName;
  readonly base: object;
  readonly rows: readonly Row[];
}

const info = { uid: 'f', title: 't' };
const vm = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm`;

const alerts: readonly Table[] = [
  {
    format: 'falco',
    base: { rule: 'Write below etc', priority: 'Error', output: 'o', time: '2026-01-02T03:04:05Z' },
    rows: [
      [
        'CompromisedEntity',
        'the pod',
        { hostname: 'n', output_fields: { 'k8s.pod.name': 'p', 'container.name': 'c' } },
        'p',
      ],
      [
        'CompromisedEntity',
        'the target of the audit log',
        { hostname: 'n', output_fields: { 'ka.target.name': 'cm' } },
        'cm',
      ],
      ['CompromisedEntity', 'the container', { hostname: 'n', output_fields: { 'container.name': 'c' } }, 'c'],
      ['CompromisedEntity', 'the container’s id', { hostname: 'n', output_fields: { 'container.id': 'c1' } }, 'c1'],
      ['CompromisedEntity', 'the host', { hostname: 'n' }, 'n'],
      ['AzureResourceId', 'nothing at all', {}, `${entities}/falco/securityentitydata/falco`],
      ['Intent', 'no tag of that kind', { tags: ['container'] }, 'Unknown'],
      ['Intent', 'several tags', { tags: ['mitre_execution', 'x', 'mitre_persistence'] }, 'Execution, Persistence'],
      ['TimeGenerated', 'epoch nanoseconds', { time: '1767323045123456789' }, '2026-01-02T03:04:05.1234567Z'],
      [
        'Entities[0].Address',
        'the server side of a connection',
        { output_fields: { 'fd.sip': '192.0.2.1' } },
        '192.0.2.1',
      ],
      ['Entities[0]', 'a descriptor that is no path', { output_fields: { 'fd.name': '192.0.2.1:80' } }, undefined],
      ['Entities[0].Name', 'the user of the audit log', { output_fields: { 'ka.user.name': 'admin' } }, 'admin'],
      ['Severity', 'a priority nobody knows', { priority: 'Weird' }, 'Low'],
      [
        'ExtendedProperties.evt.time',
        'a number beyond 2^53',
        { output_fields: { 'evt.time': '1767323045123456789' } },
        '1767323045123456789',
      ],
    ],
  },
  {
    format: 'wazuh',
    base: { rule: { id: '1', level: 5, description: 'd' }, agent: { name: 'a' }, manager: { name: 'm' } },
    rows: [
      ['Description', 'full_log', { full_log: 'l' }, 'l'],
      ['Description', 'the rule', {}, 'd'],
      ['AlertDisplayName', 'a rule without description', { rule: { id: '7', level: 5 } }, 'Wazuh rule 7'],
      ['CompromisedEntity', 'the manager where there is no agent', { agent: null }, 'm'],
      ['Severity', 'the vulnerability', { data: { vulnerability: { severity: 'Critical' } } }, 'High'],
      ['Severity', 'a vulnerability without known severity', { data: { vulnerability: { severity: '-' } } }, 'Low'],
      [
        'ExtendedProperties.originalSeverity',
        'the vulnerability',
        { data: { vulnerability: { severity: 'Critical' } } },
        'Critical',
      ],
      ['Entities[1].Name', 'srcuser', { data: { srcuser: 'eve' } }, 'eve'],
      ['Entities[1].Address', 'dstip', { data: { dstip: '192.0.2.4' } }, '192.0.2.4'],
      ['Entities[1].Name', 'Windows events', { data: { win: { eventdata: { targetUserName: 'eve' } } } }, 'eve'],
      ['Entities[1].Value', 'the hash of a file', { syscheck: { sha256_after: 'ab' } }, 'ab'],
      ['Entities[1].Url', 'a url', { data: { url: 'https://x.example' } }, 'https://x.example'],
      [
        'TimeGenerated',
        'an offset without colon',
        { timestamp: '2026-01-02T03:04:05.123+0100' },
        '2026-01-02T02:04:05.1230000Z',
      ],
      ['TimeGenerated', 'no time: that of the arrival', {}, '2026-01-01T00:00:00.0000000Z'],
    ],
  },
  {
    format: 'suricata',
    base: {
      timestamp: '2026-01-02T03:04:05.123456+0000',
      event_type: 'alert',
      alert: { signature: 's', signature_id: 9, severity: 3 },
      src_ip: '198.51.100.7',
      dest_ip: '192.0.2.1',
    },
    rows: [
      ['AlertType', 'no gid is 1', {}, 'Suricata_1_9'],
      ['StartTimeUtc', 'flow.start', { flow: { start: '2026-01-02T03:00:00Z' } }, '2026-01-02T03:00:00.0000000Z'],
      ['StartTimeUtc', 'timestamp', {}, '2026-01-02T03:04:05.1234560Z'],
      ['CorrelationKey', 'community_id', { community_id: '1:x=', flow_id: 5 }, '1:x='],
      ['CorrelationKey', 'flow_id', { flow_id: '1400000000000000001' }, '1400000000000000001'],
      ['CompromisedEntity', 'the sensor where there is no destination', { dest_ip: null, host: 'ids-1' }, 'ids-1'],
      ['Entities[2].DomainName', 'the name in TLS', { tls: { sni: 'x.example' } }, 'x.example'],
      ['Entities[2].DomainName', 'the name asked for', { dns: { query: [{ rrname: 'y.example' }] } }, 'y.example'],
      ['Entities[2].DomainName', 'the name of early records', { dns: { rrname: 'z.example' } }, 'z.example'],
      ['Entities[3].Url', 'the url', { http: { hostname: 'h.example', url: '/a' } }, 'http://h.example/a'],
      ['Entities[2].Name', 'files', { files: [{ filename: '/tmp/a.exe' }] }, 'a.exe'],
      [
        'Intent',
        'the tactic’s name',
        { alert: { signature: 's', metadata: { mitre_tactic_name: ['Discovery'] } } },
        'Discovery',
      ],
      [
        'Description',
        'the five-tuple and what was done',
        { proto: 'UDP', src_port: 5, dest_port: 53, alert: { signature: 's', action: 'allowed' } },
        's: UDP from 198.51.100.7 port 5 to 192.0.2.1 port 53, allowed',
      ],
    ],
  },
  {
    format: 'elastic',
    base: { 'kibana.alert.uuid': 'u', 'kibana.alert.rule.name': 'n' },
    rows: [
      ['Severity', 'the rule’s', { 'kibana.alert.rule.severity': 'critical' }, 'High'],
      ['Severity', 'none', {}, 'Low'],
      ['Status', 'open', { 'kibana.alert.workflow_status': 'open' }, 'New'],
      ['Status', 'acknowledged', { 'kibana.alert.workflow_status': 'acknowledged' }, 'New'],
      ['Status', 'closed', { 'kibana.alert.workflow_status': 'closed' }, 'Resolved'],
      ['Description', 'the rule’s', { 'kibana.alert.rule.description': 'd' }, 'd'],
      ['AlertType', 'a rule without id', {}, 'Elastic_n'],
      ['CompromisedEntity', 'the host', { host: { name: 'h' }, 'cloud.account.id': 'c' }, 'h'],
      ['CompromisedEntity', 'the host by its other name', { 'host.hostname': 'h2' }, 'h2'],
      ['CompromisedEntity', 'the account', { cloud: { account: { id: 'c' } } }, 'c'],
      [
        'TimeGenerated',
        'the start',
        { 'kibana.alert.start': '2026-01-02T00:00:00Z', '@timestamp': '2026-01-03T00:00:00Z' },
        '2026-01-02T00:00:00.0000000Z',
      ],
      ['TimeGenerated', '@timestamp', { '@timestamp': '2026-01-03T00:00:00Z' }, '2026-01-03T00:00:00.0000000Z'],
      ['Intent', 'nested lists of search answers', { 'kibana.alert.rule.threat.tactic.name': ['Impact'] }, 'Impact'],
      ['CorrelationKey', 'the group', { kibana: { alert: { group: { id: 'g' } } } }, 'g'],
      ['Entities[0].ProcessId', 'the process', { process: { pid: 7, command_line: 'x' } }, '7'],
      ['Entities[0].Directory', 'the file', { 'file.path': '/tmp/x' }, '/tmp'],
    ],
  },
  {
    format: 'sigma',
    base: { rule: { title: 't', level: 'high' }, match: { Computer: 'c', EventRecordID: '5' } },
    rows: [
      ['AlertType', 'a rule without id', {}, 'Sigma_t'],
      ['Description', 'the rule’s', { rule: { title: 't', level: 'high', description: 'd' } }, 'd'],
      ['Description', 'the command', { match: { CommandLine: 'cmd /c x' } }, 'cmd /c x'],
      ['Description', 'the title', {}, 't'],
      ['Severity', 'no level', { rule: { title: 't', logsource: {} } }, 'Medium'],
      ['CompromisedEntity', 'Computer', {}, 'c'],
      ['CompromisedEntity', 'host.name', { match: { host: { name: 'h' } } }, 'h'],
      ['CompromisedEntity', 'hostname', { match: { hostname: 'h2' } }, 'h2'],
      [
        'Intent',
        'tags of tactics, those of techniques left out',
        { rule: { title: 't', level: 'low', tags: ['attack.t1003', 'attack.credential_access'] } },
        'CredentialAccess',
      ],
      [
        'StartTimeUtc',
        '@timestamp',
        { match: { '@timestamp': '2026-01-02T00:00:00Z' } },
        '2026-01-02T00:00:00.0000000Z',
      ],
      ['Entities[1].NTDomain', 'the domain in User', { match: { Computer: 'c', User: 'CORP\\eve' } }, 'CORP'],
      ['AlertDisplayName', '`event` instead of `match`', { match: undefined, event: { Computer: 'e' } }, 't'],
    ],
  },
  {
    format: 'graph',
    base: { id: 'i', title: 't', severity: 'high', serviceSource: 's', alertWebUrl: 'https://a.example' },
    rows: [
      ['Status', 'new', { status: 'new' }, 'New'],
      ['Status', 'inProgress', { status: 'inProgress' }, 'New'],
      ['Status', 'resolved', { status: 'resolved' }, 'Resolved'],
      ['AlertType', 'no detector', {}, 'Graph_t'],
      [
        'CompromisedEntity',
        'who was attacked',
        { evidence: [device('d'), { ...user('u'), roles: ['attacked'] }] },
        'u',
      ],
      ['CompromisedEntity', 'the device', { evidence: [user('u'), device('d')] }, 'd'],
      [
        'AzureResourceId',
        'the resource that was attacked',
        {
          evidence: [
            { '@odata.type': '#microsoft.graph.security.azureResourceEvidence', resourceId: vm, roles: ['attacked'] },
          ],
        },
        vm,
      ],
      ['RemediationSteps[1]', 'lines', { recommendedActions: 'one\r\ntwo\n' }, 'two'],
      [
        'SystemAlertId',
        'the native alert’s own id',
        { serviceSource: 'microsoftDefenderForCloud', providerAlertId: '2518_a' },
        '2518_a',
      ],
      [
        'AlertType',
        'the native alert’s own type',
        { serviceSource: 'microsoftDefenderForCloud', detectorId: 'VM_X' },
        'VM_X',
      ],
      [
        'Entities[0].Address',
        'an address',
        { evidence: [{ '@odata.type': '#microsoft.graph.security.ipEvidence', ipAddress: '192.0.2.5' }] },
        '192.0.2.5',
      ],
      [
        'Entities[0].Url',
        'a url',
        { evidence: [{ '@odata.type': '#microsoft.graph.security.urlEvidence', url: 'https://x.example' }] },
        'https://x.example',
      ],
      [
        'Entities[1].Algorithm',
        'the hash of a file',
        {
          evidence: [
            { '@odata.type': '#microsoft.graph.security.fileEvidence', fileDetails: { fileName: 'a', sha1: 'ab' } },
          ],
        },
        'SHA1',
      ],
    ],
  },
  {
    format: 'asff',
    base: {
      SchemaVersion: '2018-10-08',
      Id: 'i',
      Title: 't',
      AwsAccountId: '123456789012',
      ProductArn: 'arn:aws:securityhub:::product/acme/scanner',
      GeneratorId: 'g',
    },
    rows: [
      ['ProductName', 'the address of the product', {}, 'scanner'],
      ['VendorName', 'the company', { CompanyName: 'Acme' }, 'Acme'],
      ['AlertType', 'GeneratorId', { Types: ['TTPs/Impact/X'] }, 'scanner_g'],
      [
        'AlertType',
        'Types[0] where the generator is a detector',
        { GeneratorId: 'arn:aws:guardduty:eu-central-1:1:detector/ab', Types: ['TTPs/Impact/X'] },
        'scanner_TTPs_Impact_X',
      ],
      ['Intent', 'Types', { Types: ['TTPs/Impact/X', 'Effects/Data Exposure'] }, 'Impact'],
      ['Severity', 'the label before the number', { Severity: { Label: 'LOW', Normalized: 90 } }, 'Low'],
      ['Severity', 'the provider’s label', { FindingProviderFields: { Severity: { Label: 'CRITICAL' } } }, 'High'],
      ['Severity', 'the number', { Severity: { Normalized: 69 } }, 'Medium'],
      ['Status', 'NOTIFIED', { Workflow: { Status: 'NOTIFIED' } }, 'New'],
      ['Status', 'SUPPRESSED', { Workflow: { Status: 'SUPPRESSED' } }, 'Dismissed'],
      ['Status', 'RESOLVED', { Workflow: { Status: 'RESOLVED' } }, 'Resolved'],
      ['Status', 'ARCHIVED', { RecordState: 'ARCHIVED' }, 'Resolved'],
      ['CompromisedEntity', 'the account where there is no resource', {}, '123456789012'],
      ['StartTimeUtc', 'CreatedAt', { CreatedAt: '2026-01-02T00:00:00Z' }, '2026-01-02T00:00:00.0000000Z'],
      ['EndTimeUtc', 'UpdatedAt', { UpdatedAt: '2026-01-03T00:00:00Z' }, '2026-01-03T00:00:00.0000000Z'],
      ['CorrelationKey', 'RelatedFindings', { RelatedFindings: [{ Id: 'r' }] }, 'r'],
      ['AlertUri', 'SourceUrl', { SourceUrl: 'https://x.example' }, 'https://x.example'],
      ['Entities[0].Name', 'Malware', { Malware: [{ Name: 'm' }] }, 'm'],
      [
        'Entities[0].DomainName',
        'the name asked for',
        { Action: { DnsRequestAction: { Domain: 'x.example' } } },
        'x.example',
      ],
    ],
  },
  {
    format: 'ocsf',
    base: {
      class_uid: 2004,
      severity_id: 3,
      metadata: { product: { name: 'P' } },
      finding_info: info,
      time: 1_767_323_045_000,
    },
    rows: [
      ['AlertType', 'the analytic', { finding_info: { ...info, analytic: { uid: 'a' }, types: ['y'] } }, 'P_a'],
      ['AlertType', 'types', { finding_info: { ...info, types: ['y'] } }, 'P_y'],
      ['AlertType', 'the title', {}, 'P_t'],
      ['Description', 'finding_info.desc', { finding_info: { ...info, desc: 'd' }, message: 'm' }, 'd'],
      ['Description', 'message', { message: 'm' }, 'm'],
      [
        'StartTimeUtc',
        'first_seen_time',
        { finding_info: { ...info, first_seen_time: 1_767_300_000_000 } },
        '2026-01-01T20:40:00.0000000Z',
      ],
      ['StartTimeUtc', 'time', {}, '2026-01-02T03:04:05.0000000Z'],
      [
        'EndTimeUtc',
        'last_seen_time',
        { finding_info: { ...info, last_seen_time: 1_767_330_000_000 } },
        '2026-01-02T05:00:00.0000000Z',
      ],
      ['TimeGenerated', 'epoch seconds', { time: 1_767_323_045 }, '2026-01-02T03:04:05.0000000Z'],
      ['Status', '1', { status_id: 1 }, 'New'],
      ['Status', '2', { status_id: 2 }, 'New'],
      ['Status', '3', { status_id: 3 }, 'Dismissed'],
      ['Status', '4', { status_id: 4 }, 'Resolved'],
      ['CompromisedEntity', 'the resource’s name', { resources: [{ uid: 'u', name: 'n' }] }, 'n'],
      ['CompromisedEntity', 'the resource’s uid', { resources: [{ uid: 'u' }] }, 'u'],
      ['CompromisedEntity', 'the device', { device: { hostname: 'h' } }, 'h'],
      [
        'Intent',
        'attacks of the finding',
        { finding_info: { ...info, attacks: [{ tactic: { name: 'Impact' } }] } },
        'Impact',
      ],
      ['Intent', 'attacks of the record, as lists', { attacks: [{ tactics: [{ name: 'Discovery' }] }] }, 'Discovery'],
      ['Intent', 'types', { finding_info: { ...info, types: ['TTPs/Impact/X'] } }, 'Impact'],
      [
        'RemediationSteps[1]',
        'references',
        { remediation: { desc: 'a', references: ['https://x.example'] } },
        'https://x.example',
      ],
      ['AlertUri', 'src_url', { finding_info: { ...info, src_url: 'https://x.example' } }, 'https://x.example'],
      ['CorrelationKey', 'related events', { finding_info: { ...info, related_events: [{ uid: 'r' }] } }, 'r'],
      ['CorrelationKey', 'the incident', { incident: { uid: 'x' } }, 'x'],
      ...observed('1', 'h', 'HostName'),
      ...observed('2', '192.0.2.6', 'Address'),
      ...observed('4', 'eve', 'Name'),
      ...observed('6', 'https://x.example', 'Url'),
      ...observed('7', '/tmp/a', 'Directory', '/tmp'),
      ...observed('8', 'ab', 'Value'),
      ['Entities[0].CommandLine', 'evidences', { evidences: [{ process: { pid: 1, cmd_line: 'x' } }] }, 'x'],
    ],
  },
];

function device(deviceDnsName: string): object {
  return { '@odata.type': '#microsoft.graph.security.deviceEvidence', deviceDnsName };
}

function user(accountName: string): object {
  return { '@odata.type': '#microsoft.graph.security.userEvidence', userAccount: { accountName } };
}

function observed(type_id: string, value: string, member: string, expected: string = value): readonly Row[] {
  return [
    [`Entities[0].${member}`, `an observable of type ${type_id}`, { observables: [{ type_id, value }] }, expected],
  ];
}

for (const { format, base, rows } of alerts) {
  for (const [member, from, part, expected] of rows) {
    test(`${format}: ${member} of ${from}`, () => {
      const [event] = read(format, { ...base, ...part });
      assert.equal(event?.kind, 'Alerts');
      assert.deepEqual(valueAt(event.body, member), expected);
    });
  }
}

const compliance = { class_uid: 2003, severity_id: 1, metadata: { product: { name: 'P' } }, finding_info: info };
const control = { control: 'c-1', status: 'FAIL' };
const prowlerBase = {
  class_uid: 2004,
  severity_id: 2,
  metadata: { product: { name: 'Prowler' }, event_code: 'check' },
  finding_info: info,
  resources: [{ uid: 'r' }],
};
const hub = { SchemaVersion: '2018-10-08', Id: 'i', Title: 't', AwsAccountId: '1', Resources: [{ Id: 'arn:aws:x' }] };
const check = { ID: 'DS1', Title: 'c', Severity: 'LOW' };

function config(...items: readonly object[]): object {
  return { SchemaVersion: 2, ArtifactName: 'a', Results: [{ Target: 'f', Class: 'config', Misconfigurations: items }] };
}

const posture: readonly (readonly [FormatName, string, object, string, Json | undefined])[] = [
  [
    'ocsf',
    'FAIL',
    { ...compliance, resources: [{ uid: 'r' }], compliance: control },
    'properties.status.code',
    'Unhealthy',
  ],
  [
    'ocsf',
    'FAILED',
    { ...compliance, resources: [{ uid: 'r' }], compliance: { ...control, status: 'Failed' } },
    'properties.status.code',
    'Unhealthy',
  ],
  [
    'ocsf',
    'PASS',
    { ...compliance, resources: [{ uid: 'r' }], compliance: { ...control, status: 'Pass' } },
    'properties.status.code',
    'Healthy',
  ],
  [
    'ocsf',
    'the number of a state',
    { ...compliance, resources: [{ uid: 'r' }], compliance: { control: 'c', status_id: 1 } },
    'properties.status.code',
    'Healthy',
  ],
  [
    'ocsf',
    'MANUAL',
    { ...compliance, resources: [{ uid: 'r' }], compliance: { ...control, status: 'MANUAL' } },
    'properties.status.cause',
    'MANUAL',
  ],
  [
    'ocsf',
    'another state',
    { ...compliance, resources: [{ uid: 'r' }], compliance: { ...control, status: 'Other' } },
    'properties.status.code',
    'NotApplicable',
  ],
  [
    'ocsf',
    'suppressed',
    { ...compliance, status_id: 3, resources: [{ uid: 'r' }], compliance: control },
    'properties.status.cause',
    'Suppressed',
  ],
  [
    'ocsf',
    'informational',
    { ...compliance, resources: [{ uid: 'r' }], compliance: control },
    'properties.metadata.severity',
    'Low',
  ],
  [
    'ocsf',
    'the account',
    { ...compliance, cloud: { account: { uid: '42' } }, resources: [{ uid: 'r' }], compliance: control },
    'properties.resourceDetails.nativeCloudUniqueIdentifier',
    '42/r',
  ],
  [
    'ocsf',
    'an ARN',
    { ...compliance, cloud: { account: { uid: '42' } }, resources: [{ uid: 'arn:aws:s3:::b' }], compliance: control },
    'properties.resourceDetails.nativeCloudUniqueIdentifier',
    'arn:aws:s3:::b',
  ],
  [
    'ocsf',
    'an Azure id',
    { ...compliance, cloud: { provider: 'Azure' }, resources: [{ uid: vm }], compliance: control },
    'properties.resourceDetails.id',
    vm,
  ],
  [
    'ocsf',
    'GCP',
    { ...compliance, cloud: { provider: 'GCP' }, resources: [{ uid: 'r' }], compliance: control },
    'properties.resourceDetails.source',
    'Gcp',
  ],
  [
    'ocsf',
    'no cloud',
    { ...compliance, resources: [{ uid: 'r' }], compliance: control },
    'properties.resourceDetails.source',
    'OnPremise',
  ],
  ['prowler', 'FAIL', { ...prowlerBase, status_code: 'FAIL' }, 'properties.status.code', 'Unhealthy'],
  ['prowler', 'FAILED', { ...prowlerBase, status_code: 'FAILED' }, 'properties.status.code', 'Unhealthy'],
  ['prowler', 'PASS', { ...prowlerBase, status_code: 'PASS' }, 'properties.status.code', 'Healthy'],
  ['prowler', 'MANUAL', { ...prowlerBase, status_code: 'MANUAL' }, 'properties.status.cause', 'MANUAL'],
  [
    'prowler',
    'muted',
    { ...prowlerBase, status_code: 'FAIL', status: 'Suppressed' },
    'properties.status.cause',
    'Muted',
  ],
  [
    'prowler',
    'the feature of the third version',
    { ...prowlerBase, metadata: { product: { name: 'Prowler', feature: { uid: 'check' } } }, status_code: 'PASS' },
    'properties.displayName',
    't',
  ],
  [
    'prowler',
    'a resource without uid',
    { ...prowlerBase, status_code: 'PASS', cloud: { account: { uid: '42' } }, resources: [{ name: 'n' }] },
    'properties.resourceDetails.nativeCloudUniqueIdentifier',
    '42/n',
  ],
  [
    'prowler',
    'what is muted in its own JSON',
    { CheckID: 'c', Status: 'MUTED', ResourceId: 'r' },
    'properties.status.cause',
    'Muted',
  ],
  [
    'prowler',
    'an account of Azure in its own JSON',
    { CheckID: 'c', Status: 'PASS', Provider: 'azure', Subscription: 's', ResourceId: 'r' },
    'properties.resourceDetails.nativeCloudUniqueIdentifier',
    's/r',
  ],
  [
    'asff',
    'FAILED',
    { ...hub, Compliance: { Status: 'FAILED' }, GeneratorId: 'g' },
    'properties.status.code',
    'Unhealthy',
  ],
  ['asff', 'WARNING', { ...hub, Compliance: { Status: 'WARNING' } }, 'properties.status.code', 'Unhealthy'],
  ['asff', 'PASSED', { ...hub, Compliance: { Status: 'PASSED' } }, 'properties.status.code', 'Healthy'],
  [
    'asff',
    'NOT_AVAILABLE',
    { ...hub, Compliance: { Status: 'NOT_AVAILABLE' } },
    'properties.status.cause',
    'NOT_AVAILABLE',
  ],
  [
    'asff',
    'archived',
    { ...hub, RecordState: 'ARCHIVED', Compliance: { Status: 'FAILED' } },
    'properties.status.cause',
    'Archived',
  ],
  [
    'asff',
    'suppressed',
    { ...hub, Workflow: { Status: 'SUPPRESSED' }, Compliance: { Status: 'FAILED' } },
    'properties.status.cause',
    'Suppressed',
  ],
  ['trivy', 'FAIL', config({ ...check, Status: 'FAIL' }), 'properties.status.code', 'Unhealthy'],
  ['trivy', 'PASS', config({ ...check, Status: 'PASS' }), 'properties.status.code', 'Healthy'],
  ['trivy', 'EXCEPTION', config({ ...check, Status: 'EXCEPTION' }), 'properties.status.cause', 'EXCEPTION'],
  [
    'trivy',
    'one of two places',
    config({ ...check, Status: 'PASS' }, { ...check, Status: 'FAIL' }),
    'properties.status.code',
    'Unhealthy',
  ],
  [
    'trivy',
    'the highest of two places',
    config(check, { ...check, Severity: 'HIGH' }),
    'properties.metadata.severity',
    'High',
  ],
  ['trivy', 'an early id', config({ AVDID: 'AVD-1', Title: 'c', Severity: 'LOW' }), 'properties.displayName', 'c'],
];

for (const [format, from, record, member, expected] of posture) {
  test(`${format}, recommendation: ${member} of ${from}`, () => {
    const [event] = read(format, record);
    assert.equal(event?.kind, 'Assessments');
    assert.deepEqual(valueAt(event.body, member), expected);
  });
}

test('the key of a recommendation is that of its control, whatever the resource and the order of sending', () => {
  const name = (format: FormatName, record: object): Json | undefined => valueAt(read(format, record)[0]?.body, 'name');
  const on = (uid: string): object => ({ ...compliance, resources: [{ uid }], compliance: control });
  assert.equal(name('ocsf', on('a')), name('ocsf', on('b')));
  const other = { ...compliance, resources: [{ uid: 'a' }], compliance: { ...control, control: 'c-2' } };
  assert.notEqual(name('ocsf', on('a')), name('ocsf', other));
  const asff = (ids: object): object => ({ ...hub, GeneratorId: 'g', Compliance: { Status: 'PASSED', ...ids } });
  assert.equal(
    name('asff', asff({ SecurityControlId: 'S3.1' })),
    name('asff', { ...asff({ SecurityControlId: 'S3.1' }), GeneratorId: 'h' }),
  );
  assert.equal(name('asff', asff({})), name('asff', { ...asff({}), Title: 'other' }));
});

test('a Trivy finding is named by its fingerprint, else by package and id', () => {
  const named = (item: object): Json | undefined => {
    const Vulnerabilities = [{ VulnerabilityID: 'CVE-1', PkgName: 'p', Severity: 'LOW', ...item }];
    const report = {
      SchemaVersion: 2,
      ArtifactName: 'a',
      Results: [{ Target: 't', Class: 'os-pkgs', Vulnerabilities }],
    };
    return valueAt(read('trivy', report)[1]?.body, 'Name');
  };
  assert.equal(named({ Fingerprint: 'f' }), named({ Fingerprint: 'f', PkgID: 'other' }));
  assert.notEqual(named({ PkgID: 'p@1' }), named({ PkgID: 'p@2' }));
  assert.equal(named({ PkgID: 'p@1' }), named({ PkgID: 'p@1', Title: 'x' }));
});

// --- Wrappers ---------------------------------------------------------------------------------------------------

const asffAlert = (Id: string): JsonObject => ({ ...hub, Id, GeneratorId: 'g', Severity: { Label: 'HIGH' } });
const graphAlert = (id: string): JsonObject => ({
  id,
  title: 't',
  serviceSource: 's',
  alertWebUrl: 'https://a.example',
});
const elasticHit = (id: string): JsonObject => ({
  _id: id,
  _source: { 'kibana.alert.rule.name': 'n', 'kibana.alert.uuid': id },
});

const wrappers: readonly (readonly [string, JsonObject, number])[] = [
  ['findings of a call to Security Hub', { Findings: [asffAlert('1'), asffAlert('2')] }, 2],
  [
    'an event of EventBridge',
    {
      source: 'aws.securityhub',
      'detail-type': 'Security Hub Findings - Imported',
      detail: { findings: [asffAlert('1'), asffAlert('2')] },
    },
    2,
  ],
  [
    'a notification of SNS',
    { Type: 'Notification', MessageId: 'm', Message: JSON.stringify({ detail: { findings: [asffAlert('1')] } }) },
    1,
  ],
  ['a page of Graph', { '@odata.context': 'c', value: [graphAlert('1'), graphAlert('2'), graphAlert('3')] }, 3],
  [
    'an answer of an Elastic search',
    { took: 1, hits: { total: { value: 2 }, hits: [elasticHit('1'), elasticHit('2')] } },
    2,
  ],
  ['alerts of an Elastic webhook', { alerts: [elasticHit('1')] }, 1],
  ['new alerts of a Kibana action', { alerts: { new: { data: [elasticHit('1'), elasticHit('2')] } } }, 2],
  [
    'a line of a log forwarder',
    { log: JSON.stringify({ rule: 'r', priority: 'Notice', output: 'o' }), stream: 'stdout' },
    1,
  ],
];

for (const [what, record, count] of wrappers) {
  test(`${what} is taken apart, each record on its own`, () => {
    const events = read('auto', record);
    assert.equal(events.length, count);
    assert.equal(new Set(events.map(({ key }) => key)).size, count);
    assert.ok(events.every(({ kind }) => kind === 'Alerts'));
    // What is kept as the original is the record, not its wrapper.
    assert.ok(events.every(({ original }) => original !== undefined && original !== record));
  });
}

test('an empty wrapper is no event, and one with a wrong record is refused as a whole', () => {
  assert.deepEqual(read('asff', { Findings: [] }), []);
  const wrong = readRecord('auto', { Findings: [asffAlert('1'), 5] }, defaults);
  assert.ok(isFault(wrong));
  assert.equal(wrong.code, 'InvalidEvent');
});
