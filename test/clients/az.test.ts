/**
 * The Azure CLI against a server: management API reference 3.1, chapter by chapter. Commands share one configuration folder
 * and one subscription, and run in the order in which they stand here. Skipped where `az` is not installed.
 *
 * Not here, because the packaged CLI breaks on them before it sends anything: `az role …`, `az policy state summarize` and `az policy event list` (its
 * SDKs are newer than itself), `az logic …` (an extension that is not packaged). `az rest` and `az resource` do their work.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../connectors/local-servers.ts';
import { AzureCli, missing, type Shown } from './azure-cli.ts';
import {
  AzureCloud,
  location,
  type NewPrincipal,
  roleIds,
  subscription,
  subscriptionId,
  tenantId,
} from './azure-cloud.ts';

const cloud = new AzureCloud();
const group = `${subscription}/resourceGroups/rg`;
const workflowId = `${group}/providers/Microsoft.Logic/workflows/app`;
const management = ['--query', 'properties.provisioningState'] as const;
let az: AzureCli;
let principal: NewPrincipal;

/** A file in the folder that commands run in. */
function file(name: string, content: object | string): string {
  writeFileSync(join(az.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const login = (...credential: readonly string[]) =>
  az.do<readonly Shown[]>('login', '--service-principal', '-u', principal.appId, '--tenant', 'adfs', ...credential);

describe('az', { skip: missing }, () => {
  before(async () => {
    await cloud.start();
    az = new AzureCli(cloud.caFile);
    principal = await cloud.principal();
    const { endpoint } = cloud;
    const graph = `${endpoint}/graph/`;
    const endpoints = {
      resourceManager: endpoint,
      management: endpoint,
      activeDirectory: `${endpoint}/adfs`,
      activeDirectoryResourceId: endpoint,
      activeDirectoryGraphResourceId: graph,
      microsoftGraphResourceId: graph,
    };
    await az.do('cloud', 'register', '-n', 'Found', '--endpoint-resource-manager', endpoint);
    await az.do(
      'cloud',
      'register',
      '-n',
      'Tocsin',
      '--cloud-config',
      `@${file('cloud.json', { endpoints, suffixes: {} })}`,
    );
    await az.do('cloud', 'set', '-n', 'Tocsin');
    await login('-p', principal.secret);
    await az.do('group', 'create', '-n', 'rg', '-l', location);
  });
  after(async () => {
    az.close();
    await cloud.stop();
  });

  test('cloud: the endpoints are found by the address of the resource manager alone', async () => {
    const found = await az.ask('endpoints.[activeDirectory, resourceManager]', 'cloud', 'show', '-n', 'Found');
    assert.deepEqual(found, [`${cloud.endpoint}/adfs`, cloud.endpoint]);
  });

  test('login: a wrong secret is refused in words, a right one lists the subscriptions', async () => {
    const wrong = ['login', '--service-principal', '-u', principal.appId, '-p', 'wrong', '--tenant', 'adfs'];
    await az.refused(/AADSTS7000215/, ...wrong);
    const accounts = await login('-p', principal.secret);
    assert.deepEqual(
      accounts.map(({ id }) => id),
      [subscriptionId],
    );
  });

  test('login by certificate, and as a person', async () => {
    const { certificate, key } = await selfSigned('robot');
    const robot = await cloud.principal(roleIds.reader, '', { certificate });
    const both = file('robot.pem', `${key}${certificate}`);
    const words = ['login', '--service-principal', '-u', robot.appId, '-p', both, '--tenant', 'adfs'];
    assert.equal(await az.ask('[0].user.type', ...words), 'servicePrincipal');
    const password = 'correct horse battery staple';
    await cloud.principal(roleIds.reader, '', { type: 'User', userName: 'ada', password });
    const person = ['login', '-u', 'ada', '-p', password, '--tenant', 'adfs'];
    assert.equal(await az.ask('[0].user.name', ...person), 'ada');
    await az.refused(/AADSTS50126/, 'login', '-u', 'ada', '-p', 'wrong', '--tenant', 'adfs');
    await login('-p', principal.secret);
  });

  test('ad: a service principal with its secret, found again by name', async () => {
    const made = await az.do<Shown>('ad', 'sp', 'create-for-rbac', '-n', 'made-by-az');
    assert.ok((made.password ?? '').length > 20);
    assert.ok((await az.ask<readonly string[]>('[].displayName', 'ad', 'sp', 'list', '--all')).includes('made-by-az'));
    assert.ok((await az.ask<readonly string[]>('[].displayName', 'ad', 'app', 'list')).includes('made-by-az'));
    const words = [
      'login',
      '--service-principal',
      '-u',
      made.appId ?? '',
      '-p',
      made.password ?? '',
      '--tenant',
      'adfs',
    ];
    assert.equal((await az.run(...words, '--allow-no-subscriptions')).code, 0);
    await login('-p', principal.secret);
  });

  test('account: show, list, set, list-locations, get-access-token', async () => {
    assert.equal(await az.ask('id', 'account', 'show'), subscriptionId);
    await az.do('account', 'set', '-s', 'Local');
    const places = await az.do<readonly Shown[]>('account', 'list-locations');
    assert.ok(places.some(({ name }) => name === location));
    assert.match(String(await az.ask('accessToken', 'account', 'get-access-token')), /^ey/);
  });

  test('group: create, show, exists, update, list, export, delete', async () => {
    await az.do('group', 'create', '-n', 'rg-2', '-l', location, '--tags', 'env=test');
    assert.equal(await az.ask('tags.env', 'group', 'show', '-n', 'rg-2'), 'test');
    assert.equal(await az.do('group', 'exists', '-n', 'rg-2'), true);
    assert.equal(await az.do('group', 'exists', '-n', 'nobody'), false);
    await az.do('group', 'update', '-n', 'rg-2', '--set', 'tags.more=yes');
    const listed = await az.do<readonly Shown[]>('group', 'list', '--tag', 'more=yes');
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['rg-2'],
    );
    assert.deepEqual(await az.ask('resources', 'group', 'export', '-n', 'rg-2'), []);
    await az.do('group', 'delete', '-n', 'rg-2', '-y');
    await az.refused(/ResourceGroupNotFound/, 'group', 'show', '-n', 'rg-2');
  });

  test('resource: create, show, update, tag, list, invoke-action, delete; logic apps are among them', async () => {
    const definition = { triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } }, actions: {} };
    const properties = file('workflow.json', { properties: { definition }, location });
    const type = ['--resource-type', 'Microsoft.Logic/workflows', '-g', 'rg'];
    const made = ['resource', 'create', ...type, '-n', 'app', '--is-full-object', '-p', `@${properties}`];
    assert.equal(await az.ask('id', ...made), workflowId);
    assert.equal(await az.ask('properties.state', 'resource', 'show', ...type, '-n', 'app'), 'Enabled');
    assert.equal(await az.ask('name', 'resource', 'show', '--ids', workflowId), 'app');
    await az.do('resource', 'tag', '--ids', workflowId, '--tags', 'team=soc');
    const listed = await az.do<readonly Shown[]>('resource', 'list', '--tag', 'team=soc');
    assert.deepEqual(
      listed.map(({ id }) => id),
      [workflowId],
    );
    await az.do('resource', 'invoke-action', '--ids', workflowId, '--action', 'disable');
    assert.equal(await az.ask('properties.state', 'resource', 'show', '--ids', workflowId), 'Disabled');
    await az.do('resource', 'invoke-action', '--ids', workflowId, '--action', 'enable');
    const disk = ['--resource-type', 'Microsoft.Compute/disks', '-g', 'rg', '-n', 'd1'];
    await az.do('resource', 'create', ...disk, '-l', location, '-p', '{"diskSizeGB": 4}');
    await az.do('resource', 'update', ...disk, '--set', 'properties.diskSizeGB=8');
    assert.equal(await az.ask('properties.diskSizeGB', 'resource', 'show', ...disk), 8);
    await az.do('resource', 'delete', ...disk);
    await az.refused(/ResourceNotFound|not found/i, 'resource', 'show', ...disk);
  });

  test('rest: any path, relative to the subscription or whole', async () => {
    const url = `${workflowId}/triggers/manual/listCallbackUrl?api-version=2019-05-01`;
    assert.match(String(await az.ask('value', 'rest', '--method', 'post', '--url', url)), /\/paths\/invoke/);
    const whole = `${cloud.endpoint}/subscriptions/{subscriptionId}/resourcegroups?api-version=2021-04-01`;
    assert.ok((await az.ask<readonly Shown[]>('value', 'rest', '--url', whole)).length > 0);
    await az.refused(/AuthenticationFailed|NoRegisteredProviderFound|MissingApiVersion/, 'rest', '--url', workflowId);
  });

  test('security: automations made, validated, shown, listed, deleted', async () => {
    const scopes = JSON.stringify([{ description: 'all', scopePath: subscription }]);
    const rules = [{ propertyJPath: 'Severity', propertyType: 'String', operator: 'Equals', expectedValue: 'high' }];
    const sources = JSON.stringify([{ eventSource: 'Alerts', ruleSets: [{ rules }] }]);
    const value = await az.ask(
      'value',
      'rest',
      '--method',
      'post',
      '--url',
      `${workflowId}/triggers/manual/listCallbackUrl?api-version=2016-06-01`,
    );
    // The packaged CLI reads the URL from a member of this name.
    const actions = JSON.stringify([{ actionType: 'LogicApp', logicAppResourceId: workflowId, ruleSets: value }]);
    const words = [
      '-g',
      'rg',
      '-n',
      'a1',
      '-l',
      location,
      '--scopes',
      scopes,
      '--sources',
      sources,
      '--actions',
      actions,
    ];
    assert.equal(await az.ask('isValid', 'security', 'automation', 'validate', ...words), true);
    const create = ['security', 'automation', 'create_or_update', ...words, '--description', 'mails'];
    assert.equal(await az.ask('name', ...create), 'a1');
    assert.equal(await az.ask('isEnabled', 'security', 'automation', 'show', '-g', 'rg', '-n', 'a1'), true);
    assert.equal((await az.do<readonly Shown[]>('security', 'automation', 'list')).length, 1);
    assert.equal((await az.do<readonly Shown[]>('security', 'automation', 'list', '-g', 'rg')).length, 1);
    await cloud.ingest({
      SystemAlertId: 'fires',
      AlertDisplayName: 'x',
      AlertType: 'x',
      Severity: 'High',
      AzureResourceId: subscription,
    });
    const runs = `${workflowId}/runs?api-version=2019-05-01`;
    assert.equal((await az.ask<readonly Shown[]>('value', 'rest', '--url', runs)).length, 1, 'the automation works');
    await az.do('security', 'automation', 'delete', '-g', 'rg', '-n', 'a1');
    assert.deepEqual(await az.do('security', 'automation', 'list'), []);
  });

  test('security: alerts listed, shown and changed', async () => {
    const [id = ''] = await cloud.ingest({
      SystemAlertId: 'az',
      AlertDisplayName: 'Seen',
      AlertType: 'x',
      Severity: 'High',
      AzureResourceId: subscription,
    });
    const [place, name] = [id.split('/').at(-3) ?? '', id.split('/').at(-1) ?? ''];
    const listed = await az.do<readonly Shown[]>('security', 'alert', 'list');
    assert.ok(listed.some((alert) => alert.name === name));
    const where = ['-l', place, '-n', name];
    assert.equal(await az.ask('alertDisplayName', 'security', 'alert', 'show', ...where), 'Seen');
    await az.do('security', 'alert', 'update', ...where, '--status', 'Dismiss');
    assert.equal(await az.ask('status', 'security', 'alert', 'show', ...where), 'Dismissed');
    await az.do('security', 'alert', 'update', ...where, '--status', 'Activate');
    const rule = [
      '--rule-name',
      'quiet',
      '--alert-type',
      'x',
      '--reason',
      'Other',
      '--comment',
      'c',
      '--state',
      'Enabled',
    ];
    await az.do('security', 'alerts-suppression-rule', 'update', ...rule);
    assert.equal((await az.do<readonly Shown[]>('security', 'alerts-suppression-rule', 'list')).length, 1);
    await az.do('security', 'alerts-suppression-rule', 'delete', '--rule-name', 'quiet');
  });

  test('security: assessments with their metadata, findings, scores, standards, places, plans', async () => {
    const key = 'ab7a5b0a-95c4-4a2f-9f3b-1f0a4e2d6c11';
    const metadata = ['-n', key, '--description', 'd', '--display-name', 'Ours', '--severity', 'Low'];
    await az.do('security', 'assessment-metadata', 'create', ...metadata);
    assert.equal(await az.ask('displayName', 'security', 'assessment-metadata', 'show', '-n', key), 'Ours');
    await az.do(
      'security',
      'assessment',
      'create',
      '-n',
      key,
      '--status-code',
      'Unhealthy',
      '--status-cause',
      'c',
      '--status-description',
      'd',
    );
    assert.equal(await az.ask('status.code', 'security', 'assessment', 'show', '-n', key), 'Unhealthy');
    assert.ok((await az.do<readonly Shown[]>('security', 'assessment', 'list')).some(({ name }) => name === key));
    await az.do('security', 'assessment', 'delete', '-n', key);
    await az.do('security', 'assessment-metadata', 'delete', '-n', key);
    for (const words of [
      ['sub-assessment', 'list'],
      ['secure-scores', 'list'],
      ['secure-score-controls', 'list'],
      ['regulatory-compliance-standards', 'list'],
      ['location', 'list'],
      ['task', 'list'],
      ['pricing', 'list'],
      ['contact', 'list'],
      ['auto-provisioning-setting', 'list'],
      ['workspace-setting', 'list'],
      ['setting', 'list'],
    ]) {
      assert.notEqual(await az.do('security', ...words), undefined, words.join(' '));
    }
  });

  const text = (who: string): string => `{
    /* the file as people write it */
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": { "who": { "type": "string", "defaultValue": "${who}" } }, // a comment
    "resources": [],
    "outputs": { "greeting": { "type": "string", "value": "[concat('hello ',
      parameters('who'))]" } }
  }`;

  test('deployment of a group: validate, what-if, create, show, list, operations, export, delete', async () => {
    const template = ['--template-file', file('template.json', text('soc'))];
    const one = ['-g', 'rg', '-n', 'd1'];
    assert.equal(await az.do('deployment', 'group', 'validate', ...one, ...template, ...management), 'Succeeded');
    const preview = ['deployment', 'group', 'what-if', ...one, ...template, '--no-pretty-print'];
    assert.equal(await az.ask('status', ...preview), 'Succeeded');
    const create = ['deployment', 'group', 'create', ...one, ...template, '-p', 'who=you'];
    assert.equal(await az.ask('properties.outputs.greeting.value', ...create), 'hello you');
    assert.equal(await az.do('deployment', 'group', 'show', ...one, ...management), 'Succeeded');
    assert.ok((await az.do<readonly Shown[]>('deployment', 'group', 'list', '-g', 'rg')).length > 0);
    await az.do('deployment', 'operation', 'group', 'list', '-g', 'rg', '-n', 'd1');
    assert.notEqual(await az.ask('outputs.greeting', 'deployment', 'group', 'export', ...one), null);
    await az.refused(/cannot be cancelled|Conflict/i, 'deployment', 'group', 'cancel', ...one);
    await az.do('deployment', 'group', 'delete', ...one);
    const broken = [
      '--template-file',
      file('broken.json', { $schema: 'x', contentVersion: '1.0.0.0', resources: [{ type: 'A/b' }] }),
    ];
    await az.refused(/InvalidTemplate/, 'deployment', 'group', 'create', '-g', 'rg', '-n', 'bad', ...broken);
  });

  test('deployment of a subscription, a management group and the tenant', async () => {
    const template = ['--template-file', file('template.json', text('soc')), '-l', location];
    for (const scope of [['sub'], ['mg', '-m', tenantId], ['tenant']] as const) {
      const [word, ...more] = scope;
      const made = await az.do('deployment', word, 'create', '-n', 'd2', ...more, ...template, ...management);
      assert.equal(made, 'Succeeded', word);
      assert.equal(
        await az.do('deployment', word, 'validate', '-n', 'd2', ...more, ...template, ...management),
        'Succeeded',
      );
      assert.equal(
        await az.ask('status', 'deployment', word, 'what-if', '-n', 'd2', ...more, ...template, '--no-pretty-print'),
        'Succeeded',
      );
      assert.equal(await az.do('deployment', word, 'show', '-n', 'd2', ...more, ...management), 'Succeeded');
      assert.ok((await az.do<readonly Shown[]>('deployment', word, 'list', ...more)).length > 0);
      await az.do('deployment', word, 'export', '-n', 'd2', ...more);
      await az.do('deployment', 'operation', word, 'list', '-n', 'd2', ...more);
      await az.do('deployment', word, 'delete', '-n', 'd2', ...more);
    }
  });

  const corpus = join(import.meta.dirname, '../../../shared/corpus/defender-for-cloud');
  test('deployment of a published playbook, as it was published', { skip: noCorpus(corpus) }, async () => {
    const path = join(corpus, 'block-bruteforce-attack.json');
    const parameters = ['-p', 'SenderAddress=secops@contoso.example', 'recipientAddress=secops@contoso.example'];
    await az.do('group', 'create', '-n', 'rg-playbook', '-l', location);
    const create = ['deployment', 'group', 'create', '-g', 'rg-playbook', '-n', 'playbook', '--template-file', path];
    assert.equal(await az.ask('properties.provisioningState', ...create, ...parameters), 'Succeeded');
    const apps = await az.do<readonly Shown[]>(
      'resource',
      'list',
      '-g',
      'rg-playbook',
      '--resource-type',
      'Microsoft.Logic/workflows',
    );
    assert.equal(apps.length, 1);
  });

  test('policy: definitions, sets, assignments, exemptions', async () => {
    const rule = file('rule.json', tagRule);
    await az.do(
      'policy',
      'definition',
      'create',
      '-n',
      'owner',
      '--rules',
      `@${rule}`,
      '--mode',
      'Indexed',
      '--display-name',
      'Owner',
    );
    await az.do('policy', 'definition', 'update', '-n', 'owner', '--description', 'says who');
    assert.equal(await az.ask('description', 'policy', 'definition', 'show', '-n', 'owner'), 'says who');
    const [builtIn] = await az.do<readonly Shown[]>(
      'policy',
      'definition',
      'list',
      '--query',
      "[?policyType=='BuiltIn']",
    );
    assert.equal(await az.ask('policyType', 'policy', 'definition', 'show', '-n', String(builtIn?.name)), 'BuiltIn');
    const members = file('set.json', [
      { policyDefinitionId: `${subscription}/providers/Microsoft.Authorization/policyDefinitions/owner` },
    ]);
    await az.do('policy', 'set-definition', 'create', '-n', 'owners', '--definitions', `@${members}`);
    assert.ok(
      (await az.do<readonly Shown[]>('policy', 'set-definition', 'list')).some(({ name }) => name === 'owners'),
    );
    assert.equal(await az.ask('length(policyDefinitions)', 'policy', 'set-definition', 'show', '-n', 'owners'), 1);
    const identity = ['--mi-system-assigned', '-l', location];
    const create = ['policy', 'assignment', 'create', '-n', 'as-owner', '--policy', 'owner', ...identity];
    const [assignment = '', holder = ''] = await az.ask<readonly string[]>('[id, identity.principalId]', ...create);
    await cloud.grant(holder, roleIds.contributor, subscription);
    assert.equal(await az.ask('enforcementMode', 'policy', 'assignment', 'show', '-n', 'as-owner'), 'Default');
    await az.do('policy', 'assignment', 'update', '-n', 'as-owner', '--display-name', 'Owners');
    assert.ok((await az.do<readonly Shown[]>('policy', 'assignment', 'list')).length > 0);
    await az.do(
      'policy',
      'exemption',
      'create',
      '-n',
      'ex',
      '--policy-assignment',
      assignment,
      '--exemption-category',
      'Waiver',
      '-g',
      'rg',
    );
    assert.equal(await az.ask('exemptionCategory', 'policy', 'exemption', 'show', '-n', 'ex', '-g', 'rg'), 'Waiver');
    assert.equal((await az.do<readonly Shown[]>('policy', 'exemption', 'list', '-g', 'rg')).length, 1);
    await az.do('policy', 'exemption', 'delete', '-n', 'ex', '-g', 'rg');
    await az.refused(/PolicyDefinitionInUse/, 'policy', 'definition', 'delete', '-n', 'owner');
  });

  test('policy: states, a remediation to its end, events', async () => {
    const disk = ['--resource-type', 'Microsoft.Compute/disks', '-g', 'rg', '-n', 'untagged'];
    await cloud.put(`${group}/providers/Microsoft.Compute/disks/untagged`, '2022-07-02', {
      location,
      tags: { owner: 'x' },
    });
    await az.do('resource', 'update', ...disk, '--set', 'properties.diskSizeGB=8');
    await az.do('policy', 'state', 'trigger-scan');
    const states = await az.do<readonly Shown[]>(
      'policy',
      'state',
      'list',
      '--filter',
      "policyAssignmentName eq 'as-owner'",
    );
    assert.ok(states.length > 0);
    await az.do('policy', 'remediation', 'create', '-n', 'fix', '--policy-assignment', 'as-owner');
    const state = await cloud.server.eventually(async () => {
      const now = await az.ask<string>('provisioningState', 'policy', 'remediation', 'show', '-n', 'fix');
      return now === 'Succeeded' || now === 'Failed' ? now : undefined;
    }, 'the end of the remediation');
    assert.equal(state, 'Succeeded');
    assert.equal((await az.do<readonly Shown[]>('policy', 'remediation', 'list')).length, 1);
    assert.ok(Array.isArray(await az.do('policy', 'remediation', 'deployment', 'list', '-n', 'fix')));
    await az.refused(/./, 'policy', 'remediation', 'cancel', '-n', 'fix');
    await az.do('policy', 'remediation', 'delete', '-n', 'fix');
    await az.do('policy', 'assignment', 'delete', '-n', 'as-owner');
    await az.do('policy', 'set-definition', 'delete', '-n', 'owners');
    await az.do('policy', 'definition', 'delete', '-n', 'owner');
  });

  test('account management-group: create, show, update, list, subscriptions, delete', async () => {
    const words = ['account', 'management-group'] as const;
    // Without it each command registers the provider and sleeps for ten seconds.
    const fast = ['--no-register'] as const;
    await az.do(...words, 'create', '-n', 'team', '-d', 'Team', ...fast);
    assert.equal(await az.ask('displayName', ...words, 'show', '-n', 'team', ...fast), 'Team');
    await az.do(...words, 'update', '-n', 'team', '-d', 'The team');
    assert.ok((await az.do<readonly Shown[]>(...words, 'list', ...fast)).some(({ name }) => name === 'team'));
    await az.do(...words, 'subscription', 'add', '-n', 'team', '-s', subscriptionId);
    assert.equal(
      await az.ask('displayName', ...words, 'subscription', 'show', '-n', 'team', '-s', subscriptionId),
      'Local',
    );
    await az.do(...words, 'subscription', 'remove', '-n', 'team', '-s', subscriptionId);
    await az.do(...words, 'delete', '-n', 'team', ...fast);
  });

  test('provider and tag', async () => {
    assert.equal(await az.ask('namespace', 'provider', 'show', '-n', 'Microsoft.Security'), 'Microsoft.Security');
    await az.do('provider', 'register', '-n', 'Microsoft.Security');
    assert.ok((await az.do<readonly Shown[]>('provider', 'list')).length > 3);
    assert.ok((await az.do<readonly Shown[]>('provider', 'operation', 'list')).length > 3);
    await az.do('tag', 'create', '-n', 'cost');
    await az.do('tag', 'add-value', '-n', 'cost', '--value', 'red');
    assert.ok((await az.do<readonly Shown[]>('tag', 'list')).some(({ tagName }) => tagName === 'cost'));
    await az.do('tag', 'remove-value', '-n', 'cost', '--value', 'red');
    await az.do('tag', 'delete', '-n', 'cost', '-y');
    await az.do('tag', 'create', '--resource-id', group, '--tags', 'a=1');
    await az.do('tag', 'update', '--resource-id', group, '--operation', 'Merge', '--tags', 'b=2');
    assert.deepEqual(await az.ask('properties.tags', 'tag', 'list', '--resource-id', group), { a: '1', b: '2' });
    await az.do('tag', 'delete', '--resource-id', group, '-y');
  });

  test('monitor activity-log: what was done is in it', async () => {
    const list = ['monitor', 'activity-log', 'list', '-g', 'rg', '--offset', '1h'];
    const operations = await az.ask<readonly string[]>('[].operationName.value', ...list);
    assert.ok(operations.includes('Microsoft.Resources/subscriptions/resourceGroups/write'));
  });

  test('roles by rest: a definition, an assignment, what it allows', async () => {
    const roles = `${subscription}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01`;
    const url = `${roles}&$filter=roleName eq 'Security Reader'`;
    assert.equal(await az.ask('value[0].name', 'rest', '--url', url), '39bc4728-0917-49c7-9d2c-d95423bc2eb4');
    const assignment = `${group}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
    const { objectId: principalId } = await cloud.principal(roleIds.reader, subscription);
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.contributor}`;
    const body = JSON.stringify({ properties: { principalId, roleDefinitionId } });
    await az.do('rest', '--method', 'put', '--url', assignment, '--body', body);
    await az.do('rest', '--method', 'delete', '--url', assignment);
  });

  test('what the caller may not do is refused in words that scripts look for', async () => {
    const reader = await cloud.principal(roleIds.reader, subscription);
    await az.do('login', '--service-principal', '-u', reader.appId, '-p', reader.secret, '--tenant', 'adfs');
    await az.refused(
      /\(AuthorizationFailed\) The client .* does not have authorization to perform action/,
      'group',
      'create',
      '-n',
      'mine',
      '-l',
      location,
    );
    await login('-p', principal.secret);
  });
});

const tagRule = {
  if: { field: "tags['owner']", exists: false },
  // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
  then: {
    effect: 'modify',
    details: {
      roleDefinitionIds: [`/providers/Microsoft.Authorization/roleDefinitions/${roleIds.contributor}`],
      operations: [{ operation: 'addOrReplace', field: "tags['owner']", value: 'soc' }],
    },
  },
};

function noCorpus(folder: string): string | undefined {
  try {
    readdirSync(folder);
    return undefined;
  } catch {
    return 'the corpus of published playbooks is not beside the checkout';
  }
}
