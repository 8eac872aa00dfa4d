/**
 * The status codes that clients insist on: management API reference 4, row by row. A success code outside a client's list
 * is an error to it, even with a perfect body; the SDKs of the other files accept some that older ones refuse.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { textOf } from '../e2e/tocsin-server.ts';
import { AzureCloud, location, roleIds, subscription } from './azure-cloud.ts';

const cloud = new AzureCloud();
const group = `${subscription}/resourceGroups/rg`;
const security = `${group}/providers/Microsoft.Security`;
const logic = `${group}/providers/Microsoft.Logic/workflows`;
const policy = `${subscription}/providers/Microsoft.Authorization`;
const resources = `${group}/providers/Microsoft.Resources/deployments`;
const insights = `${subscription}/providers/Microsoft.PolicyInsights`;
const groups = '/providers/Microsoft.Management/managementGroups';

/** A call as `METHOD path?api-version`, its body and what it must answer with. */
type Step = readonly [call: string, expected: number, body?: Json];

interface Row {
  readonly title: string;
  readonly steps: () => readonly Step[];
}

const version = 'api-version';
const guid = (): string => crypto.randomUUID();

const automation = (): JsonObject => ({
  location,
  properties: {
    scopes: [{ description: 'all', scopePath: subscription }],
    sources: [{ eventSource: 'Alerts', ruleSets: [] }],
    actions: [{ actionType: 'LogicApp', logicAppResourceId: `${logic}/app` }],
  },
});
const workflow = (): JsonObject => ({
  location,
  properties: { definition: { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} } },
});
const rule = { properties: { alertType: 'x', reason: 'FalsePositive', state: 'Enabled' } };
const definition = {
  // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
  properties: { mode: 'All', policyRule: { if: { field: 'type', equals: 'x' }, then: { effect: 'audit' } } },
};
const definitionId = `${policy}/policyDefinitions/p1`;
const template = { $schema: 'x', contentVersion: '1.0.0.0', resources: [] };
const deployment = { properties: { mode: 'Incremental', template } };
const metadata = { properties: { displayName: 'x', severity: 'Low', assessmentType: 'CustomerManaged' } };
const assessment = { properties: { resourceDetails: { source: 'Azure' }, status: { code: 'Healthy' } } };
const key = 'ab7a5b0a-95c4-4a2f-9f3b-1f0a4e2d6c11';
const role = {
  properties: { roleName: 'r', permissions: [{ actions: ['*/read'] }], assignableScopes: [subscription] },
};
const names = { roleDefinition: guid(), roleAssignment: guid() };
const alerts = `${subscription}/providers/Microsoft.Security/locations/centralus/alerts`;
let alertPath = '';
let principalId = '';

