/**
 * Takes users, groups and other entities that were exported elsewhere into the directory.
 *
 * Owns: recognising what a file holds, keeping ids, links by id or name. Does not own: single entities (`directory-store.ts`).
 *
 * Invariants
 * ID1. Importing the same file again changes nothing: an entity is known by its id, else by what is unique of it.
 * ID2. One entry that cannot be taken does not stop the others; the report names it. At most 100,000 entries.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EntitySet, type EntitySetName, entitySets, propertyName } from '#directory';
import {
  fault,
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberOf,
  raise,
  textMember,
  type Write,
} from '#foundation';
import { ImportReport } from '../import/import-report.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import {
  entitiesBy,
  entityWrites,
  findDirectoryObject,
  findDirectoryUser,
  findEntity,
  isLinked,
  type LinkEnd,
  linkWrites,
  type Relation,
  type StoredEntity,
} from './directory-store.ts';

const mostEntries = 100_000;
const slice = 200;

interface Entry {
  readonly set: EntitySetName;
  readonly value: JsonObject;
}

/** @throws TocsinError `InvalidRequestContent`, `RequestEntityTooLarge`. */
export async function importDirectory(
  services: Services,
  caller: Caller,
  content: Json | undefined,
): Promise<JsonObject> {
  const entries = entriesOf(content);
  if (entries.length > mostEntries)
    raise('RequestEntityTooLarge', `The file has ${entries.length} entries; an import takes ${mostEntries}.`);
  const report = new ImportReport();
  const taken: { readonly entity: StoredEntity; readonly value: JsonObject }[] = [];
  await inSlices(services, entries, (entry) => {
    const made = take(services, entry);
    if ('reason' in made) {
      report.refuse(nameOf(entry.value), made.reason);
      return [];
    }
    report.count(made.outcome);
    taken.push({ entity: made.entity, value: entry.value });
    return made.writes;
  });
  let links = 0;
  await inSlices(services, taken, ({ entity, value }) => {
    const writes = linksOf(services, entity, value, report);
    links += writes.length / 2;
    return writes;
  });
  await services.store.commit([
    activityWrite(services, caller, { operation: 'Microsoft.Authorization/directory/import/write', resourceId: '/' }),
  ]);
  return report.answer({ read: entries.length, linked: links });
}

/** One commit for each slice; an entry sees what slices before it wrote. */
async function inSlices<T>(
  services: Services,
  items: readonly T[],
  writesOf: (item: T) => readonly Write[],
): Promise<void> {
  let writes: Write[] = [];
  for (const [index, item] of items.entries()) {
    writes.push(...writesOf(item));
    if ((index + 1) % slice !== 0 && index + 1 !== items.length) continue;
    if (writes.length > 0) await services.store.commit(writes);
    writes = [];
    await nextTurn();
  }
}

// --- What the file holds ----------------------------------------------------------------------------------------

const setNames = Object.keys(entitySets) as readonly EntitySetName[];

