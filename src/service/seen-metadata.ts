/**
 * Metadata of recommendations that came along with events.
 *
 * Owns: what is kept of it. Does not own: metadata that users save (`assessment-metadata.ts`), which wins.
 */
import { looseMember, type SecurityEvent } from '#events';
import { isJsonObject, jsonEquals, memberOf, type StoredDocument } from '#foundation';
import { metadataCollection } from './event-documents.ts';

/** The metadata that a recommendation carries, as it would be kept; undefined when it carries none. */
export function seenMetadata(event: SecurityEvent, now: number): StoredDocument | undefined {
  const metadata = looseMember(event.body, 'properties', 'metadata');
  if (!isJsonObject(metadata)) return undefined;
  const name = event.id.slice(event.id.lastIndexOf('/') + 1);
  return {
    collection: metadataCollection,
    key: `${event.subscriptionId}/${name}`.toLowerCase(),
    parent: event.subscriptionId.toLowerCase(),
    time: now,
    status: 'Seen',
    body: { name, properties: metadata },
  };
}

/** Whether it says something that the known metadata does not, and may say it. */
export function replacesMetadata(seen: StoredDocument, known: StoredDocument): boolean {
  if (known.status === 'Saved') return false;
  return !jsonEquals(memberOf(known.body, 'properties') ?? null, memberOf(seen.body, 'properties') ?? null);
}
