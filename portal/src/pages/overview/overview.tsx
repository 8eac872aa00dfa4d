/** The first page: how things stand, in figures and charts of one call. Source: portal reference 3.1. */
import { Radio, RadioGroup } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { Bars } from '../../charts/bars.tsx';
import { Donut } from '../../charts/donut.tsx';
import type { Series } from '../../charts/frame.tsx';
import { type Bucket, StackedColumns } from '../../charts/stacked-columns.tsx';
import { type OverviewFigures, type Range, ranges, type TimeBucket, useOverview } from '../../data/overview.ts';
import { useCell } from '../../data/store.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Page } from '../../design/page.tsx';
import { preferences } from '../../design/preferences.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { bucketTexts } from '../../model/times.ts';
import { AttentionList } from './attention-list.tsx';
import { Figures } from './figures.tsx';
import { GetStarted } from './get-started.tsx';
import './overview.css';

const rangeTexts: Readonly<Record<Range, string>> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' };
const defaults = { range: '24h' };

/** The worst at the bottom. */
const severitySeries: readonly Series[] = [
  { key: 'High', label: 'High', look: 'high' },
  { key: 'Medium', label: 'Medium', look: 'medium' },
  { key: 'Low', label: 'Low', look: 'low' },
  { key: 'Informational', label: 'Informational', look: 'info' },
];

const runSeries: readonly Series[] = [
  { key: 'failed', label: 'Failed', look: 'high' },
  { key: 'cancelled', label: 'Cancelled', look: 'muted' },
  { key: 'running', label: 'Running', look: 'info' },
  { key: 'succeeded', label: 'Succeeded', look: 'good' },
];

/** Which series a run of some status belongs to. */
const runSeriesOf: Readonly<Record<string, string>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  TimedOut: 'failed',
  Aborted: 'failed',
  Cancelled: 'cancelled',
  Skipped: 'cancelled',
};

export function Overview(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const range = ranges.find((each) => each === address.range) ?? '24h';
  const { data, error, refetch } = useOverview(range);
  return (
    <Page title="Overview" purpose="What came in, what ran because of it, and what needs you.">
      {error === null ? null : (
        <Failure error={error} what="The overview could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading rows={10} /> : null}
      {data === undefined ? null : (
        <>
          <GetStarted />
          <Figures figures={data} />
          <RadioGroup
            layout="horizontal"
            aria-label="Time range"
            className="range"
            value={range}
            onChange={(_, { value }) => setAddress({ range: value })}
          >
            {ranges.map((each) => (
              <Radio key={each} value={each} label={rangeTexts[each]} />
            ))}
          </RadioGroup>
          <Charts figures={data} range={range} />
          <AttentionList attention={data.attention} />
        </>
      )}
    </Page>
  );
}

function Charts({ figures, range }: { readonly figures: OverviewFigures; readonly range: Range }): ReactElement {
  const { times } = useCell(preferences);
  const last = `last ${rangeTexts[range]}`;
  const buckets = (rows: readonly TimeBucket[], keyOf: (name: string) => string): readonly Bucket[] =>
    rows.map(({ start, ...counts }) => ({
      ...bucketTexts(Date.parse(start), figures.bucketHours, times === 'utc'),
      counts: summed(counts, keyOf),
    }));
  const { Unhealthy = 0, Healthy = 0, NotApplicable = 0 } = figures.recommendations;
  return (
    <div className="charts">
      <StackedColumns
        title="Alerts by severity over time"
        about={`Alerts, ${last}`}
        series={severitySeries}
        buckets={buckets(figures.alertsInTime, (name) => name)}
        empty={`No alert came in during the ${last}. Send events of a detector to /ingest/v1/events, or create sample alerts.`}
      />
      <StackedColumns
        title="Runs by result over time"
        about={`Runs, ${last}`}
        series={runSeries}
        buckets={buckets(figures.runsInTime, (name) => runSeriesOf[name] ?? 'running')}
        empty={`No logic app ran during the ${last}.`}
      />
      <Bars
        title="Top automations by runs"
        about={`Automations that started most, ${last}`}
        goodText="Delivered"
        failedText="Failed"
        bars={figures.topAutomations.map(({ id, name, delivered, failed }) => ({
          key: id,
          name,
          link: <Anchor to={resourceAddress(id)}>{name}</Anchor>,
          good: delivered,
          failed,
        }))}
        empty={`No automation fired during the ${last}.`}
      />
      <Donut
        title="Recommendations by state"
        about="Resources by the state of their recommendations"
        whole="states"
        parts={[
          {
            key: 'Unhealthy',
            label: 'Unhealthy',
            look: 'high',
            count: Unhealthy,
            link: stateLink('Unhealthy', 'Unhealthy'),
          },
          { key: 'Healthy', label: 'Healthy', look: 'good', count: Healthy, link: stateLink('Healthy', 'Healthy') },
          {
            key: 'NotApplicable',
            label: 'Not applicable',
            look: 'muted',
            count: NotApplicable,
            link: stateLink('NotApplicable', 'Not applicable'),
          },
        ]}
        empty="No recommendation came in yet. Send assessments to /ingest/v1/events, or assign a policy."
      />
    </div>
  );
}

const stateLink = (state: string, text: string): ReactElement => (
  <Anchor to={`/recommendations?status=${state}`}>{text}</Anchor>
);

function summed(
  counts: Readonly<Record<string, number | string>>,
  keyOf: (name: string) => string,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [name, count] of Object.entries(counts)) {
    if (typeof count === 'number') sums[keyOf(name)] = (sums[keyOf(name)] ?? 0) + count;
  }
  return sums;
}
