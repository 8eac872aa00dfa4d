/** Native bodies: recognition by shape, the structural check, ids, what is filled in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, isFault, type Json, type JsonObject } from '#foundation';
import { type EventKind, readNative, recognize, type SecurityEvent } from '#events';
import { jsonFiles, missing } from '../suites/corpus.ts';

const defaults = { subscriptionId: '00000000-0000-4000-8000-000000000001', now: Date.UTC(2026, 0, 1) };
const subscription = '/subscriptions/a1b2c3d4-1111-4222-8333-444455556666';

function event(body: Json): SecurityEvent {
  const read = readNative(body, defaults);
  assert.ok(!isFault(read), isFault(read) ? `${read.code} ${read.message}` : '');
  return read;
}

function faulty(body: Json): Fault {
  const read = readNative(body, defaults);
  assert.ok(isFault(read));
  return read;
}

const prefixes: Readonly<Record<string, readonly EventKind[]>> = {
  alert: ['Alerts'],
  rec: ['Assessments'],
  subassessment: ['SubAssessments'],
  compliance: ['RegulatoryComplianceAssessment'],
  securescore: ['SecureScores', 'SecureScoreControls'],
};

test('every event of the corpus is recognised as the kind its name says', { skip: missing('events') }, () => {
  const files = [...jsonFiles('events')];
  assert.equal(files.length, 65);
  for (const [name, body] of files) {
    const read = event(body);
    assert.ok(prefixes[name.split('-')[0] as string]?.includes(read.kind), name);
    assert.ok(read.id.startsWith('/subscriptions/'), name);
  }
});

test('snapshots of the corpus are known as such', { skip: missing('events') }, () => {
  const snapshots = [...jsonFiles('events')].filter(([, body]) => event(body).snapshot).map(([name]) => name);
  assert.deepEqual(snapshots.toSorted(), [
    'compliance-05-iso-failed-snapshot',
    'rec-17-snapshot-weekly',
    'subassessment-06-system-update',
  ]);
});

test('alerts and findings of the corpus are delivered as they were sent', { skip: missing('events') }, () => {
  for (const [name, body] of jsonFiles('events')) {
    if (name.startsWith('alert-') || name.startsWith('subassessment-')) assert.deepEqual(event(body).body, body, name);
  }
});

const alert: JsonObject = { AlertDisplayName: 'Potential SQL Brute Force', Severity: 'High' };

test('the least alert is a display name and a severity; the rest is filled in', () => {
  const { body, id, subscriptionId } = event(alert);
  assert.equal(body['Status'], 'New');
  assert.equal(body['TimeGenerated'], '2026-01-01T00:00:00.0000000Z');
  assert.equal(body['AzureResourceId'], null);
  assert.equal(subscriptionId, defaults.subscriptionId);
  assert.equal(
    id,
    `/subscriptions/${subscriptionId}/providers/Microsoft.Security/locations/centralus/alerts/${body['SystemAlertId'] as string}`,
  );
});

test('an alert without an id is named by its content', () => {
  assert.equal(event(alert).key, event({ ...alert }).key);
  assert.notEqual(event(alert).key, event({ ...alert, Severity: 'Low' }).key);
});

test('an alert belongs to the group of its resource, else of its workspace, else to the subscription', () => {
  const resource = `${subscription}/resourceGroups/g/providers/Microsoft.Sql/servers/s`;
  const byResource = event({ ...alert, AzureResourceId: resource, SystemAlertId: 'a' });
  assert.equal(
    byResource.id,
    `${subscription}/resourceGroups/g/providers/Microsoft.Security/locations/centralus/alerts/a`,
  );
  assert.deepEqual(byResource.resources, [resource]);
  const byWorkspace = event({
    ...alert,
    AzureResourceId: null,
    WorkspaceSubscriptionId: 'w',
    WorkspaceResourceGroup: 'logs',
  });
  assert.deepEqual([byWorkspace.subscriptionId, byWorkspace.resourceGroup], ['w', 'logs']);
  const mentioned = event({ ...alert, ExtendedProperties: { EffectiveSubscriptionId: 'm' } });
  assert.deepEqual([mentioned.subscriptionId, mentioned.resourceGroup], ['m', undefined]);
});

test('a resource named only among the identifiers is offered at the top too', () => {
  const body = {
    ...alert,
    ResourceIdentifiers: [{ Type: 'AzureResource', AzureResourceId: `${subscription}/resourceGroups/g` }],
  };
  assert.equal(event(body).body['AzureResourceId'], `${subscription}/resourceGroups/g`);
});

test('alerts are told apart by their whole id, ignoring case', () => {
  const uuid = 'c9a00165-eff0-4233-ab73-26fbde6aed6e';
  const key = (SystemAlertId: string): string => event({ ...alert, SystemAlertId }).key;
  assert.equal(key(`2517184898549892929_${uuid}`), key(`2517184898549892929_${uuid.toUpperCase()}`));
  assert.notEqual(key(`2517184898549892929_${uuid}`), key(`2517184898549892928_${uuid}`));
});

test('an alert in REST casing, whole or flat, becomes an event body', () => {
  const properties = {
    alertDisplayName: 'x',
    severity: 'Low',
    timeGeneratedUtc: 't',
    status: 'Dismissed',
    compromisedEntity: 'vm',
  };
  const whole = event({ id: '/x', name: 'n1', type: 'Microsoft.Security/Locations/alerts', properties });
  assert.equal(whole.body['SystemAlertId'], 'n1');
  assert.equal(whole.body['TimeGenerated'], 't');
  assert.equal(whole.body['Status'], 'Dismissed');
  const flat = event(properties);
  assert.equal(flat.body['AlertDisplayName'], 'x');
  assert.equal(flat.body['CompromisedEntity'], 'vm');
});

test('an alert in REST form that names no resource belongs where its own id says', () => {
  const id = `${subscription}/resourceGroups/g/providers/Microsoft.Security/locations/westeurope/alerts/n2`;
  const properties = { alertDisplayName: 'x', severity: 'Low' };
  const read = event({ id, name: 'n2', type: 'Microsoft.Security/Locations/alerts', properties });
  assert.deepEqual([`/subscriptions/${read.subscriptionId}`, read.resourceGroup], [subscription, 'g']);
  const elsewhere = event({ id: `${subscription}/resourceGroups/g`, name: 'n3', properties });
  assert.equal(elsewhere.subscriptionId, defaults.subscriptionId);
});

const assessmentId = `${subscription}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Security/assessments/k`;

test('a recommendation in the early form is sent in the new one', () => {
  const { body } = event({
    AssessmentEventDataEnrichment: { Action: 'Delete', ApiVersion: '2019-01-01' },
    id: assessmentId,
    properties: { status: { code: 'Healthy' } },
  });
  const enrichment = { action: 'Delete', apiVersion: '2019-01-01', isSnapshot: false };
  assert.deepEqual(body['assessmentEventDataEnrichment'], enrichment);
  assert.deepEqual(body['securityEventDataEnrichment'], enrichment);
  assert.equal('AssessmentEventDataEnrichment' in body, false);
  assert.deepEqual([body['name'], body['type']], ['k', 'Microsoft.Security/assessments']);
});

test('the portal link stands under both of its names', () => {
  for (const name of ['azurePortal', 'azurePortalUri']) {
    const { body } = event({
      id: assessmentId,
      properties: { status: { code: 'Healthy' }, links: { [name]: 'portal/x' } },
    });
    assert.deepEqual((body['properties'] as JsonObject)['links'], {
      azurePortal: 'portal/x',
      azurePortalUri: 'portal/x',
    });
  }
});

test('both casings of findings are recognised, and their resource is named', () => {
  const id = `${assessmentId}/subAssessments/f`;
  const camel = event({ id, properties: { status: { code: 'Unhealthy' } } });
  const pascal = event({ Id: id.toLowerCase(), Properties: { Status: { Code: 'unhealthy' } } });
  assert.deepEqual([camel.kind, pascal.kind], ['SubAssessments', 'SubAssessments']);
  assert.equal(camel.key, pascal.key);
  assert.equal(camel.resources[0], assessmentId.slice(0, assessmentId.indexOf('/providers/Microsoft.Security')));
  assert.equal(pascal.body['Type'], 'Microsoft.Security/assessments/subAssessments');
});

test('what has no known shape is not recognised', () => {
  for (const body of [
    {},
    { foo: 1 },
    { type: 'Microsoft.Compute/virtualMachines', id: '/x', properties: {} },
    { properties: {} },
  ]) {
    assert.equal(recognize(body), undefined);
    assert.equal(faulty(body).code, 'EventFormatNotRecognized');
  }
});

test('an incomplete event names the member that is wrong', () => {
  const cases: readonly (readonly [Json, string | undefined])[] = [
    [5, undefined],
    [[alert], undefined],
    [{ AlertDisplayName: 'x' }, 'Severity'],
    [{ AlertDisplayName: 'x', Severity: 'Critical' }, 'Severity'],
    [{ ...alert, SystemAlertId: 'a/b' }, 'SystemAlertId'],
    [{ ...alert, SystemAlertId: 7 }, 'SystemAlertId'],
    [{ ...alert, Entities: {} }, 'Entities'],
    [{ ...alert, ExtendedProperties: [] }, 'ExtendedProperties'],
    [{ ...alert, ResourceIdentifiers: 'x' }, 'ResourceIdentifiers'],
    [{ type: 'Microsoft.Security/assessments', properties: {} }, 'id'],
    [{ type: 'Microsoft.Security/assessments', id: '/subscriptions/s' }, 'id'],
    [{ type: 'Microsoft.Security/assessments', id: assessmentId }, 'properties'],
    [{ id: assessmentId, properties: {} }, 'properties.status.code'],
    [{ id: assessmentId, properties: { status: { code: 'Bad' } } }, 'properties.status.code'],
    [
      {
        type: 'Microsoft.Security/secureScores',
        id: `${subscription}/providers/Microsoft.Security/secureScores/a`,
        properties: {},
      },
      'properties.score.current',
    ],
  ];
  for (const [body, target] of cases) {
    const fault = faulty(body);
    assert.equal(fault.code, 'InvalidEvent', JSON.stringify(body));
    assert.equal(fault.options.target, target, fault.message);
  }
});

test('an event nested deeper than the limit is refused without walking it recursively', () => {
  let deep: Json = 'x';
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  assert.equal(faulty({ ...alert, ExtendedProperties: { deep } }).code, 'InvalidEvent');
});

test('members called like the prototype are ordinary data', () => {
  const body = JSON.parse(
    '{"AlertDisplayName":"x","Severity":"Low","__proto__":{"polluted":1},"constructor":{"a":1}}',
  ) as JsonObject;
  const read = event(body);
  assert.ok(Object.hasOwn(read.body, '__proto__'));
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});
