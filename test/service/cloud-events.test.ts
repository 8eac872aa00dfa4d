/** CloudEvents: the operator's list says what a type carries, and the subject stands in for a resource. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, memberOf } from '#foundation';
import { findEventById } from '#service';
import { codeOf, group, ingest, securityWorld, type SecurityWorld, subscription } from './security-harness.ts';

const types = '/tocsin/v1/cloudEventTypes';
const vm = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;

function envelope(type: string, data: JsonObject, more: JsonObject = {}): JsonObject {
  return { specversion: '1.0', id: 'e-1', source: '/detectors/one', type, data, ...more };
}

/** Neither shape nor words of the type tell what this is. */
const sparse: JsonObject = { rule: 'Terminal shell', priority: 'Notice', output: 'A shell was spawned' };
const wazuhLike: JsonObject = {
  rule: { id: '5763', level: 10, description: 'sshd: brute force' },
  agent: { name: 'b' },
};

async function typeOf(world: SecurityWorld, record: JsonObject): Promise<unknown> {
  const answer = await ingest(world, record);
  const [event] = answer.events;
  if (event === undefined) return answer.rejected[0]?.code ?? `discarded ${answer.discarded ?? 0}`;
  return findEventById(world.services, event.id)?.body['AlertType'];
}

async function put(world: SecurityWorld, entries: readonly JsonObject[]): Promise<void> {
  const answer = await world.call('PUT', types, { body: { types: entries } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

test('the format of the first entry that fits is taken, whole types and beginnings, whatever their case', async () => {
  const world = await securityWorld();
  await put(world, [
    { type: 'com.example.alert', format: 'falco' },
    { type: 'com.example.*', format: 'Wazuh' },
    { type: 'com.example.alert', format: 'suricata' },
  ]);
  assert.equal(await typeOf(world, envelope('com.Example.Alert', sparse)), 'Falco_Terminal_shell');
  assert.equal(await typeOf(world, envelope('com.example.alerts', wazuhLike)), 'Wazuh_5763');
  assert.equal(await typeOf(world, envelope('com.example.alerts', sparse)), 'InvalidEvent');
  const shown = await world.call('GET', types);
  const [, second] = memberOf(shown.body, 'types') as readonly JsonObject[];
  assert.deepEqual(second, { type: 'com.example.*', format: 'wazuh' });
});

test('the list goes before the words of a type, and the format of the request before the list', async () => {
  const world = await securityWorld();
  assert.equal(await typeOf(world, envelope('org.wazuh.notice', sparse)), 'InvalidEvent');
  await put(world, [{ type: 'org.wazuh.*', format: 'falco' }]);
  assert.equal(await typeOf(world, envelope('org.wazuh.notice', sparse)), 'Falco_Terminal_shell');
  const answer = await ingest(world, envelope('org.wazuh.notice', wazuhLike, { id: 'e-2' }), '?format=wazuh');
  assert.equal(answer.accepted, 1);
  await put(world, []);
  assert.equal(await typeOf(world, envelope('org.wazuh.notice', sparse)), 'InvalidEvent');
});

test('what is to be discarded is counted and leaves nothing', async () => {
  const world = await securityWorld();
  await put(world, [{ type: 'com.example.heartbeat', format: 'discard' }]);
  assert.equal(await typeOf(world, envelope('com.example.heartbeat', { AlertDisplayName: 'x' })), 'discarded 1');
});

test('a wrong list is refused with its place and changes nothing', async () => {
  const world = await securityWorld();
  await put(world, [{ type: 'a', format: 'falco' }]);
  for (const [body, place] of [
    [{}, 'types'],
    [{ types: [{ type: 'a', format: 'falco' }, { format: 'falco' }] }, 'types[1].type'],
    [{ types: [{ type: 'a*b', format: 'falco' }] }, 'types[0].type'],
    [{ types: [{ type: 'a', format: 'cloudevents' }] }, 'types[0].format'],
    [{ types: [{ type: 'a', format: 'sysmon' }] }, 'types[0].format'],
  ] as const) {
    const answer = await world.call('PUT', types, { body: body as JsonObject });
    assert.deepEqual([answer.status, codeOf(answer)], [400, 'InvalidParameter']);
    assert.equal(memberOf(memberOf(answer.body, 'error'), 'target'), place);
  }
  const shown = await world.call('GET', types);
  assert.deepEqual(memberOf(shown.body, 'types'), [{ type: 'a', format: 'falco' }]);
});

test('the list is read and written by those who may, at the tenant', async () => {
  const world = await securityWorld();
  const as = { kind: 'User', objectId: 'nobody', displayName: 'Nobody' } as const;
  assert.equal((await world.call('PUT', types, { as, body: { types: [] } })).status, 403);
  assert.equal((await world.call('GET', types, { as })).status, 403);
});

test('the subject is the resource of a foreign alert that names none, and keeps its own one beside it', async () => {
  const world = await securityWorld();
  const falco = { ...sparse, hostname: 'node-1', output_fields: { 'proc.name': 'sh' } };
  const answer = await ingest(world, envelope('falco.alert', falco, { subject: vm }));
  const body = findEventById(world.services, answer.events[0]?.id ?? '')?.body ?? {};
  assert.equal(body['AzureResourceId'], vm);
  assert.equal(memberOf(body['ExtendedProperties'] ?? null, 'nativeResourceId'), 'node-1');
  assert.match(answer.events[0]?.id ?? '', /resourceGroups\/rg\//);
  const same = await ingest(world, envelope('falco.alert', falco, { subject: vm, id: 'e-2' }));
  assert.equal(same.duplicates, 1);
});

test('the subject is what a foreign recommendation and its findings are about', async () => {
  const world = await securityWorld();
  const report = {
    SchemaVersion: 2,
    ArtifactName: 'web:1',
    ArtifactType: 'container_image',
    Results: [
      {
        Target: 'web',
        Class: 'os-pkgs',
        Vulnerabilities: [{ VulnerabilityID: 'CVE-1', PkgName: 'p', Severity: 'HIGH' }],
      },
    ],
  };
  const answer = await ingest(world, envelope('scan.done', report, { subject: vm }));
  assert.deepEqual(
    answer.events.map(({ id }) => id.startsWith(`${vm}/providers/Microsoft.Security/assessments/`)),
    [true, true],
  );
  // A scan in an envelope closes what it no longer finds, there too.
  const { Results: _results, ...clean } = report;
  const fixed = { ...clean, Results: [{ Target: 'web', Class: 'os-pkgs' }] };
  const again = await ingest(world, envelope('scan.done', fixed, { subject: vm, id: 'e-2' }));
  const states = again.events.map(({ id }) => world.store.documents.get('subAssessments', id.toLowerCase())?.status);
  assert.ok(states.includes('Healthy'));
});

test('a resource that the record names itself goes before the subject; a subject that is no resource says nothing', async () => {
  const world = await securityWorld();
  const own = `${group}/providers/Microsoft.Sql/servers/s`;
  const ocsf = (uid: string, finding: string): JsonObject => ({
    class_uid: 2004,
    severity_id: 3,
    metadata: { product: { name: 'P' } },
    finding_info: { uid: finding, title: 't' },
    resources: [{ uid }],
  });
  const resourceOf = async (record: JsonObject): Promise<unknown> => {
    const answer = await ingest(world, record);
    return findEventById(world.services, answer.events[0]?.id ?? '')?.body['AzureResourceId'];
  };
  assert.equal(await resourceOf(envelope('t', ocsf(own, '1'), { subject: vm })), own);
  const entity = `${subscription}/resourceGroups/detectors/providers/Microsoft.Security/securityConnectors/ocsf/securityentitydata/host-1`;
  for (const subject of ['host-1', '/pods/web', '/providers/Microsoft.Management/managementGroups/g']) {
    assert.equal(await resourceOf(envelope('t', ocsf('host-1', subject), { subject, id: subject })), entity);
  }
});
