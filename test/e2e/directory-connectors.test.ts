/** Connectors of Microsoft Entra ID, its protection and Graph Security on what is kept here, as a managed identity; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { connect, over, saveConnected } from './connector-runs.ts';
import { assign } from './linked-cloud.ts';
import { subscriptionId, textOf, TocsinServer } from './tocsin-server.ts';
import { runWorkflow } from './workflow-runs.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const names = ['azuread', 'azureadip', 'microsoftgraphsecurity'] as const;

describe('connectors of the directory', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  let ann = '';
  let bob = '';
  before(async () => {
    await server.start();
    for (const name of names) await connect(server, name, { parameterValueType: 'Alternative' });
    const users = ['ann', 'bob'].map((name) => ({ userPrincipalName: `${name}@contoso.com`, displayName: name }));
    await server.call('POST', '/tocsin/v1/directory/import', { body: { users } });
    const idOf = async (name: string) =>
      textOf((await server.call('GET', `/graph/v1.0/users/${name}@contoso.com`)).body, 'id');
    [ann, bob] = [await idOf('ann'), await idOf('bob')];
  });
  after(() => server.remove());

  /** Actions one after another; their outputs by name. */
  async function run(actions: Readonly<Record<string, JsonObject>>): Promise<(name: string) => Promise<Answer>> {
    let last: string | undefined;
    const chained: Record<string, JsonObject> = {};
    for (const [name, action] of Object.entries(actions)) {
      const runAfter: JsonObject = last === undefined ? {} : { [last]: ['Succeeded', 'Failed'] };
      chained[name] = { ...action, runAfter };
      last = name;
    }
    const id = await saveConnected(server, names, chained, { identity: { type: 'SystemAssigned' } });
    const { body } = await server.call('GET', `${id}?api-version=2019-05-01`);
    await assign(server, '', textMember(body.identity, 'principalId') ?? '', owner);
    const seen = await runWorkflow(server, id);
    return async (name) => (await seen.action(name)).outputs as unknown as Answer;
  }

  interface Answer {
    readonly statusCode: number;
    readonly body?: JsonObject;
  }
  const entra = (method: string, path: string, body?: Json): JsonObject =>
    over('azuread', method, path, body === undefined ? {} : { body });
  const risk = (method: string, path: string, more: JsonObject = {}): JsonObject =>
    over('azureadip', method, path, more);
  const security = (method: string, path: string, more: JsonObject = {}): JsonObject =>
    over('microsoftgraphsecurity', method, path, more);
  const listOf = ({ body }: Answer): readonly JsonObject[] => (body?.value ?? []) as readonly JsonObject[];

  test('make groups of each kind, take members and managers by their bare ids, and tell who is in', async () => {
    const newGroup = { displayName: 'SOC', description: 'd', mailNickname: 'soc', mailEnabled: false };
    const members = "/v1.0/groups/@{encodeURIComponent(body('Group')?['id'])}/members";
    const answers = await run({
      Group: entra('post', '/v1.0/groups/securityGroup', { ...newGroup, securityEnabled: true }),
      Unified: entra('post', '/v1.0/groups/office365', {
        ...newGroup,
        mailNickname: 'soc365',
        mailEnabled: true,
        securityEnabled: false,
      }),
      Plain: entra('post', '/v1.0/groups', {
        ...newGroup,
        mailNickname: 'plain',
        securityEnabled: true,
        groupTypes: ['None'],
      }),
      Add: entra('post', `${members}/$ref`, { '@@odata.id': ann }),
      Manager: entra('put', `/v1.0/users/${ann}/manager/$ref`, { '@@odata.id': bob }),
      Members: entra('get', members),
      Groups: entra('post', `/v2/v1.0/users/${ann}/getMemberGroups`, {}),
      Check: entra('post', `/v2/v1.0/users/${ann}/checkMemberGroups`, { groupIds: ["@body('Group')?['id']"] }),
      Remove: entra('delete', `${members}/${ann}/$ref`),
      Nobody: entra('post', `${members}/$ref`, {}),
    });
    const created = async (name: string) => {
      const { statusCode, body } = await answers(name);
      return [statusCode, body?.groupTypes];
    };
    assert.deepEqual(await created('Group'), [201, []]);
    assert.deepEqual(await created('Unified'), [201, ['Unified']]);
    assert.deepEqual(await created('Plain'), [201, []]);
    assert.equal((await answers('Add')).statusCode, 204, JSON.stringify(await answers('Add')));
    assert.equal((await answers('Manager')).statusCode, 204, JSON.stringify(await answers('Manager')));
    assert.deepEqual(
      listOf(await answers('Members')).map(({ displayName }) => displayName),
      ['ann'],
    );
    const group = (await answers('Group')).body?.id;
    for (const name of ['Groups', 'Check']) assert.deepEqual((await answers(name)).body?.value, [group], name);
    assert.equal((await answers('Remove')).statusCode, 204);
    assert.equal((await answers('Nobody')).statusCode, 400);
    const manager = await server.call('GET', `/graph/v1.0/users/${ann}/manager`);
    assert.equal(memberOf(manager.body as Json, 'displayName'), 'bob');
  });

  test('set a password and properties of one’s own, and end sessions', async () => {
    const user = '/v1.0/users/bob@contoso.com';
    const answers = await run({
      Password: entra('patch', user, {
        passwordProfile: { password: 'Correct-Horse-9-Battery', forceChangePasswordNextSignIn: true },
      }),
      Update: entra('patch', user, { jobTitle: 'Analyst', customProperties: { department: 'SOC' } }),
      Revoke: entra('post', `${user}/revokeSignInSessions`),
    });
    for (const name of ['Password', 'Update'])
      assert.equal((await answers(name)).statusCode, 204, JSON.stringify(await answers(name)));
    assert.equal((await answers('Revoke')).statusCode, 200);
    const read = await server.call('GET', `/graph${user}?$select=jobTitle,department,lastPasswordChangeDateTime`);
    assert.deepEqual([memberOf(read.body, 'jobTitle'), memberOf(read.body, 'department')], ['Analyst', 'SOC']);
    assert.ok(typeof memberOf(read.body, 'lastPasswordChangeDateTime') === 'string');
  });

  test('confirm and dismiss risk, list it, and tell how it came about', async () => {
    const answers = await run({
      None: risk('get', `/beta/riskyUsers/${ann}`),
      Confirm: risk('post', '/beta/riskyUsers/confirmCompromised', { body: { userIds: [ann] } }),
      List: risk('get', '/beta/riskyUsers', { queries: { $filter: "riskState eq 'confirmedCompromised'" } }),
      Dismiss: risk('post', '/beta/riskyUsers/dismiss', { body: { userIds: [ann] } }),
      Get: risk('get', `/beta/riskyUsers/${ann}`),
      History: risk('get', `/beta/riskyUsers/${ann}/history`),
      Detections: risk('get', '/beta/riskDetections'),
    });
    assert.equal((await answers('None')).statusCode, 404);
    assert.equal((await answers('Confirm')).statusCode, 204);
    assert.deepEqual(
      listOf(await answers('List')).map(({ id }) => id),
      [ann],
    );
    assert.equal((await answers('Get')).body?.riskState, 'dismissed');
    assert.deepEqual(
      listOf(await answers('History')).map(({ riskState }) => riskState),
      ['dismissed', 'confirmedCompromised'],
    );
    assert.deepEqual((await answers('Detections')).body?.value, []);
  });

  test('keep indicators of threats: submitted, found, changed, removed by id and by the name a feed gave them', async () => {
    const indicator = (more: JsonObject): JsonObject => ({
      action: 'alert',
      targetProduct: 'Azure Sentinel',
      threatType: 'C2',
      tlpLevel: 'green',
      expirationDateTime: '2027-01-01T00:00:00Z',
      description: 'd',
      ...more,
    });
    const path = '/beta/security/tiIndicators';
    const first = "@{encodeURIComponent(first(body('Submit')?['value'])?['id'])}";
    const answers = await run({
      Submit: security('post', `${path}/submitTiIndicators`, {
        body: {
          value: ['203.0.113.7', '203.0.113.8', '203.0.113.9'].map((networkIPv4, index) =>
            indicator({ networkIPv4, externalId: `feed-${index}` }),
          ),
        },
      }),
      Create: security('post', path, { body: indicator({ url: 'https://bad.example.com/' }) }),
      Find: security('get', path, { queries: { $filter: "networkIPv4 eq '203.0.113.8'" } }),
      Update: security('patch', `${path}/${first}`, { body: { severity: 5 } }),
      Get: security('get', `${path}/${first}`),
      Wrong: security('post', `${path}/submitTiIndicators`, {
        body: { value: [indicator({ networkIPv4: '203.0.113.10' }), { action: 'alert' }] },
      }),
      External: security('post', `${path}/deleteTiIndicatorsByExternalId`, { body: { value: ['feed-1', 'feed-9'] } }),
      Delete: security('delete', `${path}/${first}`),
      Left: security('get', path),
    });
    const submitted = await answers('Submit');
    assert.deepEqual([submitted.statusCode, listOf(submitted).length], [200, 3], JSON.stringify(submitted));
    assert.equal((await answers('Create')).statusCode, 201);
    assert.deepEqual(
      listOf(await answers('Find')).map(({ externalId }) => externalId),
      ['feed-1'],
    );
    const { body } = await answers('Get');
    assert.deepEqual([body?.severity, body?.networkIPv4, body?.isActive], [5, '203.0.113.7', true]);
    assert.ok(typeof body?.ingestedDateTime === 'string' && typeof body.azureTenantId === 'string');
    assert.equal((await answers('Wrong')).statusCode, 400);
    assert.deepEqual(
      listOf(await answers('External')).map(({ code }) => code),
      [0, 404],
    );
    assert.equal((await answers('Delete')).statusCode, 204);
    const left = listOf(await answers('Left')).map(({ networkIPv4, url }) => networkIPv4 ?? url);
    assert.deepEqual(
      new Set(left),
      new Set(['203.0.113.9', 'https://bad.example.com/']),
      'nothing of the refused list',
    );
  });

  test('show our alerts as Graph does, and change their status', async () => {
    for (const [SystemAlertId, AlertDisplayName, Severity] of [
      ['a1', 'Brute force', 'High'],
      ['a2', 'Odd process', 'Low'],
    ] as const) {
      const sent = await server.call('POST', '/ingest/v1/events', {
        body: {
          SystemAlertId,
          AlertDisplayName,
          Severity,
          AlertType: 'T',
          Description: 'd',
          Status: 'New',
          TimeGenerated: '2026-11-20T09:00:00Z',
          AzureResourceId: `/subscriptions/${subscriptionId}`,
        },
      });
      assert.equal(sent.status, 202, sent.text);
    }
    const answers = await run({
      High: security('get', '/v1.0/security/alerts', { queries: { $filter: "severity eq 'high'" } }),
      Update: security('patch', '/v1.0/security/alerts/a1', { body: { status: 'resolved' } }),
      Get: security('get', '/v1.0/security/alerts/a1'),
      Newer: security('get', '/v1.0/security/alerts_v2/a1'),
      Assign: security('patch', '/v1.0/security/alerts/a1', { body: { assignedTo: 'ann' } }),
      None: security('get', '/v1.0/security/alerts/none'),
    });
    assert.deepEqual(
      listOf(await answers('High')).map(({ id, title, status }) => [id, title, status]),
      [['a1', 'Brute force', 'newAlert']],
    );
    assert.equal((await answers('Update')).statusCode, 204);
    assert.equal((await answers('Get')).body?.status, 'resolved');
    const newer = (await answers('Newer')).body;
    assert.deepEqual([newer?.status, newer?.serviceSource], ['resolved', 'microsoftDefenderForCloud']);
    assert.equal((await answers('Assign')).statusCode, 400);
    assert.equal((await answers('None')).statusCode, 404);
  });
});
