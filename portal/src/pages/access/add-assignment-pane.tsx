/** The pane Add role assignment. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { assignRole, useRoles } from '../../data/access.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure } from '../../design/states.tsx';
import { type Principal, rolesFor } from '../../model/access.ts';
import { PrincipalField } from './principal-field.tsx';

export interface AddAssignmentPaneProps {
  readonly scope: string;
  readonly scopeName: string;
  readonly onClose: () => void;
}

export function AddAssignmentPane({ scope, scopeName, onClose }: AddAssignmentPaneProps): ReactElement {
  const roles = rolesFor(useRoles(scope).data ?? [], '');
  const [roleId, setRoleId] = useState('');
  const [principal, setPrincipal] = useState<Principal>();
  const [description, setDescription] = useState('');
  const [fault, setFault] = useState<ArmError>();
  const [busy, setBusy] = useState(false);
  const role = roles.find((each) => each.roleId === roleId);
  const create = async (): Promise<void> => {
    if (role === undefined || principal === undefined || busy) return;
    setBusy(true);
    try {
      await assignRole(scope, { role, principal, description });
      notify({ kind: 'success', title: `Role '${role.name}' was assigned to ${principal.name}` });
      await refreshAll();
      onClose();
    } catch (error) {
      setFault(asArmError(error));
      setBusy(false);
    }
  };
  return (
    <Pane
      title="Add role assignment"
      changed={roleId !== '' || principal !== undefined || description !== ''}
      onClose={onClose}
      footer={
        <>
          <Button
            appearance="primary"
            disabledFocusable={role === undefined || principal === undefined || busy}
            onClick={() => void create()}
          >
            {busy ? 'Creating…' : 'Create'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The role was not assigned" />}
      <div className="form stack">
        <Field label="Scope">
          <Input readOnly value={scopeName} />
        </Field>
        <Field label="Role" required {...(role === undefined ? {} : { hint: role.description })}>
          <ChooseOne
            label="Role"
            choices={roles.map((each) => ({ value: each.roleId, text: each.name, note: each.description }))}
            value={roleId}
            onChange={setRoleId}
          />
        </Field>
        <PrincipalField chosen={principal} onChoose={setPrincipal} />
        <Field label="Description">
          <Input value={description} onChange={(_, { value }) => setDescription(value)} />
        </Field>
      </div>
    </Pane>
  );
}
