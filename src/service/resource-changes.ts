/**
 * What changed in resources, property by property: kept for two weeks, asked for by change analysis.
 *
 * Owns: the comparison of two documents, the record, reading records as `Microsoft.ChangeAnalysis` answers them.
 * Does not own: the activity log (`record-activity.ts`).
 * Source: connector reference 4 (`resourceChanges`); the published `Microsoft.ChangeAnalysis` API.
 *
 * Invariants
 * RC1. A record is written in the commit of the change it tells of.
 * RC2. Values of members that name secrets are masked; at most 100 properties and 1,000 characters of each are told.
 */
import {
  armIdKey,
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  stringifyJson,
  type StoredDocument,
  textMember,
  type Write,
} from '#foundation';
import type { Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export const changeCollection = 'resourceChanges';

const mostProperties = 100;
const mostCharacters = 1_000;
const secret =
  /password|secret|(?:access|shared|primary|secondary|account|api|master)_?key|connectionstring|token|credential/i;
/** Members that change with every write. */
const own = new Set(['etag']);

interface PropertyChange {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The record of a document's change; none when nothing changed, or when it is new. */
export function changeWrites(
  services: Pick<Services, 'clock' | 'random'>,
  { identity }: Caller,
  before: ResourceDocument | undefined,
  after: ResourceDocument,
): readonly Write[] {
  if (before === undefined) return [];
  const changes: PropertyChange[] = [];
  compare('', before.body, after.body, changes);
  if (changes.length === 0) return [];
  const now = services.clock.now();
  const body: JsonObject = {
    resourceId: after.id,
    changedBy: identity.appId ?? identity.displayName,
    changedByType: identity.kind,
    changes: changes.map(({ path, before: old, after: next }) => ({
      path,
      changeType: old === undefined ? 'Add' : next === undefined ? 'Remove' : 'Update',
      masked: secret.test(path),
      oldValue: shown(path, old),
      newValue: shown(path, next),
    })),
  };
  return [
    {
      kind: 'putDocument',
      document: {
        collection: changeCollection,
        key: services.random.uuid(),
        parent: armIdKey(after.id),
        time: now,
        status: '',
        body,
      },
    },
  ];
}

function shown(path: string, value: Json | undefined): string {
  if (value === undefined) return '';
  if (secret.test(path)) return '******';
  const text = typeof value === 'string' ? value : stringifyJson(value);
  return text.slice(0, mostCharacters);
}

function compare(path: string, before: Json | undefined, after: Json | undefined, found: PropertyChange[]): void {
  if (found.length >= mostProperties || before === after) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!own.has(name))
        compare(path === '' ? name : `${path}.${name}`, memberOf(before, name), memberOf(after, name), found);
    }
    return;
  }
  if (isJsonArray(before) && isJsonArray(after)) {
    for (let at = 0; at < Math.max(before.length, after.length); at++) {
      compare(`${path}[${at}]`, before[at], after[at], found);
    }
    return;
  }
  if (before !== undefined && after !== undefined && stringifyJson(before) === stringifyJson(after)) return;
  found.push({ path, before, after });
}

export interface ChangesQuery {
  readonly resourceId: string;
  /** Milliseconds since the epoch. */
  readonly from?: number;
  readonly to?: number;
}

const mostAnswered = 1_000;

/** Changes of one resource, newest first, as `POST …/resourceChanges` answers them. */
export function resourceChanges({ store }: Pick<Services, 'store'>, query: ChangesQuery): readonly JsonObject[] {
  const { resourceId, from, to } = query;
  return store.documents
    .list({
      collection: changeCollection,
      parent: armIdKey(resourceId),
      top: mostAnswered,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    })
    .map(answerOf);
}

function answerOf({ key, time, body }: StoredDocument): JsonObject {
  const resourceId = textMember(body, 'resourceId') ?? '';
  const changes = memberOf(body, 'changes');
  return {
    id: `${resourceId}/providers/Microsoft.ChangeAnalysis/resourceChanges/${key}`,
    name: key,
    type: 'Microsoft.ChangeAnalysis/resourceChanges',
    properties: {
      resourceId,
      timeStamp: formatTime(time),
      initiatedByList: [textMember(body, 'changedBy') ?? ''],
      changeType: 'Update',
      propertyChanges: (isJsonArray(changes) ? changes : []).map(propertyAnswer),
    },
  };
}

function propertyAnswer(change: Json): JsonObject {
  const path = textMember(change, 'path') ?? '';
  const member = /[^.[\]]+(?=(?:\[\d+\])*$)/.exec(path)?.[0] ?? path;
  return {
    changeType: textMember(change, 'changeType') ?? 'Update',
    changeCategory: 'User',
    jsonPath: path,
    displayName: member,
    level: 'Important',
    description: `The property ${path} changed.`,
    oldValue: textMember(change, 'oldValue') ?? '',
    newValue: textMember(change, 'newValue') ?? '',
    isDataMasked: memberOf(change, 'masked') === true,
  };
}
