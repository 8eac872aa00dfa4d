/** What sandboxed connections would have sent. Source: portal reference 3.7. */
import { ArrowClockwiseRegular, DatabaseRegular, DeleteRegular, MailInboxRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { type OutboxRow, sourceWord, subjectOf, targetOf } from '../../data/outbox.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Moment } from '../../design/time.tsx';
import { MocksPane } from './mocks-pane.tsx';

const columns: readonly Column<OutboxRow>[] = [
  {
    key: 'time',
    title: 'Time',
    width: '110px',
    cell: ({ time }) => <Moment value={time} />,
  },
  { key: 'connector', title: 'Connector', width: '104px', cell: ({ connector }) => connector ?? 'HTTP' },
  {
    key: 'operation',
    title: 'Operation',
    width: '128px',
    cell: ({ operation, request }) => operation ?? request.method,
  },
  { key: 'to', title: 'To', width: 'minmax(140px, 1.2fr)', cell: (row) => targetOf(row) },
  {
    key: 'subject',
    title: 'Subject',
    width: 'minmax(180px, 2fr)',
    cell: (row) => <Anchor to={`/outbox/${row.id}`}>{subjectOf(row)}</Anchor>,
  },
  {
    key: 'app',
    title: 'Logic app',
    width: 'minmax(150px, 1.4fr)',
    cell: ({ workflowId }) =>
      workflowId === undefined ? '–' : <Anchor to={resourceAddress(workflowId)}>{idParts(workflowId).name}</Anchor>,
  },
  {
    key: 'source',
    title: 'Answered by',
    width: '110px',
    cell: ({ response }) => sourceWord(response.source),
  },
  {
    key: 'run',
    title: 'Run',
    width: '90px',
    cell: ({ runId }) => (
      <Anchor to={resourceAddress(runId)} label={`View run ${idParts(runId).name}`}>
        View run
      </Anchor>
    ),
  },
];

export function Outbox(): ReactElement {
  const [asking, setAsking] = useState(false);
  const [showsMocks, setShowsMocks] = useState(false);
  const { rows, query } = usePagedList<OutboxRow>(withQuery('/tocsin/v1/outbox', { $top: '100' }), 5000);
  const clear = async (): Promise<void> => {
    try {
      await call('DELETE', '/tocsin/v1/outbox');
      notify({ kind: 'success', title: 'The outbox is empty' });
      await refreshAll();
    } catch (error) {
      notifyFailure('The outbox was not cleared', error);
    }
  };
  return (
    <Page
      title="Outbox"
      purpose="What connections in the sandbox would have sent: captured instead, and answered by a mock or an example."
      commands={
        <Commands>
          <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
          <Command
            text="Clear"
            icon={<DeleteRegular />}
            blocked={rows.length === 0 ? 'The outbox is empty.' : undefined}
            onClick={() => setAsking(true)}
          />
          <Command text="Mocks" icon={<DatabaseRegular />} onClick={() => setShowsMocks(true)} />
        </Commands>
      }
    >
      {query.error === null ? null : (
        <Failure error={query.error} what="The outbox could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty
          icon={<MailInboxRegular />}
          text="Nothing captured yet. Put a connection into the sandbox, and what its actions would send is listed here."
        >
          <Anchor to="/connections">Connections</Anchor>
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Outbox"
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={subjectOf}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
      {showsMocks ? <MocksPane onClose={() => setShowsMocks(false)} /> : null}
      {asking ? (
        <Question
          title="Clear the outbox?"
          verb="Clear"
          onConfirm={() => void clear()}
          onClose={() => setAsking(false)}
        >
          The captured calls are deleted. The runs keep their inputs and outputs.
        </Question>
      ) : null}
    </Page>
  );
}
