/** What the tabs of *Assign policy* share: the form, and what was read for it. */
import { useQuery } from '@tanstack/react-query';
import { armPath, idParts } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { useMembers } from '../../data/policies.ts';
import { type ScopeEntity, scopeName, useScopeEntities } from '../../data/scopes.ts';
import { triggerFault, isTriggerField, logicAppField, type TriggerDefinition } from '../../model/policy-triggers.ts';
import { allows, type PermissionSet } from '../../model/permission.ts';
import {
  type AssignContext,
  type AssignFault,
  assignFaults,
  type AssignForm,
  type Assignment,
  type Grant,
  grantsOf,
} from '../../model/policy-assignment.ts';
import { assignedRules, type Definition } from '../../model/policy-definition.ts';
import { parameterFields, type ParameterField, readField, shownText } from '../../model/policy-parameters.ts';
import { workflowPath } from '../../data/workflows.ts';

export interface Assign {
  readonly form: AssignForm;
  readonly change: (part: Partial<AssignForm>) => void;
  readonly context: AssignContext;
  readonly existing: Assignment | undefined;
  readonly fields: readonly ParameterField[];
  readonly grants: readonly Grant[];
  readonly faults: readonly AssignFault[];
  /** Faults are shown once creating was tried, or their tab was left. */
  readonly isTried: boolean;
  readonly entities: readonly ScopeEntity[];
  /** Why a trigger cannot be chosen with the chosen logic app. */
  readonly triggerRefused: (field: ParameterField, value: string) => string | undefined;
}

export type Using = Omit<Assign, 'isTried'>;

/** Everything that follows from the form. */
export function useAssign(
  definition: Definition,
  existing: Assignment | undefined,
  form: AssignForm,
  change: (part: Partial<AssignForm>) => void,
): Using {
  const entities = useScopeEntities();
  const { data: members = [] } = useMembers(definition);
  const fields = parameterFields(definition.properties.parameters);
  const values = Object.fromEntries(
    fields.flatMap((field) => {
      const value = readField(field, form.texts);
      return 'value' in value ? [[field.name, value.value]] : [];
    }),
  );
  const rules = assignedRules(definition, members, values);
  const app = logicAppField(fields);
  const triggers = useTriggers(app === undefined ? '' : shownText(app, form.texts));
  const triggerRefused = (field: ParameterField, value: string): string | undefined =>
    triggers === undefined || !isTriggerField(field) ? undefined : triggerFault(value, triggers);
  const parameterFaults = Object.fromEntries(
    fields.flatMap((field) => {
      const text = shownText(field, form.texts);
      const fault = text === '' ? undefined : triggerRefused(field, text);
      return fault === undefined ? [] : [[field.name, fault]];
    }),
  );
  const scopeFault = scopeFaultOf(definition, form.scope, entities);
  const context: AssignContext = { definition, rules, parameterFaults, scopeFault };
  return {
    form,
    change,
    context,
    existing,
    fields,
    entities,
    triggerRefused,
    grants: grantsOf(form, context, (resource, scope) => isWithin(resource, scope, entities)),
    faults: assignFaults(form, context),
  };
}

/** Whether a resource is at or below a scope. */
export function isWithin(resource: string, scope: string, entities: readonly ScopeEntity[]): boolean {
  const [inner, outer] = [resource.toLowerCase(), scope.toLowerCase()];
  if (outer !== '' && (inner === outer || inner.startsWith(`${outer}/`))) return true;
  const { subscriptionId, name } = idParts(scope);
  if (subscriptionId !== undefined || scope === '') return false;
  const owner = idParts(resource).subscriptionId ?? idParts(resource).name;
  const above = entities.find((each) => each.name.toLowerCase() === owner.toLowerCase())?.above ?? [];
  return above.includes(name.toLowerCase());
}

/** A definition is assigned where it stands and below. */
function scopeFaultOf(definition: Definition, scope: string, entities: readonly ScopeEntity[]): string | undefined {
  const place = definition.id.split(/\/providers\/Microsoft\.Authorization\//i)[0] ?? '';
  if (place === '' || scope === '' || isWithin(scope, place, entities)) return undefined;
  return `The definition stands at '${scopeName(place, entities)}': choose that or a scope below it.`;
}

interface WorkflowTriggers {
  readonly properties: { readonly definition?: { readonly triggers?: Readonly<Record<string, TriggerDefinition>> } };
}

/** The triggers of a logic app; undefined while they are not known. */
function useTriggers(id: string): Readonly<Record<string, TriggerDefinition>> | undefined {
  const { data } = useQuery({
    queryKey: ['arm', 'triggers', id.toLowerCase()],
    queryFn: async ({ signal }) =>
      (await read<WorkflowTriggers>(workflowPath(id), signal)).properties.definition?.triggers ?? {},
    enabled: /\/workflows\/[^/]+$/i.test(id),
    retry: false,
  });
  return data;
}

/** Whether the caller may grant roles at a scope; undefined while that is not known. */
export function useMayGrant(scopes: readonly string[]): ReadonlyMap<string, boolean> {
  const { data } = useQuery({
    queryKey: ['mayGrant', scopes],
    queryFn: async ({ signal }) => {
      const answers = scopes.map(async (scope): Promise<readonly [string, boolean]> => {
        const path = armPath(
          `${scope}/providers/Microsoft.Authorization/permissions`,
          'microsoft.authorization/permissions',
        );
        const { value } = await read<{ readonly value: readonly PermissionSet[] }>(path, signal);
        return [scope, allows(value, 'Microsoft.Authorization/roleAssignments/write')];
      });
      return new Map(await Promise.all(answers));
    },
    enabled: scopes.length > 0,
    staleTime: 30_000,
  });
  return data ?? new Map();
}
