/** kill -9 while a deployment runs: it goes on at the next start and ends truthfully, round after round. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { subscription, TocsinServer } from '../e2e/tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-crash`;
const deployments = `${group}/providers/Microsoft.Resources/deployments`;
const version = 'api-version=2022-09-01';
const rounds = 4;
const widgets = 300;

const template = (sections: JsonObject): JsonObject => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  ...sections,
});

/** Serial copies in a nested deployment, something behind them, one value drawn for all. */
const request: JsonObject = {
  properties: {
    mode: 'Incremental',
    parameters: { round: { value: '' } },
    template: template({
      parameters: { round: { type: 'string' }, drawn: { type: 'string', defaultValue: '[newGuid()]' } },
      resources: [
        {
          type: 'Microsoft.Resources/deployments',
          apiVersion: '2022-09-01',
          name: "[concat('inner-', parameters('round'))]",
          properties: {
            mode: 'Incremental',
            expressionEvaluationOptions: { scope: 'inner' },
            parameters: { round: { value: "[parameters('round')]" }, drawn: { value: "[parameters('drawn')]" } },
            template: template({
              parameters: { round: { type: 'string' }, drawn: { type: 'string' } },
              resources: [
                {
                  type: 'Contoso.Widgets/widgets',
                  apiVersion: '2020-01-01',
                  name: "[concat('w', parameters('round'), '-', copyIndex())]",
                  location: 'westeurope',
                  copy: { name: 'many', count: widgets, mode: 'Serial', batchSize: 5 },
                  properties: { drawn: "[parameters('drawn')]" },
                },
              ],
            }),
          },
        },
        {
          type: 'Contoso.Widgets/widgets',
          apiVersion: '2020-01-01',
          name: "[concat('last', parameters('round'))]",
          location: 'westeurope',
          dependsOn: ["[concat('inner-', parameters('round'))]"],
        },
      ],
      outputs: { drawn: { type: 'string', value: "[parameters('drawn')]" } },
    }),
  },
};

describe('kill -9 with a deployment under way', () => {
  const server = new TocsinServer(['--empty']);

  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => server.remove());

  async function ended(name: string): Promise<Json> {
    for (let tries = 0; tries < 600; tries += 1) {
      const { body } = await server.call('GET', `${deployments}/${name}?${version}`);
      const state = textMember(memberOf(body, 'properties'), 'provisioningState');
      if (state !== 'Running' && state !== 'Accepted') return body;
      await pause(50);
    }
    return assert.fail(`${name} does not end`);
  }

  for (let round = 1; round <= rounds; round += 1) {
    test(`round ${round}: it succeeds with every resource, each with the value drawn at its start`, async () => {
      const name = `round-${round}`;
      const properties = request['properties'] as JsonObject;
      const body = { properties: { ...properties, parameters: { round: { value: String(round) } } } };
      assert.equal((await server.call('PUT', `${deployments}/${name}?${version}`, { body })).status, 201);
      await pause(60 * round);
      await server.stop('SIGKILL');
      await server.start();
      const record = await ended(name);
      assert.equal(
        textMember(memberOf(record, 'properties'), 'provisioningState'),
        'Succeeded',
        JSON.stringify(record),
      );
      const drawn = memberOf(memberOf(memberOf(memberOf(record, 'properties'), 'outputs'), 'drawn'), 'value');
      const filter = `$filter=substringof('w${round}-', name)&$top=1000`;
      const { body: list } = await server.call('GET', `${group}/resources?api-version=2021-04-01&${filter}`);
      assert.equal(list.value?.length, widgets);
      for (const index of [0, widgets - 1]) {
        const path = `${group}/providers/Contoso.Widgets/widgets/w${round}-${index}?api-version=2020-01-01`;
        const widget = await server.call('GET', path);
        assert.equal(memberOf(memberOf(widget.body, 'properties'), 'drawn'), drawn);
      }
      const operations = await server.call('GET', `${deployments}/inner-${round}/operations?${version}&$top=1000`);
      assert.equal(operations.body.value?.length, widgets + 1);
    });
  }
});
