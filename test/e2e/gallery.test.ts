/**
 * The playbooks of the gallery as a user has them: deployed over HTTP into a server in the sandbox, wired to an automation,
 * set off by their sample event, judged by what came out. What is expected stands beside each playbook, in `sandbox.json`.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const gallery = join(import.meta.dirname, '../../gallery');
const group = `${subscription}/resourceGroups/rg-sample`;

interface SentCall extends JsonObject {
  readonly connector: string;
  readonly action: string;
  readonly path: string;
}

interface Expected {
  readonly id: string;
  readonly apiVersion: string;
  readonly properties?: JsonObject;
}

interface Case {
  readonly title: string;
  /** Merged into the sample event. */
  readonly event?: JsonObject;
  readonly mocks?: readonly JsonObject[];
  /** How many runs the event starts: one unless told. */
  readonly starts?: 0;
  /** Of the run; Succeeded unless told. */
  readonly status?: string;
  readonly sent: readonly SentCall[];
  readonly resources?: readonly Expected[];
  readonly missing?: readonly Expected[];
  readonly listed?: readonly { readonly path: string; readonly apiVersion: string; readonly count: number }[];
  readonly alertStatus?: string;
}

interface Script {
  readonly parameters: JsonObject;
  readonly roles?: readonly { readonly role: string; readonly scope: string }[];
  readonly inventory?: readonly { readonly id: string; readonly apiVersion: string; readonly body: JsonObject }[];
  /** The event source of the automation, or `Recurrence`: then the trigger is run. */
  readonly source: string;
  readonly cases: readonly Case[];
}

function file<T>(name: string, path: string): T {
  return JSON.parse(readFileSync(join(gallery, name, path), 'utf8')) as T;
}

function merged(target: Json, change: Json | undefined): Json {
  if (change === undefined) return target;
  if (!isJsonObject(target) || !isJsonObject(change)) return change;
  const names = Object.keys(change).map((name) => [name, merged(target[name] ?? null, change[name])] as const);
  return { ...target, ...Object.fromEntries(names) };
}

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Asserts that everything expected is in the value; objects may have more. */
function assertHas(actual: Json | undefined, expected: Json, what: string): void {
  if (isJsonObject(expected)) {
    for (const [name, value] of Object.entries(expected)) assertHas(memberOf(actual, name), value, `${what}.${name}`);
    return;
  }
  assert.deepEqual(actual, expected, what);
}

