/** `Microsoft.ResourceGraph/resources`: forms, pages, scopes, rights and errors of queries over what is here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmResponse, Identity, Json, JsonObject } from '#foundation';
import { memberOf } from '#foundation';
import { alert, ingest, securityWorld, type SecurityWorld } from '../service/security-harness.ts';
import { principal, subscription } from './harness.ts';

const names = ['one', 'two', 'three'];

async function world(): Promise<SecurityWorld> {
  const made = await securityWorld();
  for (const group of ['rg-a', 'rg-b'])
    await made.call('PUT', `${subscription}/resourcegroups/${group}?api-version=2021-04-01`, {
      body: { location: 'westeurope' },
    });
  for (const name of names) {
    const path = `${subscription}/resourceGroups/rg-a/providers/Microsoft.Storage/storageAccounts/${name}?api-version=2023-01-01`;
    const put = await made.call('PUT', path, {
      body: { location: 'westeurope', tags: { owner: name }, properties: { supportsHttpsTrafficOnly: name !== 'two' } },
    });
    assert.ok(put.status < 300, JSON.stringify(put.body));
  }
  await made.call(
    'PUT',
    `${subscription}/resourceGroups/rg-b/providers/Microsoft.KeyVault/vaults/kv?api-version=2023-01-01`,
    {
      body: { location: 'westeurope', properties: { enableSoftDelete: true } },
    },
  );
  return made;
}

function ask(made: SecurityWorld, body: JsonObject, version = '2021-03-01', as?: Identity): Promise<ArmResponse> {
  const path = `/providers/Microsoft.ResourceGraph/resources?api-version=${version}`;
  return made.call('POST', path, { body, ...(as === undefined ? {} : { as }) });
}

async function rows(made: SecurityWorld, query: string, more: JsonObject = {}, as?: Identity): Promise<Json> {
  const answer = await ask(made, { query, ...more }, '2021-03-01', as);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return memberOf(answer.body, 'data') ?? null;
}

function assign(
  made: SecurityWorld,
  scope: string,
  objectId: string,
  role: string,
  name: string,
): Promise<ArmResponse> {
  const properties = {
    principalId: objectId,
    principalType: 'ServicePrincipal',
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
  };
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
  return made.call('PUT', path, { body: { properties } });
}

test('versions up to 2020-04-01-preview answer a table whose columns stand in contract order, later ones objects', async () => {
  const made = await world();
  const query = "where type == 'microsoft.storage/storageaccounts' and name == 'one'";
  const table = await ask(made, { query }, '2019-04-01');
  const columns = memberOf(memberOf(table.body, 'data'), 'columns') as readonly JsonObject[];
  assert.deepEqual(
    columns.map(({ name }) => name),
    'id name type tenantId kind location resourceGroup subscriptionId managedBy sku plan properties tags identity zones extendedLocation'.split(
      ' ',
    ),
  );
  const [row] = memberOf(memberOf(table.body, 'data'), 'rows') as readonly (readonly Json[])[];
  assert.equal(memberOf(row?.[11], 'supportsHttpsTrafficOnly'), true);
  const objects = await ask(made, { query });
  const [first] = memberOf(objects.body, 'data') as readonly JsonObject[];
  assert.deepEqual(first?.['tags'], { owner: 'one' });
  assert.equal(memberOf(objects.body, 'resultTruncated'), 'false');
  const told = await ask(made, { query, options: { resultFormat: 'table' } });
  assert.equal(memberOf(memberOf(told.body, 'data'), 'columns') === undefined, false);
  assert.match(String(objects.headers?.['x-ms-user-quota-remaining']), /^\d+$/);
});

test('a query without a table is one over resources; table and column names ignore case', async () => {
  const made = await world();
  const found = await rows(
    made,
    "RESOURCES | where TYPE =~ 'Microsoft.Storage/storageAccounts' | distinct NAME | sort by NAME asc",
  );
  assert.deepEqual(found, [{ NAME: 'one' }, { NAME: 'three' }, { NAME: 'two' }]);
  assert.deepEqual(await rows(made, "where type == 'Microsoft.Storage/storageAccounts' | count"), [{ Count: 0 }]);
  assert.deepEqual(await rows(made, 'HealthResources | count'), [{ Count: 0 }]);
});

test('pages follow a token that is good for its own query only', async () => {
  const made = await world();
  const query = "resources | where type has 'storage' | project id, name | sort by name asc";
  const first = await ask(made, { query, options: { $top: 2, $skip: 0, $skipToken: '' } });
  assert.deepEqual([memberOf(first.body, 'totalRecords'), memberOf(first.body, 'count')], [3, 2]);
  const $skipToken = memberOf(first.body, '$skipToken') as string;
  const second = await ask(made, { query, options: { $top: 2, $skipToken } });
  assert.deepEqual(
    (memberOf(second.body, 'data') as readonly JsonObject[]).map(({ name }) => name),
    ['two'],
  );
  assert.equal(memberOf(second.body, '$skipToken'), undefined);
  const other = await ask(made, { query: 'resources', options: { $skipToken } });
  assert.equal(other.status, 400);
  assert.match(JSON.stringify(other.body), /InvalidSkipToken/);
  const blind = await ask(made, { query: 'resources | project name', options: { $top: 1 } });
  assert.equal(memberOf(blind.body, 'resultTruncated'), 'true');
  assert.equal(memberOf(blind.body, '$skipToken'), undefined);
});

test('a caller sees the resources that a role lets it read, and nothing else', async () => {
  const made = await world();
  await ingest(made, [alert('a1', {})]);
  const [none, inGroup, security] = [1, 2, 3].map((each) => `00000000-0000-4000-9000-00000000000${each}`) as [
    string,
    string,
    string,
  ];
  await assign(
    made,
    `${subscription}/resourceGroups/rg-a`,
    inGroup,
    'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    '00000000-0000-4000-9000-0000000000a1',
  );
  await assign(
    made,
    subscription,
    security,
    '39bc4728-0917-49c7-9d2c-d95423bc2eb4',
    '00000000-0000-4000-9000-0000000000a2',
  );
  const count = async (query: string, id: string): Promise<Json> => rows(made, query, {}, principal(id));
  assert.deepEqual(await count('resources | count', none), [{ Count: 0 }]);
  assert.deepEqual(await count('resources | summarize count() by resourceGroup', inGroup), [
    { resourceGroup: 'rg-a', count_: 3 },
  ]);
  assert.deepEqual(await count("resources | where type has 'storage' | count", security), [{ Count: 0 }]);
  const alerts = "securityresources | where type =~ 'microsoft.security/locations/alerts' | project properties.Status";
  assert.deepEqual(await count(alerts, security), [{ properties_Status: 'Active' }]);
  assert.deepEqual(await count(alerts, none), []);
});

test('subscriptions nobody knows and groups one may not see are refused as Azure does', async () => {
  const made = await world();
  const unknown = await ask(made, { query: 'resources', subscriptions: ['11111111-0000-4000-8000-000000000000'] });
  assert.equal(unknown.status, 400);
  assert.match(JSON.stringify(unknown.body), /NoValidSubscriptionsInQueryRequest/);
  const hidden = await ask(made, { query: 'resources', managementGroups: ['nowhere'] });
  assert.equal(hidden.status, 403);
  const root = await rows(made, 'resourcecontainers | summarize by type | sort by type asc', {
    managementGroups: ['00000000-0000-4000-8000-000000000000'],
  });
  assert.deepEqual(
    (root as readonly JsonObject[]).map(({ type }) => type),
    [
      'microsoft.management/managementgroups',
      'microsoft.resources/subscriptions',
      'microsoft.resources/subscriptions/resourcegroups',
    ],
  );
});

test('assignments are shown by where they stand: below the scope asked for, above it, or both', async () => {
  const made = await world();
  const group = '/providers/Microsoft.Management/managementGroups/00000000-0000-4000-8000-000000000000';
  const id = '00000000-0000-4000-9000-000000000009';
  const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
  await assign(made, group, id, reader, '00000000-0000-4000-9000-0000000000b1');
  await assign(made, subscription, id, reader, '00000000-0000-4000-9000-0000000000b2');
  await assign(made, `${subscription}/resourceGroups/rg-a`, id, reader, '00000000-0000-4000-9000-0000000000b3');
  const query =
    "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | extend n = substring(name, 35) | project n | sort by n asc";
  const subscriptions = [subscription.slice('/subscriptions/'.length)];
  const at = async (authorizationScopeFilter: string): Promise<string> => {
    const found = await rows(made, query, { subscriptions, options: { authorizationScopeFilter } });
    return (found as readonly JsonObject[]).map(({ n }) => n as string).join('');
  };
  assert.equal(await at('AtScopeAndBelow'), '23');
  assert.equal(await at('AtScopeAndAbove'), '12');
  assert.equal(await at('AtScopeAboveAndBelow'), '123');
  assert.equal(await at('AtScopeExact'), '2');
});

test('a fault of the query says where it is; facets count, and fail alone', async () => {
  const made = await world();
  const wrong = await ask(made, { query: 'resources\n| where nmae == 1' });
  assert.equal(wrong.status, 400);
  const details = memberOf(memberOf(wrong.body, 'error'), 'details') as readonly JsonObject[];
  assert.equal(details[0]?.['code'], 'InvalidQuery');
  assert.deepEqual(
    [details[1]?.['line'], details[1]?.['characterPositionInLine'], details[1]?.['token']],
    [2, 8, 'nmae'],
  );
  const broken = await ask(made, { query: 'resources | where' });
  assert.equal((memberOf(memberOf(broken.body, 'error'), 'details') as readonly JsonObject[])[1]?.['token'], '<EOF>');
  const faceted = await ask(made, {
    query: 'resources',
    facets: [{ expression: 'resourceGroup' }, { expression: 'nothing' }],
  });
  const [good, bad] = memberOf(faceted.body, 'facets') as readonly JsonObject[];
  assert.deepEqual(good?.['data'], [
    { resourceGroup: 'rg-a', count: 3 },
    { resourceGroup: 'rg-b', count: 1 },
  ]);
  assert.equal(bad?.['resultType'], 'FacetError');
});
