/**
 * Saves and removes policy definitions and policy set definitions, with their versions.
 *
 * Owns: the checks of a save, what keeps a definition from being deleted. Does not own: the rule language (`#policy`), lists
 * (`list-policy-definitions.ts`), looking one up for an assignment (`definition-source.ts`).
 *
 * Invariants
 * PD1. A definition that cannot be planned is refused with every fault; nothing is stored then.
 * PD2. A change under which an assignment would no longer be in force is refused.
 * PD3. A definition that is assigned or part of a set is not deleted.
 * PD4. A version that is replaced by another stays readable under its number.
 *
 * Source: policy reference 2, 13, 19; management API reference 10.1.
 */
import {
  armIdKey,
  type FaultCode,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  orThrow,
  raise,
  type ResourceDocument,
  textMember,
  type Write,
} from '#foundation';
import { type Declarations, madeReferenceId, planDefinition, planInitiative, type PolicyFault } from '#policy';
import { inTurn } from '../in-turn.ts';
import { activityWrite } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { checkMembers } from './check-set-members.ts';
import { compileAssignment, isCompiled } from './compile-assignment.ts';
import { DefinitionPlans, findDefinition, type FoundDefinition, versionOf, versionsOf } from './definition-source.ts';
import { compareVersions, isVersion } from './definition-version.ts';
import {
  checkPolicyName,
  policyAnswer,
  policyDocument,
  type PolicyRequest,
  propertiesOf,
  requireScope,
} from './policy-request.ts';
import { policyAssignmentType, policyDefinitionType, policySetDefinitionType } from './policy-types.ts';

export type DefinitionKind = 'definition' | 'setDefinition';

export interface DefinitionRequest extends PolicyRequest {
  readonly kind: DefinitionKind;
  /** PUT of one version. */
  readonly version?: string;
}

export interface PolicyResult {
  readonly created: boolean;
  readonly answer: JsonObject;
}

export function definitionTypeOf(kind: DefinitionKind): string {
  return kind === 'definition' ? policyDefinitionType : policySetDefinitionType;
}

export function definitionIdOf(kind: DefinitionKind, scope: string, name: string): string {
  return `${scope}/providers/${definitionTypeOf(kind)}/${name}`;
}

const longestName = 128;
/** Source: policy reference 19. */
const limits = {
  definition: { parameters: 20, atScope: 500 },
  setDefinition: { parameters: 400, atScope: 200 },
} as const;
const mostMembers = 1000;

/** PUT. @throws TocsinError `InvalidPolicyRule` and its kin, `InvalidPolicyParameterUpdate`, `PolicyLimitExceeded`. */
export async function putPolicyDefinition(services: Services, request: DefinitionRequest): Promise<PolicyResult> {
  const scope = requireScope(services, request.scope);
  if (scope !== 'subscription' && scope !== 'managementGroup') {
    raise(
      'InvalidPolicyDefinition',
      'A policy definition is made in a subscription or a management group, not at the tenant or below a subscription.',
    );
  }
  checkPolicyName(request.name, longestName);
  const given = propertiesOf(request.body);
  const declared = planned(request.kind, given);
  const id = definitionIdOf(request.kind, request.scope, request.name);
  return inTurn(services.store, id, async () => {
    const existing = services.store.resources.get(id);
    const properties = storedProperties(request, given, existing);
    if (request.kind === 'setDefinition') orThrow(checkMembers(services.store.resources, request, properties));
    if (existing === undefined) checkRoom(services, request);
    else checkParameters(existing, declared);
    const type = definitionTypeOf(request.kind);
    const document = policyDocument(services, request, { id, type, properties }, existing);
    const writes = versionWrites(services, existing, document, request.version !== undefined);
    if (existing !== undefined) checkAssignments(services, document);
    await services.store.commit([
      ...writes,
      activityWrite(services, request.caller, { operation: `${type}/write`, resourceId: document.id }),
    ]);
    return { created: existing === undefined, answer: policyAnswer(document) };
  });
}

/** PD1. What the definition declares. */
function planned(kind: DefinitionKind, properties: JsonObject): Declarations {
  const plan = kind === 'definition' ? planDefinition(properties) : planInitiative(properties);
  if ('parameters' in plan) {
    const most = limits[kind].parameters;
    if (plan.parameters.size > most) {
      raise('InvalidPolicyParameters', `A policy ${wordOf(kind)} has at most ${most} parameters.`);
    }
    if ('members' in plan && plan.members.length > mostMembers) {
      raise('InvalidPolicyDefinition', `A policy set definition has at most ${mostMembers} members.`);
    }
    return plan.parameters;
  }
  return refuse(plan);
}

