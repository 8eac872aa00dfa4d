/** The activity log: who did what to which resource. Source: portal reference 3.7. */
import { Link, SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useScopesParameter } from '../../data/scope.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { ChooseOne, FilterMany } from '../../design/choices.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { activityFilter, activityRanges, activityStatuses } from '../../model/activity-filter.ts';

interface Named {
  readonly value: string;
  readonly localizedValue?: string;
}

interface Entry {
  readonly eventDataId: string;
  readonly eventTimestamp: string;
  readonly caller?: string;
  readonly operationName: Named;
  readonly status: Named;
  readonly resourceId?: string;
  readonly description?: string;
}

const defaults = { operation: '', caller: '', status: activityStatuses.join(','), days: '30' };

export function ActivityLog(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [shown, setShown] = useState<Entry>();
  const scopes = useScopesParameter();
  const statuses = listOf(address.status);
  const filter = activityFilter({ ...address, statuses }, useNow());
  // No entry has none of the statuses.
  const path = statuses.length === 0 ? undefined : withQuery('/tocsin/v1/activity', { $top: '100', scopes, filter });
  const { rows, query } = usePagedList<Entry>(path);
  return (
    <Page
      title="Activity log"
      purpose="Who did what to which resource. Entries are chained, so that a change to the log shows."
      commands={
        <Commands>
          <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
        </Commands>
      }
    >
      <Filters address={address} onChange={setAddress} />
      {query.error === null ? null : (
        <Failure error={query.error} what="The activity log could not be read" retry={() => void query.refetch()} />
      )}
      {path !== undefined && query.isPending ? <Loading /> : null}
      {path === undefined || (query.isSuccess && rows.length === 0) ? (
        <Empty text="No entries match the filters">
          <Command
            text="Clear filters"
            onClick={() => setAddress({ operation: undefined, caller: undefined, status: undefined, days: 'all' })}
          />
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Activity log"
          rows={rows}
          idOf={({ eventDataId }) => eventDataId}
          nameOf={({ operationName }) => operationName.value}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={columnsOf(setShown)}
        />
      )}
      {shown === undefined ? null : <EntryPane entry={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

interface FiltersProps {
  readonly address: typeof defaults;
  readonly onChange: (change: Partial<typeof defaults>) => void;
}

function Filters({ address, onChange }: FiltersProps): ReactElement {
  return (
    <div className="filters">
      <SearchBox
        aria-label="Search operations"
        placeholder="Search operations"
        value={address.operation}
        onChange={(_, { value }) => onChange({ operation: value })}
      />
      <SearchBox
        aria-label="Search people"
        placeholder="Search people"
        value={address.caller}
        onChange={(_, { value }) => onChange({ caller: value })}
      />
      <FilterMany
        label="Status"
        choices={activityStatuses.map((value) => ({ value, text: value }))}
        values={listOf(address.status)}
        onChange={(values) => onChange({ status: values.join(',') })}
      />
      <div className="filter">
        <span aria-hidden="true">Time:</span>
        <ChooseOne
          label="Time"
          small
          choices={activityRanges}
          value={address.days}
          onChange={(value) => onChange({ days: value })}
        />
      </div>
    </div>
  );
}

function columnsOf(onShow: (entry: Entry) => void): readonly Column<Entry>[] {
  return [
    {
      key: 'operation',
      title: 'Operation',
      width: 'minmax(240px, 2fr)',
      cell: (entry) => (
        <Link as="button" onClick={() => onShow(entry)}>
          {entry.operationName.localizedValue ?? entry.operationName.value}
        </Link>
      ),
    },
    { key: 'status', title: 'Status', width: '130px', cell: ({ status }) => <Status value={status.value} /> },
    {
      key: 'time',
      title: 'Time',
      width: '140px',
      cell: ({ eventTimestamp }) => <Moment value={eventTimestamp} />,
    },
    { key: 'caller', title: 'Initiated by', width: 'minmax(140px, 1fr)', cell: ({ caller }) => caller ?? '–' },
    {
      key: 'resource',
      title: 'Resource',
      width: 'minmax(200px, 2fr)',
      cell: ({ resourceId }) =>
        resourceId === undefined || idParts(resourceId).type === '' ? (
          '–'
        ) : (
          <Anchor to={resourceAddress(resourceId)}>{resourceId.split('/').at(-1)}</Anchor>
        ),
    },
  ];
}

function EntryPane({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }): ReactElement {
  return (
    <Pane title={entry.operationName.localizedValue ?? entry.operationName.value} large onClose={onClose}>
      <Facts
        facts={[
          ['Status', entry.status.value],
          ['Time', entry.eventTimestamp],
          ['Initiated by', entry.caller],
          ['Resource', entry.resourceId],
          ['Description', entry.description],
        ]}
      />
      <h2>The entry</h2>
      <JsonView value={entry} label="The entry as JSON" />
    </Pane>
  );
}
