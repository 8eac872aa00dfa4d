/** Roles, their assignments and who may hold them. Source: management API reference 10.2; own API reference, "Identity". */
import { useQuery } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { armPath, type Resource } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import {
  type Assignment,
  type Principal,
  type PrincipalType,
  type Role,
  roleIdOf,
  type RolePermission,
} from '../model/access.ts';
import { newGuid } from '../model/guid.ts';
import { readAll } from './scope.ts';

const assignmentType = 'microsoft.authorization/roleassignments';
const definitionType = 'microsoft.authorization/roledefinitions';
const provider = '/providers/Microsoft.Authorization';

interface AssignmentProperties {
  readonly roleDefinitionId: string;
  readonly principalId: string;
  readonly principalType?: string;
  readonly scope: string;
  readonly description?: string;
}

/** Assignments at, above and below a scope; `/` is the tenant. */
export function useAssignments(scope: string) {
  return useQuery<readonly Assignment[], ArmError>({
    queryKey: ['roleAssignments', scope.toLowerCase()],
    queryFn: async ({ signal }) => {
      const path = armPath(`${rootless(scope)}${provider}/roleAssignments`, assignmentType);
      const all = await readAll<Resource<AssignmentProperties>>(path, signal);
      return all.map(({ id, properties }) => ({
        id,
        roleId: roleIdOf(properties.roleDefinitionId),
        principalId: properties.principalId,
        principalType: properties.principalType ?? '',
        scope: properties.scope === '' ? '/' : properties.scope,
        description: properties.description ?? '',
      }));
    },
    enabled: scope !== '',
  });
}

const rootless = (scope: string): string => scope.replace(/\/+$/, '');

interface RoleProperties {
  readonly roleName: string;
  readonly description?: string;
  readonly type?: string;
  readonly permissions?: readonly RolePermission[];
}

/** Roles that can be assigned at a scope. */
export function useRoles(scope: string) {
  return useQuery<readonly Role[], ArmError>({
    queryKey: ['roleDefinitions', scope.toLowerCase()],
    queryFn: async ({ signal }) => {
      const path = armPath(`${rootless(scope)}${provider}/roleDefinitions`, definitionType);
      const all = await readAll<Resource<RoleProperties>>(path, signal);
      return all.map(({ id, name, properties }) => ({
        id,
        roleId: name.toLowerCase(),
        name: properties.roleName,
        description: properties.description ?? '',
        isBuiltIn: properties.type !== 'CustomRole',
        permissions: properties.permissions ?? [],
      }));
    },
    enabled: scope !== '',
    staleTime: 60_000,
  });
}

export async function assignRole(
  scope: string,
  given: { readonly role: Role; readonly principal: Principal; readonly description: string },
): Promise<void> {
  const id = `${rootless(scope)}${provider}/roleAssignments/${newGuid()}`;
  const properties = {
    roleDefinitionId: given.role.id,
    principalId: given.principal.id,
    principalType: given.principal.type,
    ...(given.description === '' ? {} : { description: given.description }),
  };
  await call('PUT', armPath(id, assignmentType), { body: { properties } });
}

export async function removeAssignment({ id }: Assignment): Promise<void> {
  await call('DELETE', armPath(id, assignmentType));
}

interface DirectoryObject {
  readonly '@odata.type'?: string;
  readonly id: string;
  readonly displayName?: string | null;
  readonly userPrincipalName?: string;
  readonly appId?: string;
}

function principalOf(object: DirectoryObject, type: PrincipalType): Principal {
  const detail = object.userPrincipalName ?? object.appId ?? '';
  return { id: object.id, name: object.displayName ?? (detail === '' ? object.id : detail), type, detail };
}

const sets: readonly (readonly [string, PrincipalType])[] = [
  ['users', 'User'],
  ['groups', 'Group'],
  ['servicePrincipals', 'ServicePrincipal'],
];

/** Whoever a role can be given to whose name begins with `words`: some of each kind. */
export function useDirectory(words: string) {
  return useQuery<readonly Principal[], ArmError>({
    queryKey: ['directory', words],
    queryFn: async ({ signal }) => {
      const filter =
        words === ''
          ? ''
          : `&$filter=${encodeURIComponent(`startswith(displayName,'${words.replaceAll("'", "''")}')`)}`;
      const found = await Promise.all(
        sets.map(async ([set, type]) => {
          const { value } = await read<{ readonly value: readonly DirectoryObject[] }>(
            `/graph/v1.0/${set}?$top=200${filter}`,
            signal,
          );
          return value.map((object) => principalOf(object, type));
        }),
      );
      return found.flat().toSorted((left, right) => left.name.localeCompare(right.name));
    },
    staleTime: 10_000,
  });
}

const kinds: Readonly<Record<string, PrincipalType>> = {
  user: 'User',
  group: 'Group',
  serviceprincipal: 'ServicePrincipal',
};
const mostIds = 1000;

/** Names of principals by their ids in lower case; those that nobody knows are missing. */
export function usePrincipalNames(ids: readonly string[]): ReadonlyMap<string, Principal> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))].toSorted().slice(0, mostIds);
  const { data } = useQuery({
    queryKey: ['principalNames', wanted],
    queryFn: async ({ signal }) => {
      const { body } = await call<{ readonly value: readonly DirectoryObject[] }>(
        'POST',
        '/graph/v1.0/directoryObjects/getByIds',
        { body: { ids: wanted }, signal },
      );
      return new Map(
        body.value.map((object) => {
          const kind = (object['@odata.type'] ?? '').split('.').at(-1)?.toLowerCase() ?? '';
          return [object.id.toLowerCase(), principalOf(object, kinds[kind] ?? 'ServicePrincipal')];
        }),
      );
    },
    enabled: wanted.length > 0,
    staleTime: 30_000,
  });
  return data ?? new Map();
}
