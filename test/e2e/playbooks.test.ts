/** Published playbooks, deployed unmodified and set off by published-shaped events, in the sandbox. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const group = `${subscription}/resourceGroups/rg-playbooks`;
const contributor = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;

const skip = existsSync(corpus) ? false : 'no corpus beside the checkout';

/** An event of the corpus, moved into the local subscription. */
function event(name: string): JsonObject {
  const text = readFileSync(join(corpus, 'events', `${name}.json`), 'utf8');
  return JSON.parse(text.replaceAll(/\/subscriptions\/[0-9a-f-]{36}/gi, subscription)) as JsonObject;
}

function parametersOf(file: string): JsonObject {
  const index = JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8')) as readonly JsonObject[];
  const entry = index.find((one) => one.file === `defender-for-cloud/${file}.json`);
  const given = (entry?.parameters ?? {}) as JsonObject;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }]));
}

describe('published playbooks in the sandbox', { skip }, () => {
  const server = new TocsinServer(['--empty', '--sandbox']);
  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => server.remove());

  /** Deploys a playbook as its file is, and answers the id of its logic app. */
  async function deploy(file: string): Promise<string> {
    const template = readFileSync(join(corpus, 'defender-for-cloud', `${file}.json`), 'utf8').replace(/^\uFEFF/, '');
    const path = `${group}/providers/Microsoft.Resources/deployments/${file}`;
    const text = `{"properties":{"mode":"Incremental","parameters":${JSON.stringify(parametersOf(file))},"template":${template}}}`;
    const put = await server.call('PUT', `${path}?api-version=2022-09-01`, { text });
    assert.ok(put.status === 201 || put.status === 200, put.text);
    const done = await server.eventually(async () => {
      const { body } = await server.call('GET', `${path}?api-version=2022-09-01`);
      const state = (body.properties as JsonObject | undefined)?.provisioningState;
      return state === 'Succeeded' || state === 'Failed' ? body : undefined;
    }, `the deployment of ${file}`);
    const properties = done.properties as JsonObject;
    assert.equal(properties.provisioningState, 'Succeeded', JSON.stringify(properties.error));
    const made = properties.outputResources as readonly JsonObject[];
    const workflow = made.map((one) => textOf(one, 'id')).find((id) => /\/Microsoft.Logic\/workflows\//i.test(id));
    assert.ok(workflow !== undefined);
    return workflow;
  }

  /** An automation that starts the logic app on every event of the source. */
  async function automate(name: string, workflow: string, eventSource: string): Promise<void> {
    const id = `${group}/providers/Microsoft.Security/automations/${name}`;
    const { status, text } = await server.call('PUT', `${id}?api-version=2019-01-01-preview`, {
      body: {
        location: 'westeurope',
        properties: {
          isEnabled: true,
          scopes: [{ description: 'all', scopePath: subscription }],
          sources: [{ eventSource, ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: workflow }],
        },
      },
    });
    assert.equal(status, 201, text);
  }

  async function remove(name: string): Promise<void> {
    const id = `${group}/providers/Microsoft.Security/automations/${name}`;
    assert.equal((await server.call('DELETE', `${id}?api-version=2019-01-01-preview`)).status, 204);
  }

  /** Sends the event and answers the one run it started, ended. */
  async function fire(body: Json, workflow: string): Promise<JsonObject> {
    const sent = await server.call('POST', '/ingest/v1/events?unknownSubscription=create', { body });
    assert.equal(sent.status, 202, sent.text);
    const runs = (sent.body.events as readonly JsonObject[]).flatMap((one) => one.runs as readonly string[]);
    const mine = runs.filter((run) => run.toLowerCase().startsWith(workflow.toLowerCase()));
    assert.equal(mine.length, 1, sent.text);
    return server.finishedRun(String(mine[0]));
  }

  async function actions(run: JsonObject): Promise<Record<string, JsonObject>> {
    const { body } = await server.call('GET', `${textOf(run, 'id')}/actions?api-version=2019-05-01&$top=250`);
    return Object.fromEntries((body.value ?? []).map((one) => [textOf(one, 'name'), one.properties as JsonObject]));
  }

  async function lastMail(): Promise<JsonObject> {
    const { body } = await server.call('GET', '/tocsin/v1/outbox?$top=1');
    return body.value?.[0] as JsonObject;
  }

  const alert = (): JsonObject => moved(event('alert-09-sql-bruteforce'), 'a');

  /** The event under ids of its own, so that every test has a new one. */
  function moved(body: JsonObject, mark: string): JsonObject {
    return { ...body, SystemAlertId: `${textOf(body, 'SystemAlertId')}${mark}` };
  }

  test('post-teams-message-alert posts its message', async () => {
    const workflow = await deploy('post-teams-message-alert');
    await automate('teams', workflow, 'Alerts');
    const run = await fire(alert(), workflow);
    assert.equal((run.properties as JsonObject).status, 'Succeeded', JSON.stringify(await actions(run)));
    assert.equal((await lastMail()).connector, 'teams');
    await remove('teams');
  });

  test('create-snowincfrom-ascalert opens its incident', async () => {
    const workflow = await deploy('create-snowincfrom-ascalert');
    await automate('snow', workflow, 'Alerts');
    const run = await fire(moved(event('alert-09-sql-bruteforce'), 'b'), workflow);
    assert.equal((run.properties as JsonObject).status, 'Succeeded', JSON.stringify(await actions(run)));
    assert.equal((await lastMail()).connector, 'service-now');
    await remove('snow');
  });

  test('playbooks whose connection key is missing fail as in Azure, naming the key', async () => {
    for (const [file, key, name, source] of [
      ['open-jiraissue-alert', 'jira', 'jira', 'alert-09-sql-bruteforce'],
      ['send-o365-email-recommendation', 'office365_1', 'mail', 'rec-04-secure-transfer-unhealthy'],
    ] as const) {
      const workflow = await deploy(file);
      await automate(name, workflow, file.endsWith('alert') ? 'Alerts' : 'Assessments');
      const body = event(source);
      const run = await fire(file.endsWith('alert') ? moved(body, 'c') : body, workflow);
      assert.equal((run.properties as JsonObject).status, 'Failed');
      const failed = Object.values(await actions(run)).find((one) => one.status === 'Failed');
      assert.equal(textOf(failed?.error, 'code'), 'InvalidTemplate');
      assert.ok(JSON.stringify(failed?.error).includes(key), JSON.stringify(failed?.error));
      await remove(name);
    }
  });

  test('block-bruteforce-attack leaves a deny rule in the network security group', async () => {
    const workflow = await deploy('block-bruteforce-attack');
    await automate('block', workflow, 'Alerts');
    const { body: app } = await server.call('GET', `${workflow}?api-version=2019-05-01`);
    const { principalId } = app.identity as JsonObject;
    const body = event('alert-13-vm-ssh-bruteforce-success');
    const machine = textOf(body, 'AzureResourceId');
    const owner = machine.split('/').slice(0, 3).join('/');
    const home = machine.split('/').slice(0, 5).join('/');
    await server.call('PUT', `${home}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const network = `${home}/providers/Microsoft.Network`;
    const group = `${network}/networkSecurityGroups/nsg-attacked`;
    for (const [id, properties] of [
      [group, { securityRules: [] }],
      [
        `${network}/networkInterfaces/nic-attacked`,
        {
          ipConfigurations: [{ name: 'ipconfig1', properties: { privateIPAddress: '10.0.0.4' } }],
          networkSecurityGroup: { id: group },
        },
      ],
      [
        machine,
        {
          networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/nic-attacked` }] },
          storageProfile: { osDisk: { osType: 'Linux' } },
        },
      ],
    ] as const) {
      const put = await server.call('PUT', `${id}?api-version=2022-07-01`, {
        body: { location: 'westeurope', properties },
      });
      assert.ok(put.status === 200 || put.status === 201, put.text);
    }
    const assignment = `${owner}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`;
    const granted = await server.call('PUT', `${assignment}?api-version=2022-04-01`, {
      body: {
        properties: {
          principalId: textOf({ principalId: principalId ?? null }, 'principalId'),
          roleDefinitionId: contributor,
        },
      },
    });
    assert.equal(granted.status, 201, granted.text);
    const run = await fire(moved(body, 'd'), workflow);
    const steps = await actions(run);
    assert.equal((run.properties as JsonObject).status, 'Succeeded', JSON.stringify(steps));
    const { body: after } = await server.call('GET', `${group}?api-version=2022-07-01`);
    const rules = (after.properties as JsonObject).securityRules as readonly JsonObject[];
    assert.ok(
      rules.some((rule) => (rule.properties as JsonObject).access === 'Deny'),
      JSON.stringify(after),
    );
  });

  test('every corpus event is accepted', async () => {
    const bodies = readdirSync(join(corpus, 'events')).map((name) => event(name.replace(/\.json$/, '')));
    const sent = await server.call('POST', '/ingest/v1/events?unknownSubscription=create', { body: bodies });
    assert.equal(sent.status, 202, sent.text);
    assert.deepEqual(sent.body.rejected, []);
  });
});
