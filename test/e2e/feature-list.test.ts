/**
 * The list of features of workflow automation (domain reference 2), each through the public contract. What the seed's
 * sentences say more precisely is in `seed.test.ts`; here is the rest, and what was added later or was never in the portal.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { connectorTrigger, fresh, rule, security, SecurityCenter, source } from './security-center.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer();
const center = new SecurityCenter(server, 'rg-features');
const { group } = center;

before(async () => {
  await server.start();
  await center.apps.makeGroup();
});
after(() => server.remove());

/** How many runs each of the events starts at an automation with the sources. */
async function counts(sources: readonly JsonObject[], events: readonly Json[], more: JsonObject = {}) {
  const app = await center.logicApp();
  const name = await center.automate(app, sources, more);
  const found: number[] = [];
  for (const event of events) found.push((await center.send(event, app)).length);
  await center.remove(name);
  return found;
}

describe('automations', () => {
  test('list, create, enable, disable, delete', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts'), { isEnabled: false });
    const row = async (): Promise<JsonObject | undefined> => {
      const { body } = await server.call('GET', '/tocsin/v1/automations?$top=1000');
      return body.value?.find((each) => each.name === name);
    };
    assert.equal((await row())?.status, 'Disabled');
    await server.call('PATCH', `${center.automationId(name)}?api-version=2023-12-01-preview`, {
      body: { properties: { isEnabled: true } },
    });
    assert.equal((await row())?.status, 'Enabled');
    await center.remove(name);
    assert.equal(await row(), undefined);
  });

  test('conditions on alerts: text in the name, severity', async () => {
    const rules = [rule('AlertDisplayName', 'Contains', 'sql'), rule('Severity', 'Equals', 'high')];
    const events = [
      center.alert(),
      center.alert({ Severity: 'Low' }),
      center.alert({ AlertDisplayName: 'Malware' }),
      center.alert({ AlertDisplayName: 'SQL', Severity: 'HIGH' }),
    ];
    assert.deepEqual(await counts(source('Alerts', ...rules), events), [1, 0, 0, 1]);
  });

  test('conditions on recommendations: name, severity, state', async () => {
    const key = crypto.randomUUID();
    const rules = [
      rule('name', 'Contains', key),
      rule('properties.metadata.severity', 'Equals', 'High'),
      rule('properties.status.code', 'Equals', 'unhealthy'),
    ];
    const low = center.recommendation('Unhealthy', { name: key });
    const events = [
      center.recommendation('Unhealthy', { name: key }),
      center.recommendation('Healthy', { name: key }),
      center.recommendation('Unhealthy'),
      { ...low, properties: { ...(low.properties as JsonObject), metadata: { severity: 'Low' } } },
    ];
    assert.deepEqual(await counts(source('Assessments', ...rules), events), [1, 0, 0, 0]);
  });

  test('regulatory compliance as third data type: standard and state', async () => {
    const rules = [rule('id', 'Contains', 'PCI-DSS-4'), rule('properties.state', 'Equals', 'Failed')];
    const events = [
      center.compliance('PCI-DSS-4', 'Failed'),
      center.compliance('PCI-DSS-4', 'Passed'),
      center.compliance('SOC-TSP', 'Failed'),
    ];
    assert.deepEqual(await counts(source('RegulatoryComplianceAssessment', ...rules), events), [1, 0, 0]);
  });

  test('a compliance event says Write and is about the control, no resource', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('RegulatoryComplianceAssessment'));
    const [run] = await center.send(center.compliance('ISO-27001', 'Failed'), app);
    const body = (await center.triggerOutputs(String(run))).body as JsonObject;
    assert.equal((body.securityEventDataEnrichment as JsonObject).action, 'Write');
    assert.match(textOf(body, 'id'), /regulatoryComplianceStandards\/ISO-27001\//);
    await center.remove(name);
  });

  test('standards, controls and their assessments can be looked up', async () => {
    await center.send(center.compliance('NIST-800', 'Failed'));
    const standards = `${subscription}${security}/regulatoryComplianceStandards`;
    const version = 'api-version=2019-01-01-preview';
    const standard = await server.call('GET', `${standards}/NIST-800?${version}`);
    assert.equal((standard.body.properties as JsonObject).state, 'Failed');
    const controls = await server.call('GET', `${standards}/NIST-800/regulatoryComplianceControls?${version}`);
    assert.equal(controls.body.value?.length, 1);
  });

  test('only consumption logic apps are targets, not Standard ones', async () => {
    const standard = `${group}/providers/Microsoft.Web/sites/standard-app`;
    const refused = await center.put(fresh('standard'), center.automationBody(standard, source('Alerts')));
    assert.equal(refused.status, 400);
    assert.match(refused.text, /Microsoft\.Logic\/workflows/);
  });

  test('there is no manual run for compliance', async () => {
    const event = center.compliance('HIPAA', 'Failed');
    await center.send(event);
    const logicAppResourceId = await center.logicApp();
    const body = { resourceId: textOf(event, 'id'), logicAppResourceId };
    const refused = await server.call('POST', '/tocsin/v1/manualTriggers', { body });
    assert.equal(refused.status, 400, refused.text);
  });
});

