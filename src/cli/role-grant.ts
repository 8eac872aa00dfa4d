/** `--role NAME --scope ID` of commands that make an identity: the role it gets with it. */
import { randomUUID } from 'node:crypto';
import { memberOf, textMember } from '#foundation';
import type { Client } from './client.ts';
import { RequestError } from './command.ts';
import { type CommandLine, UsageError } from './command-line.ts';

const query = { 'api-version': '2022-04-01' };
const provider = 'providers/Microsoft.Authorization';

export interface RoleGrant {
  readonly role: string;
  readonly scope: string;
}

/** What the words ask for; undefined without `--role`. */
export function wantedRole(line: CommandLine): RoleGrant | undefined {
  const [role, scope] = [line.text('role'), line.text('scope')];
  if (role === undefined && scope === undefined) return undefined;
  if (role === undefined || scope === undefined) throw new UsageError('--role and --scope go together.');
  return { role, scope: `/${scope.replace(/^\/+|\/+$/g, '')}`.replace(/^\/$/, '') };
}

/** The id of the role, looked up before anything is made. @throws RequestError when there is none. */
export async function findRole(client: Client, { role, scope }: RoleGrant): Promise<string> {
  const filter = `roleName eq '${role.replaceAll("'", "''")}'`;
  const found = await client.list(`${scope}/${provider}/roleDefinitions`, { ...query, $filter: filter });
  const byId = `/${provider}/roleDefinitions/${role}`;
  const id = found[0] === undefined ? undefined : textMember(found[0], 'id');
  if (id === undefined && !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(role)) {
    throw new RequestError(`There is no role named '${role}'.`);
  }
  return id ?? byId;
}

/** Gives the role to a principal. */
export async function giveRole(
  client: Client,
  scope: string,
  roleDefinitionId: string,
  principal: { readonly objectId: string; readonly type: 'User' | 'ServicePrincipal' },
): Promise<string> {
  const answer = await client.send(`${scope}/${provider}/roleAssignments/${randomUUID()}`, {
    method: 'PUT',
    query,
    body: { properties: { roleDefinitionId, principalId: principal.objectId, principalType: principal.type } },
  });
  return textMember(memberOf(answer.body, 'properties'), 'scope') ?? scope;
}
