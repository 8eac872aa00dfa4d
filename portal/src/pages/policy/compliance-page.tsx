/** The compliance of one assignment: its resources, and for each why. Source: portal reference 3.7. */
import { Link, SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular, PlayRegular, ShieldDismissRegular, WrenchRegular } from '@fluentui/react-icons';
import { type ReactElement, useDeferredValue, useState } from 'react';
import { idParts } from '../../api/arm.ts';
import { evaluateNow } from '../../data/policy-compliance.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useGraphList } from '../../data/graph-lists.ts';
import { scopeName, subscriptionsWithin, useScopeEntities } from '../../data/scopes.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { type Column, Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { complianceStates, stateQuery } from '../../model/policy-compliance.ts';
import type { Assignment } from '../../model/policy-assignment.ts';
import { wordOf } from '../../model/status.ts';
import { ExemptionPane } from '../../parts/exemption-pane.tsx';
import { useAssignment } from './assign-page.tsx';
import { ComplianceSummary } from './compliance-summary.tsx';
import { DefinitionName } from './definition-name.tsx';
import { PolicyPage } from './policy-page.tsx';
import { assignmentAddress } from './policy-words.ts';
import { ReasonsPane } from './reasons-pane.tsx';
import { RemediationPane, useRemediable } from './remediation-pane.tsx';

interface StateRow {
  readonly id: string;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly state: string;
  readonly definitionId: string;
  readonly reference: string;
  readonly time: string;
}

/** In the address, for every state. */
const all = 'all';
const defaults = { search: '', state: 'NonCompliant', pane: '', resource: '' };

export function CompliancePage({ id }: { readonly id: string }): ReactElement {
  const { data, error, refetch } = useAssignment(id);
  if (data !== undefined) return <OfAssignment assignment={data} />;
  return (
    <PolicyPage section="compliance" title="Compliance">
      {error === null ? (
        <Loading />
      ) : (
        <Failure
          error={error}
          what="The assignment could not be read"
          retry={() => void refetch()}
          back={{ to: '/policy/compliance', text: 'Compliance of all assignments' }}
        />
      )}
    </PolicyPage>
  );
}

function OfAssignment({ assignment }: { readonly assignment: Assignment }): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const typed = useDeferredValue(address.search);
  const entities = useScopeEntities();
  const states = address.state === all ? [] : listOf(address.state);
  const { rows, total, query } = useGraphList<StateRow>(
    { query: stateQuery({ assignmentId: assignment.id, text: typed, states }), scopes: {} },
    10_000,
  );
  const [only] = rows.filter(({ id }) => ticked.has(id));
  const nameOf = (resourceId: string): string =>
    /^\/subscriptions\/[^/]+$/i.test(resourceId) ? scopeName(resourceId, entities) : idParts(resourceId).name;
  const close = (): void => setAddress({ pane: undefined, resource: undefined }, false);
  return (
    <PolicyPage
      section="compliance"
      title={assignment.properties.displayName || assignment.name}
      purpose={
        <>
          Compliance of <Anchor to={assignmentAddress(assignment.id)}>the assignment</Anchor> of{' '}
          <DefinitionName id={assignment.properties.policyDefinitionId} />
        </>
      }
      commands={
        <PageCommands
          assignment={assignment}
          chosen={ticked.size === 1 ? only : undefined}
          onPane={(pane, resource) => setAddress({ pane, resource }, false)}
        />
      }
    >
      <ComplianceSummary assignmentId={assignment.id} />
      <div className="filters">
        <SearchBox
          aria-label="Search by resource"
          placeholder="Search by resource"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <FilterMany
          label="Compliance state"
          choices={complianceStates.map((value) => ({ value, text: wordOf(value) }))}
          values={states.length === 0 ? complianceStates : states}
          onChange={(values) =>
            setAddress({ state: values.length === complianceStates.length ? all : values.join(',') })
          }
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The resources could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <NoRows
          isFiltered={address.state !== all || address.search !== ''}
          onClear={() => setAddress({ state: all, search: undefined })}
        />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Resources of the assignment"
          rows={rows}
          columns={columnsOf(nameOf, (row) => setAddress({ pane: 'reasons', resource: row.resourceId }, false))}
          idOf={({ id }) => id}
          nameOf={({ resourceId }) => nameOf(resourceId)}
          ticks={{ ticked, onTick: setTicked }}
          total={total}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
      {address.pane === 'reasons' ? (
        <ReasonsPane
          resourceId={address.resource}
          assignment={assignment}
          name={nameOf(address.resource)}
          onClose={close}
        />
      ) : null}
      {address.pane === 'exempt' ? (
        <ExemptionPane scope={address.resource} assignmentId={assignment.id} onClose={close} />
      ) : null}
      {address.pane === 'remediate' ? <RemediationPane assignment={assignment} reference="" onClose={close} /> : null}
    </PolicyPage>
  );
}

