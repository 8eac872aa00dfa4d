/** Secure scores: computed of recommendations, told as events, answered by every published route. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Identity, isJsonArray, type Json, type JsonObject, memberOf } from '#foundation';
import { scoresCurrent, startScores } from '#service';
import {
  automationBody,
  codeOf,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
  type SecurityWorld,
  subscription,
} from '../../service/security-harness.ts';

const mfa = { key: '34a42fb3-e6db-409c-b56b-7b1db6b8aee0', assessment: '94290b00-4d0c-d7b4-7cea-064a9554e681' };
const updates = { key: '61702b76-1fab-41f2-bcbc-50b7870dcf38', assessment: '4ab6e3c5-74dd-8b35-9ab9-f61b30875b27' };
const transit = { key: '0e55495e-034f-4abc-8293-767229250176', assessment: '1c5de8e1-f68d-6a17-e0d2-ec259c42768c' };
const otherTransit = '35b25be2-d08a-e340-45ed-f08a95d804fc';
const practices = { key: '76763537-9feb-42d3-b4f4-78c01117be80', assessment: 'a8c6a4ad-d51e-88fe-2979-d3ee3c864f8b' };

const resource = (name: string): string => `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;

function recommendation(of: string, key: string, code: string, more: JsonObject = {}): JsonObject {
  return {
    id: `${of}/providers/Microsoft.Security/assessments/${key}`,
    name: key,
    type: 'Microsoft.Security/assessments',
    properties: {
      displayName: 'd',
      status: { code },
      resourceDetails: { source: 'Azure', id: of },
      metadata: { displayName: 'd', severity: 'High', ...more },
    },
  };
}

async function scored(): Promise<SecurityWorld> {
  const world = await securityWorld();
  startScores(world.services);
  return world;
}

const version = 'api-version=2020-01-01';
const scores = `${subscription}/providers/Microsoft.Security/secureScores`;

async function get(world: SecurityWorld, path: string, query = ''): Promise<Json> {
  const answer = await world.call('GET', `${path}?${version}${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body ?? null;
}

async function list(world: SecurityWorld, path: string, query = ''): Promise<readonly Json[]> {
  const value = memberOf(await get(world, path, query), 'value');
  assert.ok(isJsonArray(value));
  return value;
}

async function control(world: SecurityWorld, key: string): Promise<JsonObject> {
  return memberOf(await get(world, `${scores}/ascScore/secureScoreControls/${key}`), 'properties') as JsonObject;
}

async function overall(world: SecurityWorld): Promise<Json> {
  return memberOf(await get(world, `${scores}/ascScore`), 'properties') ?? null;
}

test('the published example adds up: 39 points at most, 23.53 of them, 60.33 per cent', async () => {
  const world = await scored();
  const events: JsonObject[] = [];
  const put = (key: string, healthy: number, unhealthy: number, notApplicable = 0): void => {
    const of = (code: string, count: number): void => {
      for (let at = 0; at < count; at += 1) events.push(recommendation(resource(`${code}${at}`), key, code));
    };
    of('Healthy', healthy);
    of('Unhealthy', unhealthy);
    of('NotApplicable', notApplicable);
  };
  put('e3de1cc0-f4dd-3b34-e496-8b5381ba2d70', 0, 0, 1); // DDoS
  put(mfa.assessment, 1, 0);
  put(practices.assessment, 7, 0, 1);
  put('56a6e81f-7413-4f72-9a1b-aaeeaa87c872', 0, 1); // advanced threat protection
  put('88bbc99c-e5af-ddd7-6105-6150b2bfa519', 1, 4); // auditing
  put('c3b6ae71-f1f0-31b4-e6c1-d5951285d03d', 1, 1); // access
  put('1f655fb7-63ca-4980-91a3-56dbc2b715c6', 0, 1); // configurations
  put('21300918-b2e3-0346-785f-c77ff57d243b', 0, 1); // endpoint protection
  put(updates.assessment, 0, 1);
  put(transit.assessment, 5, 1);
  put('7b3d4796-9400-2904-692b-4a5ede7f0a1e', 1, 0); // network
  put('d57a4221-a804-52ca-3dea-768284f06bb7', 1, 0); // encryption at rest
  await ingest(world, events);
  assert.deepEqual(await overall(world), {
    environment: 'Azure',
    displayName: 'ASC score',
    score: { max: 39, current: 23.53, percentage: 0.6033 },
    weight: 27,
  });
  assert.deepEqual(await control(world, transit.key), {
    displayName: 'Encrypt data in transit',
    healthyResourceCount: 5,
    unhealthyResourceCount: 1,
    notApplicableResourceCount: 0,
    score: { max: 4, current: 3.33, percentage: 0.8325 },
    weight: 6,
  });
  const ddos = await control(world, 'a9909064-42b4-4d34-8143-275477afe18b');
  assert.deepEqual(ddos['score'], { max: 0, current: 0, percentage: 0 });
  assert.deepEqual([ddos['weight'], ddos['notApplicableResourceCount']], [0, 1]);
  assert.deepEqual((await control(world, practices.key))['score'], { max: 0, current: 0, percentage: 0 });
  assert.equal((await list(world, `${scores}/ascScore/secureScoreControls`)).length, 12);
});

test('a resource is healthy in a control only when no recommendation of the control is unhealthy', async () => {
  const world = await scored();
  const send = async (key: string, code: string): Promise<Json> => {
    await ingest(world, recommendation(resource('a'), key, code));
    return (await control(world, transit.key))['score'] ?? null;
  };
  assert.deepEqual(await send(transit.assessment, 'Healthy'), { max: 4, current: 4, percentage: 1 });
  assert.deepEqual(await send(otherTransit, 'Unhealthy'), { max: 4, current: 0, percentage: 0 });
  assert.deepEqual(await send(otherTransit, 'NotApplicable'), { max: 4, current: 4, percentage: 1 });
  assert.deepEqual(await send(transit.assessment, 'NotApplicable'), { max: 0, current: 0, percentage: 0 });
});

test('previews, snapshots of what is known and recommendations that no control lists count for nothing', async () => {
  const world = await scored();
  await ingest(world, [
    recommendation(resource('a'), transit.assessment, 'Healthy'),
    recommendation(resource('b'), transit.assessment, 'Unhealthy', { preview: true }),
    recommendation(resource('c'), '11111111-2222-4333-8444-555555555555', 'Unhealthy'),
  ]);
  assert.equal((await control(world, transit.key))['weight'], 1);
  assert.deepEqual(memberOf(await overall(world), 'score'), { max: 4, current: 4, percentage: 1 });
});

test('a recommendation that goes away is taken out of the score', async () => {
  const world = await scored();
  const [gone, stays] = [resource('a'), resource('b')];
  for (const id of [gone, stays])
    await world.call('PUT', `${id}?api-version=2023-01-01`, { body: { location: 'westeurope', sku: { name: 'x' } } });
  await ingest(world, [
    recommendation(gone, transit.assessment, 'Unhealthy'),
    recommendation(stays, transit.assessment, 'Healthy'),
  ]);
  assert.equal(memberOf(memberOf(await overall(world), 'score'), 'current'), 2);
  const deleted = await world.call('DELETE', `${gone}?api-version=2023-01-01`);
  assert.equal(deleted.status, 200);
  assert.equal(memberOf(memberOf(await overall(world), 'score'), 'current'), 4);
});

test('a score that moves is an event of its source, one that does not is none', async () => {
  const world = await scored();
  const app = await putLogicApp(world, 'app');
  const sources = [{ eventSource: 'SecureScores' }, { eventSource: 'SecureScoreControls' }];
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  const bodies = (): readonly Json[] =>
    world.runs.map(({ trigger }) => {
      assert.ok(trigger.outputs !== undefined && 'value' in trigger.outputs);
      return memberOf(trigger.outputs.value, 'body') ?? null;
    });
  await ingest(world, recommendation(resource('a'), transit.assessment, 'Unhealthy'));
  await scoresCurrent(world.services);
  assert.deepEqual(
    bodies().map((body) => [memberOf(body, 'type'), memberOf(memberOf(memberOf(body, 'properties'), 'score'), 'max')]),
    [
      ['Microsoft.Security/secureScores/secureScoreControls', 4],
      ['Microsoft.Security/secureScores', 4],
    ],
  );
  const definition = memberOf(memberOf(bodies()[0], 'properties'), 'definition');
  assert.equal(memberOf(definition, 'name'), transit.key);
  assert.equal(memberOf(memberOf(bodies()[0], 'securityEventDataEnrichment'), 'isSnapshot'), false);
  // Another unhealthy resource moves the counts and not the score.
  await ingest(world, recommendation(resource('b'), transit.assessment, 'Unhealthy'));
  assert.equal((await control(world, transit.key))['unhealthyResourceCount'], 2);
  assert.equal(memberOf(await overall(world), 'weight'), 2);
  assert.equal(world.runs.length, 2);
  await ingest(world, recommendation(resource('b'), transit.assessment, 'Healthy'));
  await scoresCurrent(world.services);
  assert.equal(world.runs.length, 4);
});

test('a score that a detector sent stays until a recommendation of its control changes', async () => {
  const world = await scored();
  await ingest(world, recommendation(resource('a'), transit.assessment, 'Unhealthy'));
  await scoresCurrent(world.services);
  const sent = (key: string, current: number): JsonObject => ({
    securityEventDataEnrichment: { action: 'Insert', apiVersion: '2020-01-01', isSnapshot: false },
    id: `${scores}/ascScore/secureScoreControls/${key}`,
    name: key,
    type: 'Microsoft.Security/secureScores/secureScoreControls',
    properties: { displayName: 'sent', score: { max: 4, current, percentage: current / 4 }, weight: 9 },
  });
  world.clock.advance(1_000);
  await ingest(world, sent(transit.key, 1));
  world.clock.advance(1_000);
  assert.deepEqual((await control(world, transit.key))['score'], { max: 4, current: 1, percentage: 0.25 });
  await ingest(world, recommendation(resource('a'), updates.assessment, 'Healthy'));
  assert.equal(memberOf((await control(world, transit.key))['score'] ?? null, 'current'), 1);
  assert.deepEqual(memberOf(await overall(world), 'score'), { max: 10, current: 7, percentage: 0.7 });
  await ingest(world, recommendation(resource('b'), transit.assessment, 'Healthy'));
  assert.deepEqual((await control(world, transit.key))['score'], { max: 4, current: 2, percentage: 0.5 });
});

test('of one request too the last one counts: a score behind the recommendations stays, one in front of them does not', async () => {
  for (const isLast of [true, false]) {
    const world = await scored();
    const score = {
      id: `${scores}/ascScore`,
      type: 'Microsoft.Security/secureScores',
      properties: { displayName: 'sent', score: { max: 50, current: 10, percentage: 0.2 }, weight: 9 },
    };
    const body = recommendation(resource('a'), transit.assessment, 'Healthy');
    if (isLast) await ingest(world, [body, score]);
    else {
      await ingest(world, score);
      world.clock.advance(1);
      await ingest(world, body);
    }
    assert.equal(memberOf(memberOf(await overall(world), 'score'), 'max'), isLast ? 50 : 4);
  }
});

test('what was noted before a stop is counted after the next start, once', async () => {
  const world = await securityWorld();
  await ingest(world, [
    recommendation(resource('a'), transit.assessment, 'Unhealthy'),
    recommendation(resource('b'), transit.assessment, 'Healthy'),
  ]);
  assert.equal((await list(world, scores)).length, 0);
  startScores(world.services);
  assert.equal(memberOf(memberOf(await overall(world), 'score'), 'current'), 2);
  assert.equal(world.store.documents.count({ collection: 'scoreChanges' }), 0);
});

test('any order of changes gives the score that counting all of them at the end gives', async () => {
  const resources = ['a', 'b', 'c'].map(resource);
  const keys = [transit.assessment, otherTransit, updates.assessment, practices.assessment];
  const step = fc.tuple(
    fc.constantFrom(...resources),
    fc.constantFrom(...keys),
    fc.constantFrom('Healthy', 'Unhealthy', 'NotApplicable', 'Delete'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, together) => {
      const world = await scored();
      const state = new Map<string, string>();
      const events = steps.map(([of, key, code]) => {
        if (code === 'Delete') state.delete(`${of} ${key}`);
        else state.set(`${of} ${key}`, code);
        const body = recommendation(of, key, code === 'Delete' ? 'Healthy' : code);
        const action = code === 'Delete' ? 'Delete' : 'Insert';
        return { ...body, assessmentEventDataEnrichment: { action, apiVersion: '2019-01-01', isSnapshot: false } };
      });
      if (together) await ingest(world, events);
      else for (const event of events) await ingest(world, event);
      await scoresCurrent(world.services);
      const expected = [transit, updates, practices].map(({ key }) => {
        const ofControl =
          key === transit.key ? [transit.assessment, otherTransit] : [keys[key === updates.key ? 2 : 3]];
        const counts = { Healthy: 0, Unhealthy: 0, NotApplicable: 0 };
        for (const of of resources) {
          const states = ofControl.flatMap((each) => state.get(`${of} ${each ?? ''}`) ?? []);
          const first = (['Unhealthy', 'Healthy', 'NotApplicable'] as const).find((code) => states.includes(code));
          if (first !== undefined) counts[first] += 1;
        }
        return [counts.Healthy, counts.Unhealthy, counts.NotApplicable];
      });
      const listed = await list(world, `${scores}/ascScore/secureScoreControls`);
      const found = [transit, updates, practices].map(({ key }) => {
        const properties = memberOf(listed.find((each) => memberOf(each, 'name') === key) ?? null, 'properties');
        return ['healthy', 'unhealthy', 'notApplicable'].map((name) =>
          Number(memberOf(properties, `${name}ResourceCount`) ?? 0),
        );
      });
      assert.deepEqual(found, expected);
    }),
    { numRuns: 40 },
  );
});

test('definitions: the built-in ones at the tenant and below a subscription, with a control when asked for', async () => {
  const world = await scored();
  const tenant = await list(world, '/providers/Microsoft.Security/secureScoreControlDefinitions');
  assert.equal(tenant.length, 15);
  assert.equal(
    tenant.reduce<number>((sum, each) => sum + Number(memberOf(memberOf(each, 'properties'), 'maxScore')), 0),
    58,
  );
  const provider = `${subscription}/providers/Microsoft.Security`;
  assert.deepEqual(await list(world, `${provider}/secureScoreControlDefinitions`), tenant);
  await ingest(world, recommendation(subscription, mfa.assessment, 'Unhealthy'));
  const plain = await list(world, `${provider}/secureScoreControls`);
  assert.equal(memberOf(memberOf(plain[0] ?? null, 'properties'), 'definition'), undefined);
  const expanded = await list(world, `${provider}/secureScoreControls`, '&$expand=definition');
  assert.deepEqual(
    memberOf(memberOf(expanded[0] ?? null, 'properties'), 'definition'),
    tenant.find((each) => memberOf(each, 'name') === mfa.key),
  );
  const wrong = await world.call('GET', `${provider}/secureScoreControls?${version}&$expand=everything`);
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'InvalidParameter']);
  const none = await world.call('GET', `${scores}/other?${version}`);
  assert.deepEqual([none.status, codeOf(none)], [404, 'ResourceNotFound']);
});

test('the score of a management group is that of all resources below it together', async () => {
  const world = await scored();
  const second = '00000000-0000-4000-8000-000000000002';
  const alias = await world.call('PUT', '/providers/Microsoft.Subscription/aliases/two?api-version=2021-10-01', {
    body: { properties: { subscriptionId: second, displayName: 'two', workload: 'Production' } },
  });
  assert.ok(alias.status < 300, JSON.stringify(alias.body));
  await ingest(world, [
    recommendation(resource('a'), transit.assessment, 'Healthy'),
    recommendation(resource('b'), transit.assessment, 'Healthy'),
    recommendation(`/subscriptions/${second}/resourceGroups/r/providers/x.y/z/c`, transit.assessment, 'Unhealthy'),
  ]);
  const root = `/providers/Microsoft.Management/managementGroups/${world.services.settings.tenantId}`;
  const provider = `${root}/providers/Microsoft.Security`;
  const score = memberOf(await get(world, `${provider}/secureScores/ascScore`), 'properties');
  assert.deepEqual(memberOf(score, 'score'), { max: 4, current: 2.67, percentage: 0.6675 });
  const [one] = await list(world, `${provider}/secureScores/ascScore/secureScoreControls`);
  assert.equal(memberOf(memberOf(one ?? null, 'properties'), 'healthyResourceCount'), 2);
  assert.equal((await list(world, `${provider}/secureScores`)).length, 1);
  assert.equal((await list(world, `${provider}/secureScoreControls`)).length, 1);
  const stranger: Identity = { kind: 'User', objectId: 'nobody', displayName: 'Nobody' };
  const refused = await world.call('GET', `${provider}/secureScores?${version}`, { as: stranger });
  assert.deepEqual([refused.status, codeOf(refused)], [403, 'AuthorizationFailed']);
});

test('a thousand resources of one scan are counted slice by slice and told as a few events', async () => {
  const world = await scored();
  const app = await putLogicApp(world, 'app');
  const sources = [{ eventSource: 'SecureScoreControls' }];
  await putAutomation(world, 'a', automationBody([{ actionType: 'LogicApp', logicAppResourceId: app }], { sources }));
  const events = Array.from({ length: 1_000 }, (_, at) =>
    recommendation(resource(`s${at}`), transit.assessment, at % 4 === 0 ? 'Unhealthy' : 'Healthy'),
  );
  await ingest(world, events);
  assert.deepEqual((await control(world, transit.key))['score'], { max: 4, current: 3, percentage: 0.75 });
  assert.ok(world.runs.length <= 3, String(world.runs.length));
});
