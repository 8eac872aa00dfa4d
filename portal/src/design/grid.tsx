/**
 * The portal's one grid: named columns, ticks, order, keys; long lists draw only the rows in view.
 *
 * Owns: how rows look and are reached by keyboard. Does not own: which rows there are; order and filters are the server's.
 *
 * Invariants
 * G1. A header is a button only where `onOrder` is given: sorting a part of a list in the browser would lie.
 * G2. Some fifty rows are in the document, however many there are.
 */
import { Button, Checkbox } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { refreshAll } from '../data/query-client.ts';
import { onGridKey } from './grid-keys.ts';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** CSS grid width: `2fr`, `140px`. */
  readonly width: string;
  readonly cell: (row: T) => ReactNode;
  readonly numeric?: boolean;
  /** The name the order goes by, where the server can. */
  readonly orderBy?: string;
  /** Whether the first press puts the highest or latest first. */
  readonly highFirst?: boolean;
}

export interface Ticks {
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (ids: ReadonlySet<string>) => void;
  /** Whether one is chosen instead of many. */
  readonly single?: boolean;
}

export interface GridProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly idOf: (row: T) => string;
  /** The name in `Select {name}`. */
  readonly nameOf: (row: T) => string;
  readonly ticks?: Ticks;
  /** `name`, `name desc`. */
  readonly order?: string;
  readonly onOrder?: (order: string) => void;
  readonly total?: number | undefined;
  readonly more?: (() => void) | undefined;
  readonly loadingMore?: boolean;
}

const rowHeight = 36;
const virtualFrom = 60;

export function Grid<T>(props: GridProps<T>): ReactElement {
  const { label, rows, columns, ticks, total } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const tick = useTick(props);
  const isLong = rows.length > virtualFrom;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: isLong,
  });
  const template = [...(ticks === undefined ? [] : ['36px']), ...columns.map(({ width }) => width)].join(' ');
  const shown = isLong ? virtual.getVirtualItems().map(({ index }) => index) : rows.map((_, index) => index);
  const before = isLong ? (virtual.getVirtualItems()[0]?.start ?? 0) : 0;
  return (
    <div className="grid-frame">
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its cells take the focus */}
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={total ?? (props.more === undefined ? rows.length + 1 : -1)}
        aria-multiselectable={ticks !== undefined && ticks.single !== true}
        className={isLong ? 'grid grid-long' : 'grid'}
        onKeyDown={(event) => onGridKey(event, { tick, refresh: () => void refreshAll() })}
      >
        <HeaderRow {...props} template={template} />
        <div
          role="rowgroup"
          style={isLong ? { height: virtual.getTotalSize(), paddingTop: before, boxSizing: 'border-box' } : undefined}
        >
          {shown.map((index) => {
            const row = rows[index];
            return row === undefined ? null : (
              <DataRow key={props.idOf(row)} {...props} tick={tick} row={row} index={index} template={template} />
            );
          })}
        </div>
      </div>
      <Footer {...props} />
    </div>
  );
}

type Tick = ((index: number, range: boolean) => void) | undefined;

/** Ticks or unticks one row, or ticks all from the row before that was. */
function useTick<T>({ rows, ticks, idOf }: GridProps<T>): Tick {
  const last = useRef<number>(undefined);
  if (ticks === undefined) return undefined;
  return (index, range) => {
    const from = range && ticks.single !== true ? (last.current ?? index) : index;
    last.current = index;
    const ids = rows.slice(Math.min(from, index), Math.max(from, index) + 1).map(idOf);
    const [only = ''] = ids;
    ticks.onTick(range ? new Set([...ticks.ticked, ...ids]) : toggled(ticks.ticked, only));
  };
}

interface RowFrame {
  readonly template: string;
}

