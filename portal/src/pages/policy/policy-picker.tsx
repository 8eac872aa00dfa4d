/** Taking policies into an initiative: a search over definitions, several to tick. */
import { Button, SearchBox } from '@fluentui/react-components';
import { type ReactElement, useDeferredValue, useState } from 'react';
import { useGraphList } from '../../data/graph-lists.ts';
import type { DefinitionRow } from '../../data/policies.ts';
import { Grid } from '../../design/grid.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { effectSummary, effectText } from '../../model/policy-definition.ts';
import { definitionQuery } from '../../model/policy-search.ts';

export interface PolicyPickerProps {
  readonly onAdd: (rows: readonly DefinitionRow[]) => void;
  readonly onClose: () => void;
}

export function PolicyPicker({ onAdd, onClose }: PolicyPickerProps): ReactElement {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlyMap<string, DefinitionRow>>(new Map());
  const typed = useDeferredValue(text);
  const { rows, total, query } = useGraphList<DefinitionRow>({
    query: definitionQuery({
      text: typed,
      definitionTypes: ['Policy'],
      types: [],
      categories: [],
      order: 'displayName',
    }),
    scopes: {},
    stands: 'AtScopeAboveAndBelow',
  });
  const tick = (ids: ReadonlySet<string>): void => {
    const known = new Map([...chosen, ...rows.map((row) => [row.id, row] as const)]);
    setChosen(new Map([...known].filter(([id]) => ids.has(id))));
  };
  return (
    <Pane
      title="Add policies"
      large
      changed={chosen.size > 0}
      onClose={onClose}
      footer={
        <>
          <Button
            appearance="primary"
            disabledFocusable={chosen.size === 0}
            onClick={() => {
              if (chosen.size === 0) return;
              onAdd([...chosen.values()]);
              onClose();
            }}
          >
            {chosen.size < 2 ? 'Add' : `Add ${chosen.size}`}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="filters">
        <SearchBox
          aria-label="Search by name or ID"
          placeholder="Search by name or ID"
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The definitions could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty text="No definitions match the search" /> : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Policies to add"
          rows={rows}
          idOf={({ id }) => id}
          nameOf={({ displayName }) => displayName}
          ticks={{ ticked: new Set(chosen.keys()), onTick: tick }}
          total={total}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'name',
              title: 'Name',
              width: 'minmax(260px, 3fr)',
              cell: ({ displayName }) => <span title={displayName}>{displayName}</span>,
            },
            { key: 'category', title: 'Category', width: '140px', cell: ({ category }) => category },
            {
              key: 'effect',
              title: 'Effect',
              width: 'minmax(140px, 1fr)',
              cell: ({ effect, parameters }) => effectText(effectSummary(effect, parameters ?? undefined)),
            },
          ]}
        />
      )}
    </Pane>
  );
}
