/** Preflight, `tocsin doctor` and the warnings of `tocsin deploy` against a real server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { type JsonObject, memberOf, textMember } from '#foundation';
import { connect, connectionId, over, saveConnected } from './connector-runs.ts';
import { connectorTrigger, roles, SecurityCenter, source } from './security-center.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';
import { runsGroup, saveWorkflow } from './workflow-runs.ts';

const root = join(import.meta.dirname, '../..');
const arm = 'https://management.azure.com';

describe('preflight', () => {
  const server = new TocsinServer();
  before(() => server.start());
  after(() => server.remove());

  async function findings(workflowId: string): Promise<readonly JsonObject[]> {
    const { status, body, text } = await server.call('POST', '/tocsin/v1/preflight', { body: { workflowId } });
    assert.equal(status, 200, text);
    return body.value ?? [];
  }

  async function codes(workflowId: string): Promise<readonly (readonly [string, string, string])[]> {
    return (await findings(workflowId)).map((one) => [
      textMember(one, 'action') ?? textMember(one, 'trigger') ?? '',
      textOf(one, 'severity'),
      textOf(one, 'code'),
    ]);
  }

  const http = (uri: string, more: JsonObject = {}): JsonObject => ({
    type: 'Http',
    inputs: { method: 'GET', uri, ...more },
  });
  const managed = { authentication: { type: 'ManagedServiceIdentity', audience: arm } };

  test('a connection that is missing, not there or not authorised is an error at the action that uses it', async () => {
    await connect(server, 'office365');
    const id = await saveConnected(server, ['office365', 'gone'], {
      Send: over('office365', 'post', '/v2/Mail', { body: {} }),
      Ask: over('gone', 'post', '/v2/Mail', { body: {} }),
      Post: over('nowhere', 'post', '/v2/Mail', { body: {} }),
    });
    assert.deepEqual(await codes(id), [
      ['Send', 'Error', 'ConnectionNotAuthorized'],
      ['Ask', 'Error', 'ApiConnectionNotFound'],
      ['Post', 'Error', 'ConnectionKeyMissing'],
    ]);
  });

  test('a connection in the sandbox is told as such, and an operation that no connector has as unknown', async () => {
    await connect(server, 'slack');
    const body = { connectionId: connectionId('slack'), enabled: true };
    await server.call('POST', '/tocsin/v1/connections/sandbox', { body });
    const id = await saveConnected(server, ['slack'], {
      Shout: over('slack', 'post', "/no/such/@{triggerBody()?['x']}/operation"),
    });
    const told = await findings(id);
    assert.deepEqual(
      told.map(({ severity, code }) => [severity, code]),
      [
        ['Information', 'ConnectionInSandbox'],
        ['Information', 'OperationUnknown'],
      ],
    );
    assert.match(textOf(told[1], 'message'), /'POST \/no\/such\/…\/operation'/);
  });

  test('a call on resources needs an identity, and the identity a role that allows it', async () => {
    const path = `${arm}${subscription}/resourceGroups/@{triggerBody()?['group']}/providers/Microsoft.Compute/virtualMachines/@{triggerBody()?['vm']}/deallocate?api-version=2023-03-01`;
    const actions = { Stop: http(path, { method: 'POST', ...managed }), Look: http(`${arm}${subscription}`) };
    const id = await saveWorkflow(server, { actions });
    assert.deepEqual(await codes(id), [
      ['Stop', 'Error', 'IdentityMissing'],
      ['Look', 'Error', 'AuthenticationMissing'],
    ]);
    const withIdentity = await saveWorkflow(
      server,
      { actions: { Stop: actions.Stop } },
      { identity: { type: 'SystemAssigned' } },
    );
    const [lacking] = await findings(withIdentity);
    assert.equal(lacking?.code, 'PermissionMissing');
    assert.match(textOf(lacking, 'message'), /'Microsoft\.Compute\/virtualMachines\/deallocate\/action' at or below/);
    const { body } = await server.call('GET', `${withIdentity}?api-version=2019-05-01`);
    const principalId = textOf(body.identity, 'principalId');
    const assignment = `${runsGroup}/providers/Microsoft.Authorization/roleAssignments/7f0f2f0e-1111-4222-8333-444455556666`;
    const put = await server.call('PUT', `${assignment}?api-version=2022-04-01`, {
      body: {
        properties: {
          principalId,
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roles.owner}`,
        },
      },
    });
    assert.equal(put.status, 201, put.text);
    assert.deepEqual(await codes(withIdentity), []);
  });

  test('hosts that are forbidden or do not answer are found, known ones by parameters too; nothing else is sent', async () => {
    const id = await saveWorkflow(server, {
      parameters: { host: { type: 'String', defaultValue: '169.254.169.254' } },
      actions: {
        Metadata: http("http://@{parameters('host')}/latest/@{triggerBody()?['x']}"),
        Closed: http('http://127.0.0.1:9/x'),
        Own: http(`${server.url}/health`),
        Unknown: http("@{triggerBody()?['url']}"),
      },
    });
    assert.deepEqual(await codes(id), [
      ['Metadata', 'Error', 'AddressForbidden'],
      ['Closed', 'Warning', 'HostUnreachable'],
    ]);
  });

  test('a trigger of security events is wired once an enabled automation sends it what it takes', async () => {
    await server.call('PUT', `${subscription}/resourceGroups/rg-preflight?api-version=2021-04-01`, {
      body: { location: 'westeurope' },
    });
    const center = new SecurityCenter(server, 'rg-preflight');
    const id = await center.logicApp(connectorTrigger('Alert'));
    const [trigger = ''] = Object.keys(connectorTrigger('Alert'));
    const triggerCodes = async () => (await codes(id)).filter(([place]) => place === trigger).map(([, , code]) => code);
    assert.ok((await triggerCodes()).includes('TriggerNotWired'));
    await center.automate(id, source('Alerts'), { isEnabled: false });
    assert.ok((await triggerCodes()).includes('TriggerNotWired'));
    await center.automate(id, source('Alerts'));
    assert.ok(!(await triggerCodes()).includes('TriggerNotWired'));
    await connect(server, 'ascalert');
    assert.ok(!(await triggerCodes()).includes('OperationUnknown'), 'the trigger is fired by this server');
  });

  test('a logic app that another one calls must be enabled, and an enabled static result is told', async () => {
    const inner = await saveWorkflow(server, {
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
      actions: { Answer: { type: 'Response', kind: 'Http', inputs: { statusCode: 200 } } },
    });
    const host = { triggerName: 'manual', workflow: { id: inner } };
    const id = await saveWorkflow(server, {
      staticResults: { Mock0: { status: 'Succeeded', outputs: { statusCode: 'OK' } } },
      actions: {
        Call: { type: 'Workflow', inputs: { host } },
        Mocked: {
          ...http('http://127.0.0.1:9/'),
          runtimeConfiguration: { staticResult: { name: 'Mock0', staticResultOptions: 'Enabled' } },
        },
      },
    });
    await server.call('POST', `${inner}/disable?api-version=2019-05-01`);
    assert.deepEqual(await codes(id), [
      ['Call', 'Error', 'LinkedWorkflowDisabled'],
      ['Mocked', 'Information', 'StaticResultEnabled'],
    ]);
  });

  test('a scope means its enabled logic apps; what is no scope or not there is refused', async () => {
    const ask = (body: JsonObject) => server.call('POST', '/tocsin/v1/preflight', { body });
    const all = await ask({ scope: subscription });
    const group = await ask({ scope: runsGroup });
    assert.ok((all.body.checked as number) > (group.body.checked as number));
    assert.equal((await ask({ scope: 'nowhere' })).status, 400);
    assert.equal((await ask({ workflowId: `${runsGroup}/providers/Microsoft.Logic/workflows/none` })).status, 404);
  });

  test('doctor prints findings by logic app and ends with 1 on errors; deploy warns of what it deployed', async () => {
    const run = (...words: readonly string[]) => tocsin(server, words);
    const sick = await run('doctor', '--scope', 'rg-runs');
    assert.equal(sick.code, 1);
    assert.match(sick.output, /✗ Send: The API connection 'office365' of 'Office 365 Outlook' is not authorised/);
    assert.match(sick.output, /\d+ logic apps checked: \d+ errors, \d+ warnings/);
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-preflight-'));
    const file = join(folder, 'app.json');
    const definition = {
      $schema:
        'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
      contentVersion: '1.0.0.0',
      triggers: {},
      actions: { Look: http(`${arm}${subscription}`) },
    };
    const resource = {
      type: 'Microsoft.Logic/workflows',
      apiVersion: '2019-05-01',
      name: 'deployed',
      location: 'westeurope',
      properties: { definition },
    };
    const schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
    writeFileSync(file, JSON.stringify({ $schema: schema, contentVersion: '1.0.0.0', resources: [resource] }));
    try {
      const deployed = await run('deploy', file, '--scope', 'rg-deployed');
      assert.equal(deployed.code, 0, deployed.notes);
      assert.match(deployed.notes, /Look: The call carries no authentication/);
      // Clients that are not ours read the same in the deployment.
      const deployments = `${subscription}/resourceGroups/rg-deployed/providers/Microsoft.Resources/deployments`;
      const { body } = await server.call('GET', `${deployments}?api-version=2025-04-01`);
      const told = memberOf(body.value?.[0]?.properties ?? null, 'diagnostics') as readonly JsonObject[];
      const [call] = told.filter(({ code }) => code === 'AuthenticationMissing');
      assert.equal(textOf(call, 'level'), 'Warning', JSON.stringify(told));
      assert.match(textOf(call, 'target'), /\/workflows\/deployed\/actions\/Look$/);
      const healthy = await run('doctor', '--scope', 'rg-empty');
      assert.equal(healthy.code, 0, healthy.notes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Runs the command line beside the server. */
function tocsin(server: TocsinServer, words: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words, '--url', server.url], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', TOCSIN_TOKEN: server.token },
  });
  let [output, notes] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  return new Promise<{ readonly code: number | null; readonly output: string; readonly notes: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, output, notes }));
  });
}
