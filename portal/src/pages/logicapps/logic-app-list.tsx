/** Logic apps: the list and its commands. Source: portal reference 3.6. */
import { SearchBox } from '@fluentui/react-components';
import {
  AddRegular,
  AppsListRegular,
  ArrowClockwiseRegular,
  DeleteRegular,
  DismissCircleRegular,
  PlayCircleRegular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts, type Subscription } from '../../api/arm.ts';
import { inBulk } from '../../data/bulk.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll, subscriptionName, useChosenSubscriptions, useSubscriptions } from '../../data/scope.ts';
import {
  deleteWorkflow,
  readRuns,
  setWorkflowState,
  triggerNameOf,
  type Workflow,
  workflowPath,
} from '../../data/workflows.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

const defaults = { search: '' };

export function LogicAppList(): ReactElement {
  const [{ search }, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const chosen = useChosenSubscriptions();
  const all = useSubscriptions();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery<readonly Workflow[], ArmError>({
    queryKey: ['workflows', chosen.map(({ id }) => id)],
    queryFn: async ({ signal }) => {
      const lists = chosen.map(({ id }) =>
        readAll<Workflow>(workflowPath(`${id}/providers/Microsoft.Logic/workflows`), signal),
      );
      return (await Promise.all(lists)).flat();
    },
    enabled: chosen.length > 0,
    refetchInterval: 30_000,
  });
  const rows = (data ?? []).filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const create = (): void => void navigate({ to: '/logicapps/create' });
  return (
    <Page
      title="Logic apps"
      purpose="Workflows that run in response: started by automations, by hand, by a call or by a schedule."
      commands={
        <ListCommands
          chosen={rows.filter(({ id }) => ticked.has(id))}
          onCreate={create}
          onDone={() => setTicked(new Set())}
        />
      }
    >
      <div className="filters">
        <SearchBox
          aria-label="Filter by name"
          placeholder="Filter by name"
          value={search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
      </div>
      {error === null ? null : (
        <Failure error={error} what="The logic apps could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && rows.length === 0 ? (
        <Empty
          icon={<AppsListRegular />}
          text={
            search === ''
              ? 'No logic apps yet. Create one and let an automation start it.'
              : 'No logic apps match the filter'
          }
        >
          {search === '' ? (
            <Command primary text="Create a logic app" onClick={create} />
          ) : (
            <Command text="Clear filters" onClick={() => setAddress({ search: undefined })} />
          )}
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Logic apps"
          rows={rows}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          ticks={{ ticked, onTick: setTicked }}
          total={rows.length}
          columns={columnsOf(all)}
        />
      )}
    </Page>
  );
}

function columnsOf(all: readonly Subscription[]): readonly Column<Workflow>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(180px, 2fr)',
      cell: ({ id, name }) => <Anchor to={resourceAddress(id)}>{name}</Anchor>,
    },
    {
      key: 'status',
      title: 'Status',
      width: '110px',
      cell: ({ properties }) => <Status value={properties.state} />,
    },
    {
      key: 'trigger',
      title: 'Trigger',
      width: 'minmax(150px, 1.5fr)',
      cell: (app) => <span title={triggerNameOf(app)}>{triggerNameOf(app)?.replaceAll('_', ' ') ?? 'None'}</span>,
    },
    { key: 'last', title: 'Last run', width: '180px', cell: ({ id }) => <LastRun id={id} /> },
    {
      key: 'group',
      title: 'Resource group',
      width: 'minmax(100px, 1fr)',
      cell: ({ id }) => idParts(id).resourceGroup ?? '',
    },
    { key: 'location', title: 'Location', width: '110px', cell: ({ location }) => location ?? '' },
    {
      key: 'subscription',
      title: 'Subscription',
      width: '120px',
      cell: ({ id }) => subscriptionName(all, idParts(id).subscriptionId),
    },
  ];
}

function LastRun({ id }: { readonly id: string }): ReactElement {
  const { data } = useQuery({
    queryKey: ['lastRun', id],
    queryFn: ({ signal }) => readRuns(id, '', signal),
    staleTime: 10_000,
  });
  const run = data?.value[0];
  if (run === undefined) return <span className="muted">{data === undefined ? '' : 'Never'}</span>;
  return (
    <Anchor to={resourceAddress(run.id)}>
      <Status value={run.properties.status} /> <Moment value={run.properties.startTime} />
    </Anchor>
  );
}

interface ListCommandsProps {
  readonly chosen: readonly Workflow[];
  readonly onCreate: () => void;
  readonly onDone: () => void;
}

const several = (count: number): string => (count === 1 ? '1 logic app' : `${count} logic apps`);

function ListCommands({ chosen, onCreate, onDone }: ListCommandsProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const blocked = chosen.length === 0 ? 'Tick one or more logic apps first.' : undefined;
  const change = async (verb: 'enable' | 'disable'): Promise<void> => {
    const doing = verb === 'enable' ? 'Enabling' : 'Disabling';
    await inBulk(
      chosen,
      { doing: `${doing} ${several(chosen.length)}`, done: `${several(chosen.length)} ${verb}d` },
      ({ id }) => setWorkflowState(id, verb),
    );
    await refreshAll();
  };
  const remove = async (): Promise<void> => {
    await inBulk(
      chosen,
      { doing: `Deleting ${several(chosen.length)}`, done: `${several(chosen.length)} deleted` },
      ({ id }) => deleteWorkflow(id),
    );
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command text="Add" icon={<AddRegular />} onClick={onCreate} />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <CommandDivider />
      <Command text="Enable" icon={<PlayCircleRegular />} blocked={blocked} onClick={() => void change('enable')} />
      <Command
        text="Disable"
        icon={<DismissCircleRegular />}
        blocked={blocked}
        onClick={() => void change('disable')}
      />
      <Command text="Delete" icon={<DeleteRegular />} blocked={blocked} onClick={() => setAsking(chosen.length > 0)} />
      {asking ? (
        <Question
          title={`Delete ${several(chosen.length)}?`}
          verb="Delete"
          count={chosen.length}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          Automations that start {chosen.length === 1 ? 'it' : 'them'} will fail to deliver. This cannot be undone.
        </Question>
      ) : null}
    </Commands>
  );
}
