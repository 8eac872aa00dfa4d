/** One assignment: where it stands, with which values, as which identity; its exemptions. Source: portal reference 3.7. */
import { Badge, Tab, TabList } from '@fluentui/react-components';
import {
  DeleteRegular,
  EditRegular,
  ShieldCheckmarkRegular,
  ShieldDismissRegular,
  WrenchRegular,
} from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { deletePolicy, useDefinition } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { useAddress } from '../../design/address.ts';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import type { Assignment } from '../../model/policy-assignment.ts';
import { parameterFields, shownText, textsOf } from '../../model/policy-parameters.ts';
import { readOverrides, readResourceSelectors, selectorText } from '../../model/policy-selectors.ts';
import { ExemptionPane } from '../../parts/exemption-pane.tsx';
import { useAssignment } from './assign-page.tsx';
import { ComplianceSummary } from './compliance-summary.tsx';
import { DefinitionName } from './definition-name.tsx';
import { Exemptions } from './exemption-list.tsx';
import { PolicyPage } from './policy-page.tsx';
import { complianceAddress } from './policy-words.ts';
import { RemediationPane, useRemediable } from './remediation-pane.tsx';
import { RemediationTasks } from './remediation-tasks.tsx';

const defaults = { view: 'overview', pane: '' };

export function AssignmentPage({ id }: { readonly id: string }): ReactElement {
  const [{ view, pane }, setAddress] = useAddress(defaults);
  const { data, error, refetch } = useAssignment(id);
  if (data === undefined) {
    return (
      <PolicyPage section="assignments" title="Policy assignment">
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The assignment could not be read"
            retry={() => void refetch()}
            back={{ to: '/policy/assignments', text: 'All assignments' }}
          />
        )}
      </PolicyPage>
    );
  }
  const close = (): void => setAddress({ pane: undefined }, false);
  return (
    <PolicyPage
      section="assignments"
      title={data.properties.displayName || data.name}
      purpose={data.properties.description}
      badges={data.properties.enforcementMode === 'DoNotEnforce' ? <Badge color="warning">Not enforced</Badge> : null}
      commands={<AssignmentCommands assignment={data} onPane={(name) => setAddress({ pane: name }, false)} />}
    >
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
        <Tab value="overview">Overview</Tab>
        <Tab value="parameters">Parameters</Tab>
        <Tab value="exemptions">Exemptions</Tab>
        <Tab value="tasks">Tasks</Tab>
        <Tab value="json">JSON</Tab>
      </TabList>
      <div className="below-tabs">
        {view === 'overview' ? <Overview assignment={data} /> : null}
        {view === 'parameters' ? <ParameterValues assignment={data} /> : null}
        {view === 'exemptions' ? <Exemptions assignmentId={data.id} /> : null}
        {view === 'tasks' ? <RemediationTasks assignmentId={data.id} /> : null}
        {view === 'json' ? <JsonView value={data} label="The assignment as JSON" /> : null}
      </div>
      {pane === 'exempt' ? <ExemptionPane scope="" assignmentId={data.id} onClose={close} /> : null}
      {pane === 'remediate' ? <RemediationPane assignment={data} reference="" onClose={close} /> : null}
    </PolicyPage>
  );
}

interface AssignmentCommandsProps {
  readonly assignment: Assignment;
  readonly onPane: (name: string) => void;
}

function AssignmentCommands({ assignment, onPane }: AssignmentCommandsProps): ReactElement {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { blocked } = useRemediable(assignment);
  const { id, name, properties } = assignment;
  const title = properties.displayName || name;
  const remove = async (): Promise<void> => {
    try {
      await deletePolicy(id);
      notify({ kind: 'success', title: `Policy assignment '${title}' was deleted` });
      await navigate({ to: '/policy/assignments' });
      await refreshAll();
    } catch (error) {
      notifyFailure(`'${title}' could not be deleted`, error);
    }
  };
  return (
    <Commands>
      <Command
        text="Edit assignment"
        icon={<EditRegular />}
        onClick={() => void navigate({ to: '/policy/assign', search: { assignment: id } })}
      />
      <Command text="Delete assignment" icon={<DeleteRegular />} onClick={() => setAsking(true)} />
      <CommandDivider />
      <Command text="Create exemption" icon={<ShieldDismissRegular />} onClick={() => onPane('exempt')} />
      <Command
        text="Create remediation task"
        icon={<WrenchRegular />}
        blocked={blocked}
        onClick={() => blocked ?? onPane('remediate')}
      />
      <CommandDivider />
      <Command
        text="View compliance"
        icon={<ShieldCheckmarkRegular />}
        onClick={() => void navigate({ to: complianceAddress(id) })}
      />
      {asking ? (
        <Question
          title={`Delete '${title}'?`}
          verb="Delete"
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          Nothing is enforced or deployed by it any more, and its identity ends. What it has deployed stays.
        </Question>
      ) : null}
    </Commands>
  );
}

function Overview({ assignment }: { readonly assignment: Assignment }): ReactElement {
  const { id, name, identity, location, properties } = assignment;
  const entities = useScopeEntities();
  const scope = properties.scope ?? id.split('/providers/Microsoft.Authorization/')[0] ?? '';
  const principal =
    identity?.principalId ?? Object.values(identity?.userAssignedIdentities ?? {})[0]?.principalId ?? undefined;
  return (
    <>
      <ComplianceSummary assignmentId={id} />
      <div className="card">
        <Facts
          facts={[
            ['Scope', scopeName(scope, entities)],
            ['Exclusions', (properties.notScopes ?? []).map((each) => scopeName(each, entities)).join(', ')],
            ['Definition', <DefinitionName key="definition" id={properties.policyDefinitionId} />],
            ['Definition version', properties.definitionVersion],
            ['Policy enforcement', properties.enforcementMode === 'DoNotEnforce' ? 'Disabled' : 'Enabled'],
            [
              'Resource selectors',
              readResourceSelectors(properties.resourceSelectors)
                .map(({ name, selectors }) => `${name}: ${selectors.map(selectorText).join(' and ')}`)
                .join('; '),
            ],
            [
              'Overrides',
              readOverrides(properties.overrides)
                .map(({ value, selectors }) => [value, ...selectors.map(selectorText)].join(', '))
                .join('; '),
            ],
            ['Managed identity', identity?.type === 'None' ? undefined : identity?.type],
            ['Principal ID', principal],
            ['Location', location],
            ['Non-compliance messages', properties.nonComplianceMessages?.map(({ message }) => message).join(' · ')],
            ['Assignment ID', name],
            ['Resource ID', id],
          ]}
        />
      </div>
    </>
  );
}

function ParameterValues({ assignment: { properties } }: { readonly assignment: Assignment }): ReactElement {
  const { data } = useDefinition(properties.policyDefinitionId);
  const fields = parameterFields(data?.properties.parameters);
  const texts = textsOf(fields, properties.parameters);
  if (data === undefined) return <Loading />;
  if (fields.length === 0) return <Empty text="The definition has no parameters." />;
  return (
    <div className="card">
      <Facts
        facts={fields.map((field) => [
          field.label,
          texts[field.name] === undefined ? `${shownText(field, texts)} (default)` : shownText(field, texts),
        ])}
      />
    </div>
  );
}