function wordOf(kind: DefinitionKind): string {
  return kind === 'definition' ? 'definition' : 'set definition';
}

function refuse(faults: readonly PolicyFault[]): never {
  const [first] = faults;
  const details = faults.map(({ code, message, path }) => ({ code, message, target: path.join('.') }));
  return raise(first?.code ?? 'InvalidPolicyRule', first?.message ?? 'The policy rule is not valid.', {
    ...(first === undefined || first.path.length === 0 ? {} : { target: first.path.join('.') }),
    ...(faults.length > 1 ? { details } : {}),
  });
}

/** What is kept of the given properties: a definition made here is a custom one whatever it says. */
function storedProperties(
  { kind, version }: DefinitionRequest,
  given: JsonObject,
  existing: ResourceDocument | undefined,
): JsonObject {
  const before = memberOf(existing?.body, 'properties');
  const known = isJsonObject(before) ? versionOf(before) : '1.0.0';
  const own = version ?? textMember(given, 'version') ?? known;
  if (!isVersion(own)) {
    raise('InvalidPolicyDefinition', `The version '${own}' is not of the form '1.0.0'.`, {
      target: 'properties.version',
    });
  }
  const versions = new Set([...(isJsonObject(before) ? versionsOf(before) : []), own]);
  const mode = memberIgnoringCase(given, 'mode');
  const { policyRule, parameters, ...rest } = given;
  return {
    ...rest,
    policyType: 'Custom',
    ...(kind === 'definition' ? { mode: typeof mode === 'string' ? mode : 'All' } : {}),
    displayName: textMember(given, 'displayName') ?? '',
    description: textMember(given, 'description') ?? '',
    ...(kind === 'setDefinition' ? { policyDefinitions: withReferenceIds(memberOf(given, 'policyDefinitions')) } : {}),
    parameters: parameters ?? {},
    ...(policyRule === undefined ? {} : { policyRule }),
    version: own,
    versions: [...versions].toSorted((left, right) => compareVersions(right, left)),
  };
}

/** Members that give themselves no reference id get one for good, so that it can be named. */
function withReferenceIds(members: Json | undefined): Json {
  if (!isJsonArray(members)) return [];
  return members.map((each, index) => {
    if (!isJsonObject(each) || textMember(each, 'policyDefinitionReferenceId')) return each;
    const made = madeReferenceId(textMember(each, 'policyDefinitionId') ?? '', index);
    return { ...each, policyDefinitionReferenceId: made };
  });
}

function checkRoom(services: Services, { kind, scope }: DefinitionRequest): void {
  const prefix = `${armIdKey(scope)}/providers/${definitionTypeOf(kind)}/`.toLowerCase();
  const there = services.store.resources
    .list({ type: definitionTypeOf(kind), scope })
    .filter((document) => armIdKey(document.id).startsWith(prefix));
  const most = limits[kind].atScope;
  if (there.length < most) return;
  raise(
    'PolicyLimitExceeded',
    `There are ${most} policy ${wordOf(kind)}s at '${scope}' already, the most there may be.`,
  );
}

function checkParameters(existing: ResourceDocument, declared: Declarations): void {
  const before = memberOf(memberOf(existing.body, 'properties'), 'parameters');
  const known = new Map(
    Object.entries(isJsonObject(before) ? before : {}).map(([name, each]) => [name.toLowerCase(), each]),
  );
  for (const [key, { name, type, defaultValue }] of declared) {
    const old = known.get(key);
    const oldType = memberIgnoringCase(old, 'type');
    if (old === undefined && defaultValue === undefined) {
      raise(
        'InvalidPolicyParameterUpdate',
        `The policy contains new parameter(s) '${name}' which are not present in the existing policy and have no default value. New parameters may be added to a policy only if they have a default value.`,
      );
    }
    if (typeof oldType === 'string' && oldType.toLowerCase() !== type.toLowerCase()) {
      raise(
        'InvalidPolicyParameterUpdate',
        `The type of the parameter '${name}' cannot change from '${oldType}' to '${type}'.`,
      );
    }
  }
}

