/** Policy › Assignments: what is in force, and where. Source: portal reference 3.7. */
import { SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular, DeleteRegular, ClipboardTaskListLtrRegular } from '@fluentui/react-icons';
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
import type { Column } from '../../design/grid.tsx';
import { Question } from '../../design/question.tsx';
import { whereIn } from '../../model/kql-text.ts';
import { searchOf } from '../../model/policy-search.ts';
import { ChooseDefinition } from './choose-definition.tsx';
import { DefinitionName } from './definition-name.tsx';
import { nameColumn } from './name-column.tsx';
import { PolicyPage } from './policy-page.tsx';
import { PolicyRows } from './policy-rows.tsx';
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
  const chosenModes = listOf(address.enforcement);
  const [column = '', direction = 'asc'] = address.orderby.split(' ');
  const list = useGraphList<AssignmentRow>({
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
  return (
    <PolicyPage
      section="assignments"
      title="Policy assignments"
      purpose="Definitions in force: at a management group, a subscription, a resource group or a resource, and everything below."
      commands={
        <ListCommands chosen={list.rows.filter(({ id }) => ticked.has(id))} onDone={() => setTicked(new Set())} />
      }
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
      <PolicyRows
        label="Policy assignments"
        what="assignments"
        failed="The assignments could not be read"
        list={list}
        columns={columnsOf((scope) => scopeName(scope, entities))}
        order={address.orderby}
        onOrder={(orderby) => setAddress({ orderby })}
        ticks={{ ticked, onTick: setTicked }}
        icon={<ClipboardTaskListLtrRegular />}
        none="Nothing is assigned yet. Choose a definition and put it in force."
        first={<ChooseDefinition primary text="Choose a definition" />}
        onClear={isFiltered ? () => setAddress({ search: undefined, enforcement: undefined }) : undefined}
      />
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
      <ChooseDefinition text="Assign policy" />
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