const rows: readonly Row[] = [
  {
    title: 'automations: PUT 201 then 200, DELETE 204 twice',
    steps: () => [
      [`PUT ${security}/automations/a?${version}=2019-01-01-preview`, 201, automation()],
      [`PUT ${security}/automations/a?${version}=2019-01-01-preview`, 200, automation()],
      [`DELETE ${security}/automations/a?${version}=2019-01-01-preview`, 204],
      [`DELETE ${security}/automations/a?${version}=2019-01-01-preview`, 204],
    ],
  },
  {
    title: 'suppression rules: PUT 200 always, DELETE 204',
    steps: () => {
      const path = `${subscription}/providers/Microsoft.Security/alertsSuppressionRules/r1?${version}=2019-01-01-preview`;
      return [
        [`PUT ${path}`, 200, rule],
        [`PUT ${path}`, 200, rule],
        [`DELETE ${path}`, 204],
      ];
    },
  },
  {
    title: 'policy definitions: PUT 201 always',
    steps: () => [
      [`PUT ${definitionId}?${version}=2021-06-01`, 201, definition],
      [`PUT ${definitionId}?${version}=2021-06-01`, 201, definition],
    ],
  },
  {
    title: 'policy assignments: PUT 201 always, DELETE 200 then 204',
    steps: () => {
      const path = `${policy}/policyAssignments/as?${version}=2021-06-01`;
      const body = { properties: { policyDefinitionId: definitionId } };
      return [
        [`PUT ${path}`, 201, body],
        [`PUT ${path}`, 201, body],
        [`DELETE ${path}`, 200],
        [`DELETE ${path}`, 204],
      ];
    },
  },
  {
    title: 'policy sets and exemptions: PUT 201 new, 200 update; remediations 201, DELETE 204 where none is',
    steps: () => {
      const set = `${policy}/policySetDefinitions/s1?${version}=2021-06-01`;
      const body = { properties: { policyDefinitions: [{ policyDefinitionId: definitionId }] } };
      const assignment = `${policy}/policyAssignments/base`;
      const exemption = `${policy}/policyExemptions/e1?${version}=2020-07-01-preview`;
      const exempt = { properties: { policyAssignmentId: assignment, exemptionCategory: 'Waiver' } };
      const assigned = {
        properties: { policyDefinitionId: `${policy}/policyDefinitions/tag` },
        location,
        identity: { type: 'SystemAssigned' },
      };
      const remediation = `${insights}/remediations/m1?${version}=2021-10-01`;
      const remedy = { properties: { policyAssignmentId: assignment } };
      return [
        [`PUT ${set}`, 201, body],
        [`PUT ${set}`, 200, body],
        [`PUT ${policy}/policyDefinitions/tag?${version}=2021-06-01`, 201, modifies],
        [`PUT ${assignment}?${version}=2021-06-01`, 201, assigned],
        [`PUT ${remediation}`, 201, remedy],
        [`DELETE ${insights}/remediations/nobody?${version}=2021-10-01`, 204],
        [`PUT ${exemption}`, 201, exempt],
        [`PUT ${exemption}`, 200, exempt],
      ];
    },
  },
  {
    title: 'role assignments: PUT 201, DELETE 200 then 204',
    steps: () => {
      const path = `${policy}/roleAssignments/${names.roleAssignment}?${version}=2018-09-01-preview`;
      const properties = { roleDefinitionId: `${policy}/roleDefinitions/${roleIds.reader}`, principalId };
      return [
        [`PUT ${path}`, 201, { properties }],
        [`PUT ${path}`, 201, { properties }],
        [`DELETE ${path}`, 200],
        [`DELETE ${path}`, 204],
      ];
    },
  },
  {
    title: 'role definitions: PUT 201 always, DELETE 200 then 204',
    steps: () => {
      const path = `${policy}/roleDefinitions/${names.roleDefinition}?${version}=2022-04-01`;
      return [
        [`PUT ${path}`, 201, role],
        [`PUT ${path}`, 201, role],
        [`DELETE ${path}`, 200],
        [`DELETE ${path}`, 204],
      ];
    },
  },
  {
    title: 'management groups: PUT 200; their subscriptions 200 always',
    steps: () => {
      const member = `${groups}/mg/subscriptions/${subscription.split('/')[2] ?? ''}?${version}=2020-05-01`;
      return [
        [`PUT ${groups}/mg?${version}=2020-05-01`, 200, { properties: { details: { parent: {} } } }],
        [`PUT ${groups}/mg?${version}=2020-05-01`, 200, { properties: { displayName: 'again' } }],
        [`PUT ${member}`, 200],
        [`PUT ${member}`, 200],
      ];
    },
  },
  {
    title: 'tags of a scope: PUT 200',
    steps: () => [
      [
        `PUT ${group}/providers/Microsoft.Resources/tags/default?${version}=2021-04-01`,
        200,
        { properties: { tags: { a: 'b' } } },
      ],
    ],
  },
  {
    title: 'assessment metadata PUT 200, DELETE 200; assessments 201 new, 200 update, DELETE 200',
    steps: () => {
      const own = `${subscription}/providers/Microsoft.Security/assessmentMetadata/${key}?${version}=2020-01-01`;
      const path = `${group}/providers/Microsoft.Security/assessments/${key}?${version}=2020-01-01`;
      return [
        [`PUT ${own}`, 200, metadata],
        [`PUT ${own}`, 200, metadata],
        [`PUT ${path}`, 201, assessment],
        [`PUT ${path}`, 200, assessment],
        [`DELETE ${path}`, 200],
        [`DELETE ${own}`, 200],
      ];
    },
  },
  {
    title: 'resource groups, workflows, connections: PUT 201 new, 200 update; HEAD 204 and 404',
    steps: () => {
      const connection = {
        location,
        properties: {
          api: { id: `${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/office365` },
        },
      };
      return [
        [`PUT ${subscription}/resourceGroups/new?${version}=2021-04-01`, 201, { location }],
        [`PUT ${subscription}/resourceGroups/new?${version}=2021-04-01`, 200, { location }],
        [`HEAD ${subscription}/resourceGroups/new?${version}=2021-04-01`, 204],
        [`HEAD ${subscription}/resourceGroups/nobody?${version}=2021-04-01`, 404],
        [`PUT ${logic}/w1?${version}=2019-05-01`, 201, workflow()],
        [`PUT ${logic}/w1?${version}=2019-05-01`, 200, workflow()],
        [`PUT ${group}/providers/Microsoft.Web/connections/c1?${version}=2016-06-01`, 201, connection],
        [`PUT ${group}/providers/Microsoft.Web/connections/c1?${version}=2016-06-01`, 200, connection],
        [`DELETE ${subscription}/resourceGroups/new?${version}=2021-04-01`, 202],
      ];
    },
  },
  {
    title: 'deployments: 201 new, 200 update, HEAD 204 and 404, validate 200 or 400, DELETE 202',
    steps: () => [
      [`PUT ${resources}/d1?${version}=2021-04-01`, 201, deployment],
      [`HEAD ${resources}/d1?${version}=2021-04-01`, 204],
      [`HEAD ${resources}/nobody?${version}=2021-04-01`, 404],
      [`POST ${resources}/d1/validate?${version}=2021-04-01`, 200, deployment],
      [
        `POST ${resources}/d1/validate?${version}=2021-04-01`,
        400,
        { properties: { mode: 'Incremental', template: {} } },
      ],
      [`POST ${resources}/d1/whatIf?${version}=2021-04-01`, 202, deployment],
    ],
  },
  {
    title: 'alerts: state changes 204; simulate 204 in old versions, 202 in 2022-01-01',
    steps: () => [
      [`POST ${alertPath}/dismiss?${version}=2022-01-01`, 204],
      [`POST ${alertPath}/resolve?${version}=2022-01-01`, 204],
      [`POST ${alertPath}/inProgress?${version}=2022-01-01`, 204],
      [`POST ${alertPath}/activate?${version}=2022-01-01`, 204],
      [`POST ${alerts}/default/simulate?${version}=2021-11-01`, 204, bundles],
      [`POST ${alerts}/default/simulate?${version}=2022-01-01`, 202, bundles],
    ],
  },
  {
    title: 'workflows: run 202, enable, disable, keys, validate, reset 200; DELETE 200 then 204',
    steps: () => [
      [`POST ${logic}/app/triggers/manual/run?${version}=2019-05-01`, 202],
      [`POST ${logic}/app/disable?${version}=2019-05-01`, 200],
      [`POST ${logic}/app/enable?${version}=2019-05-01`, 200],
      [`POST ${logic}/app/regenerateAccessKey?${version}=2019-05-01`, 200, { keyType: 'Primary' }],
      [`POST ${logic}/app/validate?${version}=2019-05-01`, 200, workflow()],
      [`POST ${logic}/app/triggers/manual/reset?${version}=2019-05-01`, 200],
      [`DELETE ${logic}/w1?${version}=2019-05-01`, 200],
      [`DELETE ${logic}/w1?${version}=2019-05-01`, 204],
    ],
  },
  {
    title: 'an evaluation of policies: 202 with the address of its end',
    steps: () => [[`POST ${insights}/policyStates/latest/triggerEvaluation?${version}=2019-10-01`, 202]],
  },
];

