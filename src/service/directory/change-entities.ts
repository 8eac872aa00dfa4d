/**
 * Makes, changes and removes entities of the directory.
 *
 * Owns: uniqueness, times, links that come with a body (`members@odata.bind`), the audit entry.
 * Does not own: which properties there are (`#directory`), passwords (`user-passwords.ts`, written along), links put by themselves (`link-objects.ts`).
 *
 * Invariants
 * DC1. A refused request changes nothing; an accepted one is one commit with its audit entry.
 * DC2. Two entities never come to share a unique property, also when both are made at the same moment.
 */
import {
  badDirectoryRequest,
  changedProperties,
  directoryObjectNotFound,
  type Entity,
  type EntitySet,
  type EntitySetName,
  entitySets,
  newProperties,
  propertyInUse,
} from '#directory';
import {
  formatTime,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  textMember,
  TocsinError,
  type Write,
} from '#foundation';
import { inTurn, inTurns } from '../in-turn.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { assignmentRemovals } from '../role-holders.ts';
import { passwordRemoval, passwordWrites, preparePassword } from '../user-passwords.ts';
import { auditWrites } from './directory-audit.ts';
import { type AlternateKey, alternateKey } from './graph-alternate-key.ts';
import {
  entitiesBy,
  entityWrites,
  findEntity,
  findDirectoryUser,
  removalWrites,
  type StoredEntity,
} from './directory-store.ts';
import { boundLinkWrites } from './link-objects.ts';

/** POST on a set. @throws TocsinError `Request_BadRequest`. */
export async function createEntity(
  services: Services,
  caller: Caller,
  setName: EntitySetName,
  request: Json | undefined,
): Promise<StoredEntity> {
  const set: EntitySet = entitySets[setName];
  const { body, password } = orThrow(newProperties(set, request));
  const now = services.clock.now();
  const id = services.random.uuid();
  const times = ['createdDateTime', 'ingestedDateTime'];
  if (setName === 'namedLocations') times.push('modifiedDateTime');
  if (password !== undefined) times.push('lastPasswordChangeDateTime');
  const stamped: JsonObject = {
    ...body,
    ...(set.properties.includes('azureTenantId') ? { azureTenantId: services.settings.tenantId } : {}),
    ...Object.fromEntries(times.filter((name) => set.properties.includes(name)).map((name) => [name, formatTime(now)])),
  };
  const entity: StoredEntity = { set: setName, id, body: stamped, createdTime: now };
  const hash = await hashFor(entity, password);
  return inTurns(services.store, uniqueKeys(entity), async () => {
    refuseTaken(services, entity);
    await services.store.commit([
      ...entityWrites(entity, undefined),
      ...(hash === undefined ? [] : passwordWrites(id, hash, now)),
      ...boundLinkWrites(services, entity, request),
      ...auditWrites(services, caller, {
        activity: `Add ${set.noun.toLowerCase()}`,
        operation: 'Add',
        target: entity,
        after: body,
      }),
    ]);
    return entity;
  });
}

/** What is kept of a password that came with a user. @throws TocsinError `InvalidParameter` when it is too weak. */
function hashFor({ set, body }: Entity, password: string | undefined): Promise<string> | undefined {
  if (set !== 'users' || password === undefined) return undefined;
  return preparePassword(password, textMember(body, 'userPrincipalName') ?? '');
}

/** An entity by id; a user also by its name. @throws TocsinError `Request_ResourceNotFound`. */
export function requireEntity(services: Services, set: EntitySetName, id: string): StoredEntity {
  const alternate = alternateKey(id);
  const found =
    alternate === undefined
      ? set === 'users'
        ? findDirectoryUser(services, id)
        : findEntity(services, set, id)
      : entityOfKey(services, set, alternate);
  if (found === undefined) throw new TocsinError(directoryObjectNotFound(id));
  return found;
}

/** By a property that no two entities share. */
function entityOfKey(
  services: Services,
  set: EntitySetName,
  { property, value }: AlternateKey,
): StoredEntity | undefined {
  const { unique }: EntitySet = entitySets[set];
  if (!unique.includes(property))
    throw new TocsinError(badDirectoryRequest(`'${property}' is no key of this set.`, property));
  return entitiesBy(services, set, [property, value], { count: 1 })[0];
}

