/** Recommendations: each resource's state of each. Source: portal reference 3.3. */
import { SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular, BeakerRegular, FlashRegular, LightbulbRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { type Assessment, resourceOf, useMetadata } from '../../data/assessments.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll, useChosenSubscriptions } from '../../data/scope.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { allOf, anyOf } from '../../model/filter-text.ts';
import { wordOf } from '../../model/status.ts';
import { TriggerDialog } from '../../parts/trigger-dialog.tsx';

const states = ['Unhealthy', 'Healthy', 'NotApplicable'];
const defaults = { search: '', state: 'Unhealthy' };
/** Pages of a hundred that are read of each subscription; more say so. */
const mostPages = 10;

export function RecommendationList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [triggering, setTriggering] = useState(false);
  const chosen = useChosenSubscriptions();
  const metadata = useMetadata();
  const filter = allOf([anyOf('properties/status/code', listOf(address.state), states)]);
  const { data, error, refetch } = useQuery<readonly Assessment[], ArmError>({
    queryKey: ['assessments', chosen.map(({ id }) => id), filter],
    queryFn: async ({ signal }) => {
      const lists = chosen.map(({ id }) =>
        readAll<Assessment>(
          armPath(`${id}/providers/Microsoft.Security/assessments`, 'microsoft.security/assessments', {
            $filter: filter,
          }),
          signal,
          mostPages,
        ),
      );
      return (await Promise.all(lists)).flat();
    },
    enabled: chosen.length > 0,
    refetchInterval: 15_000,
  });
  const wanted = address.search.toLowerCase();
  const rows = (data ?? []).filter((row) =>
    `${row.properties.displayName} ${resourceOf(row).name}`.toLowerCase().includes(wanted),
  );
  const severityOf = ({ name, properties }: Assessment): string =>
    properties.metadata?.severity ?? metadata.get(name.toLowerCase())?.severity ?? '';
  return (
    <Page
      title="Recommendations"
      purpose="What should be better configured, resource by resource. Automations fire when the state of one changes."
      commands={<ListCommands count={ticked.size} onTrigger={() => setTriggering(true)} />}
    >
      <div className="filters">
        <SearchBox
          aria-label="Search by title or resource"
          placeholder="Search by title or resource"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <FilterMany
          label="State"
          choices={states.map((value) => ({ value, text: wordOf(value) }))}
          values={listOf(address.state)}
          onChange={(values) => setAddress({ state: values.join(',') })}
        />
      </div>
      {error === null ? null : (
        <Failure error={error} what="The recommendations could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data !== undefined && rows.length === 0 ? (
        <Empty
          icon={<LightbulbRegular />}
          text="No recommendations to show. Send assessments to /ingest/v1/events, create a sample, or choose other states."
        >
          <Command text="Show all states" onClick={() => setAddress({ search: undefined, state: states.join(',') })} />
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Recommendations"
          rows={rows}
          idOf={({ id }) => id}
          nameOf={(row) => `${row.properties.displayName} on ${resourceOf(row).name}`}
          ticks={{ ticked, onTick: setTicked }}
          total={rows.length}
          columns={columnsOf(severityOf)}
        />
      )}
      {triggering ? (
        <TriggerDialog resourceIds={[...ticked]} eventSource="Assessments" onClose={() => setTriggering(false)} />
      ) : null}
    </Page>
  );
}

function columnsOf(severityOf: (row: Assessment) => string): readonly Column<Assessment>[] {
  return [
    {
      key: 'title',
      title: 'Title',
      width: 'minmax(260px, 3fr)',
      cell: ({ id, properties }) => <Anchor to={resourceAddress(id)}>{properties.displayName}</Anchor>,
    },
    {
      key: 'severity',
      title: 'Severity',
      width: '120px',
      cell: (row) => (severityOf(row) === '' ? '–' : <Status value={severityOf(row)} />),
    },
    {
      key: 'resource',
      title: 'Affected resource',
      width: 'minmax(140px, 1.5fr)',
      cell: (row) => resourceOf(row).name,
    },
    {
      key: 'state',
      title: 'State',
      width: '140px',
      cell: ({ properties }) => <Status value={properties.status.code} />,
    },
    {
      key: 'changed',
      title: 'State changed',
      width: '150px',
      cell: ({ properties }) => <Moment value={properties.status.statusChangeDate} />,
    },
  ];
}

function ListCommands({ count, onTrigger }: { readonly count: number; readonly onTrigger: () => void }): ReactElement {
  const [subscription] = useChosenSubscriptions();
  const sample = async (): Promise<void> => {
    try {
      await call('POST', '/tocsin/v1/sampleRecommendations', {
        body: { subscriptionId: subscription?.subscriptionId },
      });
      notify({ kind: 'success', title: 'A sample recommendation was created' });
      await refreshAll();
    } catch (error) {
      notifyFailure('The sample was not created', error);
    }
  };
  return (
    <Commands>
      <Command
        text="Trigger Logic App"
        icon={<FlashRegular />}
        blocked={count === 0 ? 'Tick one or more resources first.' : undefined}
        onClick={onTrigger}
      />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <Command text="Create sample recommendation" icon={<BeakerRegular />} onClick={() => void sample()} />
    </Commands>
  );
}
