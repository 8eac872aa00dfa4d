/**
 * Logic apps and their versions as REST answers.
 *
 * Owns: the shapes of ARM reference 6.2. Does not own: the stored form (`#service`).
 */
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type StoredDocument,
  textMember,
} from '#foundation';
import type { StoredWorkflow } from '#service';

/** Addresses that templates read; everything here leaves from one machine. */
const loopback: Json = [{ address: '127.0.0.1' }];

/** The workflow resource, secrets left out. */
export function workflowAnswer(workflow: StoredWorkflow, baseUrl: string): JsonObject {
  const { document, body, id } = workflow;
  const identity = memberOf(document.body, 'identity');
  return {
    properties: {
      provisioningState: 'Succeeded',
      createdTime: formatTime(document.createdTime),
      changedTime: formatTime(document.changedTime),
      state: body.state,
      version: body.version,
      accessEndpoint: `${baseUrl}/workflows/${body.opaqueId}`,
      ...(isJsonObject(body.accessControl) ? { accessControl: body.accessControl } : {}),
      ...(isJsonObject(body.runtimeConfiguration) ? { runtimeConfiguration: body.runtimeConfiguration } : {}),
      sku: { name: 'Consumption' },
      definition: body.definition,
      parameters: body.parameters,
      endpointsConfiguration: {
        workflow: { outgoingIpAddresses: loopback, accessEndpointIpAddresses: loopback },
        connector: { outgoingIpAddresses: loopback },
      },
    },
    id,
    name: document.name,
    type: document.type,
    location: document.location ?? '',
    tags: memberOf(document.body, 'tags') ?? {},
    ...(identity === undefined ? {} : { identity }),
  };
}

/** A version of a workflow as its own resource. */
export function versionAnswer(workflow: StoredWorkflow, version: StoredDocument, baseUrl: string): JsonObject {
  const name = textMember(version.body, 'version') ?? '';
  return {
    properties: {
      createdTime: formatTime(version.time),
      changedTime: formatTime(version.time),
      state: name === workflow.body.version ? workflow.body.state : 'Disabled',
      version: name,
      accessEndpoint: `${baseUrl}/workflows/${workflow.body.opaqueId}`,
      sku: { name: 'Consumption' },
      definition: memberOf(version.body, 'definition') ?? {},
      parameters: memberOf(version.body, 'parameters') ?? {},
    },
    id: `${workflow.id}/versions/${name}`,
    name,
    type: 'Microsoft.Logic/workflows/versions',
    location: workflow.document.location ?? '',
    tags: memberOf(version.body, 'tags') ?? {},
  };
}

/** The reference to a version that runs and triggers carry. */
export function versionReference(workflow: StoredWorkflow, version: string): JsonObject {
  return {
    id: `${workflow.id}/versions/${version}`,
    name: version,
    type: 'Microsoft.Logic/workflows/versions',
  };
}
