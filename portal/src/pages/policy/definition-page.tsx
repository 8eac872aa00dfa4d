/** One policy definition or initiative: what it says, its parameters, where it is assigned. Source: portal reference 3.7. */
import { Badge, Tab, TabList } from '@fluentui/react-components';
import { CheckmarkCircleRegular, CopyRegular, DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { type AssignmentRow, assignmentsOf, deletePolicy, useDefinition, useMembers } from '../../data/policies.ts';
import { useRoleNames } from '../../data/role-names.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useGraphList } from '../../data/graph-lists.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import {
  type Definition,
  effectOf,
  effectText,
  isBuiltIn,
  isInitiative,
  roleIdsOf,
  titleOf,
} from '../../model/policy-definition.ts';
import { PolicyPage } from './policy-page.tsx';
import { assignmentAddress, definitionAddress, typeWord } from './policy-words.ts';

const defaults = { view: 'overview' };

export function DefinitionPage({ id }: { readonly id: string }): ReactElement {
  const [{ view }, setAddress] = useAddress(defaults);
  const { data, error, refetch } = useDefinition(id);
  const noun = isInitiative(id) ? 'Initiative definition' : 'Policy definition';
  if (data === undefined) {
    return (
      <PolicyPage section="definitions" title={noun}>
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The definition could not be read"
            retry={() => void refetch()}
            back={{ to: '/policy/definitions', text: 'All definitions' }}
          />
        )}
      </PolicyPage>
    );
  }
  return (
    <PolicyPage
      section="definitions"
      title={titleOf(data)}
      purpose={data.properties.description}
      badges={<Badge appearance="outline">{noun}</Badge>}
      commands={<DefinitionCommands definition={data} />}
    >
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
        <Tab value="overview">Overview</Tab>
        {isInitiative(id) ? <Tab value="policies">Policies</Tab> : null}
        <Tab value="parameters">Parameters</Tab>
        <Tab value="assignments">Assignments</Tab>
        <Tab value="json">JSON</Tab>
      </TabList>
      <div className="below-tabs">
        {view === 'overview' ? <Overview definition={data} /> : null}
        {view === 'policies' ? <Members definition={data} /> : null}
        {view === 'parameters' ? <Parameters definition={data} /> : null}
        {view === 'assignments' ? <Assignments id={data.id} /> : null}
        {view === 'json' ? <JsonView value={data} label="The definition as JSON" /> : null}
      </div>
    </PolicyPage>
  );
}

function DefinitionCommands({ definition }: { readonly definition: Definition }): ReactElement {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { id, properties } = definition;
  const fixed = isBuiltIn(properties)
    ? 'Built-in definitions cannot be changed. Duplicate it to make your own.'
    : undefined;
  const open = (to: string, search: Readonly<Record<string, string>>): void => void navigate({ to, search });
  const remove = async (): Promise<void> => {
    try {
      await deletePolicy(id);
      notify({ kind: 'success', title: `Definition '${titleOf(definition)}' was deleted` });
      await navigate({ to: '/policy/definitions' });
      await refreshAll();
    } catch (error) {
      notifyFailure(`'${titleOf(definition)}' could not be deleted`, error);
    }
  };
  return (
    <Commands>
      <Command
        primary
        text="Assign"
        icon={<CheckmarkCircleRegular />}
        onClick={() => open('/policy/assign', { definition: id })}
      />
      <CommandDivider />
      <Command
        text="Edit"
        icon={<EditRegular />}
        blocked={fixed}
        onClick={() => fixed ?? open('/policy/definitions/new', { edit: id })}
      />
      <Command text="Duplicate" icon={<CopyRegular />} onClick={() => open('/policy/definitions/new', { copy: id })} />
      <Command text="Delete" icon={<DeleteRegular />} blocked={fixed} onClick={() => setAsking(fixed === undefined)} />
      {asking ? (
        <Question
          title={`Delete '${titleOf(definition)}'?`}
          verb="Delete"
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          A definition that is assigned, or part of an initiative, is not deleted.
        </Question>
      ) : null}
    </Commands>
  );
}

function Overview({ definition }: { readonly definition: Definition }): ReactElement {
  const { id, name, properties } = definition;
  const entities = useScopeEntities();
  const roleName = useRoleNames();
  const place = id.replace(/\/providers\/Microsoft\.Authorization\/policy(?:Set)?Definitions\/[^/]+$/i, '');
  const roles = roleIdsOf(properties);
  return (
    <>
      <div className="card">
        <Facts
          facts={[
            ['Type', typeWord(properties.policyType ?? '')],
            ['Category', properties.metadata?.category],
            isInitiative(id)
              ? ['Policies', String(properties.policyDefinitions?.length ?? 0)]
              : ['Effect', effectText(effectOf(properties))],
            ...(isInitiative(id) ? [] : [['Mode', properties.mode] as const]),
            ['Version', properties.version],
            ['Available at', place === '' ? 'Everywhere (built in)' : scopeName(place, entities)],
            ...(roles.length === 0 ? [] : [['Roles that its identity needs', roles.map(roleName).join(', ')] as const]),
            ['Name', name],
            ['Definition ID', id],
          ]}
        />
      </div>
      {properties.policyRule === undefined ? null : (
        <>
          <h2>Policy rule</h2>
          <JsonView value={properties.policyRule} label="The policy rule as JSON" />
        </>
      )}
    </>
  );
}

