/**
 * A generic resource's body: from a request to what is stored, and from there to answers.
 *
 * Owns: which members are the server's, tags and location rules, the answer and the list item.
 * Does not own: defaults (`type-defaults.ts`), embedded children (`embedded-children.ts`), the store.
 *
 * Invariants
 * I1. `id`, `name`, `type` and `systemData` of a request are ignored: they are the server's.
 */
import {
  type Fault,
  fault,
  formatTime,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { withoutExtended } from './instance-view.ts';
import { normalLocation } from './location.ts';
import { parseTags } from './tags.ts';

export interface ResourceInput {
  /** What is stored: everything but the members below. */
  readonly body: JsonObject;
  /** In the form `westeurope`; absent when none was given. */
  readonly location?: string;
  /** The etag that the body carried. */
  readonly etag?: string;
}

/** Reads the body of a PUT or PATCH; an absent body is an empty one (some clients send none). */
export function parseResourceInput(value: Json | undefined): ResourceInput | Fault {
  if (value === undefined || value === null) return { body: {} };
  if (!isJsonObject(value)) {
    return fault('InvalidRequestContent', 'The request content was invalid: a JSON object is expected.');
  }
  const { id: _id, name: _name, type: _type, systemData: _data, location, etag, tags, ...rest } = value;
  if (location !== undefined && location !== null && typeof location !== 'string') {
    return fault('InvalidRequestContent', "The member 'location' must be a text.", { target: 'location' });
  }
  if (rest['properties'] === null) delete (rest as { properties?: Json }).properties;
  const parsedTags = tags === undefined ? undefined : parseTags(tags);
  if (isFault(parsedTags)) return parsedTags;
  return {
    body: parsedTags === undefined ? rest : { ...rest, tags: parsedTags },
    ...(typeof location === 'string' && location !== '' ? { location: normalLocation(location) } : {}),
    ...(typeof etag === 'string' ? { etag } : {}),
  };
}

/** The body with `properties.provisioningState` set. */
export function provisioned(body: JsonObject): JsonObject {
  const properties = memberOf(body, 'properties');
  return { ...body, properties: { ...(isJsonObject(properties) ? properties : {}), provisioningState: 'Succeeded' } };
}

/** A stored generic resource as GET answers it. */
export function resourceAnswer(document: ResourceDocument): JsonObject {
  const { id, name, type, location, etag, body } = document;
  return {
    id,
    name,
    type,
    ...(location === undefined ? {} : { location }),
    tags: {},
    ...withoutExtended(type, body),
    etag: `W/"${etag}"`,
  };
}

const listedMembers = ['tags', 'kind', 'sku', 'identity', 'managedBy', 'plan', 'zones', 'extendedLocation'];

/** An item of the subscription's or group's resource list; `expand` names what `$expand` asked for, lower case. */
export function resourceListItem(document: ResourceDocument, expand: ReadonlySet<string>): JsonObject {
  const { id, type, location, body } = document;
  const item: { [name: string]: Json } = { id, name: listedName(document), type };
  if (location !== undefined) item['location'] = location;
  for (const name of listedMembers) {
    const value = memberOf(body, name);
    if (value !== undefined && value !== null) item[name] = value;
  }
  if (expand.has('createdtime')) item['createdTime'] = formatTime(document.createdTime);
  if (expand.has('changedtime')) item['changedTime'] = formatTime(document.changedTime);
  if (expand.has('provisioningstate')) {
    item['provisioningState'] = textMember(memberOf(body, 'properties'), 'provisioningState') ?? 'Succeeded';
  }
  return item;
}

/** `server1/database1` for a child type: names of the whole chain. */
function listedName(document: ResourceDocument): string {
  const types = document.type.split('/').length - 1;
  const parts = document.id.split('/');
  return types <= 1
    ? document.name
    : parts
        .slice(-2 * types)
        .filter((_, index) => index % 2 === 1)
        .join('/');
}
