/**
 * The tag names of a subscription with their values and how often each is used: the old list that `az tag list` shows.
 *
 * Owns: names and values kept without a resource, the counts. Does not own: tags of resources (`change-tags.ts`).
 *
 * Invariants
 * N1. A name or value that some resource uses is listed and cannot be deleted.
 * Source: ARM reference 8.2 (`tagNames`).
 */
import { parseTags } from '#inventory';
import { isJsonArray, isJsonObject, type JsonObject, memberOf, orThrow, raise, textMember } from '#foundation';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

const collection = 'tagNames';
const pageSize = 1_000;

interface TagName {
  name: string;
  count: number;
  /** By lower-case value. */
  readonly values: Map<string, { readonly value: string; count: number }>;
}

/** Every name, kept or used, in order. Reads the subscription's resources page by page, others in between. */
export async function listTagNames(services: Services, subscriptionId: string): Promise<readonly JsonObject[]> {
  const names = await tagNamesOf(services, subscriptionId);
  const sorted = [...names.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return sorted.map((entry) => tagNameAnswer(subscriptionId, entry));
}

export interface TagNameRequest {
  readonly caller: Caller;
  readonly subscriptionId: string;
  readonly name: string;
  /** Absent: the name alone. */
  readonly value?: string;
}

/** Keeps a name, or a value of a kept name. @throws TocsinError `InvalidTag`, `TagNameNotFound`. */
export async function putTagName(
  services: Services,
  request: TagNameRequest,
): Promise<{ readonly body: JsonObject; readonly created: boolean }> {
  const { subscriptionId, name, value } = request;
  orThrow(parseTags({ [name]: value ?? '' }));
  return inTurn(services.store, keyOf(request), async () => {
    const names = await tagNamesOf(services, subscriptionId);
    const entry = names.get(name.toLowerCase());
    if (value !== undefined && entry === undefined) return notFound(name);
    const values = keptValues(services, request);
    const listed = value === undefined ? entry !== undefined : entry?.values.has(value.toLowerCase()) === true;
    const kept = value === undefined || listed ? values : [...values, value];
    await services.store.commit([
      {
        kind: 'putDocument',
        document: {
          collection,
          key: keyOf(request),
          parent: subscriptionId.toLowerCase(),
          time: services.clock.now(),
          status: '',
          body: { name: entry?.name ?? name, values: kept },
        },
      },
      activityWrite(services, request.caller, { operation: writeAction, resourceId: idOf(request) }),
    ]);
    const now: TagName = entry ?? { name, count: 0, values: new Map() };
    const count = value === undefined ? 0 : (now.values.get(value.toLowerCase())?.count ?? 0);
    const body =
      value === undefined ? tagNameAnswer(subscriptionId, now) : valueAnswer(tagId(subscriptionId, name), value, count);
    return { body, created: !listed };
  });
}

/** Forgets a kept name or value; false when there is none. @throws TocsinError `Conflict` (N1). */
export async function deleteTagName(services: Services, request: TagNameRequest): Promise<boolean> {
  return inTurn(services.store, keyOf(request), async () => {
    const entry = (await tagNamesOf(services, request.subscriptionId)).get(request.name.toLowerCase());
    const { value } = request;
    const found = value === undefined ? entry : entry?.values.get(value.toLowerCase());
    if (entry === undefined || found === undefined) return false;
    if (found.count > 0) return raise('Conflict', `The tag '${request.name}' is used by ${found.count} resources.`);
    const rest = keptValues(services, request).filter((each) => each.toLowerCase() !== value?.toLowerCase());
    const key = keyOf(request);
    const document = services.store.documents.get(collection, key);
    await services.store.commit([
      value === undefined || document === undefined
        ? { kind: 'deleteDocument', collection, key }
        : { kind: 'putDocument', document: { ...document, body: { ...document.body, values: rest } } },
      activityWrite(services, request.caller, { operation: deleteAction, resourceId: idOf(request) }),
    ]);
    return true;
  });
}

const writeAction = 'Microsoft.Resources/subscriptions/tagNames/write';
const deleteAction = 'Microsoft.Resources/subscriptions/tagNames/delete';

const keyOf = ({ subscriptionId, name }: TagNameRequest): string => `${subscriptionId}/${name}`.toLowerCase();
const tagId = (subscriptionId: string, name: string): string => `/subscriptions/${subscriptionId}/tagNames/${name}`;
const idOf = ({ subscriptionId, name, value }: TagNameRequest): string =>
  `${tagId(subscriptionId, name)}${value === undefined ? '' : `/tagValues/${value}`}`;

function keptValues(services: Services, request: TagNameRequest): readonly string[] {
  const values = memberOf(services.store.documents.get(collection, keyOf(request))?.body, 'values');
  return isJsonArray(values) ? values.filter((value) => typeof value === 'string') : [];
}

async function tagNamesOf(services: Services, subscriptionId: string): Promise<Map<string, TagName>> {
  const names = new Map<string, TagName>();
  const { documents, resources } = services.store;
  for (const { body } of documents.list({ collection, parent: subscriptionId.toLowerCase() })) {
    const entry = entryOf(names, textMember(body, 'name') ?? '');
    const values = memberOf(body, 'values');
    for (const value of isJsonArray(values) ? values : []) if (typeof value === 'string') valueOf(entry, value);
  }
  let after: string | undefined;
  do {
    const page = resources.list({ subscriptionId, top: pageSize, ...(after === undefined ? {} : { after }) });
    for (const { body } of page) countTags(names, memberOf(body, 'tags'));
    after = page.length === pageSize ? page.at(-1)?.id.toLowerCase() : undefined;
    await new Promise((resolve) => setImmediate(resolve));
  } while (after !== undefined);
  return names;
}

function countTags(names: Map<string, TagName>, tags: unknown): void {
  if (!isJsonObject(tags)) return;
  for (const [name, value] of Object.entries(tags)) {
    if (typeof value !== 'string') continue;
    const entry = entryOf(names, name);
    entry.count += 1;
    valueOf(entry, value).count += 1;
  }
}

function entryOf(names: Map<string, TagName>, name: string): TagName {
  const key = name.toLowerCase();
  const found = names.get(key) ?? { name, count: 0, values: new Map() };
  names.set(key, found);
  return found;
}

function valueOf(entry: TagName, value: string): { count: number } {
  const key = value.toLowerCase();
  const found = entry.values.get(key) ?? { value, count: 0 };
  entry.values.set(key, found);
  return found;
}

function tagNameAnswer(subscriptionId: string, { name, count, values }: TagName): JsonObject {
  const id = tagId(subscriptionId, name);
  return {
    id,
    tagName: name,
    count: { type: 'Total', value: count },
    values: [...values.values()].map((each) => valueAnswer(id, each.value, each.count)),
  };
}

function valueAnswer(tag: string, value: string, count: number): JsonObject {
  return { id: `${tag}/tagValues/${value}`, tagValue: value, count: { type: 'Total', value: count } };
}

function notFound(name: string): never {
  return raise('TagNameNotFound', `The tag name '${name}' could not be found.`);
}
