/** What was assessed of a thing goes with it: by every route, in slices when it is much, over crashes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDelete, looseText } from '#events';
import { type JsonObject, memberOf, type Write } from '#foundation';
import { resumeRemovals } from '#service';
import {
  automationBody,
  automationId,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
  settle,
} from './security-harness.ts';

const key = '1c5de8e1-f68d-6a17-e0d2-ec259c42768c';

function recommendation(of: string): JsonObject & { readonly id: string } {
  return {
    id: `${of}/providers/Microsoft.Security/assessments/${key}`,
    name: key,
    type: 'Microsoft.Security/assessments',
    properties: { displayName: 'd', status: { code: 'Unhealthy' }, resourceDetails: { source: 'Azure', id: of } },
  };
}

function finding(of: string, name: string): JsonObject & { readonly Id: string } {
  return {
    Id: `${of}/providers/Microsoft.Security/assessments/${key}/subassessments/${name}`,
    Name: name,
    Type: 'Microsoft.Security/assessments/subAssessments',
    Properties: { Id: name, DisplayName: name, Status: { Code: 'Unhealthy', Severity: 'High' } },
  };
}

async function listening(): Promise<{ world: SecurityWorld; app: string }> {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'listener');
  const sources = [{ eventSource: 'Assessments' }, { eventSource: 'SubAssessments' }];
  const body = automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources });
  await putAutomation(world, 'listens', body);
  return { world, app };
}

/** The action and id of each event that started a run. */
function told(world: SecurityWorld): readonly string[] {
  return world.runs.map(({ trigger }) => {
    assert.ok(trigger.outputs !== undefined && 'value' in trigger.outputs);
    const body = memberOf(trigger.outputs.value, 'body') as JsonObject;
    return `${isDelete(body) ? 'Delete' : 'Insert'} ${looseText(body, 'id') ?? ''}`;
  });
}

const connection = `${group}/providers/Microsoft.Web/connections/office`;
const nested = `${group}/providers/Microsoft.Network/virtualNetworks/net/subnets/one`;

for (const [what, id, version] of [
  ['a logic app', `${group}/providers/Microsoft.Logic/workflows/gone`, '2019-05-01'],
  ['an automation', automationId('gone'), '2019-01-01-preview'],
  ['a connection', connection, '2016-06-01'],
  ['a resource inside another', nested, '2023-05-01'],
  ['a plain resource', `${group}/providers/Microsoft.Storage/storageAccounts/gone`, '2023-01-01'],
] as const) {
  test(`recommendations on ${what} go with it as Delete events`, async () => {
    const { world, app } = await listening();
    await putLogicApp(world, 'gone');
    await putAutomation(world, 'gone', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }]));
    const api = `${group.replace(/\/resourceGroups.*/, '')}/providers/Microsoft.Web/locations/westeurope/managedApis/office365`;
    await world.call('PUT', `${connection}?api-version=2016-06-01`, {
      body: { location: 'westeurope', properties: { api: { id: api }, displayName: 'o' } },
    });
    await world.call('PUT', `${group}/providers/Microsoft.Network/virtualNetworks/net?api-version=2023-05-01`, {
      body: { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } },
    });
    await world.call('PUT', `${nested}?api-version=2023-05-01`, {
      body: { properties: { addressPrefix: '10.0.0.0/24' } },
    });
    await ingest(world, [recommendation(id), finding(id, 'f')]);
    world.runs.length = 0;
    const answer = await world.call('DELETE', `${id}?api-version=${version}`);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    assert.deepEqual(told(world), [`Delete ${recommendation(id).id}`, `Delete ${finding(id, 'f').Id}`]);
    const left = await world.call('GET', `${recommendation(id).id}?api-version=2020-01-01`);
    assert.equal(left.status, 404);
  });
}

const server = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;

async function withFindings(count: number): Promise<SecurityWorld> {
  const { world } = await listening();
  await ingest(world, recommendation(server));
  await ingest(
    world,
    Array.from({ length: count }, (_, at) => finding(server, `f${String(at).padStart(5, '0')}`)),
  );
  world.runs.length = 0;
  world.commits.length = 0;
  return world;
}

function deletedResource(writes: readonly Write[]): boolean {
  return writes.some((write) => write.kind === 'deleteResource');
}

test('G1, G3: many findings go in slices, and the answer comes when all are gone', async () => {
  const world = await withFindings(1_800);
  const answer = await world.call('DELETE', `${server}?api-version=2023-03-01`);
  assert.equal(answer.status, 200);
  assert.equal(world.runs.length, 1_801);
  assert.equal(new Set(told(world)).size, 1_801);
  assert.ok(world.commits.length >= 4);
  assert.ok(deletedResource(world.commits[0] ?? []));
  for (const writes of world.commits) {
    const events = writes.filter(
      (write) => write.kind === 'putDocument' && write.document.collection.endsWith('ssessments'),
    );
    assert.ok(events.length <= 1_000, String(events.length));
  }
  assert.equal(world.store.documents.count({ collection: 'removals' }), 0);
});

test('G1: a crash between two slices leaves the rest to the next start, each once', async () => {
  const world = await withFindings(1_800);
  const { host } = world.services;
  const working: typeof host.startMany = (runs, writes) => world.started(runs, writes);
  let left = 2;
  host.startMany = (runs, writes) => {
    left -= 1;
    return left < 0 ? Promise.reject(new Error('killed')) : working(runs, writes);
  };
  const answer = await world.call('DELETE', `${server}?api-version=2023-03-01`);
  assert.equal(answer.status, 500);
  assert.equal(world.store.resources.get(server), undefined);
  host.startMany = working;
  resumeRemovals(world.services);
  for (let turn = 0; turn < 50 && world.store.documents.count({ collection: 'removals' }) > 0; turn += 1)
    await settle();
  assert.equal(world.runs.length, 1_801);
  assert.equal(new Set(told(world)).size, 1_801);
});

test('G2: what is assessed anew after its resource went away stays', async () => {
  const world = await withFindings(1_200);
  const { host } = world.services;
  let anewTaken: Promise<unknown> | undefined;
  host.startMany = async (runs, writes) => {
    await world.started(runs, writes);
    if (anewTaken !== undefined) return;
    world.clock.advance(5);
    const body = { Id: 'x', DisplayName: 'anew', Status: { Code: 'Unhealthy' } };
    anewTaken = ingest(world, { ...finding(server, 'f01199'), Properties: body });
  };
  await world.call('DELETE', `${server}?api-version=2023-03-01`);
  await anewTaken;
  const anew = world.store.documents.get('subAssessments', finding(server, 'f01199').Id.toLowerCase());
  assert.equal(anew?.status, 'Unhealthy');
});
