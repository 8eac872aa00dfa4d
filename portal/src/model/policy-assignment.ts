/**
 * The form that assigns a policy, and the requests it becomes.
 *
 * Owns: values of the form, what is wrong by tab, bodies of the assignment, of roles and of the remediation.
 * Does not own: sending (`data/assign-policy.ts`), fields of parameters (`policy-parameters.ts`).
 *
 * Invariants
 * PF1. Members of an existing assignment that the form does not show (metadata, a version …) are sent back as they were.
 * PF2. A role is granted where the policy acts: at the assignment's scope, and on each resource that a parameter with
 *      `assignPermissions` names outside of it.
 * Source: policy reference 11, 12, 17; portal reference 4.3.
 */
import { actingRules, type AssignedRule, type Definition, isInitiative } from './policy-definition.ts';
import { parameterFields, parameterValues, type ParameterField, readField, type Texts } from './policy-parameters.ts';
import {
  overrideBodies,
  type OverrideForm,
  readOverrides,
  readResourceSelectors,
  resourceSelectorBodies,
  type ResourceSelectorForm,
  selectorFaults,
} from './policy-selectors.ts';

export const assignTabs = ['basics', 'parameters', 'remediation', 'messages', 'review'] as const;
export type AssignTab = (typeof assignTabs)[number];

export interface AssignForm {
  /** Full id of a management group, subscription, group or resource; empty until chosen. */
  readonly scope: string;
  readonly notScopes: readonly string[];
  /** The last segment of the assignment's id. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly enforced: boolean;
  readonly texts: Texts;
  readonly onlyNeeded: boolean;
  readonly remediate: boolean;
  /** Which policy of an initiative the task is about. */
  readonly remediateReference: string;
  /** Wanted though no effect needs it. */
  readonly withIdentity: boolean;
  readonly identityKind: 'SystemAssigned' | 'UserAssigned';
  readonly identityId: string;
  readonly location: string;
  readonly message: string;
  /** By reference ids of an initiative's policies. */
  readonly messages: Readonly<Record<string, string>>;
  readonly resourceSelectors: readonly ResourceSelectorForm[];
  readonly overrides: readonly OverrideForm[];
}

