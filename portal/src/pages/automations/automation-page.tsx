/** One automation: deliveries, the whole resource, its condition in short. */
import { Tab, TabList } from '@fluentui/react-components';
import { ArrowSyncRegular, EditRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts, withQuery } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { type Automation, automationPath, type Delivery } from '../../data/automations.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { triggerTypeText } from '../../model/automation-form.ts';

const crumbs = [{ text: 'Workflow automation', to: '/automations' }];
const views = ['overview', 'deliveries', 'raw'] as const;
const defaults = { view: 'overview' };

export function AutomationPage({ id }: { readonly id: string }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const view = views.find((each) => each === address.view) ?? 'overview';
  const { data, error, refetch } = useQuery<Automation, ArmError>({
    queryKey: ['arm', 'automation', id],
    queryFn: ({ signal }) => read<Automation>(automationPath(id), signal),
  });
  return (
    <Page title={data?.name ?? idParts(id).name} crumbs={crumbs} commands={<PageCommands id={id} />}>
      {error === null ? null : (
        <Failure
          error={error}
          what="The automation could not be read"
          retry={() => void refetch()}
          back={{ to: '/automations', text: 'All automations' }}
        />
      )}
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
        <Tab value="overview">Overview</Tab>
        <Tab value="deliveries">Deliveries</Tab>
        <Tab value="raw">Raw</Tab>
      </TabList>
      <div style={{ marginTop: 12 }}>
        {view === 'deliveries' ? <Deliveries id={id} /> : null}
        {data === undefined ? error === null ? <Loading /> : null : null}
        {view === 'raw' && data !== undefined ? <JsonView value={data} label="The automation as JSON" /> : null}
        {view === 'overview' && data !== undefined ? <Summary automation={data} /> : null}
      </div>
    </Page>
  );
}

function PageCommands({ id }: { readonly id: string }): ReactElement {
  const navigate = useNavigate();
  const refresh = async (): Promise<void> => {
    try {
      await call('POST', '/tocsin/v1/refreshCallback', { body: { automationId: id } });
      notify({ kind: 'success', title: 'The callback was looked up again' });
      await refreshAll();
    } catch (error) {
      notifyFailure('The callback could not be looked up', error);
    }
  };
  return (
    <Commands>
      <Command
        text="Edit"
        icon={<EditRegular />}
        onClick={() => void navigate({ to: '/automations', search: { pane: 'edit', id } })}
      />
      <Command text="Refresh callback" icon={<ArrowSyncRegular />} onClick={() => void refresh()} />
    </Commands>
  );
}

function Summary({ automation: { id, location, properties } }: { readonly automation: Automation }): ReactElement {
  const rules = (properties.sources ?? []).flatMap(({ ruleSets }) => ruleSets ?? []);
  return (
    <div className="card">
      <Facts
        facts={[
          ['Status', properties.isEnabled === false ? 'Disabled' : 'Enabled'],
          ['Description', properties.description],
          ['Trigger type', triggerTypeText(properties.sources ?? [])],
          ['Scopes', properties.scopes?.map(({ scopePath }) => scopePath).join(', ')],
          ['Location', location],
          ['Id', id],
        ]}
      />
      <h2>Conditions</h2>
      <ul>
        {rules.length === 0 ? <li>Every event of this type</li> : null}
        {rules.map((set, index) => (
          <li key={index}>
            {set.rules.map((one) => `${one.propertyJPath} ${one.operator} “${one.expectedValue}”`).join(' and ')}
          </li>
        ))}
      </ul>
      <h2>Actions</h2>
      <ul>
        {(properties.actions ?? []).map(({ actionType, logicAppResourceId }, index) => (
          <li key={index}>
            {logicAppResourceId === undefined ? (
              actionType
            ) : (
              <Anchor to={resourceAddress(logicAppResourceId)}>{idParts(logicAppResourceId).name}</Anchor>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Deliveries({ id }: { readonly id: string }): ReactElement {
  const { rows, query } = usePagedList<Delivery>(
    withQuery('/tocsin/v1/deliveries', { automationId: id, $top: '100' }),
    5000,
  );
  if (query.error !== null)
    return <Failure error={query.error} what="The deliveries could not be read" retry={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  if (rows.length === 0)
    return <Empty text="This automation has not fired yet. Its deliveries are listed here with their answers." />;
  return (
    <Grid
      label="Deliveries"
      rows={rows}
      idOf={(row) => `${row.id} ${row.attempt}`}
      nameOf={({ time }) => time}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      columns={[
        { key: 'time', title: 'Time', width: '150px', cell: ({ time }) => <Moment value={time} /> },
        {
          key: 'event',
          title: 'Event',
          width: 'minmax(160px, 2fr)',
          cell: ({ eventId }) => <Anchor to={resourceAddress(eventId)}>{idParts(eventId).name}</Anchor>,
        },
        { key: 'attempt', title: 'Attempt', width: '80px', numeric: true, cell: ({ attempt }) => attempt },
        { key: 'status', title: 'Status', width: '120px', cell: ({ status }) => <Status value={status} /> },
        { key: 'code', title: 'HTTP code', width: '90px', numeric: true, cell: ({ statusCode }) => statusCode ?? '–' },
        {
          key: 'run',
          title: 'Run',
          width: 'minmax(180px, 1fr)',
          cell: ({ runId, error }) =>
            runId === undefined ? (
              error === undefined ? (
                '–'
              ) : (
                JSON.stringify(error)
              )
            ) : (
              <Anchor to={resourceAddress(runId)}>{idParts(runId).name}</Anchor>
            ),
        },
      ]}
    />
  );
}
