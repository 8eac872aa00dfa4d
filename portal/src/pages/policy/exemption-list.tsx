/** The exemptions from an assignment. */
import { DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { Button } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { deletePolicy } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useGraphList } from '../../data/graph-lists.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { type Column, Grid } from '../../design/grid.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { kqlText } from '../../model/kql-text.ts';
import { type Exemption, exemptionScope } from '../../model/policy-exemption.ts';
import { ExemptionPane } from '../../parts/exemption-pane.tsx';

const titleOf = ({ name, properties }: Exemption): string => properties.displayName || name;

export function Exemptions({ assignmentId }: { readonly assignmentId: string }): ReactElement {
  const entities = useScopeEntities();
  const now = useNow();
  const [editing, setEditing] = useState<Exemption>();
  const [deleting, setDeleting] = useState<Exemption>();
  const { rows, total, query } = useGraphList<Exemption>({
    query: `PolicyResources\n| where type =~ 'microsoft.authorization/policyexemptions'\n| where tostring(properties.policyAssignmentId) =~ ${kqlText(assignmentId)}\n| project id, name, properties\n| order by id asc`,
    scopes: {},
    stands: 'AtScopeAboveAndBelow',
  });
  const remove = async (exemption: Exemption): Promise<void> => {
    try {
      await deletePolicy(exemption.id);
      notify({ kind: 'success', title: `Exemption '${titleOf(exemption)}' was deleted` });
      await refreshAll();
    } catch (error) {
      notifyFailure(`'${titleOf(exemption)}' could not be deleted`, error);
    }
  };
  if (query.error !== null) {
    return <Failure error={query.error} what="The exemptions could not be read" retry={() => void query.refetch()} />;
  }
  if (query.isPending) return <Loading />;
  if (rows.length === 0) return <Empty text="Nothing is exempted from this assignment." />;
  return (
    <>
      <Grid
        label="Exemptions"
        rows={rows}
        idOf={({ id }) => id}
        nameOf={titleOf}
        total={total}
        more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
        columns={columnsOf((id) => scopeName(id, entities), now, { onEdit: setEditing, onDelete: setDeleting })}
      />
      {editing === undefined ? null : (
        <ExemptionPane scope="" existing={editing} onClose={() => setEditing(undefined)} />
      )}
      {deleting === undefined ? null : (
        <Question
          title={`Delete '${titleOf(deleting)}'?`}
          verb="Delete"
          onConfirm={() => void remove(deleting)}
          onClose={() => setDeleting(undefined)}
        >
          The policy counts for the scope again from now on.
        </Question>
      )}
    </>
  );
}

interface RowCommands {
  readonly onEdit: (exemption: Exemption) => void;
  readonly onDelete: (exemption: Exemption) => void;
}

function columnsOf(
  nameOf: (scope: string) => string,
  now: number,
  commands: RowCommands,
): readonly Column<Exemption>[] {
  return [
    { key: 'name', title: 'Name', width: 'minmax(180px, 2fr)', cell: titleOf },
    {
      key: 'scope',
      title: 'Exempted scope',
      width: 'minmax(160px, 1.5fr)',
      cell: ({ id }) => <span title={exemptionScope(id)}>{nameOf(exemptionScope(id))}</span>,
    },
    { key: 'category', title: 'Category', width: '100px', cell: ({ properties }) => properties.exemptionCategory },
    {
      key: 'ends',
      title: 'Ends',
      width: '180px',
      cell: ({ properties: { expiresOn } }) =>
        expiresOn === undefined || expiresOn === null ? (
          'Never'
        ) : (
          <>
            {Date.parse(expiresOn) < now ? 'Ended ' : ''}
            <Moment value={expiresOn} absolute />
          </>
        ),
    },
    { key: 'commands', title: 'Commands', width: '110px', cell: (row) => <CommandCell row={row} {...commands} /> },
  ];
}

function CommandCell({ row, onEdit, onDelete }: RowCommands & { readonly row: Exemption }): ReactElement {
  return (
    <>
      <Button
        size="small"
        appearance="subtle"
        icon={<EditRegular />}
        aria-label={`Edit ${titleOf(row)}`}
        onClick={() => onEdit(row)}
      />
      <Button
        size="small"
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={`Delete ${titleOf(row)}`}
        onClick={() => onDelete(row)}
      />
    </>
  );
}
