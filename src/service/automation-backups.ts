/**
 * Disabled copies of automations in other locations, for an outage: making them, comparing them, changing over and back.
 *
 * Owns: the tag that makes a pair, what a copy takes over, which member a change-over enables.
 * Does not own: saving by hand (`put-automation.ts`), warnings (`automation-status.ts`).
 *
 * Invariants
 * C1. A copy is made disabled; made again, it takes over the original's content and keeps its own state.
 * C2. A change-over is one commit for all pairs, and done again it changes nothing.
 * C3. Of a pair at most one member is enabled by a change-over; a pair of which none is enabled stays as it is.
 * Source: domain reference 16 (BCDR); docs/concepts/backup-copies.md.
 */
import {
  armIdKey,
  isJsonObject,
  type JsonObject,
  jsonEquals,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  type Write,
} from '#foundation';
import { type AutomationIndex, automationIndexOf, commitAutomations } from './automation-index.ts';
import { automationAnswer, automationType, backupTag, type StoredAutomation } from './automation-resource.ts';
import { brakeTags } from './brakes.ts';
import { inTurn, inTurns } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { requireAutomation } from './put-automation.ts';
import type { Services } from './services.ts';

export interface BackupRequest {
  readonly caller: Caller;
  readonly automationId: string;
  readonly location: string;
  /** `{name of the original}-{location}` unless given. */
  readonly name?: string;
}

/** `West Europe` and `westeurope` are one location. */
function plain(location: string): string {
  return location.toLowerCase().replaceAll(/\s+/g, '');
}

/** The id that a backup gets; for permission checks before it is made. */
export function backupIdOf(services: Services, request: Omit<BackupRequest, 'caller'>): string {
  const original = requireAutomation(services, request.automationId);
  const name = request.name ?? `${original.name}-${plain(request.location)}`;
  if (!/^[a-zA-Z0-9._()-]{1,260}$/.test(name) || name.endsWith('.')) {
    return raise('InvalidResourceName', `The automation name '${name.slice(0, 300)}' is not valid.`);
  }
  return `${original.id.slice(0, original.id.lastIndexOf('/'))}/${name}`;
}

/** Makes the copy, or brings it up to date (C1). @throws TocsinError `ResourceNotFound`, `InvalidParameter`, `Conflict`. */
export function putBackup(
  services: Services,
  request: BackupRequest,
): Promise<{ readonly created: boolean; readonly answer: JsonObject }> {
  const id = backupIdOf(services, request);
  return inTurn(services.store, id, async () => {
    const original = requireAutomation(services, request.automationId);
    const existing = services.store.resources.get(id);
    checkPair(original, existing, request.location);
    const resource = copyOf(services, original, { id, location: request.location, existing });
    await commitAutomations(services, [
      { kind: 'putResource', resource },
      activityWrite(services, request.caller, { operation: `${automationType}/write`, resourceId: resource.id }),
    ]);
    return { created: existing === undefined, answer: automationAnswer(resource) };
  });
}

function checkPair(original: ResourceDocument, existing: ResourceDocument | undefined, location: string): void {
  if (plain(location) === '' || plain(location) === plain(original.location ?? '')) {
    raise('InvalidParameter', 'A backup copy lives in another location than its original.', { target: 'location' });
  }
  if (memberOf(memberOf(original.body, 'tags'), backupTag) !== undefined) {
    raise('Conflict', `'${original.id}' is a backup copy itself; name the original.`);
  }
  if (original.id.length > 256) raise('Conflict', 'The id of the automation is too long for the tag that names it.');
  if (existing === undefined) return;
  const of = memberOf(memberOf(existing.body, 'tags'), backupTag);
  if (typeof of !== 'string' || armIdKey(of) !== armIdKey(original.id)) {
    raise(
      'Conflict',
      `There is an automation '${existing.id}' that is no copy of '${original.id}'; give another name.`,
    );
  }
  if (plain(existing.location ?? '') !== plain(location)) {
    raise('Conflict', `The copy '${existing.id}' lives in '${existing.location ?? ''}'; give another name.`);
  }
}

