/**
 * An initiative: policy definitions assigned together, their parameters given by the set's.
 *
 * Owns: the members of a set and their planned parameter values. Does not own: the definitions it names, assigning.
 *
 * Invariants
 * I1. A member's values are planned once; assigning the set evaluates them with its effective parameters.
 * I2. Reference ids are unique within a set ignoring case; one that is left out is made from the member's place.
 *
 * Source: policy reference 13.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberIgnoringCase, textMember } from '#foundation';
import { evaluateValue, type EvaluationStop, isStop, type PlannedValue } from '#templates';
import { contextOf, type PolicyIdentity } from './functions.ts';
import { type Declarations, parseDeclarations } from './parameters.ts';
import { RuleReader } from './parse-rule.ts';
import type { PolicyFault } from './rule.ts';

export interface InitiativeMember {
  readonly definitionId: string;
  readonly referenceId: string;
  readonly groupNames: readonly string[];
  /** `1.*.*`; absent: the newest. */
  readonly definitionVersion?: string;
  /** Planned values by parameter name as written. */
  readonly values: ReadonlyMap<string, PlannedValue>;
}

export interface InitiativePlan {
  readonly parameters: Declarations;
  readonly members: readonly InitiativeMember[];
}

/** Plans the properties of a set definition, or lists its faults. */
export function planInitiative(properties: Json): InitiativePlan | readonly PolicyFault[] {
  const faults: PolicyFault[] = [];
  const parameters = parseDeclarations(memberIgnoringCase(properties, 'parameters'), (fault) => faults.push(fault));
  const list = memberIgnoringCase(properties, 'policyDefinitions');
  if (!isJsonArray(list) || list.length === 0) {
    return [...faults, setFault("The policy set definition needs 'policyDefinitions'.", ['policyDefinitions'])];
  }
  const reader = new RuleReader();
  const groups = groupNamesOf(properties);
  const members = list.flatMap((each, index) => {
    const member = memberOfSet(reader, each, index, groups);
    return member === undefined ? [] : [member];
  });
  faults.push(...reader.faults);
  const seen = new Set<string>();
  for (const { referenceId } of members) {
    const key = referenceId.toLowerCase();
    if (seen.has(key)) {
      faults.push(
        setFault(`The policy definition reference id '${referenceId}' is used twice.`, ['policyDefinitions']),
      );
    }
    seen.add(key);
  }
  for (const name of reader.parameters) {
    if (parameters.has(name)) continue;
    const message = `The policy set definition uses the parameter '${name}', which is not declared.`;
    faults.push({ code: 'InvalidPolicyParameters', message, path: ['policyDefinitions'] });
  }
  return faults.length > 0 ? faults : { parameters, members };
}

function setFault(message: string, path: PolicyFault['path']): PolicyFault {
  return { code: 'InvalidPolicyDefinition', message, path };
}

function groupNamesOf(properties: Json): ReadonlySet<string> {
  const groups = memberIgnoringCase(properties, 'policyDefinitionGroups');
  if (!isJsonArray(groups)) return new Set();
  return new Set(groups.flatMap((group) => textMember(group, 'name')?.toLowerCase() ?? []));
}

function memberOfSet(
  reader: RuleReader,
  json: Json,
  index: number,
  groups: ReadonlySet<string>,
): InitiativeMember | undefined {
  const path = ['policyDefinitions', index];
  const definitionId = textIgnoringCase(json, 'policyDefinitionId');
  if (definitionId === undefined) {
    return reader.report("A member of a set names its 'policyDefinitionId'.", path, 'InvalidPolicyDefinition');
  }
  const given = memberIgnoringCase(json, 'parameters') ?? {};
  if (!isJsonObject(given)) return reader.report("'parameters' must be an object.", [...path, 'parameters']);
  const values = new Map<string, PlannedValue>();
  for (const [name, value] of Object.entries(given)) {
    const inner = memberIgnoringCase(value, 'value');
    const at = [...path, 'parameters', name];
    if (inner === undefined) reader.report(`The parameter '${name}' needs a 'value'.`, at, 'InvalidPolicyParameters');
    else values.set(name, reader.plan(inner, [...at, 'value']));
  }
  const names = memberIgnoringCase(json, 'groupNames');
  const groupNames = isJsonArray(names) ? names.filter((name) => typeof name === 'string') : [];
  const stranger = groupNames.find((name) => !groups.has(name.toLowerCase()));
  if (stranger !== undefined) {
    reader.report(
      `The group '${stranger}' is not defined in the set.`,
      [...path, 'groupNames'],
      'InvalidPolicyDefinition',
    );
  }
  const definitionVersion = textIgnoringCase(json, 'definitionVersion');
  return {
    definitionId,
    referenceId: textIgnoringCase(json, 'policyDefinitionReferenceId') ?? madeReferenceId(definitionId, index),
    groupNames,
    ...(definitionVersion === undefined ? {} : { definitionVersion }),
    values,
  };
}

function textIgnoringCase(json: Json, name: string): string | undefined {
  const value = memberIgnoringCase(json, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a member is called that gives itself no reference id: the definition's name and its place. */
export function madeReferenceId(definitionId: string, index: number): string {
  return `${definitionId.slice(definitionId.lastIndexOf('/') + 1)}_${index + 1}`;
}

/** The values a member's definition is assigned with. */
export function memberValues(
  member: InitiativeMember,
  parameters: ReadonlyMap<string, Json>,
  policy: PolicyIdentity,
): JsonObject | EvaluationStop {
  const context = contextOf({ resource: {}, parameters, now: 0, policy, requestContext: {} }, undefined);
  const values: [string, Json][] = [];
  for (const [name, planned] of member.values) {
    const value = planned.kind === 'constant' ? planned.value : evaluateValue(planned, context);
    if (isStop(value)) return value;
    values.push([name, value]);
  }
  return Object.fromEntries(values);
}
