/**
 * Assigning a supplied policy as its page does, from outside: what end-to-end tests of policies share.
 */
import assert from 'node:assert/strict';
import type { Json, JsonObject } from '#foundation';
import { type Reply, textOf, type TocsinServer } from './tocsin-server.ts';

export const authorization = 'providers/Microsoft.Authorization';
export const insights = 'providers/Microsoft.PolicyInsights';
const contributor = '/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';

export interface AssignmentRequest {
  /** Full id of the assignment. */
  readonly id: string;
  readonly definitionId: string;
  readonly parameters: JsonObject;
  /** Where its identity becomes Contributor. */
  readonly grants: readonly string[];
}

export class SuppliedPolicies {
  readonly server: TocsinServer;

  constructor(server: TocsinServer) {
    this.server = server;
  }

  /** A request that must be answered by one of the statuses. */
  async call(method: string, path: string, statuses: readonly number[], body?: Json): Promise<Reply> {
    const reply = await this.server.call(method, path, body === undefined ? {} : { body });
    assert.ok(statuses.includes(reply.status), `${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }

  async addSubscription(subscriptionId: string, displayName: string, managementGroupId: string): Promise<void> {
    const properties = { subscriptionId, displayName, additionalProperties: { managementGroupId } };
    const path = `/providers/Microsoft.Subscription/aliases/${subscriptionId}?api-version=2021-10-01`;
    await this.call('PUT', path, [200, 201], { properties });
  }

  async assign({ id, definitionId, parameters, grants }: AssignmentRequest): Promise<void> {
    const entries = Object.entries(parameters).map(([name, value]) => [name, { value }] as const);
    const { body } = await this.call('PUT', `${id}?api-version=2021-06-01`, [201], {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { policyDefinitionId: definitionId, parameters: Object.fromEntries(entries) },
    });
    const principalId = textOf(body.identity, 'principalId');
    for (const scope of grants) {
      const path = `${scope}/${authorization}/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
      const properties = { roleDefinitionId: contributor, principalId, principalType: 'ServicePrincipal' };
      await this.call('PUT', path, [201], { properties });
    }
  }

  /** Remediates, waits for the end and answers the remediation's properties. */
  async remediate(scope: string, name: string, policyAssignmentId: string): Promise<JsonObject> {
    const path = `${scope}/${insights}/remediations/${name}?api-version=2021-10-01`;
    await this.call('PUT', path, [201], { properties: { policyAssignmentId, parallelDeployments: 10 } });
    return this.server.eventually(async () => {
      const { body } = await this.call('GET', path, [200]);
      const state = textOf(body.properties, 'provisioningState');
      return /^(?:Succeeded|Failed)$/.test(state) ? (body.properties as JsonObject) : undefined;
    }, `the end of the remediation ${name}`);
  }

  /** `[{ complianceState, n }]` of an assignment's resources. */
  async statesOf(scope: string, assignmentId: string): Promise<Json> {
    const query = new URLSearchParams({
      'api-version': '2019-10-01',
      $filter: `policyAssignmentId eq '${assignmentId}'`,
      $apply: 'groupby((complianceState),aggregate($count as n))',
    });
    const path = `${scope}/${insights}/policyStates/latest/queryResults?${query.toString()}`;
    const { body } = await this.call('POST', path, [200]);
    return body.value ?? [];
  }

  /** Waits until an assignment's resources are in exactly these states. */
  async reaches(scope: string, assignmentId: string, states: readonly JsonObject[]): Promise<void> {
    const wanted = JSON.stringify(states);
    await this.server.eventually(async () => {
      const found = JSON.stringify(await this.statesOf(scope, assignmentId));
      return found === wanted ? true : undefined;
    }, `${wanted} of ${assignmentId}`);
  }
}
