/**
 * Policy assignments and exemptions as they are stored: counted at their scope, changed in part, saved and removed.
 *
 * Owns: what both kinds do alike, with their entries in the activity log. Does not own: the checks of either kind.
 */
import { armIdKey, isJsonObject, type JsonObject, memberOf, raise, type ResourceDocument } from '#foundation';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { policyAnswer, type PolicyRequest } from './policy-request.ts';
import { policyScopeOf } from './policy-types.ts';

/** @throws TocsinError `PolicyLimitExceeded`: `most` of the type stand at the scope already. */
export function checkRoomAt(
  { store }: Pick<Services, 'store'>,
  scope: string,
  { type, most, noun }: { readonly type: string; readonly most: number; readonly noun: string },
): void {
  const key = armIdKey(scope);
  const there = store.resources.list({ type, scope }).filter(({ id }) => armIdKey(policyScopeOf(id)) === key);
  if (there.length < most) return;
  raise('PolicyLimitExceeded', `There are ${most} ${noun} at '${scope}' already, the most there may be.`);
}

/** PATCH: members of `properties` replace those of the same name. */
export function patchedProperties(existing: ResourceDocument, body: PolicyRequest['body']): JsonObject {
  const stored = memberOf(existing.body, 'properties');
  const given = memberOf(body, 'properties');
  return { ...(isJsonObject(stored) ? stored : {}), ...(isJsonObject(given) ? given : {}) };
}

/** Commits the document with its entry in the activity log. */
export async function storePolicy(services: Services, caller: Caller, document: ResourceDocument): Promise<void> {
  await services.store.commit([
    { kind: 'putResource', resource: document },
    activityWrite(services, caller, { operation: `${document.type}/write`, resourceId: document.id }),
  ]);
}

/** @returns what was deleted, undefined when it was not there. */
export function removePolicy(services: Services, caller: Caller, id: string): Promise<JsonObject | undefined> {
  return inTurn(services.store, id, async () => {
    const found = services.store.resources.get(id);
    if (found === undefined) return undefined;
    await services.store.commit([
      { kind: 'deleteResource', id: found.id },
      activityWrite(services, caller, { operation: `${found.type}/delete`, resourceId: found.id }),
    ]);
    return policyAnswer(found);
  });
}
