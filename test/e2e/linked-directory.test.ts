/** A linked directory, with a second server standing for the operator's tenant: its Microsoft Graph, tokens and permissions. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { type Reply, TocsinServer, textOf } from './tocsin-server.ts';
import { runWorkflow, saveWorkflow } from './workflow-runs.ts';

const tenant = new TocsinServer();
const server = new TocsinServer();
const tenantId = '00000000-0000-4000-8000-000000000000';
const user = '/graph/v1.0/users/ann@contoso.com';

let secret = '';
let clientId = '';

function tocsin(of: TocsinServer, ...words: readonly string[]): string {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const environment = { ...process.env, NO_COLOR: '1', TOCSIN_TOKEN: undefined, TOCSIN_ADMIN_TOKEN: undefined };
  const options = ['--url', of.url, '--data', of.folder];
  const done = spawnSync(process.execPath, [main, ...words, ...options], { encoding: 'utf8', env: environment });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

before(async () => {
  await Promise.all([tenant.start(), server.start()]);
  const users = ['ann', 'bob', 'cid'].map((name) => ({ userPrincipalName: `${name}@contoso.com`, displayName: name }));
  await tenant.call('POST', '/tocsin/v1/directory/import', { body: { users } });
  const made = await tenant.call('POST', '/tocsin/v1/principals', {
    body: { displayName: 'operator', type: 'ServicePrincipal' },
  });
  clientId = textOf(made.body, 'appId');
  secret = textMember(memberOf(made.body, 'secret'), 'value') ?? '';
  tocsin(tenant, 'directory', 'grant', clientId, 'User.ReadWrite.All');
});

after(() => Promise.all([tenant.remove(), server.remove()]));

const enabled = async (of: TocsinServer): Promise<Json | undefined> =>
  (await of.call('GET', `${user}?$select=accountEnabled`)).body.accountEnabled;

test('a link is made by the command line and shown without its secret; reads are reads of the tenant', async () => {
  assert.equal((await server.call('GET', user)).status, 404, 'nobody of that name is here');
  const file = join(server.folder, 'client-secret');
  writeFileSync(file, secret);
  const who = ['--tenant', tenantId, '--client-id', clientId, '--secret-file', file];
  const where = ['--graph', `${tenant.secureUrl}/graph`, '--authority', tenant.secureUrl];
  const trust = ['--authorities', join(tenant.folder, 'tls', 'ca.pem')];
  const out = tocsin(server, 'link', 'add', 'directory', ...who, ...where, ...trust);
  assert.match(out, /The directory is linked to Custom/);
  const shown = await server.call('GET', '/tocsin/v1/linkedDirectory');
  assert.equal(shown.text.includes(secret), false);
  assert.match(tocsin(server, 'link', 'list'), /directory +Custom +clientSecret/);
  assert.equal(await enabled(server), true);
  const page = await server.call('GET', '/graph/v1.0/users?$top=2');
  const next = textOf(page.body, '@odata.nextLink');
  assert.ok(next.startsWith(`${server.url}/graph/v1.0/users`), page.text);
  assert.equal((await server.call('GET', next)).body.value?.length, 1);
  const missing = await server.call('GET', '/graph/v1.0/users/nobody@contoso.com');
  assert.equal(memberOf(memberOf(missing.body, 'error'), 'code'), 'Request_ResourceNotFound');
});

test('a write needs a permission granted to the caller itself, and is in the activity log before and after', async () => {
  const refused = await server.call('PATCH', user, { body: { accountEnabled: false } });
  assert.equal(refused.status, 403, 'the admin token is Owner, and that is not enough');
  assert.equal(await enabled(tenant), true);
  const Disable: JsonObject = {
    type: 'Http',
    inputs: {
      method: 'PATCH',
      uri: 'https://graph.microsoft.com/v1.0/users/ann@contoso.com',
      body: { accountEnabled: false },
      authentication: { type: 'ManagedServiceIdentity', audience: 'https://graph.microsoft.com' },
    },
  };
  const id = await saveWorkflow(server, { actions: { Disable } }, { identity: { type: 'SystemAssigned' } });
  assert.equal((await runWorkflow(server, id)).status, 'Failed');
  tocsin(server, 'directory', 'grant', id, 'User.ReadWrite.All');
  assert.equal((await runWorkflow(server, id)).status, 'Succeeded');
  assert.equal(await enabled(tenant), false, 'the user of the tenant is disabled');
  const log = await server.call('GET', '/tocsin/v1/activity');
  const entries: readonly JsonObject[] = (log.body.value ?? []).filter((entry) =>
    textMember(memberOf(entry, 'operationName'), 'value')?.endsWith('/directory/users/write'),
  );
  const states = new Set(entries.map((entry) => textMember(memberOf(entry, 'status'), 'value')));
  assert.ok(states.has('Started') && states.has('Succeeded') && states.has('Failed'), log.text.slice(0, 2000));
  assert.equal(log.text.includes('"accountEnabled"'), false, 'the log never holds a body');
});

test('what the tenant does not let the operator do is refused by the tenant', async () => {
  const groups: Reply = await server.call('GET', '/graph/v1.0/groups');
  assert.equal(groups.status, 403);
  assert.equal(memberOf(memberOf(groups.body, 'error'), 'code'), 'Authorization_RequestDenied');
});

test('identities of this server stay here, and without the link so does everybody', async () => {
  const own = await server.call('GET', "/graph/v1.0/servicePrincipals?$filter=displayName eq 'operator'");
  assert.deepEqual(own.body.value, []);
  tocsin(server, 'link', 'remove', 'directory');
  assert.equal((await server.call('GET', user)).status, 404);
});
