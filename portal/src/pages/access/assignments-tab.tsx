/** Role assignments that count at a scope, and those below it. */
import { Link } from '@fluentui/react-components';
import { AddRegular, ArrowClockwiseRegular, DeleteRegular, PeopleLockRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { useAssignments, usePrincipalNames, useRoles, removeAssignment } from '../../data/access.ts';
import { inBulk } from '../../data/bulk.ts';
import { refreshAll } from '../../data/query-client.ts';
import { type ScopeEntity, scopeName as nameOfScope } from '../../data/scopes.ts';
import { FilterMany } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { type Assignment, inOrder, type Principal, principalWord, reachOf, type Role } from '../../model/access.ts';
import { AddAssignmentPane } from './add-assignment-pane.tsx';
import { RolePane } from './role-pane.tsx';

export interface AssignmentsTabProps {
  readonly scope: string;
  readonly scopeName: string;
  readonly entities: readonly ScopeEntity[];
}

const reaches = ['This scope', 'Inherited', 'Below'] as const;

export function AssignmentsTab({ scope, scopeName, entities }: AssignmentsTabProps): ReactElement {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<readonly string[]>(reaches);
  const [adding, setAdding] = useState(false);
  const [role, setRole] = useState<Role>();
  const { data, error, refetch } = useAssignments(scope);
  const roles = useRoles(scope).data ?? [];
  const names = usePrincipalNames((data ?? []).map(({ principalId }) => principalId));
  const roleOf = ({ roleId }: Assignment): Role | undefined => roles.find((each) => each.roleId === roleId);
  const nameOf = ({ principalId }: Assignment): string => names.get(principalId.toLowerCase())?.name ?? principalId;
  const rows = inOrder(data ?? [], scope, (each) => `${roleOf(each)?.name ?? each.roleId} ${nameOf(each)}`).filter(
    (each) => shown.includes(reachOf(each, scope)),
  );
  const chosen = rows.filter(({ id }) => ticked.has(id));
  return (
    <>
      <TabCommands
        chosen={chosen}
        nameOf={(each) => `${nameOf(each)}: ${roleOf(each)?.name ?? each.roleId}`}
        onAdd={() => setAdding(true)}
        onDone={() => setTicked(new Set())}
      />
      <div className="filters">
        <FilterMany
          label="Assigned at"
          choices={reaches.map((value) => ({ value, text: value }))}
          values={shown}
          onChange={setShown}
        />
      </div>
      {error === null ? null : (
        <Failure error={error} what="The role assignments could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && rows.length === 0 ? (
        <Empty
          icon={<PeopleLockRegular />}
          text={
            data.length === 0
              ? `Nobody holds a role at ${scopeName}. The admin token is Owner of everything without one.`
              : 'No role assignments match the filter'
          }
        />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Role assignments"
          rows={rows}
          total={rows.length}
          idOf={({ id }) => id}
          nameOf={(each) => `${nameOf(each)}, ${roleOf(each)?.name ?? each.roleId}`}
          ticks={{ ticked, onTick: setTicked }}
          columns={columnsOf({ scope, entities, roleOf, nameOf, names, onRole: setRole })}
        />
      )}
      {adding ? <AddAssignmentPane scope={scope} scopeName={scopeName} onClose={() => setAdding(false)} /> : null}
      {role === undefined ? null : <RolePane role={role} onClose={() => setRole(undefined)} />}
    </>
  );
}

interface ColumnSources {
  readonly scope: string;
  readonly entities: readonly ScopeEntity[];
  readonly roleOf: (assignment: Assignment) => Role | undefined;
  readonly nameOf: (assignment: Assignment) => string;
  readonly names: ReadonlyMap<string, Principal>;
  readonly onRole: (role: Role) => void;
}

function columnsOf({ scope, entities, roleOf, nameOf, names, onRole }: ColumnSources): readonly Column<Assignment>[] {
  return [
    {
      key: 'principal',
      title: 'Principal',
      width: 'minmax(180px, 2fr)',
      cell: (each) => {
        const detail = names.get(each.principalId.toLowerCase())?.detail ?? '';
        return <span title={`${detail} ${each.principalId}`.trim()}>{nameOf(each)}</span>;
      },
    },
    {
      key: 'type',
      title: 'Type',
      width: '140px',
      cell: ({ principalId, principalType }) =>
        principalWord(names.get(principalId.toLowerCase())?.type ?? principalType),
    },
    {
      key: 'role',
      title: 'Role',
      width: 'minmax(180px, 2fr)',
      cell: (each) => {
        const found = roleOf(each);
        return found === undefined ? (
          each.roleId
        ) : (
          <Link as="button" onClick={() => onRole(found)}>
            {found.name}
          </Link>
        );
      },
    },
    {
      key: 'scope',
      title: 'Scope',
      width: 'minmax(180px, 2fr)',
      cell: (each) => (
        <span title={each.scope}>{each.scope === '/' ? 'Whole tenant' : nameOfScope(each.scope, entities)}</span>
      ),
    },
    { key: 'reach', title: 'Assigned at', width: '110px', cell: (each) => reachOf(each, scope) },
    {
      key: 'description',
      title: 'Description',
      width: 'minmax(100px, 1fr)',
      cell: ({ description }) => description,
    },
  ];
}

interface TabCommandsProps {
  readonly chosen: readonly Assignment[];
  readonly nameOf: (assignment: Assignment) => string;
  readonly onAdd: () => void;
  readonly onDone: () => void;
}

function TabCommands({ chosen, nameOf, onAdd, onDone }: TabCommandsProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const count = chosen.length === 1 ? '1 role assignment' : `${chosen.length} role assignments`;
  const remove = async (): Promise<void> => {
    await inBulk(chosen, { doing: `Removing ${count}`, done: `${count} removed` }, removeAssignment);
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command primary text="Add role assignment" icon={<AddRegular />} onClick={onAdd} />
      <Command
        text="Remove"
        icon={<DeleteRegular />}
        blocked={chosen.length === 0 ? 'Tick one or more role assignments first.' : undefined}
        onClick={() => setAsking(chosen.length > 0)}
      />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      {asking ? (
        <Question
          title={`Remove ${count}?`}
          verb="Remove"
          count={chosen.length}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          <p>What they allow ends at once:</p>
          <ul>
            {chosen.slice(0, 10).map((each) => (
              <li key={each.id}>{nameOf(each)}</li>
            ))}
          </ul>
        </Question>
      ) : null}
    </Commands>
  );
}