describe('only through the API, never in the original portal', () => {
  test('tags on the automation', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Alerts'), { tags: { team: 'blue' }, isEnabled: false });
    const { body } = await server.call('GET', `${center.automationId(name)}?api-version=2019-01-01-preview`);
    assert.deepEqual(body.tags, { team: 'blue' });
  });

  test('scope narrowed to a resource group, on whole segments', async () => {
    const alertIn = (name: string): JsonObject =>
      center.alert({ AzureResourceId: `${subscription}/resourceGroups/${name}/providers/a.b/c/d` });
    const scopes = [{ description: 'one group', scopePath: `${subscription}/resourceGroups/rg1` }];
    assert.deepEqual(
      await counts(source('Alerts'), [alertIn('RG1'), alertIn('rg10'), alertIn('rg2')], { scopes }),
      [1, 0, 0],
    );
  });

  test('any property of the event in a rule', async () => {
    const events = [
      center.alert({ ExtendedProperties: { 'Client IP address': '203.0.113.9' } }),
      center.alert({ ExtendedProperties: { 'Client IP address': '198.51.100.9' } }),
    ];
    const path = "ExtendedProperties['Client IP address']";
    assert.deepEqual(await counts(source('Alerts', rule(path, 'StartsWith', '203.0.113.')), events), [1, 0]);
  });

  test('more than one target: each is started, once', async () => {
    const [first, second] = [await center.logicApp(), await center.logicApp(connectorTrigger('Alert'))];
    const actions = [first, second].map((logicAppResourceId) => ({ actionType: 'LogicApp', logicAppResourceId }));
    const name = await center.automate(first, [...source('Alerts'), ...source('Alerts')], { actions });
    const runs = await center.send(center.alert());
    assert.equal(runs.length, 2);
    for (const app of [first, second]) assert.ok(runs.some((run) => run.startsWith(`${app}/`)));
    await center.remove(name);
  });

  test('a target in another subscription', async () => {
    const other = '22222222-0000-4000-8000-000000000002';
    const made = await server.call('PUT', '/providers/Microsoft.Subscription/aliases/other?api-version=2021-10-01', {
      body: { properties: { subscriptionId: other, displayName: 'Other' } },
    });
    assert.ok(made.status < 300, made.text);
    const elsewhere = `/subscriptions/${other}/resourceGroups/rg-elsewhere`;
    await server.call('PUT', `${elsewhere}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const app = await center.logicApp(undefined, {}, elsewhere);
    const name = await center.automate(app, source('Alerts'));
    assert.equal((await center.send(center.alert(), app)).length, 1);
    await center.remove(name);
  });

  test('a workspace as target, several automations of the export kind in one subscription', async () => {
    const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/logs`;
    await server.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
    const names = [fresh('export'), fresh('export')];
    for (const name of names) {
      const actions = [{ actionType: 'Workspace', workspaceResourceId: workspace }];
      const body = center.automationBody('', source('Alerts'), { actions });
      const put = await center.put(name, body);
      assert.equal(put.status, 201, put.text);
    }
    await center.send(center.alert());
    for (const name of names) {
      const id = center.automationId(name);
      const { body } = await server.call('GET', `/tocsin/v1/deliveries?automationId=${id}`);
      assert.deepEqual(
        body.value?.map(({ status }) => status),
        ['Succeeded'],
      );
      await center.remove(name);
    }
  });

  test('an event hub as target; its connection string is never shown, and kept by an update that leaves it out', async () => {
    const hub = `${group}/providers/Microsoft.EventHub/namespaces/ns/eventhubs/alerts`;
    const secret = 'Endpoint=sb://ns.example/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0;EntityPath=alerts';
    const name = fresh('hub');
    const action = { actionType: 'EventHub', eventHubResourceId: hub };
    const body = (more: JsonObject): JsonObject =>
      center.automationBody('', source('Alerts'), { isEnabled: false, actions: [{ ...action, ...more }] });
    const put = await center.put(name, body({ connectionString: secret }));
    assert.equal(put.status, 201, put.text);
    const again = await center.put(name, body({}));
    assert.equal(again.status, 200, again.text);
    const { text } = await server.call('GET', `${center.automationId(name)}?api-version=2019-01-01-preview`);
    for (const shown of [put.text, again.text, text]) assert.doesNotMatch(shown, /connectionString|c2VjcmV0/);
    assert.match(text, /eventhubs\/alerts/);
    await center.remove(name);
  });

  test('snapshot events go to snapshot sources only, and the other way round', async () => {
    const enrichment = { action: 'Insert', apiVersion: '2019-01-01', isSnapshot: true };
    const snapshot = { ...center.recommendation(), securityEventDataEnrichment: enrichment };
    const events = (): readonly JsonObject[] => [
      { ...snapshot, id: `${textOf(snapshot, 'id')}` },
      center.recommendation(),
    ];
    assert.deepEqual(await counts(source('AssessmentsSnapshot'), events()), [1, 0]);
    assert.deepEqual(await counts(source('Assessments'), [center.recommendation(), events()[0] as JsonObject]), [1, 0]);
  });

  test('findings and secure scores as sources', async () => {
    const parent = textOf(center.recommendation(), 'id');
    const finding = {
      id: `${parent}/subAssessments/${crypto.randomUUID()}`,
      type: 'Microsoft.Security/assessments/subAssessments',
      properties: { id: 'CVE-1', displayName: 'CVE-1', status: { code: 'Unhealthy', severity: 'High' } },
    };
    const score = (current: number): JsonObject => ({
      id: `${subscription}${security}/secureScores/ascScore`,
      type: 'Microsoft.Security/secureScores',
      properties: { displayName: 'ASC score', score: { max: 50, current, percentage: current / 50 }, weight: 1 },
    });
    assert.deepEqual(await counts(source('SubAssessments'), [finding, finding]), [1, 0]);
    assert.deepEqual(await counts(source('SecureScores'), [score(10), score(10), score(11)]), [1, 0, 1]);
  });
});

