/** The identity that a logic app signs in with, and what it may do. Source: portal reference 3.6. */
import { Button, Switch } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath, idParts, type Resource } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll } from '../../data/scope.ts';
import { type Workflow, workflowPath } from '../../data/workflows.ts';
import { Facts } from '../../design/json-view.tsx';
import { Question } from '../../design/question.tsx';
import { Failure, Loading } from '../../design/states.tsx';

interface Identity {
  readonly type?: string;
  readonly principalId?: string;
  readonly tenantId?: string;
  readonly userAssignedIdentities?: Readonly<Record<string, { readonly principalId?: string }>>;
}

export function IdentityView({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const [asking, setAsking] = useState(false);
  const identity = (workflow as Workflow & { readonly identity?: Identity }).identity ?? {};
  const { type = 'None', principalId, tenantId, userAssignedIdentities = {} } = identity;
  const isOn = /systemassigned/i.test(type);
  const isBoth = Object.keys(userAssignedIdentities).length > 0;
  const set = async (on: boolean): Promise<void> => {
    const next = on ? (isBoth ? 'SystemAssigned, UserAssigned' : 'SystemAssigned') : isBoth ? 'UserAssigned' : 'None';
    const body = { identity: { type: next, ...(isBoth ? { userAssignedIdentities } : {}) } };
    try {
      await call('PATCH', workflowPath(workflow.id), { body });
      notify({ kind: 'success', title: `The identity of '${workflow.name}' was turned ${on ? 'on' : 'off'}` });
      await refreshAll();
    } catch (error) {
      notifyFailure('The identity was not changed', error);
    }
  };
  return (
    <>
      <section className="card" aria-label="System assigned">
        <h2>System assigned</h2>
        <p>
          HTTP actions and connections sign in with it, without a password. It may do what it is given roles for, and
          goes with the logic app.
        </p>
        <Switch
          label="System assigned identity"
          checked={isOn}
          onChange={() => (isOn ? setAsking(true) : void set(true))}
        />
        {isOn ? (
          <Facts
            facts={[
              ['Object (principal) ID', principalId],
              ['Tenant ID', tenantId],
            ]}
          />
        ) : null}
      </section>
      {isOn && principalId !== undefined ? <Roles workflow={workflow} principalId={principalId} /> : null}
      <section className="card" aria-label="User assigned">
        <h2>User assigned</h2>
        {isBoth ? (
          <ul className="plain-list">
            {Object.keys(userAssignedIdentities).map((id) => (
              <li key={id}>{id}</li>
            ))}
          </ul>
        ) : (
          <p className="muted">None.</p>
        )}
      </section>
      {asking ? (
        <Question
          title="Turn the identity off?"
          verb="Turn off"
          onConfirm={() => void set(false)}
          onClose={() => setAsking(false)}
        >
          Its roles are lost, and actions that sign in with it will fail. Turned on again it is another identity.
        </Question>
      ) : null}
    </>
  );
}

type Assignment = Resource<{ readonly roleDefinitionId: string; readonly scope: string; readonly principalId: string }>;
type Role = Resource<{ readonly roleName: string }>;

const type = 'microsoft.authorization/roleassignments';

function Roles({ workflow, principalId }: { readonly workflow: Workflow; readonly principalId: string }): ReactElement {
  const subscription = `/subscriptions/${idParts(workflow.id).subscriptionId ?? ''}`;
  const { data, error, refetch } = useQuery<readonly (readonly [string, string])[], ArmError>({
    queryKey: ['rolesOf', principalId],
    queryFn: async ({ signal }) => {
      const path = armPath(`${subscription}/providers/Microsoft.Authorization/roleAssignments`, type, {
        $filter: `principalId eq '${principalId}'`,
      });
      const assignments = await readAll<Assignment>(path, signal);
      const ids = [...new Set(assignments.map(({ properties }) => properties.roleDefinitionId))];
      const roles = await Promise.all(ids.map((id) => read<Role>(armPath(id, type), signal)));
      const names = new Map(ids.map((id, index) => [id, roles[index]?.properties.roleName ?? id]));
      return assignments.map(
        ({ properties }) => [names.get(properties.roleDefinitionId) ?? '', properties.scope] as const,
      );
    },
  });
  return (
    <section className="card" aria-label="Roles">
      <div className="row">
        <h2 style={{ flex: 1 }}>Roles</h2>
        <Button size="small" onClick={() => void refetch()}>
          Refresh
        </Button>
      </div>
      {error === null ? null : <Failure error={error} what="The roles could not be read" />}
      {data === undefined && error === null ? <Loading rows={2} /> : null}
      {data?.length === 0 ? <p className="muted">It has no role: whatever it calls refuses it.</p> : null}
      {data === undefined || data.length === 0 ? null : (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Role</th>
              <th scope="col">Scope</th>
            </tr>
          </thead>
          <tbody>
            {data.map(([role, scope]) => (
              <tr key={`${role} ${scope}`}>
                <td>{role}</td>
                <td style={{ overflowWrap: 'anywhere' }}>{scope}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
