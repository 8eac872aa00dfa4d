/** `tocsin user` and `tocsin principal` against a real server, and signing in with what they made. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { memberOf, parseJson, textMember } from '#foundation';
import { TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer();

before(async () => {
  await server.start();
});
after(() => server.remove());

const commandLine = join(import.meta.dirname, '../../src/cli/main.ts');

function tocsin(words: readonly string[], input = ''): { code: number | null; output: string; said: string } {
  const options = ['--url', server.url, '--data', server.folder];
  const environment = { ...process.env, NO_COLOR: '1', TOCSIN_TOKEN: undefined, TOCSIN_ADMIN_TOKEN: undefined };
  const done = spawnSync(process.execPath, [commandLine, ...words, ...options], {
    input,
    encoding: 'utf8',
    env: environment,
  });
  return { code: done.status, output: done.stdout, said: done.stderr };
}

function made(words: readonly string[], input?: string) {
  const { code, output, said } = tocsin([...words, '--output', 'json'], input);
  assert.equal(code, 0, said);
  return output.trim() === '' ? null : parseJson(output);
}

function token(form: Record<string, string>) {
  return server.call('POST', '/adfs/oauth2/token', {
    token: null,
    text: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
}

function asUser(username: string, password: string) {
  return token({ grant_type: 'password', client_id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', username, password });
}

test('a principal made by the command line signs in and may do what its role grants', async () => {
  const words = ['principal', 'create', 'robot', '--role', 'Reader', '--scope', '/'];
  const principal = made(words);
  const [appId = '', secret = ''] = [
    textMember(principal, 'appId'),
    textMember(memberOf(principal, 'secret'), 'value'),
  ];
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: secret };
  const given = await token(form);
  assert.equal(given.status, 200);
  const bearer = textMember(given.body, 'access_token') ?? '';
  const list = await server.call('GET', '/subscriptions?api-version=2022-12-01', { token: bearer });
  assert.equal(list.body.value?.length, 1);
  assert.match(tocsin(['principal', 'list']).output, /robot +[0-9a-f-]{36} +[0-9a-f-]{36} +enabled/);
  const second = textMember(made(['principal', 'add-secret', 'robot']), 'value') ?? '';
  assert.equal((await token({ ...form, client_secret: second })).status, 200);
  made(['principal', 'delete', appId]);
  const after = await server.call('GET', '/subscriptions?api-version=2022-12-01', { token: bearer });
  assert.equal(after.status, 401);
});

test('nothing is made when the role does not exist', () => {
  const { code, said } = tocsin(['principal', 'create', 'nobody', '--role', 'Nonsense', '--scope', '/']);
  assert.equal(code, 1);
  assert.match(said, /no role named 'Nonsense'/);
  assert.ok(!tocsin(['principal', 'list']).output.includes('nobody'));
});

test('a user signs in with the password from standard input, and not after it was set anew', async () => {
  made(['user', 'create', 'ada', '--display-name', 'Ada L.', '--password-stdin'], 'a long password\n');
  assert.equal((await asUser('ada', 'a long password')).status, 200);
  made(['user', 'set-password', 'ADA'], 'another password\n');
  assert.equal((await asUser('ada', 'a long password')).status, 400);
  assert.equal((await asUser('ada', 'another password')).status, 200);
  made(['user', 'disable', 'ada']);
  assert.equal((await asUser('ada', 'another password')).status, 400);
  assert.match(tocsin(['user', 'list']).output, /ada +Ada L\. +[0-9a-f-]{36} +disabled/);
  made(['user', 'delete', 'ada']);
  assert.equal(tocsin(['user', 'delete', 'ada']).code, 1);
});

test('a password that is made up is shown once', async () => {
  const { output } = tocsin(['user', 'create', 'bob']);
  const password = /password {2}(\S+)/.exec(output)?.[1] ?? '';
  assert.equal((await asUser('bob', password)).status, 200);
  assert.ok(!tocsin(['user', 'list', '--output', 'json']).output.includes(password));
});
