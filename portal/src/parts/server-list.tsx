/**
 * A list that the server pages, as most pages show one: filters above, what is wrong or missing in words, a grid whose columns
 * can be chosen, and ticks that reach beyond what is loaded.
 *
 * Owns: the frame. Does not own: which filters and columns there are, what is done with what is ticked.
 * Source: portal reference 2.3, 2.4.
 */
import { Button, Checkbox, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { TableSettingsRegular } from '@fluentui/react-icons';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { PagedList } from '../data/lists.ts';
import { notifyFailure } from '../data/notifications.ts';
import { type Cell, keptCell, useCell } from '../data/store.ts';
import { mostSelected, readMatching } from '../data/whole-list.ts';
import { type Column, Grid, type Ticks } from '../design/grid.tsx';
import { Empty, Failure, Loading } from '../design/states.tsx';

interface Row {
  readonly id: string;
}

export interface ListColumn<T> extends Column<T> {
  /** Shown only when somebody chooses it. */
  readonly hidden?: boolean;
}

export interface ServerListProps<T extends Row> {
  /** The plural noun of the page: names the grid. */
  readonly label: string;
  /** What rows are called in sentences; the label unless given. */
  readonly noun?: string;
  readonly list: PagedList<T>;
  /** Where the list begins: what reaches beyond the loaded rows is read from there. */
  readonly path: string;
  readonly columns: readonly ListColumn<T>[];
  readonly nameOf: (row: T) => string;
  readonly filters: ReactNode;
  readonly ticks?: Ticks;
  /** The order that the server was asked for, and how to ask for another. */
  readonly order?: string;
  readonly onOrder?: (order: string) => void;
  /** What stands there when there is nothing. */
  readonly empty: ReactElement;
  /** Instead, when filters hide everything: the way to take them off. */
  readonly onClear?: (() => void) | undefined;
}

export function ServerList<T extends Row>(props: ServerListProps<T>): ReactElement {
  const { label, list, columns, nameOf, filters, ticks, empty, onClear } = props;
  const { rows, query, total } = list;
  const chosen = useCell(choiceOf(label));
  const shown = columns.filter(({ key, hidden }) => chosen[key] ?? hidden !== true);
  const noun = props.noun ?? label.toLowerCase();
  const isNone = query.isSuccess && rows.length === 0 && !query.hasNextPage;
  return (
    <>
      <div className="filters">
        {filters}
        <span className="header-space" />
        <EditColumns label={label} columns={columns} />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what={`The ${noun} could not be read`} retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {isNone && onClear !== undefined ? (
        <Empty text={`No ${noun} match the filters`}>
          <Button onClick={onClear}>Clear filters</Button>
        </Empty>
      ) : null}
      {isNone && onClear === undefined ? empty : null}
      {ticks === undefined ? null : <SelectionBar {...props} ticks={ticks} />}
      {rows.length === 0 && !query.hasNextPage ? null : (
        <Grid
          label={label}
          rows={rows}
          columns={shown}
          idOf={({ id }) => id}
          nameOf={nameOf}
          total={total}
          {...(ticks === undefined ? {} : { ticks })}
          {...(props.onOrder === undefined ? {} : { order: props.order ?? '', onOrder: props.onOrder })}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </>
  );
}

/** *100 selected. Select all 10,000 that match*: once everything that is loaded is ticked. */
function SelectionBar<T extends Row>({
  list: { rows, query, total },
  path,
  ticks,
  label,
}: ServerListProps<T> & { readonly ticks: Ticks }): ReactElement | null {
  const [reading, setReading] = useState(false);
  const count = ticks.ticked.size;
  const isAll = rows.length > 0 && rows.every(({ id }) => ticks.ticked.has(id));
  if (!isAll || (!query.hasNextPage && count <= rows.length)) return null;
  const selectAll = async (): Promise<void> => {
    setReading(true);
    try {
      const { rows: all } = await readMatching<T>(path, mostSelected);
      ticks.onTick(new Set(all.map(({ id }) => id)));
    } catch (error) {
      notifyFailure(`The ${label.toLowerCase()} could not be selected`, error);
    } finally {
      setReading(false);
    }
  };
  const most = Math.min(total ?? mostSelected, mostSelected);
  return (
    <div className="new-items" role="status">
      <span>{count.toLocaleString('en')} selected.</span>
      {count > rows.length ? (
        <Button size="small" onClick={() => ticks.onTick(new Set())}>
          Clear selection
        </Button>
      ) : (
        <Button size="small" disabledFocusable={reading} onClick={() => void selectAll()}>
          {total === undefined
            ? `Select all that match, up to ${most.toLocaleString('en')}`
            : `Select all ${most.toLocaleString('en')} that match`}
        </Button>
      )}
    </div>
  );
}

type Choice = Readonly<Record<string, boolean>>;

const choices = new Map<string, Cell<Choice>>();

/** Which columns of a page this browser shows, where it is not as usual. */
function choiceOf(label: string): Cell<Choice> {
  const known = choices.get(label) ?? keptCell<Choice>(`tocsin.columns.${label}`, {});
  choices.set(label, known);
  return known;
}

function EditColumns<T>({
  label,
  columns,
}: {
  readonly label: string;
  readonly columns: readonly ListColumn<T>[];
}): ReactElement {
  const cell = choiceOf(label);
  const chosen = useCell(cell);
  const [first] = columns;
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<TableSettingsRegular />}>
          Edit columns
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label="Edit columns" className="columns-choice">
        {columns.map(({ key, title, hidden }) => (
          <Checkbox
            key={key}
            label={title}
            checked={chosen[key] ?? hidden !== true}
            // What a row is called by stays.
            disabled={key === first?.key}
            onChange={(_, { checked }) => cell.set({ ...chosen, [key]: checked === true })}
          />
        ))}
        <Button size="small" onClick={() => cell.set({})}>
          As usual
        </Button>
      </PopoverSurface>
    </Popover>
  );
}