describe('the playbooks of the gallery in the sandbox', () => {
  const server = new TocsinServer(['--empty', '--sandbox']);
  const names = readdirSync(gallery, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  before(async () => {
    await server.start();
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  });
  after(() => server.remove());

  async function put(path: string, apiVersion: string, body: JsonObject): Promise<JsonObject> {
    const { status, text, body: answer } = await server.call('PUT', `${path}?api-version=${apiVersion}`, { body });
    assert.ok(status >= 200 && status < 300, `${path}: ${text}`);
    return answer;
  }

  /** Deploys the template as it is; its outputs. */
  async function deploy(name: string, parameters: JsonObject): Promise<Readonly<Record<string, string>>> {
    const template = file<JsonObject>(name, 'azuredeploy.json');
    const given = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }]));
    const path = `${group}/providers/Microsoft.Resources/deployments/${name}`;
    await put(path, '2022-09-01', { properties: { mode: 'Incremental', template, parameters: given } });
    const properties = await server.eventually(async () => {
      const { body } = await server.call('GET', `${path}?api-version=2022-09-01`);
      const seen = body.properties as JsonObject;
      return seen.provisioningState === 'Succeeded' || seen.provisioningState === 'Failed' ? seen : undefined;
    }, `the deployment of ${name}`);
    assert.equal(properties.provisioningState, 'Succeeded', JSON.stringify(properties.error));
    const outputs = Object.entries(properties.outputs as JsonObject);
    return Object.fromEntries(outputs.map(([key, output]) => [key, textOf(output, 'value')]));
  }

  async function grant(role: string, scope: string, principalId: string): Promise<void> {
    const filter = encodeURIComponent(`roleName eq '${role}'`);
    const path = `${subscription}/providers/Microsoft.Authorization/roleDefinitions`;
    const { body } = await server.call('GET', `${path}?api-version=2022-04-01&$filter=${filter}`);
    const [definition] = body.value ?? [];
    assert.ok(definition !== undefined, `no role '${role}'`);
    const roleDefinitionId = textOf(definition, 'id');
    await put(`${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`, '2022-04-01', {
      properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' },
    });
  }

  const automation = `${group}/providers/Microsoft.Security/automations/gallery`;

  function automate(eventSource: string, logicAppResourceId: string): Promise<JsonObject> {
    return put(automation, '2019-01-01-preview', {
      location: 'westeurope',
      properties: {
        isEnabled: true,
        scopes: [{ description: 'all', scopePath: subscription }],
        sources: [{ eventSource, ruleSets: [] }],
        actions: [{ actionType: 'LogicApp', logicAppResourceId }],
      },
    });
  }

  /** Sends the event and answers the run it starts, ended; for a schedule, runs the trigger. */
  async function start(script: Script, workflow: string, event: Json, starts: number): Promise<JsonObject | undefined> {
    const sent = await server.call('POST', '/ingest/v1/events', { body: event });
    assert.equal(sent.status, 202, sent.text);
    assert.deepEqual(sent.body.rejected, []);
    if (script.source === 'Recurrence') {
      const run = await server.call('POST', `${workflow}/triggers/Recurrence/run?api-version=2019-05-01`);
      assert.equal(run.status, 202, run.text);
      return server.finishedRun(`${workflow}/runs/${run.headers.get('x-ms-workflow-run-id') ?? ''}`);
    }
    const runs = (sent.body.events as readonly JsonObject[]).flatMap((one) => one.runs as readonly string[]);
    assert.equal(runs.length, starts, sent.text);
    return runs[0] === undefined ? undefined : server.finishedRun(runs[0]);
  }

  async function checkSent(expected: readonly SentCall[]): Promise<void> {
    const { body } = await server.call('GET', '/tocsin/v1/outbox');
    const items = (body.value ?? []).toReversed();
    const calls = items.map((item) => `${textOf(item, 'connector')} ${textOf(item, 'action')}`);
    assert.deepEqual(
      calls,
      expected.map(({ connector, action }) => `${connector} ${action}`),
    );
    for (const [index, { connector: _, action, contains, lacks, ...request }] of expected.entries()) {
      const captured = memberOf(items[index], 'request');
      assertHas(captured, request, action);
      for (const text of textsOf(contains)) {
        assert.ok(JSON.stringify(captured).includes(text), `${action} says nothing of '${text}'`);
      }
      const content = JSON.stringify(memberOf(captured, 'body'));
      for (const text of textsOf(lacks)) assert.ok(!content.includes(text), `${action} says '${text}'`);
    }
  }

  async function checkInventory(one: Case): Promise<void> {
    for (const { id, apiVersion, properties = {} } of one.resources ?? []) {
      const { body, text } = await server.call('GET', `${id}?api-version=${apiVersion}`);
      assertHas(body.properties, properties, text);
    }
    for (const { id, apiVersion } of one.missing ?? []) {
      assert.equal((await server.call('GET', `${id}?api-version=${apiVersion}`)).status, 404);
    }
    for (const { path, apiVersion, count } of one.listed ?? []) {
      const { body, text } = await server.call('GET', `${path}?api-version=${apiVersion}`);
      assert.equal(body.value?.length, count, text);
    }
  }

  async function checkAlert(event: Json, status: string): Promise<void> {
    const id = textOf(event, 'SystemAlertId');
    const path = `${subscription}/providers/Microsoft.Security/alerts`;
    const { body } = await server.call('GET', `${path}?api-version=2022-01-01`);
    const found = (body.value ?? []).find(({ name }) => name === id);
    assert.equal(memberOf(found?.properties, 'status'), status);
  }

  async function failures(run: string): Promise<string> {
    const { body } = await server.call('GET', `${run}/actions?api-version=2019-05-01&$top=250`);
    const failed = (body.value ?? []).filter(({ properties }) => memberOf(properties, 'status') === 'Failed');
    const reasons = failed.map(async ({ name, properties }) => {
      const link = memberOf(memberOf(properties, 'outputsLink'), 'uri');
      const outputs = typeof link === 'string' ? await (await fetch(link)).text() : '';
      return `${JSON.stringify(name)}: ${JSON.stringify(memberOf(properties, 'error') ?? '')} ${outputs}`;
    });
    return (await Promise.all(reasons)).join('\n');
  }

  async function play(script: Script, workflow: string, sample: JsonObject, one: Case): Promise<void> {
    await server.call('DELETE', '/tocsin/v1/outbox');
    const mocked = await server.call('PUT', '/tocsin/v1/mocks', { body: { mocks: one.mocks ?? [] } });
    assert.equal(mocked.status, 200, mocked.text);
    const fresh = 'SystemAlertId' in sample ? { SystemAlertId: crypto.randomUUID() } : {};
    const event = JSON.parse(
      JSON.stringify(merged(merged(sample, one.event), fresh)).replaceAll(
        textMember(sample, 'SystemAlertId') ?? 'none',
        fresh.SystemAlertId ?? '',
      ),
    ) as JsonObject;
    const run = await start(script, workflow, event, one.starts ?? 1);
    if (run !== undefined) {
      const status = memberOf(run.properties, 'status');
      assert.equal(status, one.status ?? 'Succeeded', await failures(textOf(run, 'id')));
    }
    await checkSent(one.sent);
    await checkInventory(one);
    if (one.alertStatus !== undefined) await checkAlert(event, one.alertStatus);
  }

  test('are at least twelve', () => assert.ok(names.length >= 12));

  for (const name of names) {
    const script = file<Script>(name, 'sandbox.json');
    describe(name, () => {
      let workflow = '';
      before(async () => {
        for (const { id, apiVersion, body } of script.inventory ?? []) await put(id, apiVersion, body);
        const outputs = await deploy(name, script.parameters);
        workflow = outputs.logicAppResourceId ?? '';
        for (const { role, scope } of script.roles ?? []) await grant(role, scope, outputs.principalId ?? '');
        if (script.source !== 'Recurrence') await automate(script.source, workflow);
      });
      after(() => server.call('DELETE', `${automation}?api-version=2019-01-01-preview`));
      for (const one of script.cases) {
        test(one.title, () => play(script, workflow, file<JsonObject>(name, 'sample-event.json'), one));
      }
    });
  }
});
