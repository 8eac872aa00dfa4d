/**
 * The rows of a policy list, or what stands in their place: an error, a spinner, a word on why there are none.
 *
 * Owns: that choice, reading on. Does not own: filters, columns, what is asked.
 */
import type { ReactElement, ReactNode } from 'react';
import type { GraphList } from '../../data/graph-lists.ts';
import { Command } from '../../design/commands.tsx';
import { type Column, Grid, type GridProps } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';

interface PolicyRow {
  readonly id: string;
  readonly displayName: string;
}

interface PolicyRowsProps<T extends PolicyRow> {
  readonly label: string;
  /** `assignments`: what is listed, in sentences. */
  readonly what: string;
  /** The sentence of a failure: `The assignments could not be read`. */
  readonly failed: string;
  readonly list: GraphList<T>;
  readonly columns: readonly Column<T>[];
  readonly order: string;
  readonly onOrder: (order: string) => void;
  readonly ticks?: GridProps<T>['ticks'];
  readonly icon: ReactElement;
  /** Said when there are none at all. */
  readonly none: string;
  /** What to do when there are none at all. */
  readonly first?: ReactNode;
  /** Undefined when nothing is filtered. */
  readonly onClear: (() => void) | undefined;
}

export function PolicyRows<T extends PolicyRow>(props: PolicyRowsProps<T>): ReactElement {
  const { label, what, failed, list, columns, order, onOrder, ticks, icon, none, first, onClear } = props;
  const { rows, total, query } = list;
  return (
    <>
      {query.error === null ? null : <Failure error={query.error} what={failed} retry={() => void query.refetch()} />}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty icon={icon} text={onClear === undefined ? none : `No ${what} match the filters`}>
          {onClear === undefined ? first : <Command text="Clear filters" onClick={onClear} />}
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label={label}
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={({ displayName }) => displayName}
          {...(ticks === undefined ? {} : { ticks })}
          order={order}
          onOrder={onOrder}
          total={total}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </>
  );
}