export interface AssignmentProperties {
  readonly displayName?: string;
  readonly description?: string;
  readonly scope?: string;
  readonly notScopes?: readonly string[];
  readonly policyDefinitionId: string;
  readonly definitionVersion?: string;
  readonly enforcementMode?: string;
  readonly parameters?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly nonComplianceMessages?: readonly {
    readonly message: string;
    readonly policyDefinitionReferenceId?: string;
  }[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly resourceSelectors?: unknown;
  readonly overrides?: unknown;
}

export interface Assignment {
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly identity?: {
    readonly type?: string;
    readonly principalId?: string;
    readonly userAssignedIdentities?: Readonly<Record<string, { readonly principalId?: string }>>;
  };
  readonly properties: AssignmentProperties;
}

export const firstLocation = 'westeurope';

/** The form of a new assignment; `name` is a name that nothing has yet. */
export function firstForm(definition: Definition, name: string): AssignForm {
  return {
    scope: '',
    notScopes: [],
    name,
    displayName: definition.properties.displayName || definition.name,
    description: '',
    enforced: true,
    texts: {},
    onlyNeeded: true,
    remediate: false,
    remediateReference: '',
    withIdentity: false,
    identityKind: 'SystemAssigned',
    identityId: '',
    location: firstLocation,
    message: '',
    messages: {},
    resourceSelectors: [],
    overrides: [],
  };
}

/** The form that shows an assignment. */
export function formOfAssignment(
  { name, location = firstLocation, identity, properties }: Assignment,
  scope: string,
  texts: Texts,
): AssignForm {
  const messages = properties.nonComplianceMessages ?? [];
  const isUserAssigned = identity?.type === 'UserAssigned';
  return {
    scope,
    notScopes: properties.notScopes ?? [],
    name,
    displayName: properties.displayName ?? '',
    description: properties.description ?? '',
    enforced: properties.enforcementMode !== 'DoNotEnforce',
    texts,
    onlyNeeded: false,
    remediate: false,
    remediateReference: '',
    withIdentity: identity !== undefined && identity.type !== 'None',
    identityKind: isUserAssigned ? 'UserAssigned' : 'SystemAssigned',
    identityId: isUserAssigned ? (Object.keys(identity.userAssignedIdentities ?? {})[0] ?? '') : '',
    location,
    message: messages.find((each) => (each.policyDefinitionReferenceId ?? '') === '')?.message ?? '',
    messages: Object.fromEntries(
      messages.flatMap(({ policyDefinitionReferenceId: reference = '', message }) =>
        reference === '' ? [] : [[reference, message]],
      ),
    ),
    resourceSelectors: readResourceSelectors(properties.resourceSelectors),
    overrides: readOverrides(properties.overrides),
  };
}

// --- What is wrong ------------------------------------------------------------------------------------------------

export interface AssignFault {
  readonly tab: AssignTab;
  /** The label of the field. */
  readonly field: string;
  readonly text: string;
}

export interface AssignContext {
  readonly definition: Definition;
  readonly rules: readonly AssignedRule[];
  /** Faults of parameters that the server's lists tell, by name. */
  readonly parameterFaults: Readonly<Record<string, string>>;
  /** Why the definition cannot be assigned at the scope. */
  readonly scopeFault?: string | undefined;
}

export function assignFaults(form: AssignForm, context: AssignContext): readonly AssignFault[] {
  const fault = (tab: AssignTab, field: string, text: string): AssignFault => ({ tab, field, text });
  const faults: AssignFault[] = [];
  if (form.scope === '') faults.push(fault('basics', 'Scope', 'Choose a scope.'));
  else if (context.scopeFault !== undefined) faults.push(fault('basics', 'Scope', context.scopeFault));
  if (form.displayName.trim() === '') faults.push(fault('basics', 'Assignment name', 'An assignment needs a name.'));
  if (form.displayName.length > 128) {
    faults.push(fault('basics', 'Assignment name', 'The name has more than 128 characters.'));
  }
  for (const text of selectorFaults(form.resourceSelectors, form.overrides)) {
    faults.push(fault('basics', 'Selectors', text));
  }
  for (const field of parameterFields(context.definition.properties.parameters)) {
    const read = readField(field, form.texts);
    const text = 'fault' in read ? read.fault : context.parameterFaults[field.name];
    if (text !== undefined) faults.push(fault('parameters', field.label, text));
  }
  const acting = actingRules(context.rules);
  if (needsIdentity(form, acting)) {
    if (form.location === '')
      faults.push(fault('remediation', 'System assigned identity location', 'Choose a location.'));
    if (form.identityKind === 'UserAssigned' && form.identityId === '') {
      faults.push(fault('remediation', 'Existing user assigned identity', 'Choose an identity.'));
    }
  }
  if (form.remediate && acting.length === 0) {
    faults.push(
      fault('remediation', 'Create a remediation task', 'No policy of this assignment deploys or changes anything.'),
    );
  }
  if (form.remediate && isInitiative(context.definition.id) && form.remediateReference === '') {
    faults.push(fault('remediation', 'Policy to remediate', 'Choose the policy that the task is about.'));
  }
  return faults;
}

export const needsIdentity = (form: Pick<AssignForm, 'withIdentity'>, acting: readonly AssignedRule[]): boolean =>
  form.withIdentity || acting.length > 0;

// --- The requests -------------------------------------------------------------------------------------------------

export const assignmentIdOf = (scope: string, name: string): string =>
  `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`;

export interface AssignmentBody {
  readonly location?: string;
  readonly identity?: { readonly type: string; readonly userAssignedIdentities?: Readonly<Record<string, object>> };
  readonly properties: Readonly<Record<string, unknown>>;
}

export function assignmentBody(
  form: AssignForm,
  { definition, rules }: Pick<AssignContext, 'definition' | 'rules'>,
  existing?: Assignment,
): AssignmentBody {
  const fields = parameterFields(definition.properties.parameters);
  const withIdentity = needsIdentity(form, actingRules(rules));
  const identity =
    form.identityKind === 'UserAssigned'
      ? { type: 'UserAssigned', userAssignedIdentities: { [form.identityId]: {} } }
      : { type: 'SystemAssigned' };
  return {
    ...(withIdentity ? { location: form.location, identity } : {}),
    properties: {
      ...existing?.properties,
      policyDefinitionId: existing?.properties.policyDefinitionId ?? definition.id,
      displayName: form.displayName.trim(),
      description: form.description,
      enforcementMode: form.enforced ? 'Default' : 'DoNotEnforce',
      notScopes: form.notScopes,
      parameters: parameterValues(fields, form.texts),
      nonComplianceMessages: messagesOf(form),
      ...given('resourceSelectors', resourceSelectorBodies(form.resourceSelectors), existing),
      ...given('overrides', overrideBodies(form.overrides), existing),
    },
  };
}

/** A list that is empty is sent only to take away what was there. */
const given = (name: 'resourceSelectors' | 'overrides', list: readonly object[], existing?: Assignment): object =>
  list.length === 0 && existing?.properties[name] === undefined ? {} : { [name]: list };

function messagesOf({ message, messages }: AssignForm): readonly object[] {
  const special = Object.entries(messages)
    .filter(([, text]) => text.trim() !== '')
    .map(([policyDefinitionReferenceId, text]) => ({ message: text.trim(), policyDefinitionReferenceId }));
  return message.trim() === '' ? special : [{ message: message.trim() }, ...special];
}

/** What an assignment says of a policy that is not met; that of an initiative's member wins. Source: policy reference 12. */
export function messageFor({ properties }: Assignment, reference = ''): string | undefined {
  const all = properties.nonComplianceMessages ?? [];
  const of = (wanted: string): string | undefined =>
    all.find((each) => (each.policyDefinitionReferenceId ?? '').toLowerCase() === wanted.toLowerCase())?.message;
  return of(reference) ?? of('');
}

export interface Grant {
  readonly roleId: string;
  readonly scope: string;
}

const guidOf = (roleId: string): string => roleId.slice(roleId.lastIndexOf('/') + 1).toLowerCase();

/** PF2. `isWithin` tells whether a resource is in the assignment's scope. */
export function grantsOf(
  form: AssignForm,
  { definition, rules }: Pick<AssignContext, 'definition' | 'rules'>,
  isWithin: (resource: string, scope: string) => boolean,
): readonly Grant[] {
  const roles = [...new Set(actingRules(rules).flatMap(({ roleIds }) => roleIds.map(guidOf)))];
  const places = [form.scope, ...permissionTargets(definition, form.texts).filter((id) => !isWithin(id, form.scope))];
  return places
    .filter((scope, index) => scope !== '' && places.indexOf(scope) === index)
    .flatMap((scope) => roles.map((roleId) => ({ roleId, scope })));
}

/** Resources that parameters with `assignPermissions` name. */
function permissionTargets({ properties }: Definition, texts: Texts): readonly string[] {
  return parameterFields(properties.parameters)
    .filter(({ declaration }) => declaration.metadata?.assignPermissions === true)
    .flatMap((field: ParameterField) => {
      const read = readField(field, texts);
      const value = 'value' in read ? read.value : field.declaration.defaultValue;
      return (Array.isArray(value) ? value : [value]).filter(
        (each): each is string => typeof each === 'string' && /^\/subscriptions\/[^/]+\/.+/i.test(each),
      );
    });
}

export const roleAssignmentBody = ({ roleId }: Grant, principalId: string): object => ({
  properties: {
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
    principalId,
    principalType: 'ServicePrincipal',
  },
});

export interface RemediationForm {
  readonly scope: string;
  readonly assignmentId: string;
  readonly reference: string;
  readonly locations: readonly string[];
  readonly reEvaluate: boolean;
  readonly resourceCount: number;
  readonly parallelDeployments: number;
  /** Percent. */
  readonly failureThreshold: number;
}

/** What a task begins with. Source: policy reference 17. */
export const usualRemediation = {
  locations: [],
  reEvaluate: false,
  resourceCount: 500,
  parallelDeployments: 10,
  failureThreshold: 100,
} as const;

export const remediationIdOf = (scope: string, name: string): string =>
  `${scope}/providers/Microsoft.PolicyInsights/remediations/${name}`;

export function remediationBody(form: RemediationForm): object {
  return {
    properties: {
      policyAssignmentId: form.assignmentId,
      ...(form.reference === '' ? {} : { policyDefinitionReferenceId: form.reference }),
      resourceDiscoveryMode: form.reEvaluate ? 'ReEvaluateCompliance' : 'ExistingNonCompliant',
      ...(form.locations.length === 0 ? {} : { filters: { locations: form.locations } }),
      resourceCount: form.resourceCount,
      parallelDeployments: form.parallelDeployments,
      failureThreshold: { percentage: form.failureThreshold / 100 },
    },
  };
}

export function remediationFaults({
  resourceCount,
  parallelDeployments,
  failureThreshold,
}: RemediationForm): readonly string[] {
  const whole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  return [
    whole(resourceCount, 1, 50_000) ? [] : ["'Resource count' is a whole number from 1 to 50,000."],
    whole(parallelDeployments, 1, 30) ? [] : ["'Parallel deployments' is a whole number from 1 to 30."],
    failureThreshold >= 0 && failureThreshold <= 100 ? [] : ["'Failure threshold' is a number from 0 to 100."],
  ].flat();
}