function Parameters({ definition: { properties } }: { readonly definition: Definition }): ReactElement {
  const all = Object.entries(properties.parameters ?? {});
  if (all.length === 0) return <Empty text="This definition has no parameters." />;
  return (
    <div className="card">
      <table className="plain">
        <thead>
          <tr>
            <th>Name</th>
            <th>Type</th>
            <th>Default</th>
            <th>Allowed values</th>
            <th>Description</th>
          </tr>
        </thead>
        <tbody>
          {all.map(([name, { type, defaultValue, allowedValues, metadata }]) => (
            <tr key={name}>
              <td>
                {metadata?.displayName ?? name}
                {metadata?.displayName === undefined ? null : <div className="muted">{name}</div>}
              </td>
              <td>{type}</td>
              <td>{defaultValue === undefined ? <em>Required</em> : JSON.stringify(defaultValue)}</td>
              <td>{allowedValues === undefined ? 'Any' : allowedValues.map((each) => valueText(each)).join(', ')}</td>
              <td>{metadata?.description ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function Members({ definition }: { readonly definition: Definition }): ReactElement {
  const { data = [], error, isPending, refetch } = useMembers(definition);
  const members = definition.properties.policyDefinitions ?? [];
  if (error !== null) {
    return <Failure error={error} what="The policies could not be read" retry={() => void refetch()} />;
  }
  if (isPending) return <Loading />;
  const byId = new Map(data.map((each) => [each.id.toLowerCase(), each]));
  return (
    <Grid
      label="Policies of the initiative"
      rows={members}
      idOf={({ policyDefinitionReferenceId, policyDefinitionId }) => policyDefinitionReferenceId ?? policyDefinitionId}
      nameOf={({ policyDefinitionReferenceId = '' }) => policyDefinitionReferenceId}
      columns={[
        {
          key: 'name',
          title: 'Policy',
          width: 'minmax(240px, 3fr)',
          cell: ({ policyDefinitionId }) => {
            const found = byId.get(policyDefinitionId.toLowerCase());
            return (
              <Anchor to={definitionAddress(policyDefinitionId)}>
                {found === undefined ? policyDefinitionId : titleOf(found)}
              </Anchor>
            );
          },
        },
        {
          key: 'reference',
          title: 'Reference ID',
          width: 'minmax(140px, 1.5fr)',
          cell: ({ policyDefinitionReferenceId = '–' }) => policyDefinitionReferenceId,
        },
        {
          key: 'effect',
          title: 'Effect',
          width: 'minmax(140px, 1fr)',
          cell: ({ policyDefinitionId }) => {
            const found = byId.get(policyDefinitionId.toLowerCase());
            return found === undefined ? '–' : effectText(effectOf(found.properties));
          },
        },
      ]}
    />
  );
}

function Assignments({ id }: { readonly id: string }): ReactElement {
  const entities = useScopeEntities();
  const { rows, total, query } = useGraphList<AssignmentRow>({
    query: assignmentsOf(id),
    scopes: {},
    stands: 'AtScopeAboveAndBelow',
  });
  if (query.error !== null) {
    return <Failure error={query.error} what="The assignments could not be read" retry={() => void query.refetch()} />;
  }
  if (query.isPending) return <Loading />;
  if (rows.length === 0) return <Empty text="This definition is not assigned anywhere that you can see." />;
  return (
    <Grid
      label="Assignments of the definition"
      rows={rows}
      idOf={(row) => row.id}
      nameOf={({ displayName }) => displayName}
      total={total}
      more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      loadingMore={query.isFetchingNextPage}
      columns={[
        {
          key: 'name',
          title: 'Assignment',
          width: 'minmax(240px, 2fr)',
          cell: (row) => <Anchor to={assignmentAddress(row.id)}>{row.displayName}</Anchor>,
        },
        {
          key: 'scope',
          title: 'Scope',
          width: 'minmax(160px, 1fr)',
          cell: ({ scope }) => scopeName(scope, entities),
        },
        {
          key: 'enforcement',
          title: 'Policy enforcement',
          width: '150px',
          cell: ({ enforcement }) => (enforcement === 'DoNotEnforce' ? 'Disabled' : 'Enabled'),
        },
      ]}
    />
  );
}