function HeaderRow<T>({ columns, rows, ticks, idOf, order, onOrder, template }: GridProps<T> & RowFrame): ReactElement {
  const all = ticks !== undefined && rows.length > 0 && rows.every((row) => ticks.ticked.has(idOf(row)));
  const some = ticks !== undefined && ticks.ticked.size > 0 && !all;
  return (
    <div role="row" aria-rowindex={1} className="grid-row grid-header" style={{ gridTemplateColumns: template }}>
      {ticks === undefined ? null : (
        <div role="columnheader" className="grid-cell">
          {ticks.single === true ? (
            <span className="hidden">Choice</span>
          ) : (
            <Checkbox
              aria-label="Select all rows"
              checked={all ? true : some ? 'mixed' : false}
              onChange={() => ticks.onTick(all ? new Set() : new Set(rows.map(idOf)))}
            />
          )}
        </div>
      )}
      {columns.map((column) => (
        <ColumnHeader key={column.key} column={column} order={order} onOrder={onOrder} />
      ))}
    </div>
  );
}

interface ColumnHeaderProps<T> {
  readonly column: Column<T>;
  readonly order: string | undefined;
  readonly onOrder: ((order: string) => void) | undefined;
}

function ColumnHeader<T>({ column, order = '', onOrder }: ColumnHeaderProps<T>): ReactElement {
  const [name, direction = 'asc'] = order.split(' ');
  const isOrdered = column.orderBy !== undefined && name === column.orderBy;
  const sort = isOrdered ? (direction === 'desc' ? 'descending' : 'ascending') : 'none';
  const { orderBy } = column;
  const isDescending = isOrdered ? direction !== 'desc' : column.highFirst === true;
  const next = `${orderBy ?? ''}${isDescending ? ' desc' : ''}`;
  return (
    <div
      role="columnheader"
      className={column.numeric === true ? 'grid-cell numeric' : 'grid-cell'}
      {...(orderBy === undefined || onOrder === undefined ? {} : { 'aria-sort': sort })}
    >
      {orderBy === undefined || onOrder === undefined ? (
        column.title
      ) : (
        <Button
          appearance="transparent"
          size="small"
          className="grid-order"
          iconPosition="after"
          {...(isOrdered ? { icon: direction === 'desc' ? <ArrowDownRegular /> : <ArrowUpRegular /> } : {})}
          onClick={() => onOrder(next)}
        >
          {column.title}
        </Button>
      )}
    </div>
  );
}

interface DataRowProps<T> extends GridProps<T>, RowFrame {
  readonly tick: Tick;
  readonly row: T;
  readonly index: number;
}

function DataRow<T>({ row, index, columns, idOf, nameOf, ticks, tick, template }: DataRowProps<T>): ReactElement {
  const id = idOf(row);
  const isTicked = ticks?.ticked.has(id) === true;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      {...(ticks === undefined ? {} : { 'aria-selected': isTicked })}
      className={isTicked ? 'grid-row ticked' : 'grid-row'}
      style={{ gridTemplateColumns: template }}
    >
      {ticks === undefined ? null : (
        <div role="gridcell" className="grid-cell">
          <Checkbox
            aria-label={`Select ${nameOf(row)}`}
            checked={isTicked}
            onChange={({ nativeEvent }) => tick?.(index, (nativeEvent as Partial<MouseEvent>).shiftKey === true)}
          />
        </div>
      )}
      {columns.map((column) => (
        <div
          key={column.key}
          role="gridcell"
          tabIndex={-1}
          className={column.numeric === true ? 'grid-cell numeric' : 'grid-cell'}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

function toggled(all: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(all);
  if (!next.delete(id)) next.add(id);
  return next;
}

function Footer<T>({ rows, total, more, loadingMore = false }: GridProps<T>): ReactElement {
  const known = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
  return (
    <div className="grid-footer">
      <span role="status">
        {rows.length === 0 ? 'No rows' : `Showing 1–${rows.length.toLocaleString('en')}${known}`}
      </span>
      {more === undefined ? null : (
        <Button size="small" disabledFocusable={loadingMore} onClick={more}>
          {loadingMore ? 'Loading…' : 'Load more'}
        </Button>
      )}
    </div>
  );
}
