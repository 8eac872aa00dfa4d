/** Policy › Compliance: assignments with the share of resources that comply. Source: portal reference 3.7. */
import { SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular, PlayRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { type ReactElement, useDeferredValue } from 'react';
import { evaluateNow } from '../../data/policy-compliance.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useChosenGraphScopes, useGraphList } from '../../data/graph-lists.ts';
import { chosenScope } from '../../data/scope.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { useCell } from '../../data/store.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { FilterMany } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import type { Column } from '../../design/grid.tsx';
import { Status } from '../../design/status.tsx';
import {
  assignmentStates,
  complianceQuery,
  complianceShare,
  shareText,
  type StateCounts,
} from '../../model/policy-compliance.ts';
import { ChooseDefinition } from './choose-definition.tsx';
import { ComplianceSummary, ShareBar } from './compliance-summary.tsx';
import { DefinitionName } from './definition-name.tsx';
import { nameColumn } from './name-column.tsx';
import { PolicyPage } from './policy-page.tsx';
import { PolicyRows } from './policy-rows.tsx';
import { complianceAddress } from './policy-words.ts';

interface ComplianceRow extends StateCounts {
  readonly id: string;
  readonly displayName: string;
  readonly scope: string;
  readonly definitionId: string;
  readonly state: string;
}

const defaults = { search: '', state: '', orderby: 'share' };
const stateWords: Readonly<Record<string, string>> = {
  NonCompliant: 'Non-compliant',
  Compliant: 'Compliant',
  None: 'No resources',
};

export function ComplianceList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const typed = useDeferredValue(address.search);
  const scopes = useChosenGraphScopes();
  const entities = useScopeEntities();
  const chosen = listOf(address.state);
  const list = useGraphList<ComplianceRow>(
    {
      query: complianceQuery({ text: typed, states: chosen, order: address.orderby }),
      scopes,
      stands: 'AtScopeAboveAndBelow',
    },
    30_000,
  );
  const isFiltered = address.search !== '' || address.state !== '';
  return (
    <PolicyPage
      section="compliance"
      title="Policy compliance"
      purpose="Which resources meet the policies that are assigned, and why others do not."
      commands={<ListCommands />}
    >
      <ComplianceSummary scopes={scopes} />
      <div className="filters">
        <SearchBox
          aria-label="Search by name or ID"
          placeholder="Search by name or ID"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <FilterMany
          label="Compliance state"
          choices={assignmentStates.map((value) => ({ value, text: stateWords[value] ?? value }))}
          values={chosen.length === 0 ? assignmentStates : chosen}
          onChange={(values) =>
            setAddress({ state: values.length === assignmentStates.length ? '' : values.join(',') })
          }
        />
      </div>
      <PolicyRows
        label="Policy compliance"
        what="assignments"
        failed="The compliance could not be read"
        list={list}
        columns={columnsOf((scope) => scopeName(scope, entities))}
        order={address.orderby}
        onOrder={(orderby) => setAddress({ orderby })}
        icon={<ShieldCheckmarkRegular />}
        none="Nothing is assigned yet, so there is nothing to comply with."
        first={<ChooseDefinition primary text="Choose a definition" />}
        onClear={isFiltered ? () => setAddress({ search: undefined, state: undefined }) : undefined}
      />
    </PolicyPage>
  );
}

function columnsOf(nameOf: (scope: string) => string): readonly Column<ComplianceRow>[] {
  return [
    nameColumn('Assignment', 'minmax(220px, 2.5fr)', complianceAddress),
    {
      key: 'scope',
      title: 'Scope',
      width: 'minmax(120px, 1fr)',
      cell: ({ scope }) => <span title={scope}>{nameOf(scope)}</span>,
    },
    {
      key: 'state',
      title: 'Compliance state',
      width: '150px',
      cell: ({ state }) => <Status value={state} text={stateWords[state] ?? state} />,
    },
    {
      key: 'share',
      title: 'Compliant share',
      width: 'minmax(150px, 1fr)',
      orderBy: 'share',
      cell: (row) => (
        <span className="share">
          <span className="share-text">{shareText(complianceShare(row))}</span>
          <ShareBar counts={row} />
        </span>
      ),
    },
    {
      key: 'resources',
      title: 'Non-compliant',
      width: '130px',
      numeric: true,
      orderBy: 'nonCompliant',
      cell: ({ nonCompliant, resources }) => `${nonCompliant} of ${resources}`,
    },
    {
      key: 'definition',
      title: 'Definition',
      width: 'minmax(160px, 1.6fr)',
      cell: ({ definitionId }) => <DefinitionName id={definitionId} />,
    },
  ];
}

function ListCommands(): ReactElement {
  const { subscriptions } = useCell(chosenScope);
  const entities = useScopeEntities();
  const all = entities.filter(({ isGroup }) => !isGroup);
  const chosen = subscriptions.length === 0 ? all : all.filter(({ id }) => subscriptions.includes(id));
  const evaluate = async (): Promise<void> => {
    await evaluateNow(chosen);
    await refreshAll();
  };
  return (
    <Commands>
      <Command text="Evaluate now" icon={<PlayRegular />} onClick={() => void evaluate()} />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
    </Commands>
  );
}
