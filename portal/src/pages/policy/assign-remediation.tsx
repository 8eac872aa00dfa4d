/** Assign policy › Remediation: the identity that acts, its roles, and whether what is there already is put right. */
import {
  Checkbox,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { useLocations } from '../../data/locations.ts';
import { useRoleNames } from '../../data/role-names.ts';
import { scopeName } from '../../data/scopes.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { needsIdentity } from '../../model/policy-assignment.ts';
import { actingRules, titleOf } from '../../model/policy-definition.ts';
import { type Assign, useMayGrant } from './assign-context.ts';
import { ResourcePicker } from './resource-picker.tsx';

export function Remediation({ assign }: { readonly assign: Assign }): ReactElement {
  const { form, change, context } = assign;
  const acting = actingRules(context.rules);
  return (
    <div className="stack form">
      <p className="help">
        An assignment acts on what is written from now on, and on subscriptions that come later. What is there already
        is put right by a remediation task: now, or later from the page Remediation.
      </p>
      <Checkbox
        label="Create a remediation task"
        checked={form.remediate}
        disabled={acting.length === 0}
        onChange={(_, { checked }) =>
          change({
            remediate: checked === true,
            remediateReference: acting.length === 1 ? (acting[0]?.referenceId ?? '') : form.remediateReference,
          })
        }
      />
      {acting.length === 0 ? (
        <p className="help">
          No policy of this assignment deploys or changes anything, so there is nothing to remediate.
        </p>
      ) : null}
      {form.remediate && acting.some(({ referenceId }) => referenceId !== '') ? (
        <Field label="Policy to remediate" required>
          <ChooseOne
            label="Policy to remediate"
            choices={acting.map(({ referenceId, definition }) => ({
              value: referenceId,
              text: titleOf(definition),
              note: referenceId,
            }))}
            value={form.remediateReference}
            onChange={(remediateReference) => change({ remediateReference })}
          />
        </Field>
      ) : null}
      <h2>Managed Identity</h2>
      <IdentityFields assign={assign} />
      {acting.length === 0 ? null : <Roles assign={assign} />}
    </div>
  );
}

function IdentityFields({ assign: { form, change, context, existing } }: { readonly assign: Assign }): ReactElement {
  const acting = actingRules(context.rules);
  const locations = useLocations();
  const isWanted = needsIdentity(form, acting);
  return (
    <>
      <Checkbox
        label="Create a Managed Identity"
        checked={isWanted}
        disabled={acting.length > 0}
        onChange={(_, { checked }) => change({ withIdentity: checked === true })}
      />
      {acting.length === 0 ? null : (
        <p className="help">Policies that deploy or change resources do so as the identity of their assignment.</p>
      )}
      {isWanted ? (
        <>
          <Field label="Type of Managed Identity">
            <RadioGroup
              layout="horizontal"
              aria-label="Type of Managed Identity"
              value={form.identityKind}
              onChange={(_, { value }) => change({ identityKind: value === 'UserAssigned' ? value : 'SystemAssigned' })}
            >
              <Radio value="SystemAssigned" label="System assigned managed identity" />
              <Radio value="UserAssigned" label="User assigned managed identity" />
            </RadioGroup>
          </Field>
          {form.identityKind === 'UserAssigned' ? (
            <Field label="Existing user assigned identity" required>
              <ResourcePicker
                label="Existing user assigned identity"
                type="Microsoft.ManagedIdentity/userAssignedIdentities"
                value={form.identityId}
                onChange={(identityId) => change({ identityId })}
              />
            </Field>
          ) : null}
          <Field
            label={form.identityKind === 'UserAssigned' ? 'Assignment location' : 'System assigned identity location'}
            required
          >
            <ChooseOne
              label={form.identityKind === 'UserAssigned' ? 'Assignment location' : 'System assigned identity location'}
              disabled={existing?.identity !== undefined && existing.identity.type === form.identityKind}
              choices={locations.map(({ name, displayName }) => ({ value: name, text: displayName }))}
              value={form.location}
              onChange={(location) => change({ location })}
            />
          </Field>
        </>
      ) : null}
    </>
  );
}

/** PF2 in words, and what the caller may not do of it. */
function Roles({ assign: { grants, entities, form } }: { readonly assign: Assign }): ReactElement {
  const roleName = useRoleNames();
  const scopes = [...new Set(grants.map(({ scope }) => scope))];
  const mayGrant = useMayGrant(scopes);
  const refused = scopes.filter((scope) => mayGrant.get(scope) === false);
  return (
    <>
      <h3>Roles that the identity is granted</h3>
      {form.scope === '' ? <p className="help">Choose a scope first: the roles are granted there.</p> : null}
      {grants.length === 0 ? null : (
        <table className="plain" aria-label="Roles that the identity is granted">
          <thead>
            <tr>
              <th>Role</th>
              <th>Scope</th>
              <th>You may grant it</th>
            </tr>
          </thead>
          <tbody>
            {grants.map(({ roleId, scope }) => (
              <tr key={`${roleId} ${scope}`}>
                <td>{roleName(roleId)}</td>
                <td title={scope}>{scopeName(scope, entities)}</td>
                <td>{mayGrant.get(scope) === undefined ? '…' : mayGrant.get(scope) === true ? 'Yes' : 'No'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {refused.length === 0 ? null : (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>You may not grant these roles</MessageBarTitle>
            You need Microsoft.Authorization/roleAssignments/write on{' '}
            {refused.map((each) => scopeName(each, entities)).join(', ')}. The assignment can be created, but its
            deployments fail with AuthorizationFailed until somebody grants the roles to its identity.
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}
