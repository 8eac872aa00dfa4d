/** Weekly snapshots: when they are sent, what they hold, and what a restart does. Numbers are invariants of the sources. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, memberOf } from '#foundation';
import { Snapshots } from '#service';
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
  subscription,
} from './security-harness.ts';

const week = 7 * 24 * 60 * 60_000;

function recommendation(name: string, over: JsonObject = {}): JsonObject {
  return {
    id: `${group}/providers/Microsoft.Compute/virtualMachines/${name}/providers/Microsoft.Security/assessments/1c5de8e1-f68d-6a17-e0d2-ec259c42768c`,
    type: 'Microsoft.Security/assessments',
    properties: { status: { code: 'Unhealthy' }, displayName: name },
    ...over,
  };
}

const score = {
  id: `${subscription}/providers/Microsoft.Security/secureScores/ascScore`,
  type: 'Microsoft.Security/secureScores',
  properties: { score: { max: 50, current: 20, percentage: 0.4 } },
};

async function listening(...eventSources: readonly string[]): Promise<SecurityWorld> {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const sources = eventSources.map((eventSource) => ({ eventSource, ruleSets: [] }));
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  return world;
}

function bodies(world: SecurityWorld): readonly JsonObject[] {
  return world.runs.map(({ trigger }) => {
    const { outputs } = trigger;
    assert.ok(outputs !== undefined && 'value' in outputs);
    return memberOf(outputs.value, 'body') as JsonObject;
  });
}

async function pass(world: SecurityWorld, milliseconds: number): Promise<void> {
  world.clock.advance(milliseconds);
  for (let turn = 0; turn < 20; turn += 1) await settle();
}

test('W1: once a week the whole state goes to the snapshot sources, marked as snapshot', async () => {
  const world = await listening('AssessmentsSnapshot', 'SecureScoresSnapshot');
  await ingest(world, [recommendation('vm-1'), recommendation('vm-2'), score]);
  assert.equal(world.runs.length, 0);
  const snapshots = new Snapshots(world.services);
  snapshots.start();
  await settle();
  await pass(world, week - 1);
  assert.equal(world.runs.length, 0);
  await pass(world, 1);
  assert.equal(world.runs.length, 3);
  for (const body of bodies(world)) {
    assert.equal(memberOf(memberOf(body, 'securityEventDataEnrichment'), 'isSnapshot'), true);
    const early = memberOf(body, 'assessmentEventDataEnrichment');
    if (early !== undefined) assert.equal(memberOf(early, 'isSnapshot'), true);
  }
  await pass(world, week);
  assert.equal(world.runs.length, 6);
  await snapshots.stop();
  await pass(world, week);
  assert.equal(world.runs.length, 6);
});

test('a snapshot never reaches streaming sources, and stored events stay as they were', async () => {
  const world = await listening('Assessments');
  await ingest(world, recommendation('vm-1'));
  const app = await putLogicApp(world, 'other');
  const sources = [{ eventSource: 'AssessmentsSnapshot' }];
  await putAutomation(world, 'b', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  assert.equal(world.runs.length, 1);
  const snapshots = new Snapshots(world.services);
  snapshots.start();
  await settle();
  await pass(world, week);
  assert.equal(world.runs.length, 2);
  assert.match(world.runs[1]?.identity.workflowId ?? '', /other$/);
  const stored = world.store.documents.list({ collection: 'assessments' })[0];
  const enrichment = memberOf(memberOf(stored?.body, 'event'), 'securityEventDataEnrichment');
  assert.equal(memberOf(enrichment, 'isSnapshot'), false);
  assert.equal((await ingest(world, recommendation('vm-1'))).duplicates, 1);
  await snapshots.stop();
});

test('recommendations that are gone are no part of the state; rules and scopes count as always', async () => {
  const world = await securityWorld();
  const app = await putLogicApp(world, 'app');
  const rule = {
    propertyJPath: 'properties.displayName',
    propertyType: 'String',
    operator: 'Equals',
    expectedValue: 'vm-1',
  };
  const sources = [{ eventSource: 'AssessmentsSnapshot', ruleSets: [{ rules: [rule] }] }];
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  await ingest(world, [recommendation('vm-1'), recommendation('vm-2')]);
  const snapshots = new Snapshots(world.services);
  snapshots.start();
  await settle();
  await pass(world, week);
  assert.equal(world.runs.length, 1);
  const enrichment = { action: 'Delete', apiVersion: '2019-01-01', isSnapshot: false };
  await ingest(world, recommendation('vm-1', { securityEventDataEnrichment: enrichment }));
  await pass(world, week);
  assert.equal(world.runs.length, 1);
  await snapshots.stop();
});

test('W2: without a listener there is no timer and nothing is written', async () => {
  const world = await listening('Assessments');
  await ingest(world, recommendation('vm-1'));
  const waiting = world.clock.waiting;
  const commits = world.commits.length;
  const snapshots = new Snapshots(world.services);
  snapshots.start();
  await settle();
  await pass(world, 3 * week);
  assert.equal(world.clock.waiting, waiting);
  assert.equal(world.commits.length, commits);
  const body = automationBody(
    [{ actionType: 'LogicApp', logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/app` }],
    {
      sources: [{ eventSource: 'AssessmentsSnapshot' }],
      isEnabled: false,
    },
  );
  await putAutomation(world, 'a', body);
  await pass(world, week);
  assert.equal(world.runs.length, 1, 'the streamed one only');
  await snapshots.stop();
});

test('W1: a week that passed before anyone listened is not made up; one missed while down is, once', async () => {
  const world = await securityWorld();
  await ingest(world, recommendation('vm-1'));
  world.clock.advance(1.5 * week);
  const app = await putLogicApp(world, 'app');
  const sources = [{ eventSource: 'AssessmentsSnapshot' }];
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  const first = new Snapshots(world.services);
  first.start();
  await settle();
  await pass(world, 0);
  assert.equal(world.runs.length, 0);
  await pass(world, week / 2);
  assert.equal(world.runs.length, 1);
  await first.stop();
  world.clock.advance(3.2 * week);
  const second = new Snapshots(world.services);
  second.start();
  await settle();
  await pass(world, 0);
  assert.equal(world.runs.length, 2);
  await pass(world, 0.7 * week);
  assert.equal(world.runs.length, 2);
  await pass(world, 0.2 * week);
  assert.equal(world.runs.length, 3);
  await second.stop();
});

test('N1 and N3: a large state goes in slices; stopped in the middle it goes on where it was, repeating nothing', async () => {
  const world = await listening('AssessmentsSnapshot');
  const count = 950;
  await ingest(
    world,
    Array.from({ length: count }, (_, index) => recommendation(`vm-${index}`)),
  );
  const sizes: number[] = [];
  const { host } = world.services;
  const startMany = host.startMany.bind(host);
  const first = new Snapshots(world.services);
  let stopped: Promise<void> | undefined;
  host.startMany = async (runs, writes) => {
    await startMany(runs, writes);
    sizes.push(runs.length);
    if (sizes.length === 2) stopped = first.stop();
  };
  first.start();
  await settle();
  await pass(world, week);
  await stopped;
  assert.equal(world.runs.length, 400);
  const second = new Snapshots(world.services);
  second.start();
  await settle();
  await pass(world, 0);
  assert.equal(world.runs.length, count);
  assert.ok(Math.max(...sizes) <= 200);
  assert.equal(new Set(bodies(world).map(({ id }) => id)).size, count);
  await second.stop();
});

test('N2: what changes while the state is walked over is part of it', async () => {
  const world = await listening('AssessmentsSnapshot');
  await ingest(
    world,
    Array.from({ length: 250 }, (_, index) => recommendation(`vm-${index}`)),
  );
  const { host } = world.services;
  const startMany = host.startMany.bind(host);
  let slices = 0;
  host.startMany = async (runs, writes) => {
    await startMany(runs, writes);
    slices += 1;
    if (slices !== 1) return;
    world.clock.advance(1);
    const healthy = { status: { code: 'Healthy' }, displayName: 'vm-0' };
    await ingest(world, [recommendation('vm-0', { properties: healthy }), recommendation('vm-new')]);
  };
  const snapshots = new Snapshots(world.services);
  snapshots.start();
  await settle();
  await pass(world, week);
  const names = bodies(world).map((body) => memberOf(memberOf(body, 'properties'), 'displayName'));
  assert.equal(new Set(names).size, 251);
  const last = bodies(world).findLast((body) => memberOf(memberOf(body, 'properties'), 'displayName') === 'vm-0');
  assert.equal(memberOf(memberOf(memberOf(last, 'properties'), 'status'), 'code'), 'Healthy');
  await snapshots.stop();
});

test('an automation that is deleted listens no more', async () => {
  const world = await listening('AssessmentsSnapshot');
  await ingest(world, recommendation('vm-1'));
  const snapshots = new Snapshots(world.services);
  snapshots.start();
  await settle();
  await world.call('DELETE', `${automationId('a')}?api-version=2019-01-01-preview`);
  await pass(world, 2 * week);
  assert.equal(world.runs.length, 0);
  await snapshots.stop();
});
