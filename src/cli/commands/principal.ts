/** `tocsin principal`: applications that sign in with a secret or a certificate. */
import { type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { findRole, giveRole, wantedRole } from '../role-grant.ts';
import { textOfFile } from '../named-file.ts';
import { say, table } from '../terminal.ts';

const path = '/tocsin/v1/principals';

function principals(client: Client): Promise<readonly Json[]> {
  return client.list(path, { type: 'ServicePrincipal' }, 100_000);
}

/** By application id, object id, or a name that only one has. */
async function find(client: Client, line: CommandLine): Promise<string> {
  const wanted = line.words[1]?.toLowerCase();
  if (wanted === undefined) throw new UsageError(`principal ${line.words[0] ?? ''} needs an application id or a name.`);
  const all = await principals(client);
  const fits = (name: string) => (one: Json) => textMember(one, name)?.toLowerCase() === wanted;
  const byId = all.filter((one) => fits('appId')(one) || fits('objectId')(one));
  const found = byId.length > 0 ? byId : all.filter(fits('displayName'));
  if (found.length > 1)
    throw new RequestError(`${found.length} principals are named '${wanted}': give the application id.`);
  const [one] = found;
  if (one === undefined) throw new RequestError(`There is no principal '${wanted}'.`);
  return textMember(one, 'objectId') ?? '';
}

function certificateOf(line: CommandLine): { readonly certificate?: string } {
  const file = line.text('certificate');
  return file === undefined ? {} : { certificate: textOfFile(file) };
}

function lifetimeOf(line: CommandLine): { readonly lifetimeDays?: number } {
  const lifetimeDays = line.count('days');
  return lifetimeDays === undefined ? {} : { lifetimeDays };
}

async function create(line: CommandLine): Promise<number> {
  const displayName = line.words[1];
  if (displayName === undefined) throw new UsageError('principal create needs a name.');
  const client = new Client(line);
  const role = wantedRole(line);
  const roleId = role === undefined ? undefined : await findRole(client, role);
  const { body = null } = await client.send(path, {
    method: 'POST',
    body: { type: 'ServicePrincipal', displayName, ...certificateOf(line), ...lifetimeOf(line) },
  });
  const objectId = textMember(body, 'objectId') ?? '';
  if (role !== undefined && roleId !== undefined) {
    await giveRole(client, role.scope, roleId, { objectId, type: 'ServicePrincipal' });
  }
  say(line.json ? stringifyJson(body) : shown(body, line.url));
  return 0;
}

/** What one copies to sign in. */
function shown(principal: Json, url: string): string {
  const secret = textMember(memberOf(principal, 'secret'), 'value');
  const rows = [
    ['name', textMember(principal, 'displayName')],
    ['object id', textMember(principal, 'objectId')],
    ['application id', textMember(principal, 'appId')],
    ['tenant', textMember(principal, 'tenantId')],
    ['secret', secret === undefined ? undefined : `${secret}  (shown this once)`],
    ['server', url],
  ];
  return rows.flatMap(([name = '', value]) => (value === undefined ? [] : [`${name.padEnd(16)}${value}`])).join('\n');
}

async function list(line: CommandLine): Promise<number> {
  const found = await principals(new Client(line));
  const rows = found.map((one) => [
    ...['displayName', 'appId', 'objectId'].map((name) => textMember(one, name) ?? ''),
    memberOf(one, 'enabled') === false ? 'disabled' : 'enabled',
  ]);
  say(line.json ? stringifyJson({ value: found }) : table(['NAME', 'APPLICATION ID', 'OBJECT ID', 'STATE'], rows));
  return 0;
}

async function remove(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const objectId = await find(client, line);
  await client.send(`${path}/${objectId}`, { method: 'DELETE' });
  if (line.json) say(stringifyJson({ objectId }));
  return 0;
}

async function addSecret(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const { body = null } = await client.send(`${path}/${await find(client, line)}/secrets`, {
    method: 'POST',
    body: { displayName: line.text('label') ?? 'command line', ...lifetimeOf(line) },
  });
  say(line.json ? stringifyJson(body) : `${textMember(body, 'value') ?? ''}  (shown this once)`);
  return 0;
}

async function addCertificate(line: CommandLine): Promise<number> {
  const given = certificateOf(line);
  if (given.certificate === undefined) throw new UsageError('principal add-certificate needs --certificate FILE.');
  const client = new Client(line);
  const { body = null } = await client.send(`${path}/${await find(client, line)}/certificates`, {
    method: 'POST',
    body: { ...given },
  });
  say(line.json ? stringifyJson(body) : (textMember(body, 'thumbprint') ?? ''));
  return 0;
}

const actions: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  create,
  list,
  delete: remove,
  'add-secret': addSecret,
  'add-certificate': addCertificate,
};

export const principalCommand: Command = {
  name: 'principal',
  summary: 'applications that sign in with a secret or a certificate',
  usage: [
    'tocsin principal create NAME [--days N] [--certificate FILE] [--role ROLE --scope ID]',
    'tocsin principal list',
    'tocsin principal add-secret NAME|ID [--label TEXT] [--days N]',
    'tocsin principal add-certificate NAME|ID --certificate FILE',
    'tocsin principal delete NAME|ID',
    '',
    'With --certificate (PEM, without its private key) there is no secret. --scope / is the whole tenant.',
  ].join('\n'),
  options: { days: 'string', certificate: 'string', label: 'string', role: 'string', scope: 'string' },
  run: (line) => {
    const action = Object.hasOwn(actions, line.words[0] ?? '') ? actions[line.words[0] ?? ''] : undefined;
    if (action === undefined) throw new UsageError(`principal takes ${Object.keys(actions).join(', ')}.`);
    return action(line);
  },
};
