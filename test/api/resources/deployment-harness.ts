/** Deployments through the API: what their tests share. */
import assert from 'node:assert/strict';
import { type ArmResponse, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { type Harness, settle, startHarness, subscription } from '../harness.ts';

export const group = `${subscription}/resourceGroups/rg`;
export const deployments = `${group}/providers/Microsoft.Resources/deployments`;

export async function withGroup(): Promise<Harness> {
  const api = await startHarness();
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  return api;
}

export function at(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((inner, name) => memberOf(inner, name), value);
}

export interface Sections {
  readonly parameters?: JsonObject;
  readonly variables?: JsonObject;
  readonly resources?: Json;
  readonly outputs?: JsonObject;
}

export function template(sections: Sections): JsonObject {
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources: [],
    ...sections,
  };
}

export function body(sections: Sections, parameters: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return { properties: { mode: 'Incremental', template: template(sections), parameters, ...more } };
}

export const widget = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'Contoso.Widgets/widgets',
  apiVersion: '2020-01-01',
  name,
  location: 'westeurope',
  ...more,
});

export async function deployed(api: Harness, name: string, request: JsonObject): Promise<ArmResponse> {
  const put = await api.call('PUT', `${deployments}/${name}`, { body: request });
  assert.ok(put.status === 201 || put.status === 200, JSON.stringify(put.body));
  await settle();
  return api.call('GET', `${deployments}/${name}`);
}

export const stateOf = (response: ArmResponse): Json | undefined =>
  at(response.body, 'properties', 'provisioningState');

/** Follows the `Location` of a 202 to the result. */
export async function polled(api: Harness, accepted: ArmResponse): Promise<ArmResponse> {
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
  return api.call('GET', (accepted.headers?.['location'] ?? '').replace(/^https:\/\/[^/]+/, ''));
}

/** Changes of a preview by the last segment of the resource's id. */
export async function previewed(api: Harness, request: JsonObject): Promise<ReadonlyMap<string, JsonObject>> {
  const answer = await polled(api, await api.call('POST', `${deployments}/preview/whatIf`, { body: request }));
  const changes = at(answer.body, 'properties', 'changes') as readonly JsonObject[];
  return new Map(changes.map((one) => [(textMember(one, 'resourceId') ?? '').split('/').at(-1) ?? '', one]));
}
