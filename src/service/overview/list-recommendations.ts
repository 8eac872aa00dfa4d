/**
 * Recommendations with how many resources are in which state: one entry for each key, whatever the number of resources.
 *
 * Owns: the entries. Does not own: counting (`Store.tallies`; by kinds of resources an index), names and severities (`assessment-metadata.ts`).
 * Source: own API reference, overview; portal reference 3.3.
 */
import { type DocumentTally, formatTime, type JsonObject, memberOf, textMember } from '#foundation';
import { findMetadata, metadataType } from '../assessment-metadata.ts';
import { automationIndexOf } from '../automation-index.ts';
import { automationType, type StoredAutomation } from '../automation-resource.ts';
import { eventCollections, goneStatus, resourceKindMember } from '../event-documents.ts';
import type { Services } from '../services.ts';
import { overviewActions } from './read-overview.ts';
import { partsOf, startsOf } from './time-range.ts';
import { seesContainers, type Viewer } from './viewer.ts';

const collection = eventCollections.Assessments;

interface Group {
  readonly counts: Record<string, number>;
  /** A subscription it is known in. */
  readonly subscriptionId: string;
  /** Start of the day on which a state changed last, of the last thirty. */
  changed?: number;
}

/** Which kinds of resources count: environments and resource types in lower case; absent for all. */
export interface ResourceKinds {
  readonly environments?: readonly string[];
  readonly resourceTypes?: readonly string[];
}

export interface ResourceKind {
  readonly environment: string;
  readonly resourceType: string;
  /** Recommendations on resources. */
  readonly count: number;
}

/** A slice of the kinds, of which there are dozens. */
const kindsAtATime = 100;

interface KindRows extends Omit<ResourceKind, 'count'> {
  readonly rows: readonly DocumentTally[];
}

function kindRows({ store }: Services): readonly KindRows[] {
  const found: KindRows[] = [];
  for (let behind: string | undefined; ; ) {
    const place = behind === undefined ? {} : { behind };
    const groups = store.documents.groups({
      collection,
      by: { members: [resourceKindMember] },
      ...place,
      top: kindsAtATime,
    });
    if (groups.length === 0) return found;
    for (const { value, counts } of groups) {
      const [environment = '', resourceType = ''] = value.split('|');
      if (value !== '') found.push({ environment, resourceType, rows: counts });
    }
    behind = groups.at(-1)?.value;
  }
}

/** The kinds of resources that the viewer sees recommendations of. */
export function recommendationKinds(services: Services, viewer: Viewer): readonly ResourceKind[] {
  const sees = seesContainers(viewer, overviewActions.assessments);
  return kindRows(services).flatMap(({ environment, resourceType, rows }) => {
    const count = rows.filter((row) => row.status !== goneStatus && sees(row)).reduce((sum, row) => sum + row.count, 0);
    return count === 0 ? [] : [{ environment, resourceType, count }];
  });
}

/** Counts of the kinds asked for; of all of them they are kept. */
function countedRows(services: Services, { environments, resourceTypes }: ResourceKinds): readonly DocumentTally[] {
  if (environments === undefined && resourceTypes === undefined) return services.store.tallies.documents(collection);
  return kindRows(services)
    .filter(({ environment }) => environments?.includes(environment) !== false)
    .filter(({ resourceType }) => resourceTypes?.includes(resourceType) !== false)
    .flatMap(({ rows }) => rows);
}

/** Every recommendation that the viewer sees resources of, those with most unhealthy ones first. */
export function listRecommendations(
  services: Services,
  viewer: Viewer,
  kinds: ResourceKinds = {},
): readonly JsonObject[] {
  const sees = seesContainers(viewer, overviewActions.assessments);
  const groups = new Map<string, Group>();
  for (const { tally, parent, label, status, count } of countedRows(services, kinds)) {
    if (status === goneStatus || !sees({ parent, label })) continue;
    const group = groups.get(tally) ?? { counts: {}, subscriptionId: parent };
    group.counts[status] = (group.counts[status] ?? 0) + count;
    groups.set(tally, group);
  }
  const month = partsOf('30d', services.clock.now());
  for (const row of services.store.tallies.documentsInTime(collection, month)) {
    const group = groups.get(row.tally);
    if (group !== undefined && sees(row) && row.start > (group.changed ?? 0)) group.changed = row.start;
  }
  const listening = listeningAutomations(services, viewer);
  return [...groups]
    .map(([key, group]) => entryOf(services, key, group, listening(key)))
    .toSorted((left, right) => unhealthyIn(right) - unhealthyIn(left) || compareNames(left, right));
}

