/**
 * Resource groups as stored documents.
 *
 * Owns: the document and its answer.
 */
import { type JsonObject, memberOf, type ResourceDocument } from '#foundation';
import type { Services } from './services.ts';

export const resourceGroupType = 'Microsoft.Resources/resourceGroups';

export function resourceGroupId(subscriptionId: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
}

export interface NewGroup {
  readonly subscriptionId: string;
  readonly name: string;
  readonly location: string;
  /** `tags`, `managedBy`. */
  readonly members?: JsonObject;
}

export function newGroupDocument(services: Pick<Services, 'clock' | 'random'>, group: NewGroup): ResourceDocument {
  const now = services.clock.now();
  return {
    id: resourceGroupId(group.subscriptionId, group.name),
    type: resourceGroupType,
    name: group.name,
    subscriptionId: group.subscriptionId,
    resourceGroup: group.name,
    location: group.location,
    body: { ...group.members, properties: { provisioningState: 'Succeeded' } },
    etag: services.random.uuid(),
    createdTime: now,
    changedTime: now,
  };
}

/** A group as GET answers it. */
export function resourceGroupAnswer(document: ResourceDocument): JsonObject {
  const { id, name, type, location, body } = document;
  return { id, name, type, location: location ?? '', tags: {}, ...body };
}

export function isBeingDeleted(group: ResourceDocument): boolean {
  return memberOf(memberOf(group.body, 'properties'), 'provisioningState') === 'Deleting';
}
