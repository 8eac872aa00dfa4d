/** The rows of a query: a grid of any columns, a chart, and one row in full. */
import { Link, MessageBar, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { type ReactElement, useMemo, useState } from 'react';
import { type Column, Grid } from '../../design/grid.tsx';
import { Facts } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty } from '../../design/states.tsx';
import { cellText, isNumeric, type QueryResult, readable } from '../../model/query-result.ts';
import { rangeText } from '../../model/time-range.ts';
import { durationText } from '../../model/times.ts';
import type { Asked } from './asking.ts';
import { ResultChart } from './result-chart.tsx';

export interface ResultViewProps {
  readonly asked: Asked;
  readonly range: string;
  readonly view: string;
  readonly onView: (view: string) => void;
}

export function ResultView({ asked, range, view, onView }: ResultViewProps): ReactElement {
  const { result, took, question } = asked;
  const count = result.rows.length === 1 ? '1 row' : `${result.rows.length.toLocaleString('en')} rows`;
  const times = question.mode === 'logs' ? ` · ${rangeText(range)}` : '';
  const isBounded = result.rows.length >= question.most && result.partial === undefined;
  return (
    <section aria-label="Results" className="results">
      <div className="results-bar">
        <TabList
          size="small"
          selectedValue={view === 'chart' ? 'chart' : 'rows'}
          onTabSelect={(_, { value }) => onView(value as string)}
          aria-label="Results as"
        >
          <Tab value="rows">Results</Tab>
          <Tab value="chart">Chart</Tab>
        </TabList>
        <span role="status" className="muted">
          {count} · {durationText(took)}
          {times}
        </span>
      </div>
      {result.partial === undefined && !isBounded ? null : (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {result.partial ??
              `Only the first ${question.most.toLocaleString('en')} rows were asked for. Choose more, or narrow the query.`}
          </MessageBarBody>
        </MessageBar>
      )}
      {result.rows.length === 0 ? (
        <Empty
          text={
            question.mode === 'logs' ? 'No rows in these times. Widen the time range, or ask for less.' : 'No rows.'
          }
        />
      ) : view === 'chart' ? (
        <ResultChart result={result} />
      ) : (
        <Rows result={result} />
      )}
    </section>
  );
}

interface NumberedRow {
  readonly number: number;
  readonly values: readonly unknown[];
}

function Rows({ result }: { readonly result: QueryResult }): ReactElement {
  const [shown, setShown] = useState<NumberedRow>();
  const rows = useMemo(
    () => result.rows.map((values, index): NumberedRow => ({ number: index + 1, values })),
    [result],
  );
  const columns = useMemo(
    (): readonly Column<NumberedRow>[] => [
      {
        key: '#',
        title: '#',
        width: '56px',
        cell: (row) => (
          <Link as="button" aria-label={`Show row ${row.number}`} onClick={() => setShown(row)}>
            {row.number}
          </Link>
        ),
      },
      ...result.columns.map(
        (column, index): Column<NumberedRow> => ({
          key: `${index} ${column.name}`,
          title: column.name,
          width: widthOf(result, index),
          numeric: isNumeric(column),
          cell: ({ values }) => {
            const text = cellText(values[index]);
            return <span title={text}>{text}</span>;
          },
        }),
      ),
    ],
    [result],
  );
  return (
    <>
      <Grid
        label="Results"
        rows={rows}
        total={rows.length}
        columns={columns}
        idOf={({ number }) => String(number)}
        nameOf={({ number }) => `row ${number}`}
      />
      {shown === undefined ? null : (
        <Pane title={`Row ${shown.number}`} large onClose={() => setShown(undefined)}>
          <Facts facts={result.columns.map(({ name }, index) => [name, readable(shown.values[index])] as const)} />
        </Pane>
      )}
    </>
  );
}

/** As wide as the first rows need, within bounds; the last column takes what is left. */
function widthOf({ columns, rows }: QueryResult, index: number): string {
  const texts = [columns[index]?.name ?? '', ...rows.slice(0, 50).map((row) => cellText(row[index]))];
  const longest = Math.max(...texts.map(({ length }) => length));
  const pixels = Math.min(360, Math.max(80, longest * 7.5 + 16));
  return index === columns.length - 1 ? `minmax(${pixels}px, 1fr)` : `${pixels}px`;
}
