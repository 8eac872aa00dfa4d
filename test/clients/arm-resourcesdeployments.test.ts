/** `@azure/arm-resourcesdeployments` at every scope. Rules: management API reference 4 and 8.3. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Deployment, DeploymentsClient } from '@azure/arm-resourcesdeployments';
import { AzureCloud, location, refusal, subscription, subscriptionId, tenantId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
// Azure answers null for types without a location.
const asInAzure = [/^answer\.properties\.providers\[\d+\]\.resourceTypes\[\d+\]\.locations\[0\] is not a text: null$/];
const watch = new Watch('@azure/arm-resourcesdeployments', 'DeploymentsClient', asInAzure);
let client: DeploymentsClient;

before(async () => {
  await cloud.start();
  client = watch.over(new DeploymentsClient(await cloud.signedIn(), subscriptionId, { endpoint: cloud.endpoint }));
  await cloud.group('rg');
});
after(() => cloud.stop());

const schemas = 'https://schema.management.azure.com/schemas';
const template = (resources: readonly object[], more: object = {}): object => ({
  $schema: `${schemas}/2019-04-01/deploymentTemplate.json#`,
  contentVersion: '1.0.0.0',
  parameters: { who: { type: 'string', defaultValue: 'soc' } },
  resources,
  outputs: { greeting: { type: 'string', value: "[concat('hello ', parameters('who'))]" } },
  ...more,
});

const connection = {
  type: 'Microsoft.Web/connections',
  apiVersion: '2016-06-01',
  name: 'office365',
  location,
  properties: {
    displayName: 'mail',
    api: { id: `${subscription}/providers/Microsoft.Web/locations/${location}/managedApis/office365` },
  },
};
const group = { type: 'Microsoft.Resources/resourceGroups', apiVersion: '2021-04-01', name: 'rg-deployed', location };

interface Scope {
  readonly title: string;
  readonly suffix: string;
  /** What stands before the deployment's name in a call. */
  readonly leading: readonly string[];
  readonly list: string;
  readonly resources: readonly object[];
  readonly needsLocation: boolean;
}

const scopes: readonly Scope[] = [
  {
    title: 'resource group',
    suffix: '',
    leading: ['rg'],
    list: 'listByResourceGroup',
    resources: [connection],
    needsLocation: false,
  },
  {
    title: 'subscription',
    suffix: 'AtSubscriptionScope',
    leading: [],
    list: 'listAtSubscriptionScope',
    resources: [group],
    needsLocation: true,
  },
  {
    title: 'management group',
    suffix: 'AtManagementGroupScope',
    leading: [tenantId],
    list: 'listAtManagementGroupScope',
    resources: [],
    needsLocation: true,
  },
  {
    title: 'tenant',
    suffix: 'AtTenantScope',
    leading: [],
    list: 'listAtTenantScope',
    resources: [],
    needsLocation: true,
  },
  {
    title: 'any scope',
    suffix: 'AtScope',
    leading: [`${subscription}/resourceGroups/rg`.slice(1)],
    list: 'listAtScope',
    resources: [connection],
    needsLocation: false,
  },
];

type Operations = Readonly<Record<string, (...args: readonly unknown[]) => Promise<Answer> & AsyncIterable<Answer>>>;
interface Answer {
  readonly name?: string;
  readonly location?: string;
  readonly body?: boolean;
  readonly template?: object;
  readonly status?: string;
  readonly operationId?: string;
  readonly error?: { readonly code?: string };
  readonly changes?: readonly { readonly changeType: string }[];
  readonly properties?: {
    readonly provisioningState?: string;
    readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
    readonly timestamp?: Date;
    readonly targetResource?: { readonly id?: string };
  };
}

