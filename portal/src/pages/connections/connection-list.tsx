/** Connections: their state and whether they are in the sandbox. Source: portal reference 3.7. */
import { Switch } from '@fluentui/react-components';
import { ArrowClockwiseRegular, DeleteRegular, PlugConnectedRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath, idParts, type Resource } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { inBulk } from '../../data/bulk.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll, useChosenSubscriptions } from '../../data/scope.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

interface ConnectionProperties {
  readonly displayName?: string;
  readonly overallStatus?: string;
  readonly createdTime?: string;
  readonly sandbox?: boolean;
  readonly api?: { readonly displayName?: string; readonly name?: string };
}

type Connection = Resource<ConnectionProperties>;
const type = 'microsoft.web/connections';

export function ConnectionList(): ReactElement {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = useChosenSubscriptions();
  const { data, error, refetch } = useQuery<readonly Connection[], ArmError>({
    queryKey: ['connections', chosen.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const lists = chosen.map(({ id }) =>
        readAll<Connection>(armPath(`${id}/providers/Microsoft.Web/connections`, type), signal),
      );
      return (await Promise.all(lists)).flat();
    },
    enabled: chosen.length > 0,
  });
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
          text="No connections yet. They come with the templates and playbooks that you deploy."
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

function SandboxSwitch({ connection: { id, name, properties } }: { readonly connection: Connection }): ReactElement {
  const change = async (enabled: boolean): Promise<void> => {
    try {
      await call('POST', '/tocsin/v1/connections/sandbox', { body: { connectionId: id, enabled } });
      notify({
        kind: 'success',
        title: `Connection '${name}' is ${enabled ? 'in the sandbox' : 'out of the sandbox'}`,
      });
      await refreshAll();
    } catch (error) {
      notifyFailure(`Connection '${name}' was not changed`, error);
    }
  };
  return (
    <Switch
      aria-label={`Sandbox of ${name}`}
      checked={properties.sandbox === true}
      onChange={(_, { checked }) => void change(checked)}
    />
  );
}

function ListCommands({
  chosen,
  onDone,
}: {
  readonly chosen: readonly Connection[];
  readonly onDone: () => void;
}): ReactElement {
  const [asking, setAsking] = useState(false);
  const count = chosen.length === 1 ? '1 connection' : `${chosen.length} connections`;
  const remove = async (): Promise<void> => {
    await inBulk(chosen, { doing: `Deleting ${count}`, done: `${count} deleted` }, async ({ id }) => {
      await call('DELETE', armPath(id, type));
    });
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <Command
        text="Delete"
        icon={<DeleteRegular />}
        blocked={chosen.length === 0 ? 'Tick one or more connections first.' : undefined}
        onClick={() => setAsking(chosen.length > 0)}
      />
      {asking ? (
        <Question
          title={`Delete ${count}?`}
          verb="Delete"
          count={chosen.length}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          Logic apps that use {chosen.length === 1 ? 'it' : 'them'} will fail at the steps that do.
        </Question>
      ) : null}
    </Commands>
  );
}
