/**
 * A stored record as the API answers and queries it.
 *
 * Owns: the members and their names; joining what the assignment says of all its rows. Does not own: queries.
 *
 * Invariants
 * SC1. A row of an assignment that is gone shows what it held itself.
 *
 * Source: ARM reference 11 (state row); policy reference 18.
 */
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type StoredPolicyRecord,
  stringifyJson,
  textMember,
} from '#foundation';
import { type Column, type Columns, columnsOf } from '#query';
import type { Assigned, AssignedPolicies } from '../policies/assigned-policies.ts';

export interface StateRow {
  readonly record: StoredPolicyRecord;
  /** What is known of the policy; absent when the assignment is gone. */
  readonly policy: Assigned | undefined;
  /** Management groups above the subscription, nearest first. */
  readonly managementGroups: readonly string[];
}

/** Joins rows with their policies, and reads the groups of each subscription once. */
export class StateRows {
  readonly #policies: AssignedPolicies;
  readonly #groupsAbove: (scope: string) => readonly string[];
  readonly #known = new Map<string, Assigned | undefined>();
  readonly #groups = new Map<string, readonly string[]>();

  constructor(policies: AssignedPolicies, groupsAbove: (scope: string) => readonly string[]) {
    this.#policies = policies;
    this.#groupsAbove = groupsAbove;
  }

  row(record: StoredPolicyRecord): StateRow {
    const key = `${record.assignment}\n${record.reference}`;
    if (!this.#known.has(key)) {
      const reference = record.reference === '' ? undefined : record.reference;
      this.#known.set(key, this.#policies.get(record.assignment, reference));
    }
    let groups = this.#groups.get(record.subscription);
    if (groups === undefined) {
      groups = this.#groupsAbove(`/subscriptions/${record.subscription}`);
      this.#groups.set(record.subscription, groups);
    }
    return { record, policy: this.#known.get(key), managementGroups: groups };
  }
}

type Read = (row: StateRow) => Json | undefined;

const text =
  (name: string): Read =>
  ({ record }) =>
    textMember(record.body, name) ?? '';
const ofPolicy =
  (read: (policy: Assigned) => string | undefined): Read =>
  ({ policy }) =>
    (policy === undefined ? undefined : read(policy)) ?? '';

function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

const members: readonly (readonly [string, Read])[] = [
  ['timestamp', ({ record }) => formatTime(record.time)],
  ['resourceId', ({ record }) => record.resource],
  ['policyAssignmentId', ({ record }) => record.assignment],
  ['policyDefinitionId', ({ record }) => record.definition],
  ['effectiveParameters', ofPolicy(effectiveParameters)],
  ['isCompliant', ({ record }) => record.state !== 'NonCompliant'],
  ['subscriptionId', ({ record }) => record.subscription],
  ['resourceType', text('type')],
  ['resourceLocation', text('location')],
  ['resourceGroup', text('resourceGroup')],
  ['resourceTags', ({ record }) => tagsText(record.body)],
  ['policyAssignmentName', ({ record, policy }) => policy?.assignmentName ?? lastName(record.assignment)],
  ['policyAssignmentOwner', ofPolicy(({ owner }) => owner)],
  ['policyAssignmentParameters', ofPolicy(({ assignmentParameters }) => textOfParameters(assignmentParameters))],
  ['policyAssignmentScope', text('scope')],
  ['policyDefinitionName', ({ record, policy }) => policy?.definition.name ?? lastName(record.definition)],
  ['policyDefinitionAction', ({ record }) => (textMember(record.body, 'effect') ?? '').toLowerCase()],
  ['policyDefinitionCategory', ofPolicy(({ definition }) => definition.category.toLowerCase())],
  ['policySetDefinitionId', ({ record }) => record.setDefinition],
  ['policySetDefinitionName', ofPolicy(({ setDefinition }) => setDefinition?.name)],
  ['policySetDefinitionOwner', () => ''],
  ['policySetDefinitionCategory', ofPolicy(({ setDefinition }) => setDefinition?.category.toLowerCase())],
  [
    'policySetDefinitionParameters',
    ofPolicy(({ setDefinition, assignmentParameters }) =>
      setDefinition === undefined ? undefined : textOfParameters(assignmentParameters),
    ),
  ],
  ['managementGroupIds', ({ managementGroups }) => managementGroups.map(lastName).join(',')],
  ['policyDefinitionReferenceId', text('reference')],
  ['complianceState', ({ record }) => record.state],
  ['policyDefinitionGroupNames', ({ record }) => groupsOf(record.body)],
  ['policyDefinitionVersion', ofPolicy(({ definition }) => definition.version)],
  ['policySetDefinitionVersion', ofPolicy(({ setDefinition }) => setDefinition?.version)],
];

function effectiveParameters({ policy }: Assigned): string {
  const entries = [...policy.parameters].map(([key, value]) => {
    return [policy.plan.parameters.get(key)?.name ?? key, { value }] as const;
  });
  return textOfParameters(Object.fromEntries(entries));
}

function textOfParameters(parameters: JsonObject): string {
  return Object.keys(parameters).length === 0 ? '' : stringifyJson(parameters);
}

function tagsText(body: JsonObject): string {
  const tags = memberOf(body, 'tags');
  return isJsonObject(tags) && Object.keys(tags).length > 0 ? JSON.stringify(tags) : '';
}

function groupsOf(body: JsonObject): Json {
  const groups = memberOf(body, 'groups');
  return isJsonArray(groups) ? groups : [];
}

/** The columns of states; queries may name any of them. */
export const stateColumns: Columns<StateRow> = columnsOf(
  members.map(([name, read]): Column<StateRow> => ({ name, read })),
);

/** A whole row; `details` adds the evaluation's reasons. */
export function stateAnswer(row: StateRow, columns: Columns<StateRow>, details: boolean): JsonObject {
  const shown = Object.fromEntries([...columns.values()].map(({ name, read }) => [name, read(row) ?? null] as const));
  if (!details) return shown;
  return { ...shown, policyEvaluationDetails: memberOf(row.record.body, 'details') ?? {} };
}