describe('deployments', () => {
  for (const scope of scopes) {
    test(`at ${scope.title}: validate, preview, create, read, operations, export, delete`, async () => {
      const deployments = client.deployments as unknown as Operations;
      const operations = client.deploymentOperations as unknown as Operations;
      const call = (name: string, ...more: readonly unknown[]) =>
        deployments[`${name}${scope.suffix}`]?.(...scope.leading, `d-${scope.suffix || 'group'}`, ...more) ??
        missing(name);
      const deployment: Deployment = {
        ...(scope.needsLocation ? { location } : {}),
        properties: {
          mode: 'Incremental',
          template: template(scope.resources),
          parameters: { who: { value: 'you' } },
        },
      };
      const valid = await call('validate', deployment);
      assert.equal(valid.error, undefined);
      if (scope.suffix !== 'AtScope') {
        const preview = await call('whatIf', deployment);
        assert.equal(preview.status, 'Succeeded');
        const created = preview.changes?.filter(({ changeType }) => changeType === 'Create') ?? [];
        assert.equal(created.length, scope.resources.length);
      }
      const made = await call('createOrUpdate', deployment);
      assert.equal(made.properties?.provisioningState, 'Succeeded');
      assert.equal(made.properties.outputs?.['greeting']?.value, 'hello you');
      const got = await call('get');
      assert.ok(got.properties?.timestamp instanceof Date);
      assert.equal((await call('checkExistence')).body, true);
      const listed = await all(deployments[scope.list]?.(...scope.leading) ?? missing(scope.list));
      assert.ok(listed.some(({ name }) => name === got.name));
      const list = operations[`list${scope.suffix}`]?.(...scope.leading, got.name) ?? missing('list');
      const steps = await all(list);
      assert.ok(steps.length >= scope.resources.length);
      const [step] = steps;
      const one = await operations[`get${scope.suffix}`]?.(...scope.leading, got.name, step?.operationId);
      assert.equal(one?.operationId, step?.operationId);
      assert.notEqual((await call('exportTemplate')).template, undefined);
      await assert.rejects(call('cancel'), refusal(409, 'Conflict'));
      await call('delete');
      assert.equal((await call('checkExistence')).body, false);
      await assert.rejects(call('get'), refusal(404, 'DeploymentNotFound'));
    });
  }

  test('a poller tells the states on the way', async () => {
    const states: (string | undefined)[] = [];
    const poller = await client.deployments.beginCreateOrUpdate('rg', 'watched', {
      properties: { mode: 'Incremental', template: template([connection]) },
    });
    poller.onProgress(({ status }) => states.push(status));
    const done = await poller.pollUntilDone();
    assert.equal(done.properties?.provisioningState, 'Succeeded');
    assert.equal(states.at(-1), 'succeeded');
  });

  test('an invalid template is an error of validate and of create', async () => {
    const properties = { mode: 'Incremental' as const, template: template([{ ...connection, name: "[nobody('x')]" }]) };
    await assert.rejects(
      async () => client.deployments.createOrUpdate('rg', 'bad', { properties }),
      refusal(400, 'InvalidTemplate'),
    );
    // The 400 is an answer for this client, which it then takes for the end of an operation, with Azure's too.
    await assert.rejects(async () => client.deployments.validate('rg', 'bad', { properties }), /operation has failed/);
  });

  test('a resource that fails fails the deployment with its code', async () => {
    const broken = {
      type: 'Microsoft.Logic/workflows',
      apiVersion: '2019-05-01',
      name: 'broken',
      location,
      properties: {
        definition: { triggers: {}, actions: { A: { type: 'Compose', inputs: 1, runAfter: { B: ['Succeeded'] } } } },
      },
    };
    const properties = { mode: 'Incremental' as const, template: template([broken]) };
    await assert.rejects(async () => client.deployments.createOrUpdate('rg', 'fails', { properties }));
    const got = await client.deployments.get('rg', 'fails');
    assert.equal(got.properties?.provisioningState, 'Failed');
    assert.equal(got.properties.error?.code, 'DeploymentFailed');
  });
});

test('a deployment tells of what would keep its logic apps from working', async () => {
  const name = "@parameters('$connections')['office365']['connectionId']";
  const send = { type: 'ApiConnection', inputs: { host: { connection: { name } }, method: 'post', path: '/v2/Mail' } };
  const app = {
    type: 'Microsoft.Logic/workflows',
    apiVersion: '2019-05-01',
    name: 'mailer',
    location,
    dependsOn: ["[resourceId('Microsoft.Web/connections', 'office365')]"],
    properties: {
      definition: {
        $schema:
          'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
        contentVersion: '1.0.0.0',
        parameters: { $connections: { type: 'Object', defaultValue: {} } },
        triggers: {},
        actions: { Send: send },
      },
      parameters: {
        $connections: {
          value: { office365: { connectionId: "[resourceId('Microsoft.Web/connections', 'office365')]" } },
        },
      },
    },
  };
  const { properties } = await client.deployments.createOrUpdate('rg', 'mailer', {
    properties: { mode: 'Incremental', template: template([connection, app]) as Record<string, unknown> },
  });
  const found = properties?.diagnostics?.find(({ code }) => code === 'ConnectionNotAuthorized');
  assert.equal(found?.level, 'Warning', JSON.stringify(properties));
  assert.match(found?.target ?? '', /\/workflows\/mailer\/actions\/Send$/);
});

test('the hash of a template', async () => {
  const { templateHash, minifiedTemplate } = await client.deployments.calculateTemplateHash(template([]));
  assert.match(templateHash ?? '', /^\d+$/);
  assert.ok((minifiedTemplate ?? '').startsWith('{'));
});

test('every operation is called here', () => watch.assertComplete({}));

function missing(name: string): never {
  throw new Error(`the client has no ${name}`);
}
