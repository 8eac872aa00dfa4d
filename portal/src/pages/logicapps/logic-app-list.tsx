/** Logic apps: the list and its commands. Source: portal reference 3.6. */
import { SearchBox } from '@fluentui/react-components';
import {
  AddRegular,
  AppsListRegular,
  ArrowClockwiseRegular,
  ArrowImportRegular,
  DeleteRegular,
  DismissCircleRegular,
  PlayCircleRegular,
} from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { idParts, type Subscription, withQuery } from '../../api/arm.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { inBulk } from '../../data/bulk.ts';
import { usePagedList } from '../../data/lists.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useScopesParameter, useSubscriptions } from '../../data/scope.ts';
import { deleteWorkflow, setWorkflowState, type WorkflowSummary } from '../../data/workflows.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Empty } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { allOf, anyOf, quoted } from '../../model/filter-text.ts';
import { type ListColumn, ServerList } from '../../parts/server-list.tsx';

const states = ['Enabled', 'Disabled'];
const defaults = { search: '', status: states.join(',') };

export function LogicAppList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scopes = useScopesParameter();
  const all = useSubscriptions();
  const navigate = useNavigate();
  const filter = allOf([
    address.search === '' ? undefined : `contains(name, ${quoted(address.search)})`,
    anyOf('properties/state', listOf(address.status), states),
  ]);
  const path = withQuery('/tocsin/v1/workflowSummaries', { scopes, filter, $top: '100' });
  const list = usePagedList<WorkflowSummary>(path);
  const create = (): void => void navigate({ to: '/logicapps/create' });
  return (
    <Page
      title="Logic apps"
      purpose="Workflows that run in response: started by automations, by hand, by a call or by a schedule."
      commands={
        <ListCommands
          chosen={[...ticked]}
          onCreate={create}
          onImport={() => void navigate({ to: '/templates', search: { pane: 'import' } })}
          onDone={() => setTicked(new Set())}
        />
      }
    >
      <ServerList
        label="Logic apps"
        list={list}
        path={path}
        columns={columnsOf(all)}
        nameOf={({ name }) => name}
        ticks={{ ticked, onTick: setTicked }}
        filters={
          <>
            <SearchBox
              aria-label="Filter by name"
              placeholder="Filter by name"
              value={address.search}
              onChange={(_, { value }) => setAddress({ search: value })}
            />
            <FilterMany
              label="Status"
              choices={states.map((value) => ({ value, text: value }))}
              values={listOf(address.status)}
              onChange={(values) => setAddress({ status: values.join(',') })}
            />
          </>
        }
        onClear={filter === '' ? undefined : () => setAddress({ ...defaults })}
        empty={
          <Empty icon={<AppsListRegular />} text="No logic apps yet. Create one and let an automation start it.">
            <Command primary text="Create a logic app" onClick={create} />
          </Empty>
        }
      />
    </Page>
  );
}

function columnsOf(all: readonly Subscription[]): readonly ListColumn<WorkflowSummary>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(150px, 2fr)',
      cell: ({ id, name }) => <Anchor to={resourceAddress(id)}>{name}</Anchor>,
    },
    {
      key: 'status',
      title: 'Status',
      width: '90px',
      cell: ({ properties }) => <Status value={properties.state} />,
    },
    {
      key: 'trigger',
      title: 'Trigger',
      width: 'minmax(100px, 1.2fr)',
      cell: ({ properties: { trigger } }) => (
        <span title={trigger?.type}>{trigger?.name.replaceAll('_', ' ') ?? 'None'}</span>
      ),
    },
    {
      key: 'last',
      title: 'Last run',
      width: '178px',
      cell: ({ lastRun }) =>
        lastRun === undefined ? (
          <span className="muted">Never</span>
        ) : (
          <Anchor to={resourceAddress(lastRun.id)}>
            <Status value={lastRun.status} /> <Moment value={lastRun.startTime} />
          </Anchor>
        ),
    },
    { key: 'runs', title: 'Runs 24 h', width: '124px', cell: ({ runs }) => <RunsOfDay runs={runs} /> },
    {
      key: 'failed',
      title: 'Failed 24 h',
      width: '96px',
      numeric: true,
      cell: ({ runs }) =>
        runs === undefined || runs.failed === 0 ? (
          (runs?.failed ?? '–')
        ) : (
          <Status value="Failed" text={runs.failed.toLocaleString('en')} />
        ),
    },
    {
      key: 'group',
      title: 'Resource group',
      width: 'minmax(120px, 1fr)',
      cell: ({ id }) => idParts(id).resourceGroup ?? '',
    },
    { key: 'location', title: 'Location', width: '88px', hidden: true, cell: ({ location }) => location ?? '' },
    {
      key: 'subscription',
      title: 'Subscription',
      width: 'minmax(112px, 1fr)',
      cell: ({ id }) => subscriptionName(all, idParts(id).subscriptionId),
    },
  ];
}

function RunsOfDay({ runs }: { readonly runs: WorkflowSummary['runs'] }): ReactElement {
  if (runs === undefined) return <span className="muted">–</span>;
  const total = runs.total.toLocaleString('en');
  return (
    <span className="row runs-of-day">
      <Sparkline values={runs.hourly} label={`${total} runs in 24 hours`} />
      {total}
    </span>
  );
}

interface ListCommandsProps {
  /** Ids. */
  readonly chosen: readonly string[];
  readonly onCreate: () => void;
  readonly onImport: () => void;
  readonly onDone: () => void;
}

const several = (count: number): string => (count === 1 ? '1 logic app' : `${count} logic apps`);

function ListCommands({ chosen, onCreate, onImport, onDone }: ListCommandsProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const blocked = chosen.length === 0 ? 'Tick one or more logic apps first.' : undefined;
  const change = async (verb: 'enable' | 'disable'): Promise<void> => {
    const doing = verb === 'enable' ? 'Enabling' : 'Disabling';
    await inBulk(
      chosen,
      { doing: `${doing} ${several(chosen.length)}`, done: `${several(chosen.length)} ${verb}d` },
      (id) => setWorkflowState(id, verb),
    );
    await refreshAll();
  };
  const remove = async (): Promise<void> => {
    await inBulk(
      chosen,
      { doing: `Deleting ${several(chosen.length)}`, done: `${several(chosen.length)} deleted` },
      (id) => deleteWorkflow(id),
    );
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command text="Add" icon={<AddRegular />} onClick={onCreate} />
      <Command text="Import template" icon={<ArrowImportRegular />} onClick={onImport} />
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
