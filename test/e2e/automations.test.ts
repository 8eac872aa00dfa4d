/** "When a high alert that contains SQL comes in": an automation over the published-shaped events. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const events = join(import.meta.dirname, '../../../shared/corpus/events');
const group = `${subscription}/resourceGroups/rg-automations`;
const workflow = `${group}/providers/Microsoft.Logic/workflows/note`;
const automation = `${group}/providers/Microsoft.Security/automations/sql-high?api-version=2019-01-01-preview`;
const skip = existsSync(events) ? false : 'no corpus beside the checkout';

const rule = (propertyJPath: string, operator: string, expectedValue: string): Json => ({
  propertyJPath,
  propertyType: 'String',
  operator,
  expectedValue,
});

function body(isEnabled: boolean): JsonObject {
  return {
    location: 'westeurope',
    properties: {
      isEnabled,
      scopes: [{ description: 'all', scopePath: subscription }],
      sources: [
        {
          eventSource: 'Alerts',
          ruleSets: [{ rules: [rule('AlertDisplayName', 'Contains', 'SQL'), rule('Severity', 'Equals', 'high')] }],
        },
      ],
      actions: [{ actionType: 'LogicApp', logicAppResourceId: workflow }],
    },
  };
}

/** The alert moved into the subscription of the automation, under an id of its own. */
function alert(name: string, mark: string): JsonObject {
  const text = readFileSync(join(events, name), 'utf8');
  const moved = text.replaceAll(/\/subscriptions\/[0-9a-f-]{36}/gi, subscription);
  const parsed = JSON.parse(moved) as JsonObject;
  return { ...parsed, SystemAlertId: `${textOf(parsed, 'SystemAlertId')}${mark}` };
}

describe('an automation on the name and the severity of alerts', { skip }, () => {
  const server = new TocsinServer();
  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const definition = {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
      actions: { Note: { type: 'Compose', inputs: "@triggerBody()?['AlertDisplayName']", runAfter: {} } },
    };
    const saved = await server.call('PUT', `${workflow}?api-version=2019-05-01`, {
      body: { location: 'westeurope', properties: { definition } },
    });
    assert.equal(saved.status, 201, saved.text);
    const put = await server.call('PUT', automation, { body: body(true) });
    assert.equal(put.status, 201, put.text);
  });
  after(() => server.remove());

  async function runsOf(name: string, mark: string): Promise<readonly string[]> {
    const sent = await server.call('POST', '/ingest/v1/events', { body: alert(name, mark) });
    assert.equal(sent.status, 202, sent.text);
    const [accepted] = sent.body.events as readonly JsonObject[];
    return (accepted?.runs ?? []) as readonly string[];
  }

  test('it fires on the SQL brute force and on no alert that lacks the name or the severity', async () => {
    for (const name of readdirSync(events).filter((file) => file.startsWith('alert-'))) {
      const parsed = alert(name, '');
      const wanted = /sql/i.test(textOf(parsed, 'AlertDisplayName')) && /^high$/i.test(textOf(parsed, 'Severity'));
      const runs = await runsOf(name, 'x');
      assert.equal(runs.length, wanted ? 1 : 0, name);
      if (name.startsWith('alert-09')) assert.equal(runs.length, 1);
    }
  });

  test('the callback is never shown, and the run gets the alert as its body', async () => {
    const { text } = await server.call('GET', automation);
    assert.doesNotMatch(text, /"uri"|sig=/);
    const [run] = await runsOf('alert-09-sql-bruteforce.json', 'y');
    const ended = await server.finishedRun(String(run));
    const trigger = (ended.properties as JsonObject).trigger as JsonObject;
    const content = await server.call('GET', textOf(trigger.outputsLink, 'uri'), { token: null });
    assert.match(content.text, /AlertDisplayName/);
  });

  test('sent again it is a duplicate and starts nothing', async () => {
    assert.equal((await runsOf('alert-09-sql-bruteforce.json', 'y')).length, 0);
  });

  test('disabled it does not fire, enabled again it does', async () => {
    assert.equal((await server.call('PUT', automation, { body: body(false) })).status, 200);
    assert.equal((await runsOf('alert-09-sql-bruteforce.json', 'p')).length, 0);
    assert.equal((await server.call('PUT', automation, { body: body(true) })).status, 200);
    assert.equal((await runsOf('alert-09-sql-bruteforce.json', 'q')).length, 1);
  });
});
