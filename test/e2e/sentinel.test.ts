/** Incidents out of alerts, and the playbooks that Microsoft Sentinel's triggers and rules start; no sandbox. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { actionOf, connect, connectionId, over, saveConnected } from './connector-runs.ts';
import { subscription, subscriptionId, textOf, TocsinServer } from './tocsin-server.ts';
import { runsGroup, runWorkflow, saveWorkflow } from './workflow-runs.ts';

const workspace = `${runsGroup}/providers/Microsoft.OperationalInsights/workspaces/law-soc`;
const insights = `${workspace}/providers/Microsoft.SecurityInsights`;
const version = 'api-version=2023-02-01';
const logic = 'api-version=2019-05-01';

function alert(title: string, more: JsonObject = {}): JsonObject {
  return {
    VendorName: 'Microsoft',
    AlertType: 'SQL.DB_BruteForce',
    ProductName: 'Microsoft Defender for Cloud',
    StartTimeUtc: '2026-11-20T08:55:00Z',
    EndTimeUtc: '2026-11-20T09:10:00Z',
    TimeGenerated: '2026-11-20T09:12:40Z',
    Severity: 'High',
    Status: 'New',
    SystemAlertId: `2517_${randomUUID()}`,
    Intent: 'CredentialAccess',
    AzureResourceId: `${runsGroup}/providers/Microsoft.Sql/servers/sql-1`,
    CompromisedEntity: 'sql-1',
    AlertDisplayName: title,
    Description: 'Many failed sign-ins.',
    Entities: [
      { $id: '3', Address: '203.0.113.7', Type: 'ip' },
      { $id: '4', HostName: 'sql01', DnsDomain: 'corp.example.com', IpInterfaces: [], Type: 'host' },
      { $id: '5', Name: 'ana', UPNSuffix: 'example.com', NTDomain: 'CORP', Host: { $ref: '4' }, Type: 'account' },
    ],
    ExtendedProperties: { 'Custom Details': '{"Source":["203.0.113.7"]}', ProductComponentName: 'Databases' },
    AlertUri: 'https://portal.azure.com/#blade/x',
    ...more,
  };
}

describe('Microsoft Sentinel', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  before(async () => {
    await server.start();
    await connect(server, 'azuresentinel', { parameterValueType: 'Alternative' });
    const made = await server.call('PUT', `${workspace}?api-version=2022-10-01`, {
      body: { location: 'westeurope', properties: { sku: { name: 'pergb2018' } } },
    });
    assert.ok(made.status < 300, made.text);
    await putRule('alertRules', 'defender', {
      kind: 'MicrosoftSecurityIncidentCreation',
      properties: {
        displayName: 'Incidents of Defender for Cloud',
        enabled: true,
        productFilter: 'Azure Security Center',
        severitiesFilter: ['High', 'Medium'],
        displayNamesExcludeFilter: ['nobody cares'],
      },
    });
  });
  after(() => server.remove());

  async function putRule(kind: string, name: string, body: JsonObject): Promise<void> {
    const put = await server.call('PUT', `${insights}/${kind}/${name}?${version}`, { body });
    assert.ok(put.status < 300, put.text);
  }

  const automation = (name: string, logicApps: readonly string[], triggering: JsonObject, more: readonly Json[] = []) =>
    putRule('automationRules', name, {
      properties: {
        displayName: name,
        order: 1,
        triggeringLogic: {
          isEnabled: true,
          triggersOn: 'Incidents',
          triggersWhen: 'Created',
          conditions: [],
          ...triggering,
        },
        actions: [
          ...more,
          ...logicApps.map((id, at) => ({
            order: at + 5,
            actionType: 'RunPlaybook',
            actionConfiguration: { logicAppResourceId: id, tenantId: 'x' },
          })),
        ],
      },
    });

  const titled = (...titles: string[]): readonly Json[] => [
    {
      conditionType: 'Property',
      conditionProperties: { propertyName: 'IncidentTitle', operator: 'Equals', propertyValues: titles },
    },
  ];

  /** A playbook as the designer writes it, whose action shows what it was given. */
  async function playbook(path: string, seen: Json = '@triggerBody()', more: JsonObject = {}): Promise<string> {
    const value = {
      azuresentinel: {
        connectionId: connectionId('azuresentinel'),
        connectionName: 'azuresentinel',
        id: 'api',
        connectionProperties: { authentication: { type: 'ManagedServiceIdentity' } },
      },
    };
    const trigger = {
      type: 'ApiConnectionWebhook',
      inputs: {
        host: { connection: { name: "@parameters('$connections')['azuresentinel']['connectionId']" } },
        body: { callback_url: '@{listCallbackUrl()}' },
        path,
      },
    };
    return saveWorkflow(
      server,
      {
        parameters: { $connections: { type: 'Object', defaultValue: {} } },
        triggers: { Microsoft_Sentinel: trigger },
        actions: { Seen: { type: 'Compose', inputs: seen }, ...more },
      },
      { identity: { type: 'SystemAssigned' }, properties: { parameters: { $connections: { value } } } },
    );
  }

  async function ingest(...alerts: readonly JsonObject[]): Promise<JsonObject> {
    const { status, body, text } = await server.call('POST', '/ingest/v1/events', { body: [...alerts] });
    assert.equal(status, 202, text);
    return body;
  }

  async function incidents(title: string): Promise<readonly JsonObject[]> {
    const filter = encodeURIComponent(`properties/title eq '${title}'`);
    const { body } = await server.call('GET', `${insights}/incidents?${version}&$filter=${filter}`);
    return body.value ?? [];
  }

  async function runsOf(id: string, count = 1): Promise<readonly JsonObject[]> {
    const runs = await server.eventually(async () => {
      const { body } = await server.call('GET', `${id}/runs?${logic}`);
      return (body.value ?? []).length >= count ? body.value : undefined;
    }, `${count} runs of ${id}`);
    const ended = await Promise.all((runs ?? []).map((run) => server.finishedRun(textOf(run, 'id'))));
    assert.equal(ended.length, count);
    return Promise.all((runs ?? []).map((run) => actionOf(server, textOf(run, 'id'), 'Seen')));
  }

  test('an alert that an analytics rule wants is one incident, with its alert and entities, however often it comes', async () => {
    const first = alert('Brute force');
    await ingest(first, alert('Low one', { Severity: 'Low' }), alert('Nobody cares at all'));
    await ingest(first);
    await ingest({ ...first, Severity: 'Medium' });
    const [incident, ...others] = await incidents('Brute force');
    assert.equal(others.length, 0);
    assert.deepEqual([await incidents('Low one'), await incidents('Nobody cares at all')], [[], []]);
    const properties = incident?.properties as JsonObject;
    assert.deepEqual(
      [properties.severity, properties.status, properties.incidentNumber, properties.providerName],
      ['High', 'New', 1, 'Azure Sentinel'],
    );
    assert.deepEqual((properties.additionalData as JsonObject).alertProductNames, ['Microsoft Defender for Cloud']);
    assert.deepEqual(properties.relatedAnalyticRuleIds, [`${insights}/alertRules/defender`]);
    const id = textOf(incident ?? {}, 'id');
    const entities = (await server.call('POST', `${id}/entities?${version}`)).body.entities as readonly JsonObject[];
    assert.deepEqual(
      entities.map(({ kind, properties: own }) => [kind, textOf(own, 'friendlyName')]),
      [
        ['Ip', '203.0.113.7'],
        ['Host', 'sql01'],
        ['Account', 'ana'],
      ],
    );
    const account = entities[2]?.properties as JsonObject;
    assert.deepEqual(
      [account.upnSuffix, account.ntDomain, account.hostEntityId],
      ['example.com', 'CORP', entities[1]?.id],
    );
    const alerts = (await server.call('POST', `${id}/alerts?${version}`)).body.value;
    assert.equal(textOf(alerts?.[0]?.properties, 'systemAlertId'), textOf(first, 'SystemAlertId'));
    assert.equal((await server.call('GET', `${textOf(entities[0] ?? {}, 'id')}?${version}`)).body.kind, 'Ip');
  });

  test('the incident trigger starts a playbook with the incident, its alerts and entities', async () => {
    const id = await playbook('/incident-creation');
    await automation('r-created', [id], { conditions: titled('Seen by a playbook') });
    const accepted = await ingest(alert('Seen by a playbook'));
    const [event] = accepted.events as readonly [JsonObject];
    assert.equal((event.runs as readonly Json[]).length, 1);
    const [{ outputs } = {}] = await runsOf(id);
    const body = outputs as JsonObject;
    const object = body.object as JsonObject;
    const properties = object.properties as JsonObject;
    assert.deepEqual(
      [body.objectSchemaType, body.objectEventType, body.workspaceInfo],
      [
        'Incident',
        'Create',
        { SubscriptionId: subscriptionId, ResourceGroupName: 'rg-runs', WorkspaceName: 'law-soc' },
      ],
    );
    assert.match(textOf(body, 'workspaceId'), /^[0-9a-f-]{36}$/);
    assert.equal((properties.alerts as readonly JsonObject[])[0]?.kind, 'SecurityAlert');
    assert.deepEqual(
      (properties.relatedEntities as readonly JsonObject[]).map(({ kind }) => kind),
      ['Ip', 'Host', 'Account'],
    );
    const [incident] = await incidents('Seen by a playbook');
    assert.equal(object.id, incident?.id);
    const deliveries = await server.call(
      'GET',
      `/tocsin/v1/deliveries?automationId=${encodeURIComponent(`${insights}/automationRules/r-created`)}`,
    );
    assert.deepEqual(
      (deliveries.body.value ?? []).map(({ status }) => status),
      ['Succeeded'],
    );
  });

  test('incidents and their playbooks survive a kill: none is lost, none runs twice', async () => {
    const id = await playbook('/incident-creation', "@triggerBody()?['object']?['properties']?['description']");
    await automation('r-killed', [id], { conditions: titled('Over a kill') });
    const alerts = Array.from({ length: 20 }, (_, at) => alert('Over a kill', { Description: `alert ${at}` }));
    for (const one of alerts.slice(0, 10)) await ingest(one);
    await server.stop('SIGKILL');
    await server.start();
    await ingest(...alerts);
    const seen = await runsOf(id, 20);
    assert.deepEqual(
      seen.map((one) => textOf(one, 'outputs')).toSorted(),
      alerts.map((one) => textOf(one, 'Description')).toSorted(),
    );
    const numbers = (await incidents('Over a kill')).map(({ properties }) => (properties as JsonObject).incidentNumber);
    assert.equal(new Set(numbers).size, 20);
  });

  test('rules change an incident and give it tasks before playbooks see it, and updates start their own', async () => {
    const created = await playbook('/incident-creation', "@triggerBody()?['object']?['properties']?['severity']");
    const updated = await playbook('/incident-creation', "@triggerBody()?['incidentUpdates']?['updatedBy']?['source']");
    await automation('r-triage', [created], { conditions: titled('Triage') }, [
      {
        order: 1,
        actionType: 'ModifyProperties',
        actionConfiguration: { severity: 'Low', status: 'Active', labels: [{ labelName: 'auto' }] },
      },
      { order: 2, actionType: 'AddIncidentTask', actionConfiguration: { title: 'Call the owner' } },
    ]);
    await automation('r-updated', [updated], {
      triggersWhen: 'Updated',
      conditions: [
        ...titled('Triage'),
        {
          conditionType: 'Boolean',
          conditionProperties: {
            operator: 'Or',
            innerConditions: [
              {
                conditionType: 'PropertyArrayChanged',
                conditionProperties: { arrayType: 'Comments', changeType: 'Added' },
              },
              {
                conditionType: 'PropertyChanged',
                conditionProperties: {
                  propertyName: 'IncidentStatus',
                  changeType: 'ChangedTo',
                  operator: 'Equals',
                  propertyValues: ['Active'],
                },
              },
            ],
          },
        },
      ],
    });
    await ingest(alert('Triage'));
    assert.deepEqual(
      (await runsOf(created)).map(({ outputs }) => outputs),
      ['Low'],
    );
    assert.deepEqual(
      (await runsOf(updated)).map(({ outputs }) => outputs),
      ['Automation rule'],
    );
    const [incident] = await incidents('Triage');
    const id = textOf(incident ?? {}, 'id');
    const properties = incident?.properties as JsonObject;
    assert.deepEqual([properties.status, properties.labels], ['Active', [{ labelName: 'auto', labelType: 'User' }]]);
    const tasks = await server.call('GET', `${id}/tasks?${version}`);
    assert.deepEqual(
      (tasks.body.value ?? []).map(({ properties: task }) => textOf(task, 'title')),
      ['Call the owner'],
    );
    const commented = await server.call('PUT', `${id}/comments/c1?${version}`, {
      body: { properties: { message: 'hello' } },
    });
    assert.equal(commented.status, 201, commented.text);
    assert.deepEqual((await runsOf(updated, 2)).map((one) => textOf(one, 'outputs')).toSorted(), [
      'Automation rule',
      'User',
    ]);
  });

  test('the alert trigger starts a playbook that finds its incident by the GUID of the workspace', async () => {
    const find = {
      type: 'ApiConnection',
      inputs: {
        host: { connection: { name: "@parameters('$connections')['azuresentinel']['connectionId']" } },
        method: 'get',
        path: "/Incidents/subscriptions/@{encodeURIComponent(triggerBody()?['WorkspaceSubscriptionId'])}/resourceGroups/@{encodeURIComponent(triggerBody()?['WorkspaceResourceGroup'])}/workspaces/@{encodeURIComponent(triggerBody()?['WorkspaceId'])}/alerts/@{encodeURIComponent(triggerBody()?['SystemAlertId'])}",
      },
      runAfter: { Seen: ['Succeeded'] },
    };
    const id = await playbook('/subscribe', '@triggerBody()', { Find: find });
    const { body } = await server.call('GET', `${id}?${logic}`);
    await grant(textOf(body.identity, 'principalId'), '3e150937-b8fe-4cfb-8069-0eaf05ecd056');
    await automation('r-alert', [id], {
      triggersOn: 'Alerts',
      conditions: [
        {
          conditionType: 'Property',
          conditionProperties: { propertyName: 'IPAddress', operator: 'Equals', propertyValues: ['198.51.100.9'] },
        },
      ],
    });
    const wanted = alert('On an alert', { Entities: [{ $id: '1', Address: '198.51.100.9', Type: 'ip' }] });
    await ingest(wanted, alert('Another address'));
    const [{ outputs } = {}] = await runsOf(id);
    const seen = outputs as JsonObject;
    assert.deepEqual(
      [seen.SystemAlertId, seen.WorkspaceResourceGroup, (seen.Entities as readonly Json[]).length],
      [wanted.SystemAlertId, 'rg-runs', 1],
    );
    const run = (await server.call('GET', `${id}/runs?${logic}`)).body.value?.[0];
    const found = await actionOf(server, textOf(run ?? {}, 'id'), 'Find');
    const incident = (found.outputs as JsonObject).body as JsonObject;
    assert.equal(textOf(incident.properties, 'title'), 'On an alert', JSON.stringify(found));
  });

  async function grant(principalId: string, role: string): Promise<void> {
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const made = await server.call(
      'PUT',
      `${runsGroup}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`,
      { body: { properties: { roleDefinitionId, principalId } } },
    );
    assert.equal(made.status, 201, made.text);
  }

  test('the other operations: tasks, alerts of an incident, items, bookmarks, indicators', async () => {
    await ingest(alert('Operations'), alert('One more', { Severity: 'Low', SystemAlertId: '2517_more' }));
    const [incident] = await incidents('Operations');
    const incidentArmId = textOf(incident ?? {}, 'id');
    const base = `/subscriptions/${subscriptionId}/resourceGroups/rg-runs/workspaces/law-soc`;
    const watchlist = `/Watchlists${base}/watchlists/Ops`;
    const bookmarks = `/Bookmarks/${subscriptionId}/resourceGroups/rg-runs/workspaces/law-soc`;
    const guid = textOf(
      (await server.call('GET', `${workspace}?api-version=2022-10-01`)).body.properties,
      'customerId',
    );
    const indicator = (id: string, pattern: string): JsonObject => ({
      type: 'indicator',
      spec_version: '2.1',
      id: `indicator--${id}`,
      pattern,
      pattern_type: 'stix',
      valid_from: '2026-11-20T09:00:00Z',
      name: 'Bad address',
    });
    const relatedResourceId = `${insights}/entities/2517_more`;
    const steps: readonly (readonly [name: string, method: string, path: string, body?: Json])[] = [
      ['Task', 'post', '/Incidents/CreateTask', { incidentArmId, taskTitle: 'Check' }],
      ['Done', 'post', '/Incidents/CompleteTask', { taskArmId: "@body('Task')?['id']" }],
      ['Relate', 'post', '/Incidents/Relation/Create', { incidentArmId, relatedResourceId }],
      ['Both', 'post', '/Incidents', { incidentArmId }],
      ['Unrelate', 'post', '/Incidents/Relation/Delete', { incidentArmId, relatedResourceId }],
      ['One', 'post', '/Incidents', { incidentArmId }],
      ['List', 'put', watchlist, { itemsSearchKey: 'Host', rawContent: 'Host\r\na\r\n', contentType: 'text/csv' }],
      ['Items', 'get', `/V2${watchlist}/watchlistItems/`],
      [
        'Change',
        'put',
        `${watchlist}/watchlistItem/@{body('Items')?['properties']?['watchlistItems'][0]?['name']}`,
        { Host: 'b' },
      ],
      ['Item', 'get', `${watchlist}/watchlistItem/@{body('Items')?['properties']?['watchlistItems'][0]?['name']}`],
      ['Gone', 'delete', `/V2${watchlist}`],
      ['Mark', 'put', `${bookmarks}/bookmarks/b-1`, { displayName: 'Odd', query: 'SigninLogs' }],
      ['Marks', 'get', `${bookmarks}/bookmarksList/10`],
      [
        'Upload',
        'post',
        `/ThreatIntelligence/${guid}/UploadStixObjects/`,
        {
          sourcesystem: 'Feed',
          stixobjects: [indicator('1', "[ipv4-addr:value = '203.0.113.9']"), { type: 'identity' }],
        },
      ],
      [
        'Older',
        'post',
        `/V2/ThreatIntelligence/${guid}/UploadIndicators/`,
        { sourcesystem: 'Feed', indicators: [indicator('2', "[file:hashes.'SHA-256' = 'ab']")] },
      ],
      [
        'New',
        'put',
        `/Incidents${base}`,
        { title: 'By hand', severity: 'Low', tagsToAdd: { TagsToAdd: [{ Tag: 'x' }] } },
      ],
    ];
    const actions = Object.fromEntries(
      steps.map(([name, method, path, body], at) => [
        name,
        {
          ...over('azuresentinel', method, path, body === undefined ? {} : { body }),
          ...(at === 0 ? {} : { runAfter: { [steps[at - 1]?.[0] ?? '']: ['Succeeded'] } }),
        },
      ]),
    );
    const id = await saveConnected(server, ['azuresentinel'], actions, { identity: { type: 'SystemAssigned' } });
    const { body } = await server.call('GET', `${id}?${logic}`);
    await grant(textOf(body.identity, 'principalId'), 'ab8e14d6-4a74-4a29-9ba8-549422addade');
    const run = await runWorkflow(server, id);
    const outputs = async (name: string): Promise<JsonObject> => (await run.action(name)).outputs as JsonObject;
    for (const [name] of steps) {
      assert.equal(
        (await run.action(name)).properties.status,
        'Succeeded',
        `${name} ${JSON.stringify(await outputs(name))}`,
      );
    }
    const answer = async (name: string): Promise<JsonObject> => (await outputs(name)).body as JsonObject;
    const alertsOf = async (name: string): Promise<number> =>
      (((await answer(name)).properties as JsonObject).alerts as readonly Json[]).length;
    assert.equal(textOf((await answer('Done')).properties, 'status'), 'Completed');
    assert.deepEqual([await alertsOf('Both'), await alertsOf('One')], [2, 1]);
    assert.deepEqual(((await answer('Item')).properties as JsonObject).itemsKeyValue, { Host: 'b' });
    assert.equal(((await answer('Marks')).value as readonly Json[]).length, 1);
    assert.equal(((await answer('Upload')).errors as readonly JsonObject[])[0]?.recordIndex, 1);
    assert.deepEqual(((await answer('New')).properties as JsonObject).labels, [{ labelName: 'x', labelType: 'User' }]);
    const query = await server.call('POST', `/v1/workspaces/${guid}/query`, {
      body: {
        query:
          'ThreatIntelligenceIndicator | project NetworkIP, FileHashValue, IndicatorProvider | order by NetworkIP asc',
      },
    });
    assert.deepEqual(
      (query.body.tables as readonly JsonObject[] | undefined)?.[0]?.rows,
      [
        ['', 'ab', 'Feed'],
        ['203.0.113.9', '', 'Feed'],
      ],
      query.text,
    );
  });

  test('an entity trigger is run by hand on an entity, and only by a playbook that starts with it', async () => {
    await ingest(alert('Entities'));
    const [incident] = await incidents('Entities');
    const id = textOf(incident ?? {}, 'id');
    const entities = (await server.call('POST', `${id}/entities?${version}`)).body.entities as readonly JsonObject[];
    const account = textOf(entities[2] ?? {}, 'id');
    const onEntity = await playbook("/entity/@{encodeURIComponent('Account')}");
    const onIncident = await playbook('/incident-creation');
    const run = (of: string, logicAppsResourceId: string, more: JsonObject = {}) =>
      server.call('POST', `${of}/runPlaybook?${version}`, { body: { logicAppsResourceId, tenantId: 'x', ...more } });
    const named = await server.call('POST', '/tocsin/v1/preflight', { body: { workflowIds: [onEntity, onIncident] } });
    assert.deepEqual(
      (named.body.value ?? []).filter(({ code }) => code === 'TriggerNotWired').map(({ workflowId }) => workflowId),
      [onIncident],
    );
    const unfit = await run(account, onIncident);
    assert.deepEqual([unfit.status, textOf(unfit.body.error, 'code')], [400, 'PlaybookTriggerNotSupported']);
    assert.equal((await run(account, onEntity, { incidentArmId: id })).status, 204);
    const [{ outputs } = {}] = await runsOf(onEntity);
    const body = outputs as JsonObject;
    const properties = (body.Entity as JsonObject).properties as JsonObject;
    assert.deepEqual([body.IncidentArmID, properties.Name, properties.UPNSuffix], [id, 'ana', 'example.com']);
    assert.equal((await run(id, onIncident)).status, 204);
    await runsOf(onIncident);
    const none = await run(id, `${runsGroup}/providers/Microsoft.Logic/workflows/none`);
    assert.deepEqual([none.status, textOf(none.body.error, 'code')], [404, 'WorkflowNotFound']);
  });

  test('what would never do anything is refused when it is saved', async () => {
    const scheduled = await server.call('PUT', `${insights}/alertRules/s?${version}`, {
      body: { kind: 'Scheduled', properties: { displayName: 's', enabled: true, query: 'x' } },
    });
    assert.deepEqual([scheduled.status, textOf(scheduled.body.error, 'code')], [400, 'AlertRuleKindNotSupported']);
    const id = await playbook('/incident-creation');
    const rule = (triggering: JsonObject, action: JsonObject) =>
      server.call('PUT', `${insights}/automationRules/wrong?${version}`, {
        body: {
          properties: {
            displayName: 'w',
            order: 1,
            triggeringLogic: { isEnabled: true, triggersOn: 'Incidents', triggersWhen: 'Created', ...triggering },
            actions: [{ order: 1, ...action }],
          },
        },
      });
    const run = { actionType: 'RunPlaybook', actionConfiguration: { logicAppResourceId: id, tenantId: 'x' } };
    const condition = {
      conditionType: 'Property',
      conditionProperties: { propertyName: 'IncidentColour', operator: 'Equals', propertyValues: ['red'] },
    };
    const codes = [
      await rule({ conditions: [condition] }, run),
      await rule({ triggersOn: 'Alerts' }, run),
      await rule({}, { actionType: 'Explode' }),
      await rule({ triggersWhen: 'Sometimes' }, run),
      await rule({}, { actionType: 'ModifyProperties', actionConfiguration: { severity: 'Terrible' } }),
    ].map(({ status, body }) => `${status} ${textOf(body.error, 'code')}`);
    assert.deepEqual(codes, [
      '400 InvalidRequestContent',
      '400 PlaybookTriggerNotSupported',
      '400 InvalidRequestContent',
      '400 InvalidRequestContent',
      '400 InvalidRequestContent',
    ]);
    assert.equal((await server.call('GET', `${insights}/automationRules/wrong?${version}`)).status, 404);
  });

  test('alerts of another subscription come by a data connector, those of open detectors by their product', async () => {
    const other = randomUUID();
    const made = await server.call('PUT', `/providers/Microsoft.Subscription/aliases/other?api-version=2021-10-01`, {
      body: { properties: { displayName: 'Other', subscriptionId: other, workload: 'Production', billingScope: '/b' } },
    });
    assert.ok(made.status < 300, made.text);
    const elsewhere = {
      AzureResourceId: `/subscriptions/${other}/resourceGroups/rg/providers/Microsoft.Sql/servers/s`,
    };
    await ingest(alert('Before the connector', elsewhere));
    await putRule('dataConnectors', 'asc', {
      kind: 'AzureSecurityCenter',
      properties: { subscriptionId: other, dataTypes: { alerts: { state: 'Enabled' } } },
    });
    await ingest(alert('Behind the connector', elsewhere));
    assert.deepEqual((await incidents('Before the connector')).length, 0);
    assert.deepEqual((await incidents('Behind the connector')).length, 1);
    const [behind] = await incidents('Behind the connector');
    await ingest(alert('Quiet', { ...elsewhere, Severity: 'Low', SystemAlertId: '2517_quiet' }));
    const related = await server.call('PUT', `${textOf(behind ?? {}, 'id')}/relations/r1?${version}`, {
      body: { properties: { relatedResourceId: `${insights}/entities/2517_quiet` } },
    });
    assert.equal(related.status, 201, related.text);
    await putRule('alertRules', 'falco', {
      kind: 'MicrosoftSecurityIncidentCreation',
      properties: { displayName: 'Falco', enabled: true, productFilter: 'Falco' },
    });
    const falco = {
      uuid: randomUUID(),
      output: 'A shell was spawned',
      priority: 'Critical',
      rule: 'Terminal shell in container',
      time: '2026-11-20T09:00:00Z',
      output_fields: { 'container.id': 'abc', 'user.name': 'root', 'proc.name': 'bash' },
      hostname: 'node-1',
    };
    const sent = await server.call('POST', '/ingest/v1/events?format=falco', { body: falco });
    assert.equal(sent.status, 202, sent.text);
    const { body } = await server.call('GET', `${insights}/incidents?${version}&$top=1`);
    assert.match(textOf(body.value?.[0]?.properties, 'title'), /shell/i);
  });
});
