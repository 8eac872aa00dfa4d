/** The first start, seen from outside: the sample has run by itself. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const group = `${subscription}/resourceGroups/rg-sample`;
const workflow = `${group}/providers/Microsoft.Logic/workflows/Send-email-on-alert`;

describe('a first start', () => {
  const server = new TocsinServer([]);
  before(() => server.start());
  after(() => server.remove());

  async function onlyRun(): Promise<JsonObject> {
    const { body } = await server.call('GET', `${workflow}/runs?api-version=2019-05-01`);
    assert.equal(body.value?.length, 1);
    return server.finishedRun(textOf(body.value?.[0], 'id'));
  }

  test('the alert is listed', async () => {
    const { status, body } = await server.call(
      'GET',
      `${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`,
    );
    assert.equal(status, 200);
    assert.equal(body.value?.length, 1);
    const properties = body.value?.[0]?.properties as JsonObject;
    assert.equal(properties.alertDisplayName, 'Suspected brute force attack on a SQL server');
  });

  test('one run has Succeeded, every step with its inputs and outputs', async () => {
    const run = await onlyRun();
    assert.equal((run.properties as JsonObject).status, 'Succeeded');
    const { body } = await server.call('GET', `${textOf(run, 'id')}/actions?api-version=2019-05-01`);
    const names = body.value?.map((action) => action.name);
    assert.deepEqual(names?.toSorted(), [
      'Mail_body',
      'Parse_alert',
      'Remediation_steps',
      'Send_an_email',
      'Steps_as_table',
    ]);
    for (const action of body.value ?? []) {
      const properties = action.properties as JsonObject;
      assert.equal(properties.status, 'Succeeded', textOf(action, 'name'));
      for (const link of ['inputsLink', 'outputsLink']) {
        const { uri } = properties[link] as JsonObject;
        const content = await server.call('GET', textOf({ uri: uri ?? null }, 'uri'), { token: null });
        assert.equal(content.status, 200, `${textOf(action, 'name')} ${link}`);
        assert.ok(content.text.length > 2);
      }
    }
  });

  test('one mail is in the outbox with the name of the alert in it', async () => {
    await onlyRun();
    const { body } = await server.call('GET', '/tocsin/v1/outbox');
    assert.equal(body.value?.length, 1);
    assert.match(JSON.stringify(body.value?.[0]), /Suspected brute force attack on a SQL server/);
  });

  test('a second start changes nothing', async () => {
    assert.equal(await server.stop(), 0);
    await server.start();
    await onlyRun();
    const { body } = await server.call('GET', '/tocsin/v1/outbox');
    assert.equal(body.value?.length, 1);
  });
});
