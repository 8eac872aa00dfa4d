/** Exempting resources from a policy assignment: one exemption for each. Source: portal reference 3.3; management API 10.1. */
import { Button, Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { armPath, idParts, type Resource } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { inBulk } from '../../data/bulk.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll } from '../../data/scope.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty } from '../../design/states.tsx';

const exemptionVersion = '2022-07-01-preview';

type Assignment = Resource<{ readonly displayName?: string }>;

/** Assignments that reach the first of the resources. */
function useAssignments(resourceId: string | undefined): readonly Assignment[] | undefined {
  const scope = resourceId === undefined ? '' : `/subscriptions/${idParts(resourceId).subscriptionId ?? ''}`;
  const { data } = useQuery({
    queryKey: ['policyAssignments', scope],
    queryFn: ({ signal }) =>
      readAll<Assignment>(
        armPath(
          `${scope}/providers/Microsoft.Authorization/policyAssignments`,
          'microsoft.authorization/policyassignments',
        ),
        signal,
      ),
    enabled: scope !== '',
  });
  return data;
}

export interface ExemptPaneProps {
  readonly resourceIds: readonly string[];
  readonly onClose: () => void;
}

export function ExemptPane({ resourceIds, onClose }: ExemptPaneProps): ReactElement {
  const assignments = useAssignments(resourceIds[0]);
  const [assignment, setAssignment] = useState('');
  const [category, setCategory] = useState('Waiver');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const count = resourceIds.length === 1 ? '1 resource' : `${resourceIds.length} resources`;
  const exempt = async (): Promise<void> => {
    onClose();
    await inBulk(resourceIds, { doing: `Exempting ${count}`, done: `${count} exempted` }, async (id) => {
      const name = crypto.randomUUID();
      const path = `${id}/providers/Microsoft.Authorization/policyExemptions/${name}?api-version=${exemptionVersion}`;
      const properties = {
        policyAssignmentId: assignment,
        exemptionCategory: category,
        displayName: `Exempted: ${idParts(id).name}`.slice(0, 128),
        ...(reason === '' ? {} : { description: reason }),
        ...(until === '' ? {} : { expiresOn: `${until}T00:00:00Z` }),
      };
      await call('PUT', path, { body: { properties } });
    });
    await refreshAll();
  };
  return (
    <Pane
      title="Exempt"
      changed={assignment !== '' || reason !== ''}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={assignment === ''} onClick={() => void exempt()}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="stack form">
        <p>{`An exemption takes ${count} out of what a policy assignment judges.`}</p>
        {assignments?.length === 0 ? (
          <Empty text="No policy is assigned here. Recommendations that detectors send go away when the detector says so." />
        ) : (
          <Field label="Policy assignment" required>
            <ChooseOne
              label="Policy assignment"
              value={assignment}
              onChange={setAssignment}
              choices={(assignments ?? []).map(({ id, name, properties }) => ({
                value: id,
                text: properties.displayName ?? name,
                note: id,
              }))}
            />
          </Field>
        )}
        <Field label="Category">
          <RadioGroup aria-label="Category" value={category} onChange={(_, { value }) => setCategory(value)}>
            <Radio value="Waiver" label="Waiver: the risk is accepted" />
            <Radio value="Mitigated" label="Mitigated: met in another way" />
          </RadioGroup>
        </Field>
        <Field label="Expires on">
          <Input type="date" value={until} onChange={(_, { value }) => setUntil(value)} />
        </Field>
        <Field label="Reason">
          <Textarea value={reason} maxLength={512} onChange={(_, { value }) => setReason(value)} />
        </Field>
      </div>
    </Pane>
  );
}
