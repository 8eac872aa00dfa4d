/**
 * Removes one version of a definition or set definition.
 *
 * Owns: which version then is the definition's own. Does not own: saving versions (`put-policy-definition.ts`).
 *
 * Invariants
 * DV1. What assignments and sets ask for stays findable: a version that a pattern of theirs needs is not removed.
 * DV2. A definition keeps at least one version; the newest that is left is its own.
 * Source: management API reference 10.1 (versions).
 */
import { isJsonArray, isJsonObject, type JsonObject, memberOf, raise, textMember, type Write } from '#foundation';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { versionOf, versionsOf } from './definition-source.ts';
import { compareVersions, newestVersion } from './definition-version.ts';
import { checkAssignments, setsWith, usersOf } from './put-policy-definition.ts';
import { type DefinitionKind, definitionIdOf } from './put-policy-definition.ts';

export interface VersionRequest {
  readonly caller: Caller;
  readonly kind: DefinitionKind;
  readonly scope: string;
  readonly name: string;
  readonly version: string;
}

/** DELETE of a version; false when it was not there. @throws TocsinError `PolicyDefinitionInUse` (DV1, DV2). */
export function deletePolicyVersion(services: Services, request: VersionRequest): Promise<boolean> {
  const id = definitionIdOf(request.kind, request.scope, request.name);
  return inTurn(services.store, id, async () => {
    const { resources } = services.store;
    const stored = resources.get(id);
    const properties = memberOf(stored?.body, 'properties');
    if (stored === undefined || !isJsonObject(properties)) return false;
    const own = versionOf(properties);
    const all = [...new Set([...versionsOf(properties), own])].toSorted(compareVersions);
    const left = all.filter((version) => version !== request.version);
    if (left.length === all.length) return false;
    const newest = left.at(-1);
    if (newest === undefined) {
      return raise('PolicyDefinitionInUse', `'${request.version}' is the only version of '${stored.name}'.`);
    }
    const pattern = patternsOf(services, stored.id).find((each) => newestVersion(left, each) === undefined);
    if (pattern !== undefined) {
      return raise('PolicyDefinitionInUse', `The version '${request.version}' is needed by the pattern '${pattern}'.`);
    }
    const writes: Write[] = [{ kind: 'deleteResource', id: `${id}/versions/${request.version}` }];
    const becomes =
      own === request.version ? memberOf(resources.get(`${id}/versions/${newest}`)?.body, 'properties') : properties;
    const body = { ...stored.body, properties: { ...(becomes as JsonObject), versions: left.toReversed() } };
    const resource = { ...stored, body, etag: services.random.uuid(), changedTime: services.clock.now() };
    if (own === request.version) {
      checkAssignments(services, resource);
      writes.push({ kind: 'deleteResource', id: `${id}/versions/${newest}` });
    }
    await services.store.commit([
      ...writes,
      { kind: 'putResource', resource },
      activityWrite(services, request.caller, {
        operation: `${stored.type}/versions/delete`,
        resourceId: `${stored.id}/versions/${request.version}`,
      }),
    ]);
    return true;
  });
}

/** The patterns of versions by which assignments, and members of sets, ask for a definition. */
function patternsOf(services: Services, definitionId: string): readonly string[] {
  const key = definitionId.toLowerCase();
  const asked = (reference: unknown): readonly string[] => {
    if (!isJsonObject(reference)) return [];
    const same = textMember(reference, 'policyDefinitionId')?.toLowerCase() === key;
    const pattern = textMember(reference, 'definitionVersion');
    return same && pattern !== undefined ? [pattern] : [];
  };
  const stored = services.store.resources.get(definitionId);
  const assignments = stored === undefined ? [] : usersOf(services, stored);
  return [
    ...assignments.flatMap(({ body }) => asked(memberOf(body, 'properties'))),
    ...setsWith(services, definitionId).flatMap(({ body }) => {
      const members = memberOf(memberOf(body, 'properties'), 'policyDefinitions');
      return isJsonArray(members) ? members.flatMap(asked) : [];
    }),
  ];
}
