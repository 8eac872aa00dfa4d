/** The runs of a logic app, newest first. */
import { ArrowRepeatAllRegular, RecordStopRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { call } from '../../api/http.ts';
import { inBulk } from '../../data/bulk.ts';
import { usePagedList } from '../../data/lists.ts';
import { refreshAll } from '../../data/query-client.ts';
import { isFinal, type Run, workflowPath } from '../../data/workflows.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { anyOf } from '../../model/filter-text.ts';
import { between, durationText } from '../../model/times.ts';

const statuses = ['Succeeded', 'Failed', 'Running', 'Waiting', 'Cancelled', 'TimedOut', 'Skipped'];
const defaults = { runs: statuses.join(',') };

export function RunHistory({ id }: { readonly id: string }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const now = useNow();
  const chosenStatuses = listOf(address.runs);
  const filter = anyOf('status', chosenStatuses, statuses);
  const { rows, query } = usePagedList<Run>(workflowPath(`${id}/runs`, { $top: '50', $filter: filter }), 3000);
  const chosen = rows.filter((run) => ticked.has(run.id));
  return (
    <>
      <div className="filters">
        <FilterMany
          label="Status"
          choices={statuses.map((value) => ({ value, text: value }))}
          values={chosenStatuses}
          onChange={(values) => setAddress({ runs: values.join(',') })}
        />
        <RunCommands chosen={chosen} />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The runs could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty text="No runs to show. A run appears here as soon as the trigger fires." />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Runs history"
          rows={rows}
          idOf={(run) => run.id}
          nameOf={({ name }) => name}
          ticks={{ ticked, onTick: setTicked }}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'status',
              title: 'Status',
              width: '130px',
              cell: ({ properties }) => <Status value={properties.status} />,
            },
            {
              key: 'start',
              title: 'Start time',
              width: '150px',
              cell: ({ properties }) => <Moment value={properties.startTime} />,
            },
            {
              key: 'name',
              title: 'Identifier',
              width: 'minmax(260px, 2fr)',
              cell: (run) => <Anchor to={resourceAddress(run.id)}>{run.name}</Anchor>,
            },
            {
              key: 'duration',
              title: 'Duration',
              width: '110px',
              numeric: true,
              cell: ({ properties }) => durationText(between(properties.startTime, properties.endTime, now) ?? 0),
            },
          ]}
        />
      )}
    </>
  );
}

function RunCommands({ chosen }: { readonly chosen: readonly Run[] }): ReactElement {
  const count = chosen.length === 1 ? '1 run' : `${chosen.length} runs`;
  const act = async (verb: 'cancel' | 'resubmit', doing: string, done: string): Promise<void> => {
    await inBulk(chosen, { doing: `${doing} ${count}`, done: `${count} ${done}` }, async ({ id }) => {
      await call('POST', workflowPath(`${id}/${verb}`));
    });
    await refreshAll();
  };
  const canCancel = chosen.some(({ properties }) => !isFinal(properties.status));
  return (
    <>
      <Command
        text="Cancel runs"
        icon={<RecordStopRegular />}
        blocked={canCancel ? undefined : 'Tick a run that has not ended.'}
        onClick={() => void act('cancel', 'Cancelling', 'cancelled')}
      />
      <Command
        text="Resubmit"
        icon={<ArrowRepeatAllRegular />}
        blocked={chosen.length === 0 ? 'Tick one or more runs first.' : undefined}
        onClick={() => void act('resubmit', 'Resubmitting', 'resubmitted')}
      />
    </>
  );
}
