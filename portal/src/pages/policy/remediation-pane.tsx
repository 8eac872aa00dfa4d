/** A new remediation task. Source: policy reference 17. */
import { Button, Checkbox, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { beginRemediation } from '../../data/assign-policy.ts';
import { useLocations } from '../../data/locations.ts';
import { useDefinition, useMembers } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { ChooseMany, ChooseOne } from '../../design/choices.tsx';
import { Pane } from '../../design/pane.tsx';
import {
  type Assignment,
  type RemediationForm,
  remediationFaults,
  usualRemediation,
} from '../../model/policy-assignment.ts';
import { actingRules, type AssignedRule, assignedRules, titleOf } from '../../model/policy-definition.ts';
import { remediationAddress } from './policy-words.ts';

/** What of an assignment can be remediated, and why nothing can. */
export function useRemediable(assignment: Assignment): {
  readonly rules: readonly AssignedRule[];
  readonly blocked: string | undefined;
} {
  const { data: definition } = useDefinition(assignment.properties.policyDefinitionId);
  const { data: members = [] } = useMembers(definition);
  if (definition === undefined) return { rules: [], blocked: 'The definition is being read.' };
  const values = Object.fromEntries(
    Object.entries(assignment.properties.parameters ?? {}).map(([name, { value }]) => [name, value]),
  );
  const rules = actingRules(assignedRules(definition, members, values));
  return {
    rules,
    blocked: rules.length === 0 ? 'No policy of this assignment deploys or changes anything.' : undefined,
  };
}

export interface RemediationPaneProps {
  readonly assignment: Assignment;
  /** Of an initiative: which policy; chosen in the pane when it is empty. */
  readonly reference: string;
  readonly onClose: () => void;
}

export function RemediationPane({ assignment, reference, onClose }: RemediationPaneProps): ReactElement {
  const navigate = useNavigate();
  const { rules } = useRemediable(assignment);
  const scope = assignment.properties.scope ?? '';
  const [form, setForm] = useState<RemediationForm>({
    ...usualRemediation,
    scope,
    assignmentId: assignment.id,
    reference,
  });
  const [changed, setChanged] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const isSet = rules.some(({ referenceId }) => referenceId !== '');
  const first = rules.length === 1 ? (rules[0]?.referenceId ?? '') : '';
  const full = { ...form, reference: form.reference === '' ? first : form.reference };
  const faults = [
    ...remediationFaults(full),
    ...(isSet && full.reference === '' ? ['Choose the policy that the task is about.'] : []),
  ];
  const change = (part: Partial<RemediationForm>): void => {
    setForm({ ...form, ...part });
    setChanged(true);
  };
  const create = async (): Promise<void> => {
    setTried(true);
    if (faults.length > 0) return;
    setBusy(true);
    const id = await beginRemediation(full, assignment.properties.displayName || assignment.name);
    setBusy(false);
    if (id === undefined) return;
    await navigate({ to: remediationAddress(id) });
    await refreshAll();
  };
  return (
    <Pane
      title="Create remediation task"
      changed={changed}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={busy} onClick={() => void create()}>
            Remediate
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {tried && faults.length > 0 ? (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{faults.join(' ')}</MessageBarBody>
        </MessageBar>
      ) : null}
      <RemediationFields form={full} change={change} rules={isSet ? rules : []} />
    </Pane>
  );
}

interface RemediationFieldsProps {
  readonly form: RemediationForm;
  readonly change: (part: Partial<RemediationForm>) => void;
  readonly rules: readonly AssignedRule[];
}

function RemediationFields({ form, change, rules }: RemediationFieldsProps): ReactElement {
  const entities = useScopeEntities();
  const locations = useLocations();
  const all = locations.map(({ name }) => name);
  const isGroup = /\/managementGroups\/[^/]+$/i.test(form.scope);
  const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
  const numbers = (value: number): string => (Number.isNaN(value) ? '' : String(value));
  return (
    <div className="stack">
      <p className="help">
        Resources in {scopeName(form.scope, entities)} that are not compliant are deployed to or changed, as the
        identity of the assignment.
      </p>
      {rules.length === 0 ? null : (
        <Field label="Policy to remediate" required>
          <ChooseOne
            label="Policy to remediate"
            choices={rules.map(({ referenceId, definition }) => ({
              value: referenceId,
              text: titleOf(definition),
              note: referenceId,
            }))}
            value={form.reference}
            onChange={(reference) => change({ reference })}
          />
        </Field>
      )}
      <Field label="Locations" hint="Only resources in these locations; subscriptions have none.">
        <ChooseMany
          label="Locations"
          allText="All locations"
          choices={locations.map(({ name, displayName }) => ({ value: name, text: displayName }))}
          values={form.locations.length === 0 ? all : form.locations}
          onChange={(values) => change({ locations: values.length === all.length ? [] : values })}
        />
      </Field>
      <Checkbox
        label="Re-evaluate resource compliance before remediating"
        checked={form.reEvaluate}
        disabled={isGroup}
        onChange={(_, { checked }) => change({ reEvaluate: checked === true })}
      />
      {isGroup ? <p className="help">Not offered at management groups.</p> : null}
      <div className="form-two">
        <Field label="Resource count" hint="1 to 50,000">
          <Input
            inputMode="numeric"
            value={numbers(form.resourceCount)}
            onChange={(_, { value }) => change({ resourceCount: number(value) })}
          />
        </Field>
        <Field label="Parallel deployments" hint="1 to 30">
          <Input
            inputMode="numeric"
            value={numbers(form.parallelDeployments)}
            onChange={(_, { value }) => change({ parallelDeployments: number(value) })}
          />
        </Field>
      </div>
      <Field label="Failure threshold (percent)" hint="The task stops when more of its deployments have failed.">
        <Input
          inputMode="numeric"
          value={numbers(form.failureThreshold)}
          onChange={(_, { value }) => change({ failureThreshold: number(value) })}
        />
      </Field>
    </div>
  );
}
