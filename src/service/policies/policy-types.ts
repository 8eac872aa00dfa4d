/**
 * The policy resources by type and id.
 *
 * Owns: their type names, what an id of one names. Does not own: their documents.
 */
import { armIdKey } from '#foundation';

export const policyDefinitionType = 'Microsoft.Authorization/policyDefinitions';
export const policySetDefinitionType = 'Microsoft.Authorization/policySetDefinitions';
export const policyAssignmentType = 'Microsoft.Authorization/policyAssignments';
export const policyExemptionType = 'Microsoft.Authorization/policyExemptions';

export type PolicyKind = 'definition' | 'setDefinition' | 'assignment' | 'exemption';

const kinds: Readonly<Record<string, PolicyKind>> = {
  policydefinitions: 'definition',
  policysetdefinitions: 'setDefinition',
  policyassignments: 'assignment',
  policyexemptions: 'exemption',
};

const pattern =
  /^(.*)\/providers\/microsoft\.authorization\/(policy(?:definitions|setdefinitions|assignments|exemptions))\/([^/]+)(?:\/versions\/([^/]+))?$/;

/** A policy resource's id taken apart. */
export interface PolicyId {
  readonly kind: PolicyKind;
  /** Key of the resource itself, without a version. */
  readonly key: string;
  /** Key of where it stands; empty at the tenant. */
  readonly scope: string;
  /** Lower case. */
  readonly name: string;
  readonly version?: string;
}

/** What a policy resource's id names; undefined for every other id. */
export function policyIdOf(id: string): PolicyId | undefined {
  const key = armIdKey(id);
  // Most ids are no policy's: a cheap look first.
  if (!key.includes('/microsoft.authorization/policy')) return undefined;
  const [, scope = '', type = '', name = '', version] = pattern.exec(key) ?? [];
  const kind = kinds[type];
  if (kind === undefined || (version !== undefined && kind !== 'definition' && kind !== 'setDefinition')) {
    return undefined;
  }
  return {
    kind,
    key: version === undefined ? key : key.slice(0, key.lastIndexOf('/versions/')),
    scope,
    name,
    ...(version === undefined ? {} : { version }),
  };
}

/** The scope a policy resource stands at: its id before the provider, in the case of the id; empty at the tenant. */
export function policyScopeOf(id: string): string {
  return id.slice(0, id.toLowerCase().lastIndexOf('/providers/microsoft.authorization/'));
}
