import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import { principal, settle, subscription } from '../harness.ts';
import { at, body, deployed, group, stateOf, widget, withGroup } from './deployment-harness.ts';

const child: JsonObject = {
  type: 'Contoso.Widgets/widgets/parts',
  apiVersion: '2020-01-01',
  name: 'a/part',
  dependsOn: ['a'],
  properties: { text: '[[not an expression]', of: "[resourceId('Contoso.Widgets/widgets', 'b')]" },
};

const estate = body({
  resources: [
    widget('a', {
      tags: { team: 'soc' },
      properties: { n: 1, away: `${subscription}/resourceGroups/x/providers/A.B/c/d` },
    }),
    widget('b'),
    child,
  ],
});

test('a group is exported as a template that makes the same resources in another group', async () => {
  const api = await withGroup();
  await deployed(api, 'estate', estate);
  const answer = await api.call('POST', `${group}/exportTemplate`, {
    body: { resources: ['*'], options: 'IncludeParameterDefaultValue,IncludeComments' },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(at(answer.body, 'error'), undefined);
  const exported = at(answer.body, 'template') as JsonObject;
  assert.deepEqual(exported['parameters'], {
    c_d_externalid: { type: 'String', defaultValue: `${subscription}/resourceGroups/x/providers/A.B/c/d` },
    widgets_a_name: { type: 'String', defaultValue: 'a' },
    widgets_b_name: { type: 'String', defaultValue: 'b' },
  });
  const other = `${subscription}/resourceGroups/other`;
  await api.call('PUT', other, { body: { location: 'westeurope' } });
  const path = `${other}/providers/Microsoft.Resources/deployments/again`;
  const put = await api.call('PUT', path, { body: { properties: { mode: 'Incremental', template: exported } } });
  assert.equal(put.status, 201, JSON.stringify(put.body));
  await settle();
  assert.equal(stateOf(await api.call('GET', path)), 'Succeeded');
  const part = await api.call('GET', `${other}/providers/Contoso.Widgets/widgets/a/parts/part`);
  assert.equal(at(part.body, 'properties', 'text'), '[not an expression]');
  assert.equal(at(part.body, 'properties', 'of'), `${other}/providers/Contoso.Widgets/widgets/b`);
  const a = await api.call('GET', `${other}/providers/Contoso.Widgets/widgets/a`);
  assert.deepEqual(at(a.body, 'tags'), { team: 'soc' });
});

test('names and ids stay as they are when parameters are not wanted, and single resources can be chosen', async () => {
  const api = await withGroup();
  await deployed(api, 'estate', estate);
  const answer = await api.call('POST', `${group}/exportTemplate`, {
    body: { resources: [`${group}/providers/Contoso.Widgets/widgets/a`], options: 'SkipAllParameterization' },
  });
  const template = at(answer.body, 'template') as JsonObject;
  assert.deepEqual(template['parameters'], {});
  assert.deepEqual(
    (template['resources'] as readonly JsonObject[]).map(({ name }) => name),
    ['a'],
  );
});

test('what the caller may not read is named instead of exported', async () => {
  const api = await withGroup();
  await deployed(api, 'estate', estate);
  const someone = '33333333-3333-4333-8333-333333333333';
  const role = '44444444-4444-4444-8444-444444444444';
  await api.call(
    'PUT',
    `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}?api-version=2022-04-01`,
    {
      body: {
        properties: {
          roleName: 'Exporter',
          type: 'CustomRole',
          permissions: [
            { actions: ['Microsoft.Resources/subscriptions/resourceGroups/exportTemplate/action'], notActions: [] },
          ],
          assignableScopes: [subscription],
        },
      },
    },
  );
  const granted = await api.call(
    'PUT',
    `${group}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111?api-version=2022-04-01`,
    {
      body: {
        properties: {
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
          principalId: someone,
          principalType: 'ServicePrincipal',
        },
      },
    },
  );
  assert.equal(granted.status, 201, JSON.stringify(granted.body));
  const answer = await api.call('POST', `${group}/exportTemplate`, { body: {}, as: principal(someone) });
  assert.equal(answer.status, 200);
  assert.deepEqual(at(answer.body, 'template', 'resources'), []);
  assert.equal((at(answer.body, 'error', 'details') as readonly JsonObject[]).length, 3);
});
