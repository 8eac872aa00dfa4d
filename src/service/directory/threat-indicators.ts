/**
 * Indicators of threats by the hundred: submitted, changed and removed in one request.
 *
 * Owns: these requests. Does not own: single indicators (`change-entities.ts`), lists (`query-entities.ts`).
 * Source: the published `tiIndicator` type of Microsoft Graph (beta) and its collection actions.
 *
 * Invariants
 * TI1. Of several indicators all are as they should be, or nothing changes; removals tell of each id what came of it.
 */
import { badDirectoryRequest, changedProperties, entitySets, newProperties } from '#directory';
import { isJsonArray, type Json, type JsonObject, memberOf, orThrow, textMember, TocsinError } from '#foundation';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { changeEntity, createEntity, deleteEntity, requireEntity } from './change-entities.ts';
import { entitiesBy, findEntity, type StoredEntity } from './directory-store.ts';

const mostAtOnce = 100;
const set = 'tiIndicators';

function valuesOf(request: Json | undefined): readonly Json[] {
  const value = memberOf(request, 'value');
  if (!isJsonArray(value) || value.length === 0 || value.length > mostAtOnce) {
    throw new TocsinError(badDirectoryRequest(`The member 'value' must be a list of 1 to ${mostAtOnce}.`, 'value'));
  }
  return value;
}

/** `POST …/submitTiIndicators` with `{value: [tiIndicator]}`. @throws TocsinError `Request_BadRequest`. */
export async function submitIndicators(
  services: Services,
  caller: Caller,
  request: Json | undefined,
): Promise<readonly StoredEntity[]> {
  const values = valuesOf(request);
  for (const value of values) orThrow(newProperties(entitySets[set], value));
  const made: StoredEntity[] = [];
  for (const value of values) made.push(await createEntity(services, caller, set, value));
  return made;
}

/** `POST …/updateTiIndicators`: each with its id. @throws TocsinError `Request_BadRequest`, `Request_ResourceNotFound`. */
export async function updateIndicators(
  services: Services,
  caller: Caller,
  request: Json | undefined,
): Promise<readonly StoredEntity[]> {
  const changes = valuesOf(request).map((value) => {
    const { id, ...rest } = value as JsonObject;
    const found = requireEntity(services, set, typeof id === 'string' ? id : '');
    orThrow(changedProperties(entitySets[set], rest));
    return { id: found.id, rest };
  });
  const changed: StoredEntity[] = [];
  for (const { id, rest } of changes) changed.push(await changeEntity(services, caller, { set, id }, rest));
  return changed;
}

/** `POST …/deleteTiIndicators` and `…/deleteTiIndicatorsByExternalId`: what came of each id, as a `resultInfo`. */
export async function deleteIndicators(
  services: Services,
  caller: Caller,
  request: Json | undefined,
  by: 'id' | 'externalId',
): Promise<readonly JsonObject[]> {
  const results: JsonObject[] = [];
  for (const value of valuesOf(request)) {
    const key = typeof value === 'string' ? value : (textMember(value, by) ?? '');
    const one = by === 'id' ? findEntity(services, set, key) : undefined;
    const found =
      by === 'id' ? (one === undefined ? [] : [one]) : entitiesBy(services, set, ['externalId', key], { count: 1_000 });
    for (const entity of found) await deleteEntity(services, caller, set, entity.id);
    results.push(
      found.length > 0
        ? { code: 0, message: '', subCode: null }
        : { code: 404, message: `No tiIndicator has the ${by} '${key.slice(0, 200)}'.`, subCode: 'NotFound' },
    );
  }
  return results;
}