describe('secure scores', () => {
  test('are computed of the recommendations, answered at once, and told when they move', async () => {
    const app = await center.logicApp();
    const name = await center.automate(
      app,
      source('SecureScoreControls', rule('properties.displayName', 'Equals', 'Apply adaptive application control')),
    );
    const of = (machine: string, code: string): JsonObject => {
      const resource = `${group}/providers/Microsoft.Compute/virtualMachines/${machine}`;
      const key = '35f45c95-27cf-4e52-891f-8390d1de5828';
      return {
        id: `${resource}${security}/assessments/${key}`,
        name: key,
        type: 'Microsoft.Security/assessments',
        properties: { displayName: 'd', status: { code }, resourceDetails: { source: 'Azure', id: resource } },
      };
    };
    const control = async (): Promise<JsonObject> => {
      const id = 'a000c66f-6da2-4f9d-826d-2364347d2588';
      const path = `${subscription}${security}/secureScores/ascScore/secureScoreControls?api-version=2020-01-01`;
      const { body } = await server.call('GET', path);
      const properties = body.value?.find((each) => each.name === id)?.properties as JsonObject | undefined;
      return (properties?.score ?? {}) as JsonObject;
    };
    await center.send([of('score-1', 'Healthy'), of('score-2', 'Unhealthy'), of('score-3', 'Unhealthy')]);
    assert.deepEqual(await control(), { max: 3, current: 1, percentage: 0.3333 });
    await center.send(of('score-2', 'Healthy'));
    assert.deepEqual(await control(), { max: 3, current: 2, percentage: 0.6667 });
    await server.eventually(async () => ((await center.runsOf(app)).length === 2 ? true : undefined), 'two runs');
    await center.remove(name);
  });
});

