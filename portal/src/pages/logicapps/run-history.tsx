/** The runs of a logic app, newest first. */
import { Input, SearchBox } from '@fluentui/react-components';
import { ArrowRepeatAllRegular, RecordStopRegular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { call, read } from '../../api/http.ts';
import { inBulk } from '../../data/bulk.ts';
import { usePagedList } from '../../data/lists.ts';
import { refreshAll } from '../../data/query-client.ts';
import { isFinal, type Run, workflowPath } from '../../data/workflows.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { ChooseOne, FilterMany } from '../../design/choices.tsx';
import { Command } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { useNow } from '../../design/time.tsx';
import { allOf, anyOf } from '../../model/filter-text.ts';
import { allOrigins, OriginFilter, originFilter, startedByColumn } from './started-by.tsx';
import { durationColumn, startColumn, statusColumn } from './timed-columns.tsx';

const statuses = ['Succeeded', 'Failed', 'Running', 'Waiting', 'Cancelled', 'TimedOut', 'Skipped'];
const ranges: readonly (readonly [value: string, text: string, hours: number])[] = [
  ['all', 'All times', 0],
  ['24h', 'Last 24 hours', 24],
  ['48h', 'Last 48 hours', 48],
  ['7d', 'Last 7 days', 168],
  ['14d', 'Last 14 days', 336],
  ['30d', 'Last 30 days', 720],
  ['custom', 'Custom', 0],
];

const defaults = { runs: statuses.join(','), by: allOrigins, range: 'all', from: '', to: '' };

/** Whole minutes, so that the list is one list while it is looked at. */
function since(hours: number): string {
  const minute = 60_000;
  return new Date(Math.floor((Date.now() - hours * 60 * minute) / minute) * minute).toISOString();
}

const instant = (typed: string): string | undefined =>
  Number.isNaN(Date.parse(typed)) ? undefined : new Date(typed).toISOString();

/** What a range asks of the start time. */
function inRange({ range, from, to }: typeof defaults): string | undefined {
  const hours = ranges.find(([value]) => value === range)?.[2] ?? 0;
  if (hours > 0) return `startTime ge ${since(hours)}`;
  if (range !== 'custom') return undefined;
  const [first, last] = [instant(from), instant(to)];
  return allOf([
    first === undefined ? undefined : `startTime ge ${first}`,
    last === undefined ? undefined : `startTime le ${last}`,
  ]);
}

export function RunHistory({ id }: { readonly id: string }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const now = useNow();
  const chosenStatuses = listOf(address.runs);
  const origins = listOf(address.by);
  const filter = allOf([anyOf('status', chosenStatuses, statuses), originFilter(origins), inRange(address)]);
  const { rows, query } = usePagedList<Run>(
    workflowPath(`${id}/runs`, { $top: '50', $filter: filter, $expand: 'startedBy' }),
    3000,
  );
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
        <OriginFilter values={origins} onChange={(values) => setAddress({ by: values.join(',') })} />
        <TimeFilter address={address} onChange={setAddress} />
        <FindRun id={id} />
        <RunCommands chosen={chosen} />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The runs could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty
          text={
            filter === ''
              ? 'No runs to show. A run appears here as soon as the trigger fires.'
              : 'No runs match the filters'
          }
        >
          {filter === '' ? null : (
            <Command
              text="Clear filters"
              onClick={() =>
                setAddress({ runs: undefined, by: undefined, range: undefined, from: undefined, to: undefined })
              }
            />
          )}
        </Empty>
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
            statusColumn,
            startColumn,
            {
              key: 'name',
              title: 'Identifier',
              width: 'minmax(180px, 1.6fr)',
              cell: (run) => <Anchor to={resourceAddress(run.id)}>{run.name}</Anchor>,
            },
            durationColumn(now),
            startedByColumn,
          ]}
        />
      )}
    </>
  );
}

interface TimeFilterProps {
  readonly address: typeof defaults;
  readonly onChange: (part: Partial<typeof defaults>) => void;
}

function TimeFilter({ address, onChange }: TimeFilterProps): ReactElement {
  return (
    <>
      <div className="filter">
        <span aria-hidden="true">Time:</span>
        <ChooseOne
          small
          label="Time range"
          choices={ranges.map(([value, text]) => ({ value, text }))}
          value={address.range}
          onChange={(range) => onChange({ range })}
        />
      </div>
      {address.range === 'custom' ? (
        <>
          <Input
            size="small"
            type="datetime-local"
            aria-label="From"
            value={address.from}
            onChange={(_, { value }) => onChange({ from: value })}
          />
          <Input
            size="small"
            type="datetime-local"
            aria-label="To"
            value={address.to}
            onChange={(_, { value }) => onChange({ to: value })}
          />
        </>
      ) : null}
    </>
  );
}

/** Straight to a run by its identifier; lists cannot be asked for a part of it. */
function FindRun({ id }: { readonly id: string }): ReactElement {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState(false);
  const navigate = useNavigate();
  const find = async (): Promise<void> => {
    const name = typed.trim();
    if (name === '') return;
    try {
      const run = await read<Run>(workflowPath(`${id}/runs/${encodeURIComponent(name)}`));
      await navigate({ to: resourceAddress(run.id) });
    } catch {
      setFault(true);
    }
  };
  return (
    <>
      <SearchBox
        size="small"
        aria-label="Search by run identifier"
        placeholder="Search by run identifier"
        value={typed}
        onChange={(_, { value }) => {
          setTyped(value);
          setFault(false);
        }}
        onKeyDown={(event) => (event.key === 'Enter' ? void find() : undefined)}
      />
      {fault ? (
        <span role="alert" className="field-fault">
          There is no run of that identifier.
        </span>
      ) : null}
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
