/** What roles are called. */
import { useGraphRows } from './graph-lists.ts';

interface RoleRow {
  readonly id: string;
  readonly name: string;
  readonly roleName: string;
}

const roleId = (id: string): string => id.slice(id.lastIndexOf('/') + 1).toLowerCase();

/** The name of a role by its id, however it is spelled; the id's last part while it is not known. */
export function useRoleNames(): (id: string) => string {
  const { data = [] } = useGraphRows<RoleRow>({
    query:
      "AuthorizationResources\n| where type =~ 'microsoft.authorization/roledefinitions'\n| project id, name, roleName = tostring(properties.roleName)\n| order by roleName asc",
    scopes: {},
  });
  return (id) => data.find(({ name }) => name.toLowerCase() === roleId(id))?.roleName ?? roleId(id);
}