describe('alerts, as the pages of the portal use them', () => {
  const alerts = `${group}${security}/locations/centralus/alerts`;

  test('SystemAlertId is the name over REST, whatever location the call names', async () => {
    const alert = center.alert();
    const name = textOf(alert, 'SystemAlertId');
    await center.send(alert);
    for (const version of [
      '2015-06-01-preview',
      '2019-01-01',
      '2020-01-01',
      '2021-01-01',
      '2021-11-01',
      '2022-01-01',
    ]) {
      const path = `${subscription}${security}/locations/anywhere/alerts/${name}?api-version=${version}`;
      const { status, body } = await server.call('GET', path);
      assert.deepEqual([status, body.name], [200, name], version);
      const properties = body.properties as JsonObject;
      assert.equal(version <= '2019-01-01' ? properties.reportedSeverity : properties.severity, 'High', version);
    }
  });

  test('dismiss, resolve, activate, inProgress; a change of state starts nothing', async () => {
    const app = await center.logicApp();
    const automation = await center.automate(app, source('Alerts'));
    const alert = center.alert();
    const path = `${alerts}/${textOf(alert, 'SystemAlertId')}`;
    await center.send(alert);
    for (const [action, state] of [
      ['dismiss', 'Dismissed'],
      ['resolve', 'Resolved'],
      ['activate', 'Active'],
      ['inProgress', 'InProgress'],
    ] as const) {
      assert.equal((await server.call('POST', `${path}/${action}?api-version=2022-01-01`)).status, 204);
      const { body } = await server.call('GET', `${path}?api-version=2022-01-01`);
      assert.equal((body.properties as JsonObject).status, state);
    }
    assert.equal((await center.runsOf(app)).length, 1);
    await center.remove(automation);
  });

  test('sample alerts of every bundle go everywhere real ones do', async () => {
    const bundles = [
      'AppServices',
      'CosmosDbs',
      'DNS',
      'KeyVaults',
      'KubernetesService',
      'ResourceManager',
      'SqlServers',
      'StorageAccounts',
      'VirtualMachines',
    ];
    const app = await center.logicApp();
    const automation = await center.automate(app, source('Alerts'));
    for (const [at, bundle] of bundles.entries()) {
      const before = (await center.runsOf(app)).length;
      const path = `${subscription}${security}/locations/centralus/alerts/default/simulate?api-version=2022-01-01`;
      const { status } = await server.call('POST', path, {
        body: { properties: { kind: 'Bundles', bundles: [bundle] } },
      });
      assert.equal(status, 202, `${at} ${bundle}`);
      const [run, ...more] = await center.runsOf(app);
      assert.ok(more.length + 1 > before, bundle);
      const body = (await center.triggerOutputs(textOf(run, 'id'))).body as JsonObject;
      assert.match(textOf(body, 'AlertDisplayName'), /^\[SAMPLE ALERT\] /);
      assert.match(textOf(body, 'Description'), /^THIS IS A SAMPLE ALERT: /);
    }
    await center.remove(automation);
  });

  test('a suppressed alert is created as dismissed and starts nothing, until its rule expires or goes', async () => {
    const app = await center.logicApp();
    const automation = await center.automate(app, source('Alerts'));
    const rulePath = `${subscription}${security}/alertsSuppressionRules/noise?api-version=2019-01-01-preview`;
    const suppressed = center.alert({ AlertType: 'Noise', Entities: [{ Type: 'ip', Address: '192.0.2.1' }] });
    const properties = {
      alertType: 'Noise',
      reason: 'FalsePositive',
      state: 'Enabled',
      suppressionAlertsScope: { allOf: [{ field: 'entities.ip.address', in: ['192.0.2.1'] }] },
    };
    assert.equal((await server.call('PUT', rulePath, { body: { properties } })).status, 200);
    assert.equal((await center.send(suppressed, app)).length, 0);
    const { body } = await server.call(
      'GET',
      `${alerts}/${textOf(suppressed, 'SystemAlertId')}?api-version=2022-01-01`,
    );
    assert.equal((body.properties as JsonObject).status, 'Dismissed');
    const again = (): JsonObject => ({ ...suppressed, SystemAlertId: fresh('alert') });
    const expired = { ...properties, expirationDateUtc: '2020-01-01T00:00:00Z' };
    await server.call('PUT', rulePath, { body: { properties: expired } });
    assert.equal((await center.send(again(), app)).length, 1, 'expired');
    await server.call('PUT', rulePath, { body: { properties } });
    assert.equal((await server.call('DELETE', rulePath)).status, 204);
    assert.equal((await center.send(again(), app)).length, 1, 'gone');
    await center.remove(automation);
  });
});

