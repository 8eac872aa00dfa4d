/** The roles that can be assigned at a scope. */
import { Link, SearchBox } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { useAssignments, useRoles } from '../../data/access.ts';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { type Role, rolesFor } from '../../model/access.ts';
import { RolePane } from './role-pane.tsx';

export function RolesTab({ scope }: { readonly scope: string }): ReactElement {
  const [words, setWords] = useState('');
  const [open, setOpen] = useState<Role>();
  const { data, error, refetch } = useRoles(scope);
  const assignments = useAssignments(scope).data ?? [];
  const rows = rolesFor(data ?? [], words);
  return (
    <>
      <div className="filters">
        <SearchBox
          aria-label="Search roles and operations"
          placeholder="Search roles and operations"
          value={words}
          onChange={(_, { value }) => setWords(value)}
        />
      </div>
      {error === null ? null : (
        <Failure error={error} what="The roles could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && rows.length === 0 ? <Empty text="No role says that" /> : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Roles"
          rows={rows}
          total={rows.length}
          idOf={({ roleId }) => roleId}
          nameOf={({ name }) => name}
          columns={[
            {
              key: 'name',
              title: 'Name',
              width: 'minmax(200px, 1.5fr)',
              cell: (role) => (
                <Link as="button" onClick={() => setOpen(role)}>
                  {role.name}
                </Link>
              ),
            },
            {
              key: 'description',
              title: 'Description',
              width: 'minmax(240px, 4fr)',
              cell: ({ description }) => <span title={description}>{description}</span>,
            },
            {
              key: 'kind',
              title: 'Kind',
              width: '100px',
              cell: ({ isBuiltIn }) => (isBuiltIn ? 'Built-in' : 'Custom'),
            },
            {
              key: 'used',
              title: 'Assignments',
              width: '110px',
              numeric: true,
              cell: ({ roleId }) => assignments.filter((each) => each.roleId === roleId).length,
            },
          ]}
        />
      )}
      {open === undefined ? null : <RolePane role={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
