/** Ways into log tables: the signed data collector, data collection rules, keys of workspaces. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type ArmResponse, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { group, securityWorld, type SecurityWorld } from '../service/security-harness.ts';
import { principal } from './harness.ts';

const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/ws`;

interface Collector {
  readonly world: SecurityWorld;
  readonly key: string;
  readonly send: (body: string, headers?: Readonly<Record<string, string>>, key?: string) => Promise<ArmResponse>;
  readonly rows: (query: string) => Promise<Json>;
}

async function collector(): Promise<Collector> {
  const world = await securityWorld();
  await world.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  const put = await world.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
  const id = textMember(memberOf(put.body, 'properties'), 'customerId') ?? '';
  const keys = await world.call('POST', `${workspace}/sharedKeys?api-version=2020-08-01`);
  const own = textMember(keys.body, 'primarySharedKey') ?? '';
  return {
    world,
    key: own,
    send: (rawBody, headers = {}, key = own) => {
      const date = new Date(world.clock.now()).toUTCString();
      const text = `POST\n${Buffer.byteLength(rawBody)}\napplication/json\nx-ms-date:${date}\n/api/logs`;
      const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
      const all = {
        'content-type': 'application/json',
        'log-type': 'Checks',
        'x-ms-date': date,
        authorization: `SharedKey ${id}:${signature}`,
        ...headers,
      };
      return world.call('POST', '/api/logs?api-version=2016-04-01', { rawBody, headers: all });
    },
    rows: async (query) => {
      const answer = await world.call('POST', `/v1${workspace}/query`, { body: { query } });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const body = JSON.parse(String(answer.rawBody)) as Json;
      return memberOf((memberOf(body, 'tables') as readonly JsonObject[])[0], 'rows') ?? null;
    },
  };
}

test('records become rows of a custom table, a column for each member by the type of its value', async () => {
  const { send, rows } = await collector();
  const guid = '11111111-1111-4111-8111-111111111111';
  const records = [
    {
      name: 'a',
      score: 1.5,
      ok: true,
      at: '2026-01-01T00:00:00Z',
      id: guid,
      more: { x: 1 },
      when: '2025-12-30T00:00:00Z',
    },
    { name: 'b', score: 2 },
  ];
  const sent = await send(JSON.stringify(records), { 'time-generated-field': 'when' });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const query = 'Checks_CL | sort by name_s asc | project name_s, score_d, ok_b, at_t, id_g, more_s, Type';
  assert.deepEqual(await rows(query), [
    ['a', 1.5, true, '2026-01-01T00:00:00Z', guid, '{"x":1}', 'Checks_CL'],
    ['b', 2, null, null, null, '', 'Checks_CL'],
  ]);
  assert.deepEqual(await rows('Checks_CL | where TimeGenerated == datetime(2025-12-30) | count'), [[1]]);
});

test('a text that can be a number goes to the column the member had; one that cannot gets a column of its own', async () => {
  const { send, rows } = await collector();
  await send('{"score":1}');
  await send('{"score":"2"}');
  await send('[{"score":"many"},]');
  assert.deepEqual(await rows('Checks_CL | project score_d, score_s | sort by score_d asc'), [
    [null, 'many'],
    [1, ''],
    [2, ''],
  ]);
});

test('what is not signed with a key of the workspace, or not what the API takes, is refused and changes nothing', async () => {
  const { world, send, rows, key } = await collector();
  assert.equal((await send('{"a":1}', {}, Buffer.from('another').toString('base64'))).status, 403);
  assert.equal((await send('{"a":1}', { 'x-ms-date': 'Thu, 01 Jan 1970 00:00:00 GMT' })).status, 403);
  const errors = [
    await send('{"a":', {}),
    await send('{"a":1}', { 'log-type': '9' }),
    await send('{"a":1}', { 'content-type': 'text/plain' }),
  ].map(({ status, body }) => [status, memberOf(body, 'Error')]);
  assert.deepEqual(errors, [
    [400, 'InvalidDataFormat'],
    [400, 'InvalidLogType'],
    [400, 'UnsupportedContentType'],
  ]);
  const renewed = await world.call('POST', `${workspace}/regenerateSharedKey?api-version=2020-08-01`);
  assert.notEqual(textMember(renewed.body, 'primarySharedKey'), key);
  assert.equal((await send('{"a":1}')).status, 403);
  assert.deepEqual(await rows('Checks_CL | count'), [[0]]);
});

test('a data collection rule leads a stream through its transformation into its table', async () => {
  const { world, rows } = await collector();
  const rule = `${group}/providers/Microsoft.Insights/dataCollectionRules/rule`;
  const put = await world.call('PUT', `${rule}?api-version=2022-06-01`, {
    body: {
      location: 'westeurope',
      properties: {
        streamDeclarations: {
          'Custom-In': {
            columns: [
              { name: 'TimeGenerated', type: 'datetime' },
              { name: 'Computer', type: 'string' },
              { name: 'Value', type: 'int' },
            ],
          },
        },
        destinations: { logAnalytics: [{ name: 'la', workspaceResourceId: workspace }] },
        dataFlows: [
          {
            streams: ['Custom-In'],
            destinations: ['la'],
            transformKql: 'source | where Value > 1 | extend Twice = Value * 2',
            outputStream: 'Custom-Metrics_CL',
          },
        ],
      },
    },
  });
  const id = textMember(memberOf(put.body, 'properties'), 'immutableId') ?? '';
  assert.match(id, /^dcr-[0-9a-f]{32}$/);
  const body = [1, 5].map((Value) => ({ TimeGenerated: '2025-12-31T00:00:00Z', Computer: 'm', Value }));
  const path = `/dataCollectionRules/${id}/streams/Custom-In?api-version=2023-01-01`;
  assert.equal((await world.call('POST', path, { body })).status, 204);
  assert.deepEqual(await rows('Metrics_CL | project Computer, Value, Twice'), [['m', 5, 10]]);
  assert.equal((await world.call('POST', path.replace('Custom-In', 'Custom-Out'), { body })).status, 400);
  assert.equal((await world.call('POST', path.replace(id, 'dcr-0'), { body })).status, 404);
  const stranger = principal('00000000-0000-4000-9000-000000000001');
  assert.equal((await world.call('POST', path, { body, as: stranger })).status, 403);
});