describe('recommendations, as events arise', () => {
  const key = '1c5de8e1-f68d-6a17-e0d2-ec259c42768c';

  test('first evaluation and changes of state or cause; a re-scan with the same is none', async () => {
    const machine = fresh('vm');
    const scan = (code: string, cause?: string, dates: JsonObject = {}): JsonObject => {
      const whole = center.recommendation(code, {}, machine);
      const status = { code, ...(cause === undefined ? {} : { cause }), ...dates };
      return { ...whole, properties: { ...(whole.properties as JsonObject), status } };
    };
    const later = { statusChangeDate: '2030-01-01T00:00:00Z' };
    const scans = [scan('Healthy'), scan('Healthy', undefined, later), scan('Unhealthy'), scan('Unhealthy')];
    const causes = [scan('NotApplicable', 'OffByPolicy'), scan('NotApplicable', 'UnsupportedPricingTier')];
    assert.deepEqual(await counts(source('Assessments'), [...scans, ...causes]), [1, 0, 1, 0, 1, 1]);
  });

  test('a change of the status date is written when state or cause change, and kept otherwise', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Assessments'));
    const machine = fresh('vm');
    const dates: JsonObject[] = [];
    for (const code of ['Healthy', 'Unhealthy']) {
      const [run] = await center.send(center.recommendation(code, {}, machine), app);
      const body = (await center.triggerOutputs(String(run))).body as JsonObject;
      dates.push((body.properties as JsonObject).status as JsonObject);
    }
    assert.equal(dates[1]?.firstEvaluationDate, dates[0]?.firstEvaluationDate);
    assert.ok(textOf(dates[1], 'statusChangeDate') > textOf(dates[0], 'statusChangeDate'));
    await center.remove(name);
  });

  test('a resource that goes away is a Delete with the last known state, which a filter on it hits', async () => {
    const machine = fresh('vm');
    const app = await center.logicApp();
    const name = await center.automate(app, source('Assessments', rule('properties.status.code', 'Equals', 'Healthy')));
    const resource = `${group}/providers/Microsoft.Compute/virtualMachines/${machine}`;
    await server.call('PUT', `${resource}?api-version=2023-03-01`, { body: { location: 'westeurope' } });
    await center.send(center.recommendation('Healthy', {}, machine), app);
    assert.ok((await server.call('DELETE', `${resource}?api-version=2023-03-01`)).status < 300);
    const runs = await center.runsOf(app);
    assert.equal(runs.length, 2);
    const body = (await center.triggerOutputs(textOf(runs[0], 'id'))).body as JsonObject;
    assert.equal((body.securityEventDataEnrichment as JsonObject).action, 'Delete');
    assert.equal(((body.properties as JsonObject).status as JsonObject).code, 'Healthy');
    await center.remove(name);
  });

  test('both spellings of the portal link are there with the same value, without scheme', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Assessments'));
    for (const given of ['azurePortal', 'azurePortalUri']) {
      const whole = center.recommendation();
      const properties = { ...(whole.properties as JsonObject), links: { [given]: 'portal.azure.com/#blade/x' } };
      const [run] = await center.send({ ...whole, properties }, app);
      const body = (await center.triggerOutputs(String(run))).body as JsonObject;
      const links = (body.properties as JsonObject).links as JsonObject;
      assert.deepEqual(
        [links.azurePortal, links.azurePortalUri],
        ['portal.azure.com/#blade/x', 'portal.azure.com/#blade/x'],
      );
    }
    await center.remove(name);
  });

  test('a pushed recommendation is an event like any other, shown in the casing of its version', async () => {
    const app = await center.logicApp();
    const name = await center.automate(app, source('Assessments'));
    const id = `${group}/providers/Microsoft.Compute/virtualMachines/${fresh('vm')}${security}/assessments/${key}`;
    const body = { properties: { resourceDetails: { source: 'Azure' }, status: { code: 'Unhealthy' } } };
    for (const [status, runs] of [
      [201, 1],
      [200, 1],
    ] as const) {
      assert.equal((await server.call('PUT', `${id}?api-version=2020-01-01`, { body })).status, status);
      assert.equal((await center.runsOf(app)).length, runs);
    }
    const details = async (version: string): Promise<readonly string[]> => {
      const shown = await server.call('GET', `${id}?api-version=${version}`);
      return Object.keys((shown.body.properties as JsonObject).resourceDetails as JsonObject).toSorted();
    };
    assert.deepEqual(await details('2020-01-01'), ['id', 'source']);
    assert.deepEqual(await details('2021-06-01'), ['Id', 'Source']);
    await center.remove(name);
  });

  test('lists at subscription, group, resource and management group, findings too', async () => {
    const recommendation = center.recommendation();
    const id = textOf(recommendation, 'id');
    const resource = id.slice(0, id.indexOf(security));
    const finding = {
      id: `${id}/subAssessments/f`,
      type: 'Microsoft.Security/assessments/subAssessments',
      properties: { id: 'f', displayName: 'f', status: { code: 'Unhealthy' } },
    };
    await center.send([recommendation, finding]);
    const management = '/providers/Microsoft.Management/managementGroups/00000000-0000-4000-8000-000000000000';
    for (const scope of [subscription, group, resource, management]) {
      const shown = await server.call('GET', `${scope}${security}/assessments?api-version=2020-01-01&$top=1000`);
      assert.ok(
        shown.body.value?.some((each) => each.id === id),
        `${scope}: ${shown.text.slice(0, 200)}`,
      );
      const findings = await server.call('GET', `${scope}${security}/subAssessments?api-version=2019-01-01-preview`);
      assert.ok(
        findings.body.value?.some((each) => each.id === finding.id),
        scope,
      );
    }
    const below = await server.call('GET', `${id}/subAssessments?api-version=2019-01-01-preview`);
    assert.equal(below.body.value?.length, 1);
  });
});
