/**
 * Where the directory is kept: entities, the look-up of them by property, and the links between them.
 *
 * Owns: the documents and their keys, reading them, the writes that change them. Does not own: what an entity may hold
 * (`#directory`), who may change what, credentials (`principals.ts`).
 *
 * Invariants
 * DS1. Every write of an entity also brings the look-up in line, in the same commit.
 * DS2. A link is two documents, one for each direction, always written and removed together.
 * DS3. Nothing here reads a whole set at once: lists come in the order of ids, from a place on.
 */
import { type EntitySet, type Entity, type EntitySetName, directoryObjectSets, entitySets } from '#directory';
import { isJsonArray, type Json, memberOf, type StoredDocument, textMember, type Write } from '#foundation';
import type { Services } from '../services.ts';

const entityCollection = 'directory';
const nameCollection = 'directoryNames';
const linkCollection = 'directoryLinks';
const backlinkCollection = 'directoryBacklinks';

/** Between a group and its members, a user and a manager, a device and its users. The first is where the link starts. */
export type Relation = 'members' | 'owners' | 'manager' | 'registeredOwners' | 'registeredUsers';

type Reading = Pick<Services, 'store'>;

/** Up to `count` of a list in the order of ids, those behind the id `after`. */
export interface PageOfIds {
  readonly count: number;
  readonly after?: string | undefined;
}

export interface StoredEntity extends Entity {
  /** Milliseconds since the epoch. */
  readonly createdTime: number;
}

const keyOf = (set: EntitySetName, id: string): string => `/${set}/${id.toLowerCase()}`;

export function findEntity({ store }: Reading, set: EntitySetName, id: string): StoredEntity | undefined {
  const document = store.documents.get(entityCollection, keyOf(set, id));
  return document === undefined ? undefined : entityOf(document);
}

/** A user by object id or user principal name. */
export function findDirectoryUser(services: Reading, idOrName: string): StoredEntity | undefined {
  return (
    findEntity(services, 'users', idOrName) ??
    entitiesBy(services, 'users', ['userPrincipalName', idOrName], { count: 1 })[0]
  );
}

