/**
 * A server without sockets with compliance in it: subscriptions below a management group, definitions and assignments put
 * straight into the store, everything else through the API.
 */
import assert from 'node:assert/strict';
import {
  type ArmResponse,
  type Json,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  type Store,
  textMember,
} from '#foundation';
import { Compliance, policiesOf } from '#service';
import { memoryStore } from '#store';
import { type CallOptions, type Harness, startHarness, subscription } from '../../api/harness.ts';

export const group = '/providers/Microsoft.Management/managementGroups/team';
const authorization = 'Microsoft.Authorization';
export const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

export function subscriptionId(number: number): string {
  return `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
}

export interface AssignmentOptions {
  readonly scope?: string;
  readonly parameters?: JsonObject;
  readonly principalId?: string;
  readonly more?: JsonObject;
}

export class ComplianceHarness {
  readonly harness: Harness;
  readonly compliance: Compliance;
  #etag = 0;

  private constructor(harness: Harness) {
    this.harness = harness;
    this.compliance = new Compliance(harness.services, policiesOf(harness.services));
  }

  static async start(rows: Store = memoryStore()): Promise<ComplianceHarness> {
    const made = new ComplianceHarness(await startHarness(undefined, rows));
    await made.compliance.start();
    await made.call('PUT', `${group}?api-version=2020-05-01`, { properties: { displayName: 'Team' } }, [200, 202]);
    return made;
  }

  /** A request that must be answered by one of the statuses. */
  async call(
    method: string,
    path: string,
    body?: Json,
    statuses: readonly number[] = [200, 201, 202, 204],
    options: CallOptions = {},
  ): Promise<ArmResponse> {
    const answer = await this.harness.call(method, path, { ...options, ...(body === undefined ? {} : { body }) });
    assert.ok(statuses.includes(answer.status), `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async addSubscriptions(from: number, to: number, below: string = group): Promise<void> {
    for (let number = from; number < to; number++) {
      const properties = {
        subscriptionId: subscriptionId(number),
        displayName: `s${number}`,
        additionalProperties: { managementGroupId: below },
      };
      await this.call('PUT', `/providers/Microsoft.Subscription/aliases/s${number}?api-version=2021-10-01`, {
        properties,
      });
    }
  }

  async putGroup(scope: string = subscription, name = 'rg', tags: JsonObject = {}): Promise<string> {
    const id = `${scope}/resourceGroups/${name}`;
    await this.call('PUT', `${id}?api-version=2021-04-01`, { location: 'westeurope', tags });
    return id;
  }

  async put(id: string, body: JsonObject = {}): Promise<void> {
    await this.call('PUT', `${id}?api-version=2023-01-01`, { location: 'westeurope', ...body });
  }

  /** Stores a definition (or initiative, by its type) at the tenant's group and answers its id. */
  async define(name: string, properties: JsonObject, type = 'policyDefinitions'): Promise<string> {
    const id = `${group}/providers/${authorization}/${type}/${name}`;
    await this.#store(id, `${authorization}/${type}`, { properties });
    return id;
  }

  async assign(name: string, policyDefinitionId: string, options: AssignmentOptions = {}): Promise<string> {
    const { scope = group, parameters = {}, principalId, more = {} } = options;
    const id = `${scope}/providers/${authorization}/policyAssignments/${name}`;
    const values = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }] as const));
    const properties = { policyDefinitionId, parameters: values, displayName: name, ...more };
    await this.#store(id, `${authorization}/policyAssignments`, {
      location: 'westeurope',
      ...(principalId === undefined ? {} : { identity: { type: 'SystemAssigned', principalId, tenantId: 't' } }),
      properties,
    });
    return id;
  }

  async exempt(scope: string, policyAssignmentId: string, more: JsonObject = {}): Promise<string> {
    const id = `${scope}/providers/${authorization}/policyExemptions/e`;
    const properties = { policyAssignmentId, exemptionCategory: 'Waiver', ...more };
    await this.#store(id, `${authorization}/policyExemptions`, { properties });
    return id;
  }

  async remove(id: string): Promise<void> {
    await this.harness.store.commit([{ kind: 'deleteResource', id }]);
  }

  async grant(principalId: string, scope: string, role: string = contributor): Promise<void> {
    const name = crypto.randomUUID();
    const roleDefinitionId = `/providers/${authorization}/roleDefinitions/${role}`;
    await this.call('PUT', `${scope}/providers/${authorization}/roleAssignments/${name}?api-version=2022-04-01`, {
      properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' },
    });
  }

  /** Everything that was queued is evaluated. */
  idle(): Promise<void> {
    return this.compliance.idle();
  }

  /** Rows of a query; `kind` as in the path. */
  async states(scope: string, options: Readonly<Record<string, string>> = {}, kind = 'policyStates/latest') {
    const query = new URLSearchParams({ 'api-version': '2019-10-01', ...options });
    const path = `${scope}/providers/Microsoft.PolicyInsights/${kind}/queryResults?${query.toString()}`;
    const { body } = await this.call('POST', path);
    return memberOf(body, 'value') as readonly JsonObject[];
  }

  /** `name: state` of each row, sorted; the name is the last segment of the resource's id. */
  async outline(scope: string, options: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    const rows = await this.states(scope, options);
    return rows
      .map((row) => `${nameOf(textMember(row, 'resourceId'))}: ${textMember(row, 'complianceState') ?? ''}`)
      .toSorted();
  }

  /** Turns the event loop until something holds. */
  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (let turn = 0; turn < 20_000; turn++) {
      if (await holds()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`${what} did not happen.`);
  }

  async #store(id: string, type: string, body: JsonObject): Promise<void> {
    const name = id.slice(id.lastIndexOf('/') + 1);
    const now = this.harness.clock.now();
    const scoped = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i.exec(id);
    const resource: ResourceDocument = {
      id,
      type,
      name,
      ...(scoped?.[1] === undefined ? {} : { subscriptionId: scoped[1] }),
      ...(scoped?.[2] === undefined ? {} : { resourceGroup: scoped[2] }),
      body,
      etag: String((this.#etag += 1)),
      createdTime: now,
      changedTime: now,
    };
    await this.harness.store.commit([{ kind: 'putResource', resource }]);
  }
}

function nameOf(text = ''): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/** A rule with the effect, as definitions have it. */
export function definition(condition: JsonObject, effect: string, details?: Json): JsonObject {
  return {
    mode: 'All',
    // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
    policyRule: { if: condition, then: { effect, ...(details === undefined ? {} : { details }) } },
  };
}
