/** `tocsin user`: people who sign in with a name and a password. */
import { type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { findRole, giveRole, wantedRole } from '../role-grant.ts';
import { readSecret } from '../read-secret.ts';
import { say, table } from '../terminal.ts';

const path = '/tocsin/v1/principals';

function users(client: Client): Promise<readonly Json[]> {
  return client.list(path, { type: 'User' }, 100_000);
}

/** By name or object id, whatever the case. */
async function find(client: Client, line: CommandLine): Promise<Json> {
  const wanted = line.words[1];
  if (wanted === undefined) throw new UsageError(`user ${line.words[0] ?? ''} needs a user name.`);
  const found = (await users(client)).find((user) =>
    ['userName', 'objectId'].some((name) => textMember(user, name)?.toLowerCase() === wanted.toLowerCase()),
  );
  if (found === undefined) throw new RequestError(`There is no user '${wanted}'.`);
  return found;
}

async function givenPassword(line: CommandLine): Promise<{ readonly password?: string }> {
  if (line.flag('password-stdin')) return { password: await readSecret('Password: ') };
  const password = line.text('password');
  return password === undefined ? {} : { password };
}

async function create(line: CommandLine): Promise<number> {
  const userName = line.words[1];
  if (userName === undefined) throw new UsageError('user create needs a user name.');
  const client = new Client(line);
  const role = wantedRole(line);
  const roleId = role === undefined ? undefined : await findRole(client, role);
  const displayName = line.text('display-name');
  const { body = null } = await client.send(path, {
    method: 'POST',
    body: {
      type: 'User',
      userName,
      ...(displayName === undefined ? {} : { displayName }),
      ...(await givenPassword(line)),
    },
  });
  const objectId = textMember(body, 'objectId') ?? '';
  if (role !== undefined && roleId !== undefined) {
    await giveRole(client, role.scope, roleId, { objectId, type: 'User' });
  }
  const password = textMember(memberOf(body, 'secret'), 'value');
  const shown = password === undefined ? '' : `\npassword  ${password}  (shown this once)`;
  say(line.json ? stringifyJson(body) : `${userName}  ${objectId}${shown}`);
  return 0;
}

async function list(line: CommandLine): Promise<number> {
  const found = await users(new Client(line));
  const rows = found.map((user) => [
    ...['userName', 'displayName', 'objectId'].map((name) => textMember(user, name) ?? ''),
    memberOf(user, 'enabled') === false ? 'disabled' : 'enabled',
  ]);
  say(line.json ? stringifyJson({ value: found }) : table(['NAME', 'DISPLAY NAME', 'OBJECT ID', 'STATE'], rows));
  return 0;
}

async function remove(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const objectId = textMember(await find(client, line), 'objectId') ?? '';
  await client.send(`${path}/${objectId}`, { method: 'DELETE' });
  if (line.json) say(stringifyJson({ objectId }));
  return 0;
}

async function change(line: CommandLine, body: Json): Promise<number> {
  const client = new Client(line);
  const objectId = textMember(await find(client, line), 'objectId') ?? '';
  const answer = await client.send(`${path}/${objectId}`, { method: 'PATCH', body });
  if (line.json) say(stringifyJson(answer.body ?? null));
  return 0;
}

async function setPassword(line: CommandLine): Promise<number> {
  const { password = await readSecret('New password: ') } = await givenPassword(line);
  return change(line, { password });
}

const actions: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  create,
  list,
  delete: remove,
  'set-password': setPassword,
  enable: (line) => change(line, { enabled: true }),
  disable: (line) => change(line, { enabled: false }),
};

export const userCommand: Command = {
  name: 'user',
  summary: 'people who sign in with a name and a password',
  usage: [
    'tocsin user create NAME [--display-name TEXT] [--password TEXT | --password-stdin] [--role ROLE --scope ID]',
    'tocsin user list',
    'tocsin user set-password NAME [--password TEXT | --password-stdin]',
    'tocsin user enable|disable|delete NAME',
    '',
    'Without a password one is made up and shown once. --password can be seen by other users of this machine while the',
    'command runs; --password-stdin reads it from standard input. --scope / is the whole tenant.',
  ].join('\n'),
  options: {
    'display-name': 'string',
    password: 'string',
    'password-stdin': 'boolean',
    role: 'string',
    scope: 'string',
  },
  run: (line) => {
    const action = Object.hasOwn(actions, line.words[0] ?? '') ? actions[line.words[0] ?? ''] : undefined;
    if (action === undefined) throw new UsageError(`user takes ${Object.keys(actions).join(', ')}.`);
    return action(line);
  },
};