const unhealthyIn = (entry: JsonObject): number =>
  Number(memberOf(memberOf(memberOf(entry, 'properties'), 'resources'), 'Unhealthy') ?? 0);

const compareNames = (left: JsonObject, right: JsonObject): number => nameIn(left).localeCompare(nameIn(right), 'en');

const nameIn = (entry: JsonObject): string => textMember(memberOf(entry, 'properties') ?? null, 'displayName') ?? '';

function entryOf(services: Services, key: string, group: Group, automations: number): JsonObject {
  const metadata = memberOf(findMetadata(services, group.subscriptionId, key)?.body ?? null, 'properties');
  const { Unhealthy = 0, Healthy = 0, NotApplicable = 0 } = group.counts;
  const text = (name: string): JsonObject => {
    const value = textMember(metadata ?? null, name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    id: `/providers/${metadataType}/${key}`,
    name: key,
    type: metadataType,
    status: Unhealthy > 0 ? 'Unhealthy' : Healthy > 0 ? 'Healthy' : 'NotApplicable',
    properties: {
      displayName: textMember(metadata ?? null, 'displayName') ?? key,
      ...text('severity'),
      ...text('assessmentType'),
      ...text('description'),
      ...text('remediationDescription'),
      resources: { Unhealthy, Healthy, NotApplicable },
      automations,
      ...(group.changed === undefined ? {} : { changed: formatTime(group.changed) }),
    },
  };
}

/** The days of the last thirty on which states of a recommendation changed last, by the state they have now. */
export function recommendationChanges(services: Services, viewer: Viewer, key: string): readonly JsonObject[] {
  const sees = seesContainers(viewer, overviewActions.assessments);
  const month = partsOf('30d', services.clock.now());
  const rows = services.store.tallies.documentsInTime(collection, month);
  const own = rows.filter((row) => row.tally === key.toLowerCase() && row.status !== goneStatus && sees(row));
  return startsOf(month).map((start) => {
    const counts: Record<string, number> = {};
    for (const row of own) if (row.start === start) counts[row.status] = (counts[row.status] ?? 0) + row.count;
    return { start: formatTime(start), ...counts };
  });
}

/** How many enabled automations listen to a key: those that name it, and those that name none. */
function listeningAutomations(services: Services, viewer: Viewer): (key: string) => number {
  const named = new Map<string, number>();
  let open = 0;
  for (const { id, enabled, plan } of automationIndexOf(services).all()) {
    if (!enabled || !viewer.sees(`${automationType}/read`, id)) continue;
    const keys = namedKeys(plan.sources);
    if (keys === 'any') open += 1;
    else for (const key of keys) named.set(key, (named.get(key) ?? 0) + 1);
  }
  return (key) => open + (named.get(key) ?? 0);
}

/** The keys that the conditions on recommendations name; `any` when some of them name none. */
function namedKeys(sources: StoredAutomation['plan']['sources']): ReadonlySet<string> | 'any' {
  const keys = new Set<string>();
  for (const { eventSource, ruleSets } of sources) {
    if (eventSource !== 'Assessments') continue;
    if (ruleSets.length === 0) return 'any';
    for (const { rules } of ruleSets) {
      const names = rules.filter(
        ({ propertyJPath, operator }) => /^(?:\$\.)?name$/i.test(propertyJPath) && operator === 'Equals',
      );
      if (names.length === 0) return 'any';
      for (const { expectedValue } of names) keys.add(expectedValue.toLowerCase());
    }
  }
  return keys;
}
