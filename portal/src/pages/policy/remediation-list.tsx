/** Policy › Remediation: what can be put right, and the tasks that do it. Source: portal reference 3.7. */
import { SearchBox, Tab, TabList } from '@fluentui/react-components';
import { ArrowClockwiseRegular, ShieldCheckmarkRegular, WrenchRegular } from '@fluentui/react-icons';
import { type ReactElement, useDeferredValue, useState } from 'react';
import { refreshAll } from '../../data/query-client.ts';
import { useChosenGraphScopes, useGraphList } from '../../data/graph-lists.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { remediableQuery } from '../../model/policy-compliance.ts';
import { effectWord } from '../../model/policy-definition.ts';
import { useAssignment } from './assign-page.tsx';
import { DefinitionName } from './definition-name.tsx';
import { PolicyPage } from './policy-page.tsx';
import { complianceAddress } from './policy-words.ts';
import { RemediationPane } from './remediation-pane.tsx';
import { RemediationTasks } from './remediation-tasks.tsx';

interface RemediableRow {
  readonly id: string;
  readonly assignmentId: string;
  readonly displayName: string;
  readonly scope: string;
  readonly definitionId: string;
  readonly reference: string;
  readonly effect: string;
  readonly resources: number;
}

const defaults = { view: 'policies', search: '', pane: '' };

export function RemediationList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [only] = ticked.size === 1 ? [...ticked] : [];
  return (
    <PolicyPage
      section="remediation"
      title="Policy remediation"
      purpose="Put right what was there before a policy, or was changed since: policies that deploy or change resources."
      commands={
        <Commands>
          <Command
            text="Remediate"
            icon={<WrenchRegular />}
            blocked={only === undefined ? "Tick exactly one policy of 'Policies to remediate' first." : undefined}
            onClick={() => (only === undefined ? undefined : setAddress({ pane: only }, false))}
          />
          <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
        </Commands>
      }
    >
      <TabList
        selectedValue={address.view}
        onTabSelect={(_, { value }) => {
          setTicked(new Set());
          setAddress({ view: value as string });
        }}
      >
        <Tab value="policies">Policies to remediate</Tab>
        <Tab value="tasks">Remediation tasks</Tab>
      </TabList>
      <div className="below-tabs">
        {address.view === 'tasks' ? (
          <RemediationTasks />
        ) : (
          <Policies
            search={address.search}
            onSearch={(search) => setAddress({ search })}
            ticked={ticked}
            onTick={setTicked}
          />
        )}
      </div>
      {address.pane === '' ? null : (
        <PaneOf row={address.pane} onClose={() => setAddress({ pane: undefined }, false)} />
      )}
    </PolicyPage>
  );
}

/** A row's id is its assignment's, with the reference behind it. */
function PaneOf({ row, onClose }: { readonly row: string; readonly onClose: () => void }): ReactElement | null {
  const [assignmentId = '', reference = ''] = row.split('#');
  const { data } = useAssignment(assignmentId);
  return data === undefined ? null : <RemediationPane assignment={data} reference={reference} onClose={onClose} />;
}

interface PoliciesProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (ids: ReadonlySet<string>) => void;
}

function Policies({ search, onSearch, ticked, onTick }: PoliciesProps): ReactElement {
  const typed = useDeferredValue(search);
  const entities = useScopeEntities();
  const { rows, total, query } = useGraphList<RemediableRow>(
    { query: remediableQuery(typed), scopes: useChosenGraphScopes(), stands: 'AtScopeAboveAndBelow' },
    30_000,
  );
  return (
    <>
      <div className="filters">
        <SearchBox
          aria-label="Search by name or ID"
          placeholder="Search by name or ID"
          value={search}
          onChange={(_, { value }) => onSearch(value)}
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The policies could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty
          icon={<ShieldCheckmarkRegular />}
          text={search === '' ? 'Nothing needs to be remediated.' : 'No policies match the search'}
        >
          {search === '' ? null : <Command text="Clear search" onClick={() => onSearch('')} />}
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Policies to remediate"
          rows={rows}
          columns={columnsOf((scope) => scopeName(scope, entities))}
          idOf={({ id }) => id}
          nameOf={({ displayName, reference }) => (reference === '' ? displayName : `${displayName}, ${reference}`)}
          ticks={{ ticked, onTick }}
          total={total}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </>
  );
}

function columnsOf(nameOf: (scope: string) => string): readonly Column<RemediableRow>[] {
  return [
    {
      key: 'assignment',
      title: 'Assignment',
      width: 'minmax(220px, 2fr)',
      cell: ({ assignmentId, displayName }) => (
        <span title={displayName}>
          <Anchor to={complianceAddress(assignmentId)}>{displayName}</Anchor>
        </span>
      ),
    },
    {
      key: 'definition',
      title: 'Policy',
      width: 'minmax(220px, 2fr)',
      cell: ({ definitionId }) => <DefinitionName id={definitionId} />,
    },
    { key: 'effect', title: 'Effect', width: '150px', cell: ({ effect }) => effectWord(effect) },
    {
      key: 'scope',
      title: 'Scope',
      width: 'minmax(130px, 1fr)',
      cell: ({ scope }) => <span title={scope}>{nameOf(scope)}</span>,
    },
    {
      key: 'resources',
      title: 'Resources to remediate',
      width: '200px',
      numeric: true,
      cell: ({ resources }) => resources.toLocaleString('en'),
    },
  ];
}
