/** Connections: their state and whether they are in the sandbox. Source: portal reference 3.7. */
import { AddRegular, ArrowClockwiseRegular, DeleteRegular, PlugConnectedRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath, idParts } from '../../api/arm.ts';
import { inBulk } from '../../data/bulk.ts';
import { type Connection, connectionType, deleteConnection, useConnectionUsers } from '../../data/connections.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll, useChosenSubscriptions } from '../../data/scope.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { AddConnectionPane } from './add-connection-pane.tsx';
import { DeleteConnections } from './delete-connections.tsx';
import { SandboxSwitch } from './sandbox-switch.tsx';

export function ConnectionList(): ReactElement {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = useChosenSubscriptions();
  const { data, error, refetch } = useQuery<readonly Connection[], ArmError>({
    queryKey: ['connections', chosen.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const lists = chosen.map(({ id }) =>
        readAll<Connection>(armPath(`${id}/providers/Microsoft.Web/connections`, connectionType), signal),
      );
      return (await Promise.all(lists)).flat();
    },
    enabled: chosen.length > 0,
  });
  const users = useConnectionUsers();
  const rows = data ?? [];
  return (
    <Page
      title="Connections"
      purpose="What logic apps sign in with. A connection in the sandbox calls nobody: what it would send is in the outbox."
      commands={<ListCommands chosen={rows.filter(({ id }) => ticked.has(id))} onDone={() => setTicked(new Set())} />}
    >
      {error === null ? null : (
        <Failure error={error} what="The connections could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && rows.length === 0 ? (
        <Empty
          icon={<PlugConnectedRegular />}
          text="No connections yet. Add one, or deploy a template or playbook: theirs come with them."
        />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Connections"
          rows={rows}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          ticks={{ ticked, onTick: setTicked }}
          total={rows.length}
          columns={[
            {
              key: 'name',
              title: 'Name',
              width: 'minmax(160px, 1.5fr)',
              cell: ({ id, name }) => <Anchor to={resourceAddress(id)}>{name}</Anchor>,
            },
            {
              key: 'api',
              title: 'API',
              width: 'minmax(180px, 2fr)',
              cell: ({ properties }) => properties.api?.displayName ?? properties.api?.name ?? '–',
            },
            {
              key: 'status',
              title: 'Status',
              width: '140px',
              cell: ({ properties }) => <Status value={properties.overallStatus ?? 'Unknown'} />,
            },
            { key: 'sandbox', title: 'Sandbox', width: '110px', cell: (row) => <SandboxSwitch connection={row} /> },
            {
              key: 'users',
              title: 'Used by',
              width: '120px',
              cell: ({ id }) => usersText(users?.get(id.toLowerCase())?.length),
            },
            {
              key: 'group',
              title: 'Resource group',
              width: 'minmax(110px, 1fr)',
              cell: ({ id }) => idParts(id).resourceGroup ?? '',
            },
            {
              key: 'created',
              title: 'Created',
              width: '140px',
              cell: ({ properties }) => <Moment value={properties.createdTime} />,
            },
          ]}
        />
      )}
    </Page>
  );
}

const usersText = (count = 0): string => (count === 1 ? '1 logic app' : count === 0 ? '–' : `${count} logic apps`);

function ListCommands({
  chosen,
  onDone,
}: {
  readonly chosen: readonly Connection[];
  readonly onDone: () => void;
}): ReactElement {
  const [asking, setAsking] = useState(false);
  const [adding, setAdding] = useState(false);
  const users = useConnectionUsers();
  const count = chosen.length === 1 ? '1 connection' : `${chosen.length} connections`;
  const remove = async (): Promise<void> => {
    await inBulk(chosen, { doing: `Deleting ${count}`, done: `${count} deleted` }, ({ id }) => deleteConnection(id));
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command primary text="Add" icon={<AddRegular />} onClick={() => setAdding(true)} />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <Command
        text="Delete"
        icon={<DeleteRegular />}
        blocked={chosen.length === 0 ? 'Tick one or more connections first.' : undefined}
        onClick={() => setAsking(chosen.length > 0)}
      />
      {adding ? <AddConnectionPane onClose={() => setAdding(false)} /> : null}
      {asking ? (
        <DeleteConnections
          names={chosen.map(({ name }) => name)}
          users={chosen.flatMap(({ id }) => users?.get(id.toLowerCase()) ?? [])}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Commands>
  );
}
