/**
 * Exempting a scope from a policy: from an assignment, a resource that is not compliant, a recommendation.
 *
 * Owns: the pane. Does not own: which page opens it. Source: policy reference 14.
 */
import { Button, Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../api/arm-error.ts';
import { armPath } from '../api/arm.ts';
import { call } from '../api/http.ts';
import { notify } from '../data/notifications.ts';
import { policyPath, useDefinition } from '../data/policies.ts';
import { refreshAll } from '../data/query-client.ts';
import { readAll } from '../data/scope.ts';
import { scopeName, useScopeEntities } from '../data/scopes.ts';
import { ChooseMany, ChooseOne } from '../design/choices.tsx';
import { Pane } from '../design/pane.tsx';
import { Failure } from '../design/states.tsx';
import type { Assignment } from '../model/policy-assignment.ts';
import { isInitiative } from '../model/policy-definition.ts';
import {
  type Exemption,
  exemptionBody,
  exemptionFaults,
  type ExemptionForm,
  exemptionIdOf,
  formOfExemption,
} from '../model/policy-exemption.ts';
import { ScopeDialog } from './scope-dialog.tsx';

export interface ExemptionPaneProps {
  /** What is exempted; chosen in the pane when it is empty. */
  readonly scope: string;
  /** From which assignment; chosen in the pane among those that reach the scope when it is empty. */
  readonly assignmentId?: string;
  /** Of an initiative: only from this policy. */
  readonly reference?: string;
  /** One to change instead of a new one. */
  readonly existing?: Exemption;
  readonly onClose: () => void;
}

export function ExemptionPane({
  scope,
  assignmentId = '',
  reference,
  existing,
  onClose,
}: ExemptionPaneProps): ReactElement {
  const [form, setForm] = useState<ExemptionForm>(() =>
    existing === undefined
      ? {
          scope,
          assignmentId,
          references: reference === undefined || reference === '' ? [] : [reference],
          displayName: '',
          description: '',
          category: 'Waiver',
          expires: '',
        }
      : formOfExemption(existing),
  );
  const [changed, setChanged] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ArmError>();
  const faults = exemptionFaults(form);
  const change = (part: Partial<ExemptionForm>): void => {
    setForm({ ...form, ...part });
    setChanged(true);
  };
  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    setBusy(true);
    setFault(undefined);
    try {
      const name = crypto.randomUUID().replaceAll('-', '').slice(0, 24);
      await call('PUT', policyPath(existing?.id ?? exemptionIdOf(form.scope, name)), {
        body: exemptionBody(form, existing),
      });
      const done = existing === undefined ? 'created' : 'updated';
      notify({ kind: 'success', title: `Exemption '${form.displayName}' was ${done}` });
      onClose();
      await refreshAll();
    } catch (error) {
      setFault(asArmError(error));
      setBusy(false);
    }
  };
  return (
    <Pane
      title={existing === undefined ? 'Create exemption' : 'Edit exemption'}
      changed={changed}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={busy} onClick={() => void save()}>
            {existing === undefined ? (busy ? 'Creating…' : 'Create') : busy ? 'Saving…' : 'Save'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The exemption was not saved" />}
      <ExemptionFields
        form={form}
        change={change}
        faults={tried ? faults : {}}
        fixedScope={scope !== '' || existing !== undefined}
        fixedAssignment={assignmentId !== '' || existing !== undefined}
      />
    </Pane>
  );
}

interface ExemptionFieldsProps {
  readonly form: ExemptionForm;
  readonly change: (part: Partial<ExemptionForm>) => void;
  readonly faults: ReturnType<typeof exemptionFaults>;
  readonly fixedScope: boolean;
  readonly fixedAssignment: boolean;
}

const message = (text: string | undefined) => (text === undefined ? {} : { validationMessage: text });

function ExemptionFields({ form, change, faults, fixedScope, fixedAssignment }: ExemptionFieldsProps): ReactElement {
  const entities = useScopeEntities();
  const [choosing, setChoosing] = useState(false);
  return (
    <div className="stack">
      <p className="help">
        What is exempted is told as Exempt instead of non-compliant, and nothing is enforced there until the exemption
        ends or is deleted.
      </p>
      <Field label="Exemption scope" required {...message(faults.scope)}>
        <div className="chosen">
          <Input
            readOnly
            placeholder="Choose what is exempted"
            value={form.scope === '' ? '' : scopeName(form.scope, entities)}
            title={form.scope}
          />
          {fixedScope ? null : (
            <Button aria-label="Scope" icon={<MoreHorizontalRegular />} onClick={() => setChoosing(true)} />
          )}
        </div>
      </Field>
      <AssignmentField form={form} change={change} fault={faults.assignmentId} fixed={fixedAssignment} />
      <Field label="Exemption name" required {...message(faults.displayName)}>
        <Input value={form.displayName} onChange={(_, { value }) => change({ displayName: value })} />
      </Field>
      <Field label="Exemption category">
        <RadioGroup
          aria-label="Exemption category"
          value={form.category}
          onChange={(_, { value }) => change({ category: value === 'Mitigated' ? 'Mitigated' : 'Waiver' })}
        >
          <Radio value="Waiver" label="Waiver: the risk is accepted" />
          <Radio value="Mitigated" label="Mitigated: met by other means" />
        </RadioGroup>
      </Field>
      <Field
        label="Exemption ends on"
        hint="The last day, UTC. Without one it does not end by itself."
        {...message(faults.expires)}
      >
        <Input type="date" value={form.expires} onChange={(_, { value }) => change({ expires: value })} />
      </Field>
      <Field label="Description">
        <Textarea
          resize="vertical"
          value={form.description}
          onChange={(_, { value }) => change({ description: value })}
        />
      </Field>
      {choosing ? (
        <ScopeDialog
          title="Scope"
          first={form.scope}
          onSelect={(scope) => change({ scope })}
          onClose={() => setChoosing(false)}
        />
      ) : null}
    </div>
  );
}

interface AssignmentFieldProps {
  readonly form: ExemptionForm;
  readonly change: (part: Partial<ExemptionForm>) => void;
  readonly fault: string | undefined;
  readonly fixed: boolean;
}

function AssignmentField({ form, change, fault, fixed }: AssignmentFieldProps): ReactElement {
  const { data: assignments = [] } = useQuery({
    queryKey: ['assignmentsAt', form.scope],
    queryFn: ({ signal }) =>
      readAll<Assignment>(
        armPath(
          `${form.scope}/providers/Microsoft.Authorization/policyAssignments`,
          'microsoft.authorization/policyassignments',
          {
            $filter: 'atScope()',
          },
        ),
        signal,
      ),
    enabled: form.scope !== '',
  });
  const titled = assignments.map(({ id, name, properties }) => ({ value: id, text: properties.displayName || name }));
  const chosen = assignments.find(({ id }) => id.toLowerCase() === form.assignmentId.toLowerCase());
  const definitionId = chosen?.properties.policyDefinitionId ?? '';
  const { data: initiative } = useDefinition(isInitiative(definitionId) ? definitionId : '');
  const members = initiative?.properties.policyDefinitions ?? [];
  const references = members.flatMap(({ policyDefinitionReferenceId: each }) => each ?? []);
  return (
    <>
      <Field label="Policy assignment" required {...message(fault)}>
        <ChooseOne
          label="Policy assignment"
          disabled={fixed}
          choices={titled}
          value={chosen?.id ?? form.assignmentId}
          onChange={(assignmentId) => change({ assignmentId, references: [] })}
        />
      </Field>
      {references.length === 0 ? null : (
        <Field label="Policies of the initiative">
          <ChooseMany
            label="Policies of the initiative"
            allText="All of them"
            choices={references.map((value) => ({ value, text: value }))}
            values={form.references.length === 0 ? references : form.references}
            onChange={(values) => change({ references: values.length === references.length ? [] : values })}
          />
        </Field>
      )}
    </>
  );
}