function copyOf(
  services: Services,
  original: ResourceDocument,
  copy: { readonly id: string; readonly location: string; readonly existing: ResourceDocument | undefined },
): ResourceDocument {
  const { existing } = copy;
  const properties = memberOf(original.body, 'properties');
  const tags = memberOf(original.body, 'tags');
  const isEnabled = memberOf(memberOf(existing?.body, 'properties'), 'isEnabled') === true;
  const now = services.clock.now();
  return {
    ...original,
    id: existing?.id ?? copy.id,
    name: existing?.name ?? parseArmId(copy.id)?.name ?? '',
    location: existing?.location ?? copy.location,
    body: {
      ...original.body,
      tags: { ...(isJsonObject(tags) ? tags : {}), [backupTag]: original.id },
      properties: { ...(isJsonObject(properties) ? properties : {}), isEnabled },
    },
    etag: services.random.uuid(),
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
}

// --- Drift ------------------------------------------------------------------------------------------------------

/** Which parts of a copy say something else than its original: `sources`, `scopes`, `actions`, `description`, `brakes`. */
export function driftOf(original: StoredAutomation, copy: StoredAutomation): readonly string[] {
  const left = partsOf(original);
  const right = partsOf(copy);
  return Object.keys(left).filter((name) => !jsonEquals(left[name] ?? null, right[name] ?? null));
}

function partsOf({ document }: StoredAutomation): JsonObject {
  const properties = memberOf(document.body, 'properties');
  const tags = memberOf(document.body, 'tags');
  const member = (name: string) => memberOf(properties, name) ?? null;
  return {
    sources: member('sources'),
    scopes: member('scopes'),
    actions: member('actions'),
    description: member('description'),
    brakes: Object.values(brakeTags).map((tag) => memberOf(tags, tag) ?? null),
  };
}

// --- Changing over ----------------------------------------------------------------------------------------------

export interface FailoverRequest {
  readonly caller: Caller;
  readonly location: string;
  /** Of pairs of which every member passes; the others are not touched. */
  readonly within: (automationId: string) => boolean;
  /** @throws TocsinError unless the caller may change the automation. */
  readonly requireWrite: (automationId: string) => void;
}

export interface Failover {
  readonly location: string;
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  /** Pairs that were as asked already, or of which no member is enabled. */
  readonly unchanged: number;
}

/** Enables of each pair the member in the location and disables the others (C2, C3). @throws TocsinError `ResourceNotFound`. */
export async function failOver(services: Services, request: FailoverRequest): Promise<Failover> {
  const index = automationIndexOf(services);
  const ids = pairsIn(index, request)
    .flat()
    .map(({ id }) => id);
  return inTurns(services.store, ids, async () => {
    const pairs = pairsIn(index, request);
    if (pairs.length === 0) {
      return raise('ResourceNotFound', `No automation with a backup copy has a member in '${request.location}'.`);
    }
    const changes = pairs.map((pair) => changesOf(pair, request.location));
    const enabled = changes.flatMap((each) => each.enable);
    const disabled = changes.flatMap((each) => each.disable);
    for (const { id } of [...enabled, ...disabled]) request.requireWrite(id);
    const writes = [
      ...enabled.flatMap((automation) => switched(services, request.caller, automation, true)),
      ...disabled.flatMap((automation) => switched(services, request.caller, automation, false)),
    ];
    if (writes.length > 0) await commitAutomations(services, writes);
    return {
      location: request.location,
      enabled: enabled.map(({ id }) => id),
      disabled: disabled.map(({ id }) => id),
      unchanged: changes.filter(({ enable, disable }) => enable.length + disable.length === 0).length,
    };
  });
}

type Pair = readonly StoredAutomation[];

/** Originals with their copies, of those with a member in the location. */
function pairsIn(index: AutomationIndex, { location, within }: FailoverRequest): readonly Pair[] {
  return index
    .pairs()
    .filter((pair) => pair.every(({ id }) => within(id)))
    .filter((pair) => pair.some((member) => isAt(member, location)));
}

function isAt({ document }: StoredAutomation, location: string): boolean {
  return plain(document.location ?? '') === plain(location);
}

function changesOf(pair: Pair, location: string): { readonly enable: Pair; readonly disable: Pair } {
  if (!pair.some(({ enabled }) => enabled)) return { enable: [], disable: [] };
  const there = pair.filter((member) => isAt(member, location));
  const chosen = there.find(({ enabled }) => enabled) ?? there[0];
  return {
    enable: chosen === undefined || chosen.enabled ? [] : [chosen],
    disable: pair.filter((member) => member !== chosen && member.enabled),
  };
}

function switched(
  services: Services,
  caller: Caller,
  { document }: StoredAutomation,
  isEnabled: boolean,
): readonly Write[] {
  const properties = memberOf(document.body, 'properties');
  const resource: ResourceDocument = {
    ...document,
    body: { ...document.body, properties: { ...(isJsonObject(properties) ? properties : {}), isEnabled } },
    etag: services.random.uuid(),
    changedTime: services.clock.now(),
  };
  return [
    { kind: 'putResource', resource },
    activityWrite(services, caller, { operation: `${automationType}/write`, resourceId: document.id }),
  ];
}
