/**
 * The sentences of the original feature's documentation ("Automate responses to Security Center triggers", October 2020),
 * each through the public contract. Where a sentence needs the portal, the call that the portal's page makes is tested.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { connectorTrigger, fresh, location, roles, rule, security, SecurityCenter, source } from './security-center.ts';
import { SuppliedPolicies } from './supplied-policies.ts';
import { type Reply, subscription, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer();
const center = new SecurityCenter(server, 'rg-seed');
const { group } = center;
const automations = `${subscription}${security}/automations?api-version=2019-01-01-preview`;
const automationOf = (name: string): string => `${center.automationId(name)}?api-version=2019-01-01-preview`;

before(async () => {
  await server.start();
  await center.apps.makeGroup();
});
after(() => server.remove());

const codeOf = ({ body }: Reply): unknown => (body.error as JsonObject | undefined)?.code;

describe('This article describes the workflow automation feature', () => {
  test('"This feature can trigger Logic Apps on security alerts and recommendations"', async () => {
    const app = await center.logicApp();
    const names = [await center.automate(app, source('Alerts')), await center.automate(app, source('Assessments'))];
    assert.equal((await center.send(center.alert(), app)).length, 1);
    assert.equal((await center.send(center.recommendation(), app)).length, 1);
    for (const name of names) await center.remove(name);
  });

  test('"For example, you might want Security Center to email a specific user when an alert occurs"', async () => {
    const connection = `${group}/providers/Microsoft.Web/connections/office365`;
    const api = `${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/office365`;
    await server.call('PUT', `${connection}?api-version=2016-06-01`, {
      body: { location, properties: { displayName: 'mail', api: { id: api } } },
    });
    const switched = await server.call('POST', '/tocsin/v1/connections/sandbox', {
      body: { connectionId: connection, enabled: true },
    });
    assert.equal(switched.status, 200, switched.text);
    const mail = {
      type: 'ApiConnection',
      inputs: {
        host: { connection: { name: "@parameters('$connections')['office365']['connectionId']" } },
        method: 'post',
        path: '/v2/Mail',
        body: { To: 'ada@contoso.example', Subject: "@triggerBody()?['AlertDisplayName']", Body: '<p>now</p>' },
      },
    };
    const app = await center.logicApp(connectorTrigger('Alert'), { Send_an_email: mail });
    const name = await center.automate(app, source('Alerts'));
    const [run] = await center.send(center.alert({ AlertDisplayName: 'Mail this' }), app);
    const ended = await server.finishedRun(String(run));
    assert.equal((ended.properties as JsonObject).status, 'Succeeded', JSON.stringify(ended));
    const { text } = await server.call('GET', '/tocsin/v1/outbox?$top=1');
    assert.match(text, /ada@contoso\.example/);
    assert.match(text, /Mail this/);
    await center.remove(name);
  });

  test('"Pricing: Free": every plan is Free and the feature works', async () => {
    const { body } = await server.call('GET', `${subscription}${security}/pricings?api-version=2022-03-01`);
    const tiers = (body.value ?? []).map(({ properties }) => (properties as JsonObject).pricingTier);
    assert.deepEqual([...new Set(tiers)], ['Free']);
  });
});

describe('Required roles and permissions', () => {
  test('"Commercial clouds, National/Sovereign (US Gov, China Gov, Other Gov)": a playbook may name any of their managers', async () => {
    const hosts = ['management.azure.com', 'management.usgovcloudapi.net', 'management.chinacloudapi.cn'];
    const calls = hosts.map((host, at): readonly [string, JsonObject] => {
      const authentication = { type: 'ManagedServiceIdentity', audience: `https://${host}/` };
      const uri = `https://${host}${group}`;
      const inputs = { method: 'GET', uri, queries: { 'api-version': '2021-04-01' }, authentication };
      return [`Read_${at}`, { type: 'Http', inputs, runAfter: {} }];
    });
    const app = await center.logicApp(undefined, Object.fromEntries(calls));
    const { body: saved } = await server.call('GET', `${app}?api-version=2019-05-01`);
    const withIdentity = { location, properties: saved.properties ?? {}, identity: { type: 'SystemAssigned' } };
    const put = await server.call('PUT', `${app}?api-version=2019-05-01`, { body: withIdentity });
    assert.equal(put.status, 200, put.text);
    const principalId = textOf(put.body.identity, 'principalId');
    const assignment = `${group}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${roles.reader}`;
    const granted = await server.call('PUT', `${assignment}?api-version=2022-04-01`, {
      body: { properties: { principalId, roleDefinitionId, principalType: 'ServicePrincipal' } },
    });
    assert.equal(granted.status, 201, granted.text);
    const name = await center.automate(app, source('Alerts'));
    const [run] = await center.send(center.alert(), app);
    const ended = await server.finishedRun(String(run));
    assert.equal((ended.properties as JsonObject).status, 'Succeeded', JSON.stringify(ended));
    await center.remove(name);
  });

  test('"Security admin role or Owner on the resource group": either may save, others may not', async () => {
    const app = await center.logicApp();
    const body = center.automationBody(app, source('Alerts'), { isEnabled: false });
    const owner = await center.principal({ role: roles.owner, scope: group });
    assert.equal((await center.put(fresh('by-owner'), body, owner)).status, 201);
    const reader = await center.principal({ role: roles.securityReader, scope: group });
    const refused = await center.put(fresh('by-reader'), body, reader);
    assert.deepEqual([refused.status, codeOf(refused)], [403, 'AuthorizationFailed']);
  });

  test('"Must also have write permissions for the target resource"', async () => {
    const app = await center.logicApp();
    const body = center.automationBody(app, source('Alerts'), { isEnabled: false });
    const alone = await center.principal({ role: roles.securityAdmin, scope: group });
    const refused = await center.put(fresh('by-admin'), body, alone);
    assert.deepEqual([refused.status, codeOf(refused)], [403, 'LinkedAuthorizationFailed']);
    const both = await center.principal(
      { role: roles.securityAdmin, scope: group },
      { role: roles.logicAppContributor, scope: app },
    );
    assert.equal((await center.put(fresh('by-both'), body, both)).status, 201);
  });

  test('"this role [Logic App Operator] can\'t create or edit logic apps"; it reads, enables and disables them', async () => {
    const app = await center.logicApp();
    const token = await center.principal({ role: roles.logicAppOperator, scope: group });
    const path = `${app}?api-version=2019-05-01`;
    const { status, body } = await server.call('GET', path, { token });
    assert.equal(status, 200);
    assert.equal((await server.call('PUT', path, { token, body })).status, 403);
    for (const action of ['disable', 'enable'])
      assert.equal((await server.call('POST', `${app}/${action}?api-version=2019-05-01`, { token })).status, 200);
  });

  test('"Logic App Contributor permissions are required for Logic App creation and modification"', async () => {
    const token = await center.principal({ role: roles.logicAppContributor, scope: group });
    const path = `${group}/providers/Microsoft.Logic/workflows/${fresh('contributed')}?api-version=2019-05-01`;
    const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
    const body = { location, properties: { definition } };
    assert.equal((await server.call('PUT', path, { token, body })).status, 201);
    assert.equal((await server.call('PUT', path, { token, body })).status, 200);
  });

  test('"If you want to use Logic App connectors, you may need additional credentials to sign in"', async () => {
    const connection = `${group}/providers/Microsoft.Web/connections/${fresh('teams')}`;
    const api = `${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/teams`;
    const put = await server.call('PUT', `${connection}?api-version=2016-06-01`, {
      body: { location, properties: { displayName: 'chat', api: { id: api } } },
    });
    const statuses = (put.body.properties as JsonObject).statuses as readonly JsonObject[];
    assert.equal(statuses[0]?.status, 'Error', 'signed in by nobody');
  });
});

describe('Create a logic app and define when it should automatically run', () => {
  test('"From this page you can create new automation rules, as well as enable, disable, or delete existing ones"', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts'));
    const listed = async (): Promise<readonly unknown[]> =>
      ((await server.call('GET', automations)).body.value ?? []).map((each) => each.name);
    assert.ok((await listed()).includes(name));
    for (const [isEnabled, runs] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const path = `${center.automationId(name)}?api-version=2023-12-01-preview`;
      const patched = await server.call('PATCH', path, { body: { properties: { isEnabled } } });
      assert.equal(patched.status, 200, patched.text);
      assert.equal((await center.send(center.alert(), app)).length, runs);
    }
    await center.remove(name);
    assert.ok(!(await listed()).includes(name));
    assert.equal((await center.send(center.alert(), app)).length, 0);
  });

  test('"Here you can enter: a name and description for the automation"', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts'), { description: 'Calls Ada', isEnabled: false });
    const { body } = await server.call('GET', automationOf(name));
    assert.deepEqual([body.name, (body.properties as JsonObject).description], [name, 'Calls Ada']);
  });

  test('"you might want your Logic App to run when a security alert that contains \\"SQL\\" is generated"', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts', rule('AlertDisplayName', 'Contains', 'SQL')));
    assert.equal((await center.send(center.alert({ AlertDisplayName: 'An sql injection' }), app)).length, 1);
    assert.equal((await center.send(center.alert({ AlertDisplayName: 'A port scan' }), app)).length, 0);
    await center.remove(name);
  });

  test('"the logic app will not trigger for every new security finding; only when the status of the parent changes"', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Assessments'));
    const key = '82e20e14-edc5-4373-bfc4-f13121257c37';
    const machine = fresh('db');
    const parent = (code: string, count: string): JsonObject => {
      const whole = center.recommendation(code, { name: key }, machine);
      return { ...whole, properties: { ...(whole.properties as JsonObject), additionalData: { findings: count } } };
    };
    const finding = (id: string, code = 'Unhealthy'): JsonObject => ({
      id: `${textOf(parent('Healthy', '0'), 'id')}/subAssessments/${id}`,
      type: 'Microsoft.Security/assessments/subAssessments',
      properties: { id, displayName: id, status: { code, severity: 'High' } },
    });
    assert.equal((await center.send(parent('Healthy', '0'), app)).length, 1, 'first evaluation');
    assert.equal((await center.send([finding('f1'), finding('f2')], app)).length, 1, 'two findings, one change');
    assert.equal((await center.send(finding('f3'), app)).length, 0, 'a third finding');
    assert.equal((await center.send(parent('Unhealthy', '3'), app)).length, 0, 'the parent mirrors its findings');
    assert.equal((await center.send(finding('f1', 'Healthy'), app)).length, 0, 'a finding that was resolved');
    assert.equal((await center.send(parent('Healthy', '0'), app)).length, 1, 'the parent recovered');
    await center.remove(name);
  });

  test('"The Logic App that will run when your trigger conditions are met" gets the event as its trigger\'s body', async () => {
    const app = await center.logicApp(connectorTrigger('Alert'));
    const name = await center.automate(app, source('Alerts'));
    const alert = center.alert();
    const [run] = await center.send(alert, app);
    const { body } = await center.triggerOutputs(String(run));
    assert.equal((body as JsonObject).SystemAlertId, alert.SystemAlertId);
    await center.remove(name);
  });

  test('"Enter a name, resource group, and location, and click Create"', async () => {
    const app = await center.logicApp();
    const { body } = await server.call('GET', `${app}?api-version=2019-05-01`);
    assert.deepEqual([body.location, body.id], [location, app]);
  });

  test('"Sometimes parameters are included in the connector as part of a string": json() takes them out', async () => {
    const text = "@json(triggerBody()?['ExtendedProperties']?['Details'])?['account']";
    const app = await center.logicApp(connectorTrigger('Alert'), { Account: { type: 'Compose', inputs: text } });
    const name = await center.automate(app, source('Alerts'));
    const details = { Details: JSON.stringify({ account: 'sa' }) };
    const [run] = await center.send(center.alert({ ExtendedProperties: details }), app);
    await server.finishedRun(String(run));
    const { body } = await server.call('GET', `${String(run)}/actions/Account?api-version=2019-05-01`);
    const outputs = await server.call('GET', textOf((body.properties as JsonObject).outputsLink, 'uri'), {
      token: null,
    });
    assert.equal(outputs.text, '"sa"');
    await center.remove(name);
  });

  test('"If your logic app relies on a recommendation that gets deprecated, your automation will stop working": it says so', async () => {
    const app = await center.logicApp();
    const key = crypto.randomUUID();
    const name = await center.automate(app, source('Assessments', rule('name', 'Contains', key)));
    const warnings = async (): Promise<readonly unknown[]> => {
      const { body } = await server.call('GET', `/tocsin/v1/automationStatus?id=${center.automationId(name)}`);
      return (body.warnings as readonly JsonObject[]).map(({ code }) => code);
    };
    assert.deepEqual(await warnings(), ['RecommendationUnknown']);
    const metadata = `${subscription}${security}/assessmentMetadata/${key}?api-version=2021-06-01`;
    const properties = { displayName: 'Old', severity: 'Low' };
    await server.call('PUT', metadata, { body: { properties } });
    assert.deepEqual(await warnings(), []);
    await server.call('PUT', metadata, { body: { properties: { ...properties, plannedDeprecationDate: '03/2022' } } });
    assert.deepEqual(await warnings(), ['RecommendationRetired']);
    await center.remove(name);
  });

  test('"You can customize the trigger so that it relates only to alerts with the severity levels that interest you"', async () => {
    const app = await center.logicApp();
    const ruleSets = ['high', 'medium'].map((level) => ({ rules: [rule('Severity', 'Equals', level)] }));
    const name = await center.automate(app, [{ eventSource: 'Alerts', ruleSets }]);
    const counts: number[] = [];
    for (const Severity of ['High', 'Medium', 'Low', 'Informational'])
      counts.push((await center.send(center.alert({ Severity }), app)).length);
    assert.deepEqual(counts, [1, 1, 0, 0]);
    await center.remove(name);
  });

  test('"If you are using the legacy trigger, your logic apps will not be launched by Workflow Automation"', async () => {
    const legacy = {
      When_a_response_to_an_Azure_Security_Center_alert_is_triggered: {
        type: 'ApiConnectionWebhook',
        inputs: {
          host: { connection: { name: "@parameters('$connections')['ascalert']['connectionId']" } },
          path: '/subscribe',
          body: { callback_url: '@{listCallbackUrl()}' },
        },
      },
    };
    const app = await center.logicApp(legacy);
    const refused = await center.put(fresh('legacy'), center.automationBody(app, source('Alerts')));
    assert.equal(refused.status, 400);
    assert.match(refused.text, /When an Azure Security Center Alert is created or triggered/);
    assert.match(refused.text, /When an Azure Security Center Recommendation is created or triggered/);
    const { body } = await server.call('GET', '/tocsin/v1/eligibleLogicApps?eventSource=Alerts&$top=1000');
    const shown = body.value?.find(({ id }) => id === app);
    assert.equal(shown?.eligible, false);
    assert.match(textOf(shown, 'reason'), /legacy trigger/);
  });

  test('"Click Refresh to ensure your new Logic App is available for selection"', async () => {
    const app = await center.logicApp(connectorTrigger('Alert'));
    const { body } = await server.call('GET', '/tocsin/v1/eligibleLogicApps?eventSource=Alerts&$top=1000');
    assert.equal(body.value?.find(({ id }) => id === app)?.eligible, true);
  });

  test('"the Logic App dropdown only shows Logic Apps with supporting Security Center connectors mentioned above"', async () => {
    const fitting = await center.logicApp(connectorTrigger('Assessment'));
    const timer = await center.logicApp({
      Every_day: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } },
    });
    const { body } = await server.call('GET', '/tocsin/v1/eligibleLogicApps?eventSource=Assessments&$top=1000');
    const eligible = (body.value ?? []).filter((each) => each.eligible === true).map(({ id }) => id);
    assert.ok(eligible.includes(fitting));
    assert.ok(!eligible.includes(timer));
    const refused = await center.put(fresh('timer'), center.automationBody(timer, source('Alerts')));
    assert.equal(refused.status, 400, refused.text);
  });
});

describe('Manually trigger a Logic App', () => {
  async function trigger(resourceId: string, logicAppResourceId: string): Promise<JsonObject> {
    const started = await server.call('POST', '/tocsin/v1/manualTriggers', {
      body: { resourceId, logicAppResourceId },
    });
    assert.equal(started.status, 202, started.text);
    return started.body;
  }

  test('"You can also run Logic Apps manually when viewing any security alert": the same body as by itself', async () => {
    const app = await center.logicApp(connectorTrigger('Alert'));
    const name = await center.automate(app, source('Alerts'));
    const alert = center.alert();
    const [automatic] = await center.send(alert, app);
    const id = `${group}${security}/locations/centralus/alerts/${textOf(alert, 'SystemAlertId')}`;
    const started = await trigger(id, app);
    assert.notEqual(textOf(started, 'triggeredBy'), '');
    const byItself = await center.triggerOutputs(String(automatic));
    const byHand = await center.triggerOutputs(textOf(started, 'runId'));
    assert.deepEqual(byHand.body, byItself.body);
    await center.remove(name);
  });

  test('"open an alert or a recommendation and click Trigger Logic App"', async () => {
    const app = await center.logicApp(connectorTrigger('Assessment'));
    const recommendation = center.recommendation();
    await center.send(recommendation);
    const started = await trigger(textOf(recommendation, 'id'), app);
    const { body } = await center.triggerOutputs(textOf(started, 'runId'));
    assert.equal((body as JsonObject).id, recommendation.id);
  });
});

describe('Configure workflow automation at scale using the supplied policies', () => {
  const supplied = new SuppliedPolicies(server);
  const team = '/providers/Microsoft.Management/managementGroups/organization';
  const customers = ['00000000-0000-4000-9000-000000000001', '00000000-0000-4000-9000-000000000002'];

  before(async () => {
    await supplied.call('PUT', `${team}?api-version=2020-05-01`, [200, 202], {});
    for (const id of customers) await supplied.addSubscription(id, id, team);
  });

  const goals = [
    ['alerts', 'f1525828-9a90-4fcf-be48-268cdd02361e', { alertSeverities: ['High'] }],
    ['recommendations', '73d6ab6c-2475-4850-afd6-43795f3492ef', { recommendationSeverities: ['High'] }],
  ] as const;

  test('"You can also find these by searching Azure Policy … Definitions and search for them by name"', async () => {
    const { body } = await server.call(
      'GET',
      `${subscription}/providers/Microsoft.Authorization/policyDefinitions?api-version=2021-06-01&$filter=policyType eq 'BuiltIn'`,
    );
    for (const [goal, id] of goals) {
      const found = (body.value ?? []).find(({ name }) => name === id);
      const title = textOf(found?.properties, 'displayName');
      assert.match(title, new RegExp(`^Deploy Workflow Automation for .* ${goal}$`));
    }
  });

  for (const [goal, id, filters] of goals) {
    test(`"assign the policy to the Management Group", "In the Parameters tab", "In the Remediation tab … create a remediation task": ${goal}`, async () => {
      const app = await center.logicApp();
      const assignment = `${team}/providers/Microsoft.Authorization/policyAssignments/${goal}`;
      await supplied.assign({
        id: assignment,
        definitionId: `/providers/Microsoft.Authorization/policyDefinitions/${id}`,
        parameters: {
          automationName: `automate-${goal}`,
          resourceGroupName: `rg-${goal}`,
          resourceGroupLocation: location,
          logicAppResourceId: app,
          logicAppTrigger: 'Manual (Incoming HTTP request)',
          ...filters,
        },
        grants: [team, app],
      });
      await supplied.reaches(team, assignment, [{ complianceState: 'NonCompliant', n: customers.length }]);
      const remediation = await supplied.remediate(team, goal, assignment);
      assert.equal(remediation.provisioningState, 'Succeeded', JSON.stringify(remediation));
      await supplied.reaches(team, assignment, [{ complianceState: 'Compliant', n: customers.length }]);
      for (const customer of customers) {
        const automation = `/subscriptions/${customer}/resourceGroups/rg-${goal}${security}/automations/automate-${goal}`;
        assert.equal((await server.call('GET', `${automation}?api-version=2019-01-01-preview`)).status, 200);
      }
      const resource = `/subscriptions/${customers[1] ?? ''}/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/vm`;
      const event =
        goal === 'alerts'
          ? center.alert({ AzureResourceId: resource })
          : center.recommendation('Unhealthy', {
              id: `${resource}${security}/assessments/1c5de8e1-f68d-6a17-e0d2-ec259c42768c`,
            });
      assert.equal((await center.send(event, app)).length, 1);
    });
  }
});

describe('Data types schemas', () => {
  test('"To view the raw event schemas … visit the data types schemas": without a token', async () => {
    for (const name of ['security-alert', 'recommendation', 'regulatory-compliance']) {
      const { status, body } = await server.call('GET', `/schemas/${name}.json`, { token: null });
      assert.equal(status, 200, name);
      assert.equal(typeof body.properties, 'object', name);
    }
  });

  test('"you are using Logic App\'s generic HTTP connector": a Request trigger parses the body by the schema', async () => {
    const { body: schema } = await server.call('GET', '/schemas/security-alert.json', { token: null });
    const { required: _required, ...rest } = schema;
    const parse = { type: 'ParseJson', inputs: { content: '@triggerBody()', schema: { type: rest.type ?? 'object' } } };
    const name = { type: 'Compose', inputs: "@body('Parse')?['AlertDisplayName']", runAfter: { Parse: ['Succeeded'] } };
    const app = await center.logicApp(undefined, { Parse: parse, Name: name });
    const automation = await center.automate(app, source('Alerts'));
    const [run] = await center.send(center.alert({ AlertDisplayName: 'Parsed' }), app);
    const ended = await server.finishedRun(String(run));
    assert.equal((ended.properties as JsonObject).status, 'Succeeded');
    const { body } = await server.call('GET', `${String(run)}/actions/Name?api-version=2019-05-01`);
    const link = textOf((body.properties as JsonObject).outputsLink, 'uri');
    assert.equal((await server.call('GET', link, { token: null })).text, '"Parsed"');
    await center.remove(automation);
  });
});

describe('Does workflow automation support any business continuity or disaster recovery scenarios?', () => {
  test('"we recommend you create an identical (disabled) automation and store it in a different location … enable these backups"', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts'));
    const { body: original } = await server.call('GET', automationOf(name));
    const copy = fresh('backup');
    const properties = { ...(original.properties as JsonObject), isEnabled: false };
    const put = await center.put(copy, { location: 'northeurope', properties });
    assert.equal(put.status, 201, put.text);
    assert.equal(put.body.location, 'northeurope');
    assert.equal((await center.send(center.alert(), app)).length, 1, 'the original alone');
    const enable = async (each: string, isEnabled: boolean): Promise<void> => {
      const path = `${center.automationId(each)}?api-version=2023-12-01-preview`;
      assert.equal((await server.call('PATCH', path, { body: { properties: { isEnabled } } })).status, 200);
    };
    await enable(name, false);
    assert.equal((await center.send(center.alert(), app)).length, 0, 'the outage');
    await enable(copy, true);
    assert.equal((await center.send(center.alert(), app)).length, 1, 'the backup took over');
    await center.remove(name);
    await center.remove(copy);
  });

  test('"enable these backup automations and maintain normal operations", and back again when the outage is over', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts'));
    const post = async (path: string, body: JsonObject, status: number): Promise<JsonObject> => {
      const answer = await server.call('POST', `/tocsin/v1/${path}`, { body });
      assert.equal(answer.status, status, answer.text);
      return answer.body;
    };
    const automationId = center.automationId(name);
    const copy = await post('automationBackups', { automationId, location: 'northeurope' }, 201);
    const fires = async (): Promise<number> => (await center.send(center.alert(), app)).length;
    assert.equal(await fires(), 1, 'the original');
    const over = await post('failover', { location: 'northeurope' }, 200);
    assert.deepEqual([over.enabled, over.disabled], [[copy.id], [automationId]]);
    assert.equal(await fires(), 1, 'the copy alone');
    await post('failover', { location }, 200);
    assert.equal(await fires(), 1, 'the original again, alone');
    const enabled = await server.call('PATCH', `${textOf(copy, 'id')}?api-version=2023-12-01-preview`, {
      body: { properties: { isEnabled: true } },
    });
    assert.equal(enabled.status, 200, enabled.text);
    assert.equal(await fires(), 2, 'two that are enabled double every run');
    await center.remove(name);
    await center.remove(textOf(copy, 'name'));
  });
});
