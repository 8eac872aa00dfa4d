/** The activity log: who did what to which resource. Source: portal reference 3.7. */
import { Link } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import { usePagedList } from '../../data/lists.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useChosenSubscriptions } from '../../data/scope.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { ChooseOne } from '../../design/choices.tsx';
import { Grid } from '../../design/grid.tsx';
import { JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

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
}

export function ActivityLog(): ReactElement {
  const subscriptions = useChosenSubscriptions();
  const [chosen, setChosen] = useState('');
  const [shown, setShown] = useState<Entry>();
  const subscription = chosen === '' ? subscriptions[0]?.id : chosen;
  const path =
    subscription === undefined
      ? undefined
      : withQuery(`${subscription}/providers/Microsoft.Insights/eventtypes/management/values`, {
          'api-version': '2015-04-01',
          $filter: `eventTimestamp ge '${new Date(dayStart() - 30 * 86_400_000).toISOString()}'`,
        });
  const { rows, query } = usePagedList<Entry>(path);
  return (
    <Page
      title="Activity log"
      purpose="Who did what to which resource in the last 30 days."
      commands={
        <Commands>
          <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
        </Commands>
      }
    >
      {subscriptions.length < 2 ? null : (
        <div className="filters">
          <ChooseOne
            label="Subscription"
            choices={subscriptions.map(({ id, displayName }) => ({ value: id, text: displayName }))}
            value={subscription ?? ''}
            onChange={setChosen}
          />
        </div>
      )}
      {query.error === null ? null : (
        <Failure error={query.error} what="The activity log could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty text="Nothing was changed in the last 30 days." /> : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Activity log"
          rows={rows}
          idOf={({ eventDataId }) => eventDataId}
          nameOf={({ operationName }) => operationName.value}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'operation',
              title: 'Operation',
              width: 'minmax(240px, 2fr)',
              cell: (entry) => (
                <Link as="button" onClick={() => setShown(entry)}>
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
          ]}
        />
      )}
      {shown === undefined ? null : (
        <Pane title={shown.operationName.value} large onClose={() => setShown(undefined)}>
          <JsonView value={shown} label="The entry as JSON" />
        </Pane>
      )}
    </Page>
  );
}

/** The start of today: an address that changed with each look would be asked for each time. */
function dayStart(): number {
  return new Date().setUTCHours(0, 0, 0, 0);
}
