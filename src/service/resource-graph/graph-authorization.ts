/**
 * What Resource Graph shows of roles and policies: `authorizationresources` and `policyresources`.
 *
 * Owns: their types, and the filter by where an assignment stands. Does not own: rights.
 *
 * Invariants
 * GA1. What is built in stands at the tenant and is shown whatever the scope.
 * Source: connectors reference 6.2; published list of tables (policyresources, authorizationresources).
 */
import { builtInRoles } from '#access';
import { formatTime, type JsonObject, type StoredPolicyRecord, textMember } from '#foundation';
import type { PushedCondition } from '#query';
import { policyAnswer } from '../policies/policy-request.ts';
import {
  policyAssignmentType,
  policyDefinitionType,
  policyExemptionType,
  policyScopeOf,
  policySetDefinitionType,
} from '../policies/policy-types.ts';
import { shippedDefinitions } from '../policies/shipped-definitions.ts';
import { roleAssignmentAnswer, roleAssignmentType, scopeOf } from '../put-role-assignment.ts';
import { readRoleDefinition, roleDefinitionType } from '../put-role-definition.ts';
import { type GraphReading, wantedTexts } from './graph-reading.ts';
import type { GraphDocument } from './graph-row.ts';

type Wants = (type: string) => boolean;

function wantsOf(conditions: readonly PushedCondition[]): Wants {
  const types = wantedTexts(conditions, 'type');
  return (type) => types === undefined || types.includes(type.toLowerCase());
}

/** Rows of `authorizationresources`: role assignments and definitions. */
export function* authorizationDocuments(
  reading: GraphReading,
  conditions: readonly PushedCondition[],
): Iterable<GraphDocument> {
  const wants = wantsOf(conditions);
  if (wants(roleAssignmentType)) {
    for (const assignment of reading.store.resources.list({ type: roleAssignmentType })) {
      if (reading.standsAt(scopeOf(assignment))) yield { document: roleAssignmentAnswer(assignment) };
    }
  }
  if (!wants(roleDefinitionType)) return;
  for (const { roleId } of builtInRoles) yield { document: readRoleDefinition(reading, '', roleId), open: true };
  for (const { name } of reading.store.resources.list({ type: roleDefinitionType })) {
    yield { document: readRoleDefinition(reading, '', name) };
  }
}

/** Rows of `policyresources`: definitions, assignments, exemptions and the latest states. */
export function* policyDocuments(
  reading: GraphReading,
  conditions: readonly PushedCondition[],
): Iterable<GraphDocument> {
  const wants = wantsOf(conditions);
  if (wants(policyDefinitionType)) {
    for (const { name, properties } of shippedDefinitions()) {
      const id = `/providers/${policyDefinitionType}/${name}`;
      yield { document: { id, name, type: policyDefinitionType, properties }, open: true };
    }
  }
  for (const type of [policyDefinitionType, policySetDefinitionType, policyAssignmentType, policyExemptionType]) {
    if (!wants(type)) continue;
    for (const document of reading.store.resources.list({ type })) {
      if (reading.standsAt(policyScopeOf(document.id))) yield { document: policyAnswer(document) };
    }
  }
  if (!wants(stateType) || reading.subscriptions.length === 0) return;
  yield* states(reading);
}

const stateType = 'Microsoft.PolicyInsights/policyStates';
const pageSize = 500;

function* states({ store, subscriptions }: GraphReading): Iterable<GraphDocument> {
  let after: { readonly time: number; readonly number: number } | undefined;
  for (;;) {
    const page = store.policyRecords.list({
      kind: 'latest',
      subscriptions: [...subscriptions],
      top: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const record of page) yield { document: stateDocument(record), subscriptionId: record.subscription };
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = { time: last.time, number: last.number };
  }
}

function stateDocument(record: StoredPolicyRecord): JsonObject {
  const text = (name: string): string => textMember(record.body, name) ?? '';
  return {
    id: `${record.resource}/providers/${stateType}/${record.number}`,
    name: String(record.number),
    type: stateType,
    properties: {
      timestamp: formatTime(record.time),
      resourceId: record.resource,
      resourceType: text('type'),
      resourceLocation: text('location'),
      resourceGroup: text('resourceGroup'),
      subscriptionId: record.subscription,
      complianceState: record.state,
      isCompliant: record.state !== 'NonCompliant',
      policyAssignmentId: record.assignment,
      policyAssignmentName: record.assignment.slice(record.assignment.lastIndexOf('/') + 1),
      policyAssignmentScope: text('scope'),
      policyDefinitionId: record.definition,
      policyDefinitionName: record.definition.slice(record.definition.lastIndexOf('/') + 1),
      policyDefinitionAction: text('effect').toLowerCase(),
      policyDefinitionReferenceId: text('reference'),
      policySetDefinitionId: record.setDefinition,
    },
  };
}
