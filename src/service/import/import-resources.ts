/**
 * Takes resources that another tool listed into the inventory.
 *
 * Owns: which rows become documents, order (parents first), what is unchanged, what they lie in.
 * Does not own: the file's format (`#inventory`), single writes (`put-resource.ts`).
 *
 * Invariants
 * IR1. Importing the same file again changes nothing: a resource that says all the file says is left alone.
 * IR2. One row that cannot be taken does not stop the others; the report names it.
 * IR3. Bounded: at most 100,000 rows; others get their turn between slices.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberOf,
  parseArmId,
  raise,
  TocsinError,
  faultOf,
  type Write,
  textMember,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import { putResourceGroup } from '../put-resource-group.ts';
import { putResource } from '../put-resource.ts';
import type { Caller } from '../record-activity.ts';
import { newGroupDocument, resourceGroupType } from '../resource-group-document.ts';
import { newSubscription } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import { stubLocation, stubWrites } from '../stub-resource.ts';
import { linkOf } from '../linked/linked-subscriptions.ts';
import { ImportReport } from './import-report.ts';

const mostRows = 100_000;
const slice = 100;

export interface ResourceImport {
  readonly caller: Caller;
  readonly rows: readonly JsonObject[];
  /** Every row goes into this subscription, whatever its id says; absent: where its id says. */
  readonly into?: string;
  /** Subscriptions that are not known are made. */
  readonly makesSubscriptions: boolean;
  /** Whether the caller may write a resource. */
  readonly allowed: (action: string, id: string) => boolean;
}

/** Types whose documents have rules of their own: they are deployed, not imported. */
const ownTypes =
  /^microsoft\.(?:logic\/|web\/connections|security\/(?:automations|alerts|assessments|pricings|settings|locations\/alerts)|authorization\/|policyinsights\/|management\/|resources\/(?:deployments|tags|subscriptions$)|subscription\/)/i;

/** @throws TocsinError `RequestEntityTooLarge` for too many rows. */
export async function importResources(services: Services, request: ResourceImport): Promise<JsonObject> {
  const { rows, into } = request;
  if (rows.length > mostRows)
    raise('RequestEntityTooLarge', `The file has ${rows.length} resources; an import takes ${mostRows}.`);
  const report = new ImportReport();
  const placed = into === undefined ? rows : rows.map((row) => movedInto(row, into));
  const ordered = placed.toSorted((left, right) => depthOf(left) - depthOf(right));
  for (let at = 0; at < ordered.length; at += slice) {
    const some = ordered.slice(at, at + slice);
    // Rows of one depth do not wait for each other's commit.
    for (const depth of new Set(some.map(depthOf))) {
      await Promise.all(
        some.filter((row) => depthOf(row) === depth).map((row) => importOne(services, request, row, report)),
      );
    }
    await nextTurn();
  }
  return report.answer({ read: rows.length });
}

function depthOf(row: JsonObject): number {
  return (textMember(row, 'id') ?? '').split('/').length;
}

/** The row with every id below its own subscription moved to another one. */
function movedInto(row: JsonObject, subscriptionId: string): JsonObject {
  const from = parseArmId(textMember(row, 'id') ?? '')?.subscriptionId;
  if (from === undefined || from.toLowerCase() === subscriptionId.toLowerCase()) return row;
  const pattern = new RegExp(`/subscriptions/${from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?=/|$)`, 'gi');
  return moved(row, (text) => text.replace(pattern, `/subscriptions/${subscriptionId}`)) as JsonObject;
}

function moved(value: Json, move: (text: string) => string): Json {
  if (typeof value === 'string') return value.includes('/') ? move(value) : value;
  if (isJsonArray(value)) return value.map((item) => moved(item, move));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, moved(item, move)]));
}

async function importOne(
  services: Services,
  request: ResourceImport,
  row: JsonObject,
  report: ImportReport,
): Promise<void> {
  const id = (textMember(row, 'id') ?? '').replace(/\/+$/, '');
  try {
    report.count(await take(services, request, id, row));
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    report.refuse(id, faultOf(error));
  }
}