/** The definition, and the one it replaces when that was another version (PD4). */
function versionWrites(
  services: Services,
  existing: ResourceDocument | undefined,
  document: ResourceDocument,
  pinned: boolean,
): readonly Write[] {
  const [before, after] = [existing, document].map((each) => memberOf(each?.body, 'properties'));
  if (existing === undefined || !isJsonObject(before) || !isJsonObject(after)) {
    return [{ kind: 'putResource', resource: document }];
  }
  const [old, own] = [versionOf(before), versionOf(after)];
  if (old === own) return [{ kind: 'putResource', resource: document }];
  const type = `${document.type}/versions`;
  if (pinned && compareVersions(own, old) < 0) {
    // An older version put by its number stands beside the newest one.
    const properties = { ...before, versions: memberOf(after, 'versions') ?? [] };
    return [
      { kind: 'putResource', resource: { ...existing, body: { ...existing.body, properties } } },
      { kind: 'putResource', resource: { ...document, id: `${existing.id}/versions/${own}`, name: own, type } },
    ];
  }
  const kept = { ...existing, id: `${existing.id}/versions/${old}`, name: old, type, etag: services.random.uuid() };
  return [
    { kind: 'putResource', resource: document },
    { kind: 'putResource', resource: kept },
    { kind: 'deleteResource', id: `${existing.id}/versions/${own}` },
  ];
}

/** PD2: every assignment of it, or of a set with it, still compiles. */
export function checkAssignments(services: Services, changed: ResourceDocument): void {
  const { resources } = services.store;
  const plans = new DefinitionPlans();
  const key = armIdKey(changed.id);
  const properties = memberOf(changed.body, 'properties') as JsonObject;
  const find = (id: string, version?: string): FoundDefinition | undefined => {
    const found = findDefinition(resources, id, version);
    if (found === undefined || armIdKey(found.id) !== key || version !== undefined) return found;
    return { ...found, properties, version: versionOf(properties), stamp: `${key}#new` };
  };
  for (const assignment of usersOf(services, changed)) {
    const compiled = compileAssignment(
      assignment,
      { find, definition: plans.definition.bind(plans), initiative: plans.initiative.bind(plans) },
      () => undefined,
    );
    if (isCompiled(compiled)) continue;
    const [fault] = compiled;
    raise(
      'InvalidPolicyParameterUpdate',
      `The policy assignment '${assignment.id}' could not be in force any more: ${fault?.message ?? ''}`,
    );
  }
}

/** Assignments of a definition, directly or by a set. */
export function usersOf(services: Services, definition: ResourceDocument): readonly ResourceDocument[] {
  const ids = new Set([armIdKey(definition.id), ...setsWith(services, definition.id).map(({ id }) => armIdKey(id))]);
  return services.store.resources
    .list({ type: policyAssignmentType })
    .filter(({ body }) => ids.has(armIdKey(textMember(memberOf(body, 'properties'), 'policyDefinitionId') ?? '')));
}

/** The set definitions with a definition among their members. */
export function setsWith(services: Services, definitionId: string): readonly ResourceDocument[] {
  const key = armIdKey(definitionId);
  return services.store.resources.list({ type: policySetDefinitionType }).filter(({ body }) => {
    const members = memberOf(memberOf(body, 'properties'), 'policyDefinitions');
    return (
      isJsonArray(members) && members.some((each) => armIdKey(textMember(each, 'policyDefinitionId') ?? '') === key)
    );
  });
}

/** DELETE. @returns what was deleted, undefined when it was not there. @throws TocsinError `PolicyDefinitionInUse`. */
export function deletePolicyDefinition(
  services: Services,
  request: Pick<DefinitionRequest, 'caller' | 'kind' | 'scope' | 'name'>,
): Promise<JsonObject | undefined> {
  const id = definitionIdOf(request.kind, request.scope, request.name);
  return inTurn(services.store, id, async () => {
    const found = services.store.resources.get(id);
    if (found === undefined) return undefined;
    const [user] = [...usersOf(services, found), ...setsWith(services, found.id)];
    if (user !== undefined) {
      const code: FaultCode = 'PolicyDefinitionInUse';
      raise(code, `The policy ${wordOf(request.kind)} '${found.name}' cannot be deleted: '${user.id}' uses it.`);
    }
    const below = services.store.resources.list({ scope: found.id });
    await services.store.commit([
      ...below.map(({ id: each }): Write => ({ kind: 'deleteResource', id: each })),
      activityWrite(services, request.caller, { operation: `${found.type}/delete`, resourceId: found.id }),
    ]);
    return policyAnswer(found);
  });
}
