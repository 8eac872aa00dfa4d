/**
 * Sending an assignment: the assignment itself, roles of its identity, a remediation; each with its own notice.
 *
 * Owns: the order, and what may fail without undoing what came before. Does not own: bodies (`model/policy-assignment.ts`).
 * Source: portal reference 4.3.
 */
import { ArmError, asArmError } from '../api/arm-error.ts';
import { armPath } from '../api/arm.ts';
import { call, pause } from '../api/http.ts';
import {
  type Assignment,
  type AssignmentBody,
  type Grant,
  remediationBody,
  type RemediationForm,
  remediationIdOf,
  roleAssignmentBody,
} from '../model/policy-assignment.ts';
import { quoted } from '../model/filter-text.ts';
import { notify, updateNotice } from './notifications.ts';
import { policyPath } from './policies.ts';
import { readAll } from './scope.ts';

const roleType = 'microsoft.authorization/roleassignments';

export interface AssignmentOrder {
  readonly id: string;
  readonly displayName: string;
  readonly body: AssignmentBody;
  readonly isNew: boolean;
}

/** @throws ArmError */
export async function putAssignment({ id, displayName, body, isNew }: AssignmentOrder): Promise<Assignment> {
  const { body: stored } = await call<Assignment>('PUT', policyPath(id), { body });
  const done = isNew ? 'created' : 'updated';
  notify({ kind: 'success', title: `Policy assignment '${displayName}' was ${done}` });
  return stored;
}

/** Deletes nothing and changes nothing of roles that are there already. Never rejects: the notice tells of failures. */
export async function grantRoles(grants: readonly Grant[], principalId: string): Promise<boolean> {
  if (grants.length === 0) return true;
  const several = grants.length === 1 ? 'a role' : `${grants.length} roles`;
  const id = notify({ kind: 'progress', title: `Granting ${several} to the assignment's identity`, progress: 0 });
  const failed: string[] = [];
  const held = await heldRoles(grants, principalId);
  for (const [index, grant] of grants.entries()) {
    try {
      if (!held.has(grantKey(grant))) await grantRole(grant, principalId);
    } catch (error) {
      failed.push(asArmError(error).message);
    }
    updateNotice(id, { progress: (index + 1) / grants.length });
  }
  if (failed.length === 0) {
    updateNotice(id, { kind: 'success', title: `The assignment's identity was granted ${several}` });
  } else {
    const text = [...new Set(failed)].slice(0, 3).join(' ');
    updateNotice(id, { kind: 'failure', title: `${failed.length} of ${grants.length} roles were not granted`, text });
  }
  return failed.length === 0;
}

const grantKey = ({ roleId, scope }: Grant): string => `${roleId} ${scope}`.toLowerCase();

interface RoleAssignment {
  readonly properties: { readonly roleDefinitionId: string; readonly scope: string };
}

/** What the identity holds already, as far as the caller may read it. */
async function heldRoles(grants: readonly Grant[], principalId: string): Promise<ReadonlySet<string>> {
  const scopes = [...new Set(grants.map(({ scope }) => scope))];
  const lists = scopes.map(async (scope) => {
    const path = armPath(`${scope}/providers/Microsoft.Authorization/roleAssignments`, roleType, {
      $filter: `principalId eq ${quoted(principalId)}`,
    });
    return readAll<RoleAssignment>(path).catch(() => []);
  });
  return new Set(
    (await Promise.all(lists)).flat().map(({ properties: { roleDefinitionId, scope } }) => {
      const roleId = roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1);
      return grantKey({ roleId, scope });
    }),
  );
}

/** A new identity is not known everywhere at once. */
const attempts = 5;

async function grantRole(grant: Grant, principalId: string): Promise<void> {
  const id = `${grant.scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await call('PUT', armPath(id, roleType), {
        body: roleAssignmentBody(grant, principalId),
      });
      return;
    } catch (error) {
      const code = error instanceof ArmError ? error.code : '';
      if (code === 'RoleAssignmentExists') return;
      if (code !== 'PrincipalNotFound' || attempt === attempts) throw error;
      await pause(1000 * attempt);
    }
  }
}

/** `remediation-20261126-080102`: names sort by time. */
export function remediationName(time: number): string {
  return `remediation-${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;
}

/** Begins a task. Answers its id; undefined when it was refused, which the notice tells. */
export async function beginRemediation(form: RemediationForm, what: string): Promise<string | undefined> {
  const id = remediationIdOf(form.scope, remediationName(Date.now()));
  try {
    await call('PUT', policyPath(id), { body: remediationBody(form) });
    notify({
      kind: 'success',
      title: `A remediation task of '${what}' was created`,
      link: { text: 'View task', to: `/policy/remediation${id}` },
    });
    return id;
  } catch (error) {
    const { code, message } = asArmError(error);
    notify({
      kind: 'failure',
      title: `The remediation task of '${what}' was not created`,
      text: `${message} (${code})`,
    });
    return undefined;
  }
}