/** The directory object of an id, whatever its kind. */
export function findDirectoryObject(services: Reading, id: string): StoredEntity | undefined {
  for (const set of directoryObjectSets) {
    const found = findEntity(services, set, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Entities of a set in the order of ids. */
export function entitiesBehind({ store }: Reading, set: EntitySetName, page: PageOfIds): readonly StoredEntity[] {
  const behindKey = page.after === undefined ? '' : keyOf(set, page.after);
  return store.documents
    .list({ collection: entityCollection, below: `/${set}`, behindKey, top: page.count })
    .map(entityOf);
}

/** Up to `count` entities of a set that were made before a moment (milliseconds), the oldest first. */
export function entitiesBefore(
  { store }: Reading,
  set: EntitySetName,
  before: number,
  count: number,
): readonly StoredEntity[] {
  return store.documents
    .list({ collection: entityCollection, parent: set, to: before, top: count, oldestFirst: true })
    .map(entityOf);
}

/** Up to `count` entities of a set, the newest first. */
export function newestEntities({ store }: Reading, set: EntitySetName, count: number): readonly StoredEntity[] {
  return store.documents.list({ collection: entityCollection, parent: set, top: count }).map(entityOf);
}

export function countEntities({ store }: Reading, set: EntitySetName): number {
  return store.documents.count({ collection: entityCollection, parent: set });
}

/** Whether an equality of this property is found through the look-up. */
export function isLookedUp(set: EntitySetName, property: string): boolean {
  const { unique, indexed }: EntitySet = entitySets[set];
  return unique.includes(property) || indexed.includes(property);
}

/** Entities of which a looked-up property has exactly this text, ignoring case, in the order of ids. */
export function entitiesBy(
  services: Reading,
  set: EntitySetName,
  [property, text]: readonly [property: string, text: string],
  page: PageOfIds,
): readonly StoredEntity[] {
  const below = nameFolder(set, property, text);
  const behindKey = page.after === undefined ? '' : `${below}/${page.after.toLowerCase()}`;
  const names = services.store.documents.list({ collection: nameCollection, below, behindKey, top: page.count });
  return names.flatMap(({ body }) => findEntity(services, set, textMember(body, 'id') ?? '') ?? []);
}

function nameFolder(set: EntitySetName, property: string, text: string): string {
  return `/${set}/${property}/${encodeURIComponent(text.toLowerCase().toWellFormed())}`;
}

function entityOf({ key, body, time }: StoredDocument): StoredEntity {
  const set = key.slice(1, key.indexOf('/', 1)) as EntitySetName;
  const { id, ...properties } = body;
  return { set, id: typeof id === 'string' ? id : '', body: properties, createdTime: time };
}

// --- Writing ----------------------------------------------------------------------------------------------------

/** The writes that keep an entity; `before` is what is kept of it now. */
export function entityWrites(entity: StoredEntity, before: StoredEntity | undefined): readonly Write[] {
  const { set, id, body, createdTime } = entity;
  const names = new Set(nameKeys(entity));
  const gone = before === undefined ? [] : nameKeys(before).filter((key) => !names.has(key));
  const document = (collection: string, key: string, content: StoredDocument['body']): Write => ({
    kind: 'putDocument',
    document: { collection, key, parent: set, time: createdTime, status: '', body: content },
  });
  return [
    document(entityCollection, keyOf(set, id), { id, ...body }),
    ...[...names].map((key) => document(nameCollection, key, { id })),
    ...gone.map((key): Write => ({ kind: 'deleteDocument', collection: nameCollection, key })),
  ];
}

/** The writes that remove an entity with its links, in both directions. */
export function removalWrites(services: Reading, entity: StoredEntity): readonly Write[] {
  const { set, id } = entity;
  const links = relations.flatMap((relation) => [
    ...linksFrom(services, relation, id, { count: mostLinks }).flatMap((to) => unlinkWrites(relation, id, to.id)),
    ...linksTo(services, relation, id, { count: mostLinks }).flatMap((from) => unlinkWrites(relation, from.id, id)),
  ]);
  return [
    { kind: 'deleteDocument', collection: entityCollection, key: keyOf(set, id) },
    ...nameKeys(entity).map((key): Write => ({ kind: 'deleteDocument', collection: nameCollection, key })),
    ...links,
  ];
}

function nameKeys({ set, id, body }: Entity): readonly string[] {
  const { unique, indexed }: EntitySet = entitySets[set];
  return [...unique, ...indexed].flatMap((property) =>
    textsOf(memberOf(body, property)).map((text) => `${nameFolder(set, property, text)}/${id.toLowerCase()}`),
  );
}

function textsOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return isJsonArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

// --- Links ------------------------------------------------------------------------------------------------------

const relations: readonly Relation[] = ['members', 'owners', 'manager', 'registeredOwners', 'registeredUsers'];
/** Links of one object that go with it at once. */
const mostLinks = 100_000;

/** The other end of a link. */
export interface LinkEnd {
  readonly id: string;
  /** Its set; service principals and other strangers have none here. */
  readonly set?: EntitySetName;
}

export function linkWrites(relation: Relation, from: LinkEnd, to: LinkEnd, time: number): readonly Write[] {
  const document = (collection: string, left: LinkEnd, right: LinkEnd): Write => ({
    kind: 'putDocument',
    document: {
      collection,
      key: linkKey(relation, left.id, right.id),
      parent: `${relation}/${left.id.toLowerCase()}`,
      time,
      status: '',
      body: { id: right.id, ...(right.set === undefined ? {} : { set: right.set }) },
    },
  });
  return [document(linkCollection, from, to), document(backlinkCollection, to, from)];
}

export function unlinkWrites(relation: Relation, from: string, to: string): readonly Write[] {
  return [
    { kind: 'deleteDocument', collection: linkCollection, key: linkKey(relation, from, to) },
    { kind: 'deleteDocument', collection: backlinkCollection, key: linkKey(relation, to, from) },
  ];
}

export function isLinked({ store }: Reading, relation: Relation, from: string, to: string): boolean {
  return store.documents.get(linkCollection, linkKey(relation, from, to)) !== undefined;
}

/** Where the links of an object lead. */
export function linksFrom(services: Reading, relation: Relation, id: string, page: PageOfIds): readonly LinkEnd[] {
  return ends(services, linkCollection, [relation, id], page);
}

/** Which objects' links lead to this one: of `members` the groups it is directly in. */
export function linksTo(services: Reading, relation: Relation, id: string, page: PageOfIds): readonly LinkEnd[] {
  return ends(services, backlinkCollection, [relation, id], page);
}

function ends(
  { store }: Reading,
  collection: string,
  [relation, id]: readonly [Relation, string],
  { count, after }: PageOfIds,
): readonly LinkEnd[] {
  const below = `/${relation}/${id.toLowerCase()}`;
  const behindKey = after === undefined ? '' : linkKey(relation, id, after);
  return store.documents.list({ collection, below, behindKey, top: count }).map(({ body }) => {
    const set = textMember(body, 'set');
    return { id: textMember(body, 'id') ?? '', ...(set === undefined ? {} : { set: set as EntitySetName }) };
  });
}

function linkKey(relation: Relation, left: string, right: string): string {
  return `/${relation}/${left.toLowerCase()}/${right.toLowerCase()}`;
}