function setOf(type: string | undefined): EntitySetName | undefined {
  const plain = type?.replace(/^#?microsoft\.graph\./i, '').toLowerCase();
  if (plain === 'ipnamedlocation' || plain === 'countrynamedlocation') return 'namedLocations';
  return setNames.find((name) => entitySets[name].type.toLowerCase() === plain || name.toLowerCase() === plain);
}

/** `{users: […], groups: […]}`, an answer of Microsoft Graph, or a list of entities. */
function entriesOf(content: Json | undefined): readonly Entry[] {
  if (isJsonArray(content)) return content.flatMap((value) => entryOf(value, undefined));
  const context = /\$metadata#([\w/]+)/
    .exec(textMember(content, '@odata.context') ?? '')?.[1]
    ?.split('/')
    .at(-1);
  const list = memberOf(content, 'value');
  if (isJsonArray(list)) return list.flatMap((value) => entryOf(value, setOf(context)));
  if (!isJsonObject(content))
    return raise(
      'InvalidRequestContent',
      'The file holds no entities: an object with users, groups, devices and so on, or a list, is expected.',
    );
  const entries = Object.entries(content).flatMap(([name, values]) => {
    const set = setOf(name);
    return set === undefined || !isJsonArray(values) ? [] : values.flatMap((value) => entryOf(value, set));
  });
  if (entries.length === 0) raise('InvalidRequestContent', `The file holds none of ${setNames.join(', ')}.`);
  return entries;
}

function entryOf(value: Json, implied: EntitySetName | undefined): readonly Entry[] {
  if (!isJsonObject(value)) return [];
  const set = setOf(textMember(value, '@odata.type')) ?? implied ?? guessed(value);
  return set === undefined ? [] : [{ set, value }];
}

function guessed(value: JsonObject): EntitySetName | undefined {
  if (value['riskState'] !== undefined && value['riskEventType'] === undefined) return 'riskyUsers';
  if (value['userPrincipalName'] !== undefined && value['appDisplayName'] === undefined) return 'users';
  if (value['securityEnabled'] !== undefined) return 'groups';
  return value['deviceId'] === undefined ? undefined : 'devices';
}

function nameOf(value: JsonObject): string {
  return textMember(value, 'id') ?? textMember(value, 'userPrincipalName') ?? textMember(value, 'displayName') ?? '';
}

// --- Entities ---------------------------------------------------------------------------------------------------

type Taken =
  | {
      readonly outcome: 'created' | 'updated' | 'unchanged';
      readonly entity: StoredEntity;
      readonly writes: readonly Write[];
    }
  | { readonly reason: ReturnType<typeof fault> };

const linkMembers = new Set(['members', 'owners', 'manager', 'registeredOwners', 'registeredUsers', 'memberOf']);

function take(services: Services, { set, value }: Entry): Taken {
  const definition: EntitySet = entitySets[set];
  const body: { [name: string]: Json } = {};
  for (const [given, member] of Object.entries(value)) {
    const name = propertyName(definition, given);
    if (name === undefined || name === 'id' || linkMembers.has(name) || name === 'passwordProfile') continue;
    body[name] = member;
  }
  const id = textMember(value, 'id');
  const before = known(services, set, id, body);
  const taken = before === undefined ? collision(services, set, body) : undefined;
  if (taken !== undefined) return { reason: taken };
  const missing = definition.unique.find(
    (name) => set === 'users' && typeof body[name] !== 'string' && before === undefined,
  );
  if (missing !== undefined)
    return {
      reason: fault(
        'Request_BadRequest',
        `A value is required for property '${missing}' of resource '${definition.noun}'.`,
      ),
    };
  const now = services.clock.now();
  const entity: StoredEntity = {
    set,
    id: before?.id ?? id ?? services.random.uuid(),
    createdTime: before?.createdTime ?? now,
    body: {
      ...definition.initial,
      ...(definition.properties.includes('createdDateTime') ? { createdDateTime: formatTime(now) } : {}),
      ...before?.body,
      ...body,
    },
  };
  if (before !== undefined && jsonEquals(before.body, entity.body))
    return { outcome: 'unchanged', entity: before, writes: [] };
  return { outcome: before === undefined ? 'created' : 'updated', entity, writes: entityWrites(entity, before) };
}

/** ID1. */
function known(
  services: Services,
  set: EntitySetName,
  id: string | undefined,
  body: JsonObject,
): StoredEntity | undefined {
  const byId = id === undefined ? undefined : findEntity(services, set, id);
  if (byId !== undefined || id !== undefined) return byId;
  const { unique }: EntitySet = entitySets[set];
  for (const name of unique) {
    const text = textMember(body, name);
    const found = text === undefined ? undefined : entitiesBy(services, set, [name, text], { count: 1 })[0];
    if (found !== undefined) return found;
  }
  if (set !== 'groups') return undefined;
  // Groups have no unique name in Microsoft Graph; a file without ids means the one of that name.
  return entitiesBy(services, set, ['displayName', textMember(body, 'displayName') ?? ''], { count: 1 })[0];
}

function collision(services: Services, set: EntitySetName, body: JsonObject): ReturnType<typeof fault> | undefined {
  const { unique }: EntitySet = entitySets[set];
  const name = unique.find((property) => {
    const text = textMember(body, property);
    return text !== undefined && entitiesBy(services, set, [property, text], { count: 1 }).length > 0;
  });
  return name === undefined
    ? undefined
    : fault('Request_BadRequest', `Another object with the same value for property ${name} already exists.`);
}

// --- Links ------------------------------------------------------------------------------------------------------

function linksOf(services: Services, entity: StoredEntity, value: JsonObject, report: ImportReport): readonly Write[] {
  const relations: readonly Relation[] = ['members', 'owners', 'manager', 'registeredOwners', 'registeredUsers'];
  return relations.flatMap((relation) => {
    const given = memberOf(value, relation);
    const references = isJsonArray(given) ? given : given === undefined || given === null ? [] : [given];
    return references.flatMap((reference) => {
      const to = referenced(services, reference);
      if (to === undefined) {
        report.refuse(
          entity.id,
          fault('Request_ResourceNotFound', `${relation}: '${nameOfReference(reference)}' does not exist.`),
        );
        return [];
      }
      if (isLinked(services, relation, entity.id, to.id)) return [];
      return linkWrites(relation, { id: entity.id, set: entity.set }, to, services.clock.now());
    });
  });
}

function nameOfReference(reference: Json): string {
  return typeof reference === 'string' ? reference : isJsonObject(reference) ? nameOf(reference) : '';
}

/** An id, a user's name, or an object that has one of them. */
function referenced(services: Services, reference: Json): LinkEnd | undefined {
  const name = nameOfReference(reference);
  const found =
    findDirectoryObject(services, name) ??
    findDirectoryUser(services, name) ??
    entitiesBy(services, 'groups', ['displayName', name], { count: 1 })[0];
  return found === undefined ? undefined : { id: found.id, set: found.set };
}
