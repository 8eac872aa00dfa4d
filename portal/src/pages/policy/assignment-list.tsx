/** Policy › Assignments: what is in force, and where. Source: portal reference 3.7. */
import { SearchBox } from '@fluentui/react-components';
import {
  ArrowClockwiseRegular,
  CheckmarkCircleRegular,
  DeleteRegular,
  ClipboardTaskListLtrRegular,
} from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useDeferredValue, useState } from 'react';
import { idParts } from '../../api/arm.ts';
import { inBulk } from '../../data/bulk.ts';
import { type AssignmentRow, assignmentQuery, deletePolicy } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useChosenGraphScopes, useGraphList } from '../../data/graph-lists.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { FilterMany } from '../../design/choices.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { whereIn } from '../../model/kql-text.ts';
import { searchOf } from '../../model/policy-search.ts';
import { DefinitionName } from './definition-name.tsx';
import { nameColumn } from './name-column.tsx';
import { PolicyPage } from './policy-page.tsx';
import { assignmentAddress } from './policy-words.ts';

const defaults = { search: '', enforcement: '', orderby: 'displayName' };
const modes = ['Default', 'DoNotEnforce'];
const modeWord = (mode: string): string => (mode === 'DoNotEnforce' ? 'Disabled' : 'Enabled');
const orders = ['displayName', 'scope', 'enforcement'];

export function AssignmentList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const typed = useDeferredValue(address.search);
  const entities = useScopeEntities();
  const navigate = useNavigate();
  const chosenModes = listOf(address.enforcement);
  const [column = '', direction = 'asc'] = address.orderby.split(' ');
  const { rows, total, query } = useGraphList<AssignmentRow>({
    query: assignmentQuery(
      [chosenModes.length === 0 ? '' : whereIn('enforcement', chosenModes, modes), searchOf(typed)]
        .filter((part) => part !== '')
        .join('\n'),
      `${orders.includes(column) ? column : 'displayName'} ${direction === 'desc' ? 'desc' : 'asc'}`,
    ),
    scopes: useChosenGraphScopes(),
    stands: 'AtScopeAboveAndBelow',
  });
  const isFiltered = address.search !== '' || address.enforcement !== '';
  const clear = (): void => setAddress({ search: undefined, enforcement: undefined });
  return (
    <PolicyPage
      section="assignments"
      title="Policy assignments"
      purpose="Definitions in force: at a management group, a subscription, a resource group or a resource, and everything below."
      commands={<ListCommands chosen={rows.filter(({ id }) => ticked.has(id))} onDone={() => setTicked(new Set())} />}
    >
      <div className="filters">
        <SearchBox
          aria-label="Search by name or ID"
          placeholder="Search by name or ID"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <FilterMany
          label="Policy enforcement"
          choices={modes.map((value) => ({ value, text: modeWord(value) }))}
          values={chosenModes.length === 0 ? modes : chosenModes}
          onChange={(values) => setAddress({ enforcement: values.length === modes.length ? '' : values.join(',') })}
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The assignments could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty
          icon={<ClipboardTaskListLtrRegular />}
          text={
            isFiltered
              ? 'No assignments match the filters'
              : 'Nothing is assigned yet. Choose a definition and put it in force.'
          }
        >
          {isFiltered ? (
            <Command text="Clear filters" onClick={clear} />
          ) : (
            <Command
              primary
              text="Choose a definition"
              icon={<CheckmarkCircleRegular />}
              onClick={() => void navigate({ to: '/policy/definitions' })}
            />
          )}
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Policy assignments"
          rows={rows}
          columns={columnsOf((scope) => scopeName(scope, entities))}
          idOf={({ id }) => id}
          nameOf={({ displayName }) => displayName}
          ticks={{ ticked, onTick: setTicked }}
          order={address.orderby}
          onOrder={(orderby) => setAddress({ orderby })}
          total={total}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </PolicyPage>
  );
}

function columnsOf(nameOf: (scope: string) => string): readonly Column<AssignmentRow>[] {
  return [
    nameColumn('Name', 'minmax(240px, 2.5fr)', assignmentAddress),
    {
      key: 'scope',
      title: 'Scope',
      width: 'minmax(140px, 1.2fr)',
      orderBy: 'scope',
      cell: ({ scope }) => <span title={scope}>{nameOf(scope)}</span>,
    },
    {
      key: 'definition',
      title: 'Definition',
      width: 'minmax(200px, 2fr)',
      cell: ({ definitionId }) => <DefinitionName id={definitionId} />,
    },
    {
      key: 'enforcement',
      title: 'Policy enforcement',
      width: '150px',
      orderBy: 'enforcement',
      cell: ({ enforcement }) => modeWord(enforcement),
    },
    { key: 'id', title: 'Assignment ID', width: 'minmax(120px, 1fr)', cell: ({ id }) => idParts(id).name },
  ];
}

const several = (count: number): string => (count === 1 ? '1 assignment' : `${count} assignments`);

interface ListCommandsProps {
  readonly chosen: readonly AssignmentRow[];
  readonly onDone: () => void;
}

function ListCommands({ chosen, onDone }: ListCommandsProps): ReactElement {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const blocked = chosen.length === 0 ? 'Tick one or more assignments first.' : undefined;
  const remove = async (): Promise<void> => {
    const words = { doing: `Deleting ${several(chosen.length)}`, done: `${several(chosen.length)} deleted` };
    await inBulk(chosen, words, ({ id }) => deletePolicy(id));
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command
        text="Assign policy"
        icon={<CheckmarkCircleRegular />}
        onClick={() => void navigate({ to: '/policy/definitions' })}
      />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <CommandDivider />
      <Command text="Delete" icon={<DeleteRegular />} blocked={blocked} onClick={() => setAsking(chosen.length > 0)} />
      {asking ? (
        <Question
          title={`Delete ${several(chosen.length)}?`}
          verb="Delete"
          count={chosen.length}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          Nothing is enforced or deployed by them any more, and their identities end. What they have deployed stays.
        </Question>
      ) : null}
    </Commands>
  );
}
