/** Permissions of Microsoft Graph from preflight to run: a playbook without one is refused, a command grants it, and it works. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { textOf, TocsinServer } from './tocsin-server.ts';
import { runWorkflow, saveWorkflow } from './workflow-runs.ts';

const server = new TocsinServer();
before(() => server.start());
after(() => server.remove());

function tocsin(...words: readonly string[]): {
  readonly code: number | null;
  readonly output: string;
  readonly said: string;
} {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const environment = { ...process.env, NO_COLOR: '1', TOCSIN_TOKEN: undefined, TOCSIN_ADMIN_TOKEN: undefined };
  const options = ['--url', server.url, '--data', server.folder];
  const done = spawnSync(process.execPath, [main, ...words, ...options], { encoding: 'utf8', env: environment });
  return { code: done.status, output: done.stdout, said: done.stderr };
}

test('a playbook disables a user once its identity is granted the permission that preflight names', async () => {
  const users = [{ userPrincipalName: 'ann@contoso.com', displayName: 'Ann' }];
  await server.call('POST', '/tocsin/v1/directory/import', { body: { users } });
  const Disable = {
    type: 'Http',
    inputs: {
      method: 'PATCH',
      uri: "https://graph.microsoft.com/v1.0/users/@{triggerBody()?['upn']}",
      body: { accountEnabled: false },
      authentication: { type: 'ManagedServiceIdentity', audience: 'https://graph.microsoft.com' },
    },
  };
  const id = await saveWorkflow(server, { actions: { Disable } }, { identity: { type: 'SystemAssigned' } });
  const before = await runWorkflow(server, id, { upn: 'ann@contoso.com' });
  assert.equal(before.status, 'Failed');
  const doctor = await server.call('POST', '/tocsin/v1/preflight', { body: { workflowId: id } });
  const [finding = {}] = doctor.body.value ?? [];
  assert.equal(textOf(finding, 'code'), 'PermissionMissing', doctor.text);
  assert.match(textOf(finding, 'fix'), /^tocsin directory grant [0-9a-f-]{36} User\.ReadWrite\.All$/);
  const granted = tocsin('directory', 'grant', id, 'User.ReadWrite.All');
  assert.equal(granted.code, 0, granted.said);
  assert.match(granted.output, /User\.ReadWrite\.All/);
  const clean = await server.call('POST', '/tocsin/v1/preflight', { body: { workflowId: id } });
  assert.deepEqual(clean.body.value, []);
  assert.equal((await runWorkflow(server, id, { upn: 'ann@contoso.com' })).status, 'Succeeded');
  const ann = await server.call('GET', '/graph/v1.0/users/ann@contoso.com?$select=accountEnabled');
  assert.equal(ann.body.accountEnabled, false);
  assert.match(tocsin('directory', 'permissions', id).output, /User\.ReadWrite\.All/);
  assert.equal(tocsin('directory', 'revoke', id, 'User.ReadWrite.All').code, 0);
  assert.equal((await runWorkflow(server, id, { upn: 'ann@contoso.com' })).status, 'Failed');
  assert.match(tocsin('directory', 'grant', id, 'User.Invent.All').said, /no permission 'User\.Invent\.All'/);
});
