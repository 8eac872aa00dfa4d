/** `tocsin directory`: users, groups and devices taken in; permissions of Microsoft Graph granted, taken away, listed. */
import { isJsonArray, type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { say, table } from '../terminal.ts';
import { importedText, sayImported } from './import.ts';

const root = '/graph/v1.0/servicePrincipals';
const graphAppId = '00000003-0000-0000-c000-000000000000';

async function importFile(line: CommandLine): Promise<number> {
  const { body = null } = await new Client(line).send('/tocsin/v1/directory/import', {
    method: 'POST',
    raw: importedText(line),
  });
  return sayImported(line, body);
}

function listOf(body: Json | undefined): readonly Json[] {
  const value = memberOf(body, 'value');
  return isJsonArray(value) ? value : [];
}

/** Microsoft Graph as the directory has it, with its permissions. */
async function graph(client: Client): Promise<Json> {
  const { body } = await client.send(root, { query: { $filter: `appId eq '${graphAppId}'` } });
  const [found] = listOf(body);
  if (found === undefined) throw new RequestError('The directory has no Microsoft Graph.');
  return found;
}

function rolesOf(service: Json): readonly Json[] {
  const roles = memberOf(service, 'appRoles');
  return isJsonArray(roles) ? roles : [];
}

/** The object id of whom the words name: a logic app by its id, else an object id, application id or name. */
async function principalOf(client: Client, line: CommandLine): Promise<string> {
  const wanted = line.words[1];
  if (wanted === undefined) throw new UsageError(`directory ${line.words[0] ?? ''} needs a principal.`);
  if (wanted.startsWith('/')) {
    const { body } = await client.send(wanted, { query: { 'api-version': '2019-05-01' } });
    const id = textMember(memberOf(body, 'identity'), 'principalId');
    if (id === undefined) throw new RequestError(`'${wanted}' has no managed identity of its own.`);
    return id;
  }
  const quoted = `'${wanted.replaceAll("'", "''")}'`;
  const isId = /^[0-9a-f-]{36}$/i.test(wanted);
  const filter = isId ? `id eq ${quoted} or appId eq ${quoted}` : `displayName eq ${quoted}`;
  const { body } = await client.send(root, { query: { $filter: filter } });
  const [one, ...others] = listOf(body);
  if (one === undefined) throw new RequestError(`There is no service principal or managed identity '${wanted}'.`);
  if (others.length > 0) throw new RequestError(`${others.length + 1} are named '${wanted}': give the object id.`);
  return textMember(one, 'id') ?? '';
}

async function heldBy(client: Client, principal: string): Promise<readonly Json[]> {
  return listOf((await client.send(`${root}/${principal}/appRoleAssignments`)).body);
}

/** The permissions that the words name behind the principal. @throws RequestError for one that Microsoft Graph has not. */
function namedRoles(line: CommandLine, service: Json): readonly Json[] {
  const names = line.words.slice(2);
  if (names.length === 0) throw new UsageError(`directory ${line.words[0] ?? ''} needs permissions.`);
  return names.map((name) => {
    const found = rolesOf(service).find((role) => textMember(role, 'value')?.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw new RequestError(`Microsoft Graph has no permission '${name}' here.`);
    return found;
  });
}

async function grant(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const [service, principalId] = [await graph(client), await principalOf(client, line)];
  const roles = namedRoles(line, service);
  const held = new Set((await heldBy(client, principalId)).map((one) => textMember(one, 'appRoleId')));
  for (const role of roles) {
    const appRoleId = textMember(role, 'id') ?? '';
    if (held.has(appRoleId)) continue;
    const body: JsonObject = { principalId, resourceId: memberOf(service, 'id') ?? null, appRoleId };
    await client.send(`${root}/${principalId}/appRoleAssignments`, { method: 'POST', body });
  }
  return show(line, client, service, principalId);
}

async function revoke(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const [service, principalId] = [await graph(client), await principalOf(client, line)];
  const gone = new Set(namedRoles(line, service).map((role) => textMember(role, 'id')));
  for (const one of await heldBy(client, principalId)) {
    if (!gone.has(textMember(one, 'appRoleId'))) continue;
    const path = `${root}/${principalId}/appRoleAssignments/${textMember(one, 'id') ?? ''}`;
    await client.send(path, { method: 'DELETE' });
  }
  return show(line, client, service, principalId);
}

async function permissions(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const service = await graph(client);
  if (line.words[1] === undefined) {
    const all = rolesOf(service);
    const rows = all.map((role) => [textMember(role, 'value') ?? '', textMember(role, 'displayName') ?? '']);
    say(line.json ? stringifyJson([...all]) : table(['permission', 'allows'], rows));
    return 0;
  }
  return show(line, client, service, await principalOf(client, line));
}

/** What a principal holds. */
async function show(line: CommandLine, client: Client, service: Json, principalId: string): Promise<number> {
  const held = await heldBy(client, principalId);
  const names = new Map(rolesOf(service).map((role) => [textMember(role, 'id'), textMember(role, 'value') ?? '']));
  const rows = held.map((one) => [
    names.get(textMember(one, 'appRoleId')) ?? '',
    textMember(one, 'createdDateTime') ?? '',
  ]);
  say(line.json ? stringifyJson([...held]) : table(['permission', 'since'], rows));
  return 0;
}

const verbs: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  import: importFile,
  grant,
  revoke,
  permissions,
};

export const directoryCommand: Command = {
  name: 'directory',
  summary: 'import users, groups and devices; grant permissions of Microsoft Graph',
  usage:
    'tocsin directory import FILE\n' +
    'tocsin directory grant PRINCIPAL PERMISSION…\n' +
    'tocsin directory revoke PRINCIPAL PERMISSION…\n' +
    'tocsin directory permissions [PRINCIPAL]\n\n' +
    'FILE is an answer of Microsoft Graph, the output of az ad user list, or an object with users, groups, devices and so on.\n' +
    'PRINCIPAL is the id of a logic app, an object id, an application id or a name; PERMISSION is User.ReadWrite.All and its like.',
  options: {},
  run: (line) => {
    const run = verbs[line.words[0] ?? ''];
    if (run === undefined) throw new UsageError("directory takes 'import', 'grant', 'revoke' or 'permissions'.");
    return run(line);
  },
};