function NoRows({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }): ReactElement {
  return (
    <Empty text={isFiltered ? 'No resources match the filters' : 'The assignment judges no resource yet.'}>
      {isFiltered ? <Command text="Show all resources" onClick={onClear} /> : null}
    </Empty>
  );
}

function columnsOf(nameOf: (id: string) => string, onReasons: (row: StateRow) => void): readonly Column<StateRow>[] {
  return [
    {
      key: 'resource',
      title: 'Resource',
      width: 'minmax(150px, 2fr)',
      cell: ({ resourceId }) => (
        <span title={resourceId}>
          <Anchor to={resourceAddress(resourceId)}>{nameOf(resourceId)}</Anchor>
        </span>
      ),
    },
    { key: 'state', title: 'Compliance state', width: '140px', cell: ({ state }) => <Status value={state} /> },
    {
      key: 'reasons',
      title: 'Reasons',
      width: '90px',
      cell: (row) => (
        <Link as="button" aria-label={`Reasons for ${nameOf(row.resourceId)}`} onClick={() => onReasons(row)}>
          Reasons
        </Link>
      ),
    },
    {
      key: 'type',
      title: 'Resource type',
      width: 'minmax(120px, 1.4fr)',
      cell: ({ resourceType }) => <span title={resourceType}>{resourceType}</span>,
    },
    {
      key: 'policy',
      title: 'Policy',
      width: 'minmax(140px, 1.6fr)',
      cell: ({ definitionId }) => <DefinitionName id={definitionId} />,
    },
    { key: 'time', title: 'Last changed', width: '110px', cell: ({ time }) => <Moment value={time} /> },
  ];
}

interface PageCommandsProps {
  readonly assignment: Assignment;
  readonly chosen: StateRow | undefined;
  readonly onPane: (pane: string, resource?: string) => void;
}

function PageCommands({ assignment, chosen, onPane }: PageCommandsProps): ReactElement {
  const entities = useScopeEntities();
  const { blocked } = useRemediable(assignment);
  const subscriptions = subscriptionsWithin(assignment.properties.scope ?? '', entities);
  const evaluate = async (): Promise<void> => {
    await evaluateNow(subscriptions);
    await refreshAll();
  };
  return (
    <Commands>
      <Command
        text="Evaluate now"
        icon={<PlayRegular />}
        blocked={subscriptions.length === 0 ? 'There is no subscription in the scope that you can see.' : undefined}
        onClick={() => void evaluate()}
      />
      <Command
        text="Create remediation task"
        icon={<WrenchRegular />}
        blocked={blocked}
        onClick={() => blocked ?? onPane('remediate')}
      />
      <Command
        text="Create exemption"
        icon={<ShieldDismissRegular />}
        blocked={chosen === undefined ? 'Tick exactly one resource first.' : undefined}
        onClick={() => (chosen === undefined ? undefined : onPane('exempt', chosen.resourceId))}
      />
      <CommandDivider />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
    </Commands>
  );
}
