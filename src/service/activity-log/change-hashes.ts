/**
 * What an entry of the activity log says of the change it tells of: hashes of the resource before and after.
 *
 * Owns: finding the resource among the writes of the same commit.
 *
 * Invariants
 * CH1. Only what answers show is hashed, secrets never; two equal resources have equal hashes.
 */
import { createHash } from 'node:crypto';
import {
  armIdKey,
  type JsonObject,
  type ResourceDocument,
  type ResourceReader,
  stringifyJson,
  textMember,
  type Write,
} from '#foundation';
import { activityCollection } from '../record-activity.ts';

/** The same writes, the entries among them completed. `resources` are those before the commit. */
export function withChangeHashes(resources: ResourceReader, writes: readonly Write[]): readonly Write[] {
  if (!writes.some(isEntry)) return writes;
  const changed = new Map<string, ResourceDocument | undefined>();
  for (const write of writes) {
    if (write.kind === 'putResource') changed.set(armIdKey(write.resource.id), write.resource);
    else if (write.kind === 'deleteResource') changed.set(armIdKey(write.id), undefined);
  }
  if (changed.size === 0) return writes;
  return writes.map((write) => {
    if (!isEntry(write)) return write;
    const { document } = write;
    const id = textMember(document.body, 'resourceId') ?? '';
    const key = armIdKey(id);
    if (!changed.has(key)) return write;
    const hashes: JsonObject = { before: hashOf(resources.get(id)), after: hashOf(changed.get(key)) };
    return { kind: 'putDocument', document: { ...document, body: { ...document.body, contentHashes: hashes } } };
  });
}

function isEntry(write: Write): write is Extract<Write, { kind: 'putDocument' }> {
  return write.kind === 'putDocument' && write.document.collection === activityCollection;
}

/** Null where there is no resource. */
function hashOf(resource: ResourceDocument | undefined): string | null {
  if (resource === undefined) return null;
  const { type, name, location = null, body } = resource;
  return createHash('sha256')
    .update(stringifyJson([type, name, location, body]))
    .digest('hex');
}