/** PATCH: what is given replaces, null empties. @throws TocsinError `Request_ResourceNotFound`, `Request_BadRequest`. */
export async function changeEntity(
  services: Services,
  caller: Caller,
  target: Pick<Entity, 'set' | 'id'>,
  request: Json | undefined,
): Promise<StoredEntity> {
  const set: EntitySet = entitySets[target.set];
  const written = orThrow(changedProperties(set, request));
  const current = requireEntity(services, target.set, target.id);
  const { id } = current;
  const hash = await hashFor(current, written.password);
  const stamp: JsonObject = {
    ...(written.password === undefined ? {} : { lastPasswordChangeDateTime: formatTime(services.clock.now()) }),
    ...(target.set === 'namedLocations' ? { modifiedDateTime: formatTime(services.clock.now()) } : {}),
  };
  const wanted: Entity = { set: target.set, id, body: written.body };
  return inTurns(services.store, [entityKey(wanted), ...uniqueKeys(wanted)], async () => {
    const before = requireEntity(services, target.set, id);
    const next: StoredEntity = { ...before, body: { ...before.body, ...written.body, ...stamp } };
    refuseTaken(services, next);
    await services.store.commit([
      ...entityWrites(next, before),
      ...(hash === undefined ? [] : passwordWrites(id, hash, services.clock.now())),
      ...boundLinkWrites(services, next, request),
      ...auditWrites(services, caller, {
        activity: activityOf(set, before, next),
        operation: 'Update',
        target: next,
        before: before.body,
        after: written.body,
      }),
    ]);
    return next;
  });
}

/** What the audit log calls a change; switching a user off and on have names of their own. */
function activityOf(set: EntitySet, before: Entity, next: Entity): string {
  const [was, is] = [memberOf(before.body, 'accountEnabled'), memberOf(next.body, 'accountEnabled')];
  if (set.path === 'users' && was !== is && typeof is === 'boolean') return is ? 'Enable account' : 'Disable account';
  return `Update ${set.noun.toLowerCase()}`;
}

/** Changes properties by themselves, as an effect of an action. */
export async function affectEntity(
  services: Services,
  caller: Caller,
  target: StoredEntity,
  effect: { readonly activity: string; readonly body: JsonObject },
): Promise<void> {
  await inTurn(services.store, entityKey(target), async () => {
    const before = requireEntity(services, target.set, target.id);
    const next: StoredEntity = { ...before, body: { ...before.body, ...effect.body } };
    await services.store.commit([
      ...entityWrites(next, before),
      ...auditWrites(services, caller, {
        activity: effect.activity,
        operation: 'Update',
        target: next,
        before: before.body,
        after: effect.body,
      }),
    ]);
  });
}

/** DELETE, with every link, role and password of the entity. @throws TocsinError `Request_ResourceNotFound`. */
export async function deleteEntity(services: Services, caller: Caller, set: EntitySetName, id: string): Promise<void> {
  const { id: key } = requireEntity(services, set, id);
  await inTurn(services.store, entityKey({ set, id: key }), async () => {
    const entity = requireEntity(services, set, key);
    const writes: readonly Write[] = [
      ...removalWrites(services, entity),
      ...assignmentRemovals(services.store, key),
      ...(set === 'users' ? [passwordRemoval(key)] : []),
    ];
    const activity = `Delete ${entitySets[set].noun.toLowerCase()}`;
    await services.store.commit([
      ...writes,
      ...auditWrites(services, caller, { activity, operation: 'Delete', target: entity }),
    ]);
  });
}

const entityKey = ({ set, id }: Pick<Entity, 'set' | 'id'>): string => `/directory/${set}/${id}`;

/** DC2: works that would write the same unique text wait for each other. */
function uniqueKeys({ set, body }: Entity): readonly string[] {
  const { unique }: EntitySet = entitySets[set];
  return unique.flatMap((property) => {
    const value = memberOf(body, property);
    return typeof value === 'string' ? [`/directory/${set}/${property}=${value}`] : [];
  });
}

function refuseTaken(services: Services, { set, id, body }: Entity): void {
  const { unique }: EntitySet = entitySets[set];
  for (const property of unique) {
    const value = memberOf(body, property);
    if (typeof value !== 'string') continue;
    const holders = entitiesBy(services, set, [property, value], { count: 2 });
    if (holders.some((holder) => holder.id !== id)) throw new TocsinError(propertyInUse(property));
  }
}