const bundles = { properties: { kind: 'Bundles', bundles: ['VirtualMachines'] } };
const modifies = {
  properties: {
    mode: 'Indexed',
    policyRule: {
      if: { field: "tags['x']", exists: false },
      // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
      then: {
        effect: 'modify',
        details: {
          roleDefinitionIds: [`/providers/Microsoft.Authorization/roleDefinitions/${roleIds.contributor}`],
          operations: [{ operation: 'add', field: "tags['x']", value: 'y' }],
        },
      },
    },
  },
};

before(async () => {
  await cloud.start();
  await cloud.group('rg');
  await cloud.put(`${logic}/app`, '2019-05-01', workflow());
  ({ objectId: principalId } = await cloud.principal(roleIds.securityAdmin, subscription));
  const [id = ''] = await cloud.ingest({
    SystemAlertId: 'one',
    AlertDisplayName: 'x',
    AlertType: 'x',
    Severity: 'High',
    AzureResourceId: subscription,
  });
  alertPath = id;
});
after(() => cloud.stop());

describe('clients get exactly the status they insist on', () => {
  for (const { title, steps } of rows) {
    test(title, async () => {
      for (const [call, expected, body] of steps()) {
        const [method = '', path = ''] = call.split(' ');
        const reply = await cloud.server.call(method, path, body === undefined ? {} : { body });
        assert.equal(reply.status, expected, `${call}\n${reply.text}`);
        if (expected === 204 || method === 'HEAD') assert.equal(reply.text, '', call);
        if (expected === 202) assertPollable(reply.headers, call);
      }
    });
  }

  test('a resubmitted history is 202 and names its run', async () => {
    const run = await cloud.server.call('GET', `${logic}/app/runs?${version}=2019-05-01`);
    const name = textOf(run.body.value?.[0], 'name');
    const path = `${logic}/app/triggers/manual/histories/${name}/resubmit?${version}=2019-05-01`;
    const reply = await cloud.server.call('POST', path);
    assert.equal(reply.status, 202, reply.text);
    assert.notEqual(reply.headers.get('x-ms-workflow-run-id'), null);
  });

  test('the deletion of a resource group ends with 200', async () => {
    await cloud.group('ending');
    const begun = await cloud.server.call('DELETE', `${subscription}/resourceGroups/ending?${version}=2021-04-01`);
    const end = await cloud.server.eventually(async () => {
      const poll = await cloud.server.call('GET', begun.headers.get('location') ?? '');
      return poll.status === 202 ? undefined : poll;
    }, 'the end of a deletion');
    assert.equal(end.status, 200);
  });
});

/** Clients decide by the headers how to poll; without a positive Retry-After some wait half a minute. */
function assertPollable(headers: Headers, call: string): void {
  if (headers.get('x-ms-workflow-run-id') !== null) return;
  const poll = headers.get('azure-asyncoperation') ?? headers.get('location');
  assert.match(poll ?? '', /^https?:\/\/.+api-version=/, call);
  assert.equal(headers.get('retry-after'), '1', call);
}
