/** How much one deployment may hold. Source: template reference 18. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { codeOf, type Harness, messageOf } from '../harness.ts';
import { at, body, deployed, deployments, stateOf, widget, withGroup } from './deployment-harness.ts';

function numbered(count: number, value: Json): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, value]));
}

async function validated(api: Harness, request: JsonObject) {
  return api.call('POST', `${deployments}/d/validate`, { body: request });
}

const sections: readonly (readonly [string, number, Json])[] = [
  ['parameters', 256, { type: 'int', defaultValue: 1 }],
  ['variables', 256, 1],
  ['outputs', 64, { type: 'int', value: 1 }],
];

test('a template has at most 256 parameters, 256 variables and 64 outputs', async () => {
  const api = await withGroup();
  for (const [section, limit, value] of sections) {
    const fits = await validated(api, body({ resources: [], [section]: numbered(limit, value) }));
    assert.equal(fits.status, 200, JSON.stringify(fits.body));
    const over = await validated(api, body({ resources: [], [section]: numbered(limit + 1, value) }));
    assert.equal(codeOf(over), 'InvalidTemplate', section);
    assert.match(messageOf(over), new RegExp(`${section} '${limit + 1}' exceeds the limit of '${limit}'`));
  }
});

test('a template has at most 800 resources, copies counted', async () => {
  const api = await withGroup();
  const copied = { ...widget("[concat('w', copyIndex())]"), copy: { name: 'c', count: 800 } };
  const fits = await validated(api, body({ resources: [copied] }));
  assert.equal(fits.status, 200, JSON.stringify(fits.body));
  const over = await validated(api, body({ resources: [copied, widget('more')] }));
  assert.equal(codeOf(over), 'InvalidTemplate');
  assert.match(messageOf(over), /number of resources exceeds the limit of '800'/);
});

function sized(name: string, text: Json): JsonObject {
  return { ...widget(name), properties: { text } };
}

// 1,000 characters doubled `times` times.
function doubled(times: number): JsonObject {
  const variables: { [name: string]: Json } = { t0: 'x'.repeat(1_000) };
  for (let step = 1; step <= times; step++) {
    variables[`t${step}`] = `[concat(variables('t${step - 1}'), variables('t${step - 1}'))]`;
  }
  return variables;
}

test('a resource has at most 1 MB after its expressions are evaluated', async () => {
  const api = await withGroup();
  const fits = await validated(api, body({ variables: doubled(10), resources: [sized('w', "[variables('t10')]")] }));
  assert.equal(fits.status, 200, JSON.stringify(fits.body).slice(0, 500));
  const request = body({ variables: doubled(11), resources: [sized('small', 'x'), sized('w', "[variables('t11')]")] });
  const over = await validated(api, request);
  assert.equal(over.status, 400);
  assert.equal(codeOf(over), 'DeploymentSizeExceeded');
  assert.match(messageOf(over), /widgets\/w' has '\d+' bytes.*limit is '1048576' bytes/);
  const refused = await api.call('PUT', `${deployments}/d`, { body: request });
  assert.equal(codeOf(refused), 'DeploymentSizeExceeded');
  assert.equal((await api.call('GET', `${deployments}/d`)).status, 404, 'nothing is stored');
});

test('a template has at most 4 MB after its copies and expressions are evaluated', async () => {
  const api = await withGroup();
  const copied = (count: number): JsonObject =>
    body({
      variables: doubled(9),
      resources: [{ ...sized("[concat('w', copyIndex())]", "[variables('t9')]"), copy: { name: 'c', count } }],
    });
  const fits = await validated(api, copied(8));
  assert.equal(fits.status, 200, JSON.stringify(fits.body).slice(0, 500));
  const over = await validated(api, copied(9));
  assert.equal(codeOf(over), 'DeploymentSizeExceeded');
  assert.match(messageOf(over), /more than '4194304' bytes/);
});

test('800 small resources are no 4 MB', async () => {
  const api = await withGroup();
  const resource = sized("[concat('w', copyIndex())]", '\u00e4'.repeat(600));
  const fits = await validated(api, body({ resources: [{ ...resource, copy: { name: 'c', count: 800 } }] }));
  assert.equal(fits.status, 200, JSON.stringify(fits.body).slice(0, 500));
});

test('a resource that only the running deployment knows is measured before it is written', async () => {
  const api = await withGroup();
  const read = await deployed(
    api,
    'd',
    body({
      variables: doubled(9),
      resources: [
        sized('first', "[variables('t9')]"),
        sized('second', "[concat(reference('first').text, reference('first').text, reference('first').text)]"),
      ],
    }),
  );
  assert.equal(stateOf(read), 'Failed');
  assert.match(JSON.stringify(at(read.body, 'properties', 'error')), /DeploymentSizeExceeded/);
});