async function take(
  services: Services,
  request: ResourceImport,
  id: string,
  row: JsonObject,
): Promise<'created' | 'updated' | 'unchanged'> {
  const parsed = parseArmId(id);
  if (parsed?.subscriptionId === undefined)
    return raise('InvalidRequestFormat', `'${id.slice(0, 200)}' is not the id of a resource in a subscription.`);
  const { subscriptionId, type } = parsed;
  if (linkOf(services, subscriptionId) !== undefined)
    raise('Conflict', `The subscription '${subscriptionId}' is linked: its resources are kept elsewhere.`);
  const isGroup = type.toLowerCase() === resourceGroupType.toLowerCase();
  if (!isGroup && (parsed.namespace === undefined || ownTypes.test(type))) {
    raise('NotSupported', `Resources of the type '${type}' have rules of their own here: deploy them instead.`);
  }
  if (!request.allowed(`${type}/write`, id)) raise('AuthorizationFailed', `The caller may not write '${id}'.`);
  const location = textMember(row, 'location');
  await inTurn(services.store, `/import/subscriptions/${subscriptionId}`, () =>
    makeContainers(services, request, { id, isGroup, location }),
  );
  const existing = services.store.resources.get(id);
  const { id: _id, name: _name, type: _type, ...body } = row;
  if (existing !== undefined && saysAll({ location: existing.location ?? null, ...existing.body }, body))
    return 'unchanged';
  if (isGroup) {
    const name = parsed.resourceGroup ?? '';
    const tags = memberOf(body, 'tags') ?? {};
    await putResourceGroup(services, {
      caller: request.caller,
      subscriptionId,
      name,
      body: { location: existing?.location ?? location ?? stubLocation, tags },
    });
    return existing === undefined ? 'created' : 'updated';
  }
  const { created } = await putResource(services, {
    caller: request.caller,
    id,
    body: withoutLocationOf(existing, body),
    headers: {},
  });
  return created ? 'created' : 'updated';
}

/** A resource keeps its place: a listing's other spelling of it is no move. */
function withoutLocationOf(existing: { readonly location?: string } | undefined, body: JsonObject): JsonObject {
  if (existing?.location === undefined) return body;
  const { location: _location, ...rest } = body;
  return rest;
}

/** Subscription, group and parents that are not there. */
async function makeContainers(
  services: Services,
  request: ResourceImport,
  { id, isGroup, location }: { readonly id: string; readonly isGroup: boolean; readonly location: string | undefined },
): Promise<void> {
  const { resources } = services.store;
  const parsed = parseArmId(id);
  const subscriptionId = parsed?.subscriptionId ?? '';
  if (resources.get(`/subscriptions/${subscriptionId}`) === undefined) {
    if (!request.makesSubscriptions)
      raise('SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
    const subscription = newSubscription(services, {
      subscriptionId,
      displayName: `Imported ${subscriptionId.slice(0, 8)}`,
    });
    await services.store.commit([{ kind: 'putResource', resource: subscription }]);
  }
  const name = parsed?.resourceGroup;
  const writes: Write[] = [];
  if (
    !isGroup &&
    name !== undefined &&
    resources.get(`/subscriptions/${subscriptionId}/resourceGroups/${name}`) === undefined
  ) {
    const resource = newGroupDocument(services, { subscriptionId, name, location: location ?? stubLocation });
    writes.push({ kind: 'putResource', resource });
  }
  const container = id.slice(0, id.lastIndexOf('/', id.lastIndexOf('/') - 1));
  if (/\/providers\/[^/]+\/[^/]+\/[^/]+/i.test(container)) {
    const known = new Set(writes.flatMap((write) => (write.kind === 'putResource' ? [write.resource.id] : [])));
    writes.push(
      ...stubWrites(services, container).filter(
        (write) => write.kind !== 'putResource' || !known.has(write.resource.id),
      ),
    );
  }
  if (writes.length > 0) await services.store.commit(writes);
}

/** IR1: whether a value says all that another one says; etags and states are the server's. */
function saysAll(value: Json | undefined, wanted: Json, name = ''): boolean {
  if (name === 'etag' || name === 'provisioningState') return true;
  if (name === 'location') return sameLocation(value, wanted);
  if (name === 'tags') return jsonEquals(value ?? {}, wanted);
  if (isJsonObject(wanted)) {
    return (
      isJsonObject(value) &&
      Object.entries(wanted).every(([member, inner]) => saysAll(memberOf(value, member), inner, member))
    );
  }
  if (isJsonArray(wanted)) {
    return (
      isJsonArray(value) &&
      value.length === wanted.length &&
      wanted.every((inner, index) => saysAll(value[index], inner))
    );
  }
  return value !== undefined && jsonEquals(value, wanted);
}

function sameLocation(value: Json | undefined, wanted: Json): boolean {
  const plain = (one: Json | undefined): string =>
    typeof one === 'string' ? one.toLowerCase().replaceAll(' ', '') : '';
  return plain(value) === plain(wanted);
}
