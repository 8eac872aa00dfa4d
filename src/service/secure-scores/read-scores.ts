/**
 * Secure scores as the management API answers them: of a subscription, and added up below a management group.
 *
 * Owns: the answers. Does not own: the sums (`score-values.ts`).
 *
 * Invariants
 * A1. The score below a management group is that of its resources together, as if they were of one subscription.
 * Source: management API reference 5.6; public API specification (secureScores of 2020-01-01).
 */
import { looseMember, looseText, plainToRest } from '#events';
import { isJsonObject, type JsonObject, textMember } from '#foundation';
import { eventCollections, type StoredEvent, storedEventOf } from '../event-documents.ts';
import { scopeTest } from '../read-events.ts';
import { subscriptionType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import { builtinControls } from './builtin-controls.data.ts';
import { controlBody, controlDefinitions, countsIn, type ResourceCounts, scoreBody } from './score-values.ts';

export interface ScoreReader {
  scores(): readonly JsonObject[];
  score(name: string): JsonObject | undefined;
  /** Of one score, or all; with their definitions when asked for. */
  controls(options: { readonly score?: string; readonly definition: boolean }): readonly JsonObject[];
  definitions(): readonly JsonObject[];
}

type ReadServices = Pick<Services, 'store'>;

function answer({ body, id }: StoredEvent): JsonObject {
  return plainToRest(body, id);
}

function read(
  { store }: ReadServices,
  kind: 'SecureScores' | 'SecureScoreControls',
  subscriptionId: string,
): readonly StoredEvent[] {
  return store.documents
    .list({ collection: eventCollections[kind], parent: subscriptionId.toLowerCase() })
    .map(storedEventOf);
}

function readerOf(
  scores: readonly JsonObject[],
  controls: readonly JsonObject[],
  definitions: () => readonly JsonObject[],
): ScoreReader {
  return {
    scores: () => scores,
    score: (name) => scores.find((each) => textMember(each, 'name')?.toLowerCase() === name.toLowerCase()),
    controls: ({ score, definition }) =>
      controls
        .filter((control) => score === undefined || isOf(control, score))
        .map((control) => (definition ? control : withoutDefinition(control))),
    definitions,
  };
}

function isOf(control: JsonObject, score: string): boolean {
  return (textMember(control, 'id') ?? '').toLowerCase().includes(`/securescores/${score.toLowerCase()}/`);
}

function withoutDefinition(control: JsonObject): JsonObject {
  const properties = control['properties'];
  if (!isJsonObject(properties)) return control;
  const { definition: _definition, ...rest } = properties;
  return { ...control, properties: rest };
}

/** Of a subscription. */
export function readScores(services: ReadServices, subscriptionId: string): ScoreReader {
  const controls = read(services, 'SecureScoreControls', subscriptionId).map(answer);
  return readerOf(read(services, 'SecureScores', subscriptionId).map(answer), controls, () => {
    const named = new Map(controlDefinitions.map((each) => [textMember(each, 'name') ?? '', each]));
    for (const control of controls) {
      const definition = looseMember(control, 'properties', 'definition');
      const name = looseText(definition, 'name') ?? '';
      if (isJsonObject(definition) && !named.has(name)) named.set(name, definition);
    }
    return [...named.values()];
  });
}

/** Of all subscriptions below a management group (A1). */
export function readGroupScores(services: ReadServices, group: string): ScoreReader {
  const isBelow = scopeTest(services, group);
  const sums = new Map<string, ResourceCounts>();
  for (const { id } of services.store.resources.list({ type: subscriptionType })) {
    if (!isBelow(id)) continue;
    for (const { name, body } of read(services, 'SecureScoreControls', id.slice(id.lastIndexOf('/') + 1))) {
      sums.set(name.toLowerCase(), added(sums.get(name.toLowerCase()), countsIn(body)));
    }
  }
  const bodies = builtinControls.flatMap((control) => {
    const counts = sums.get(control.key);
    return counts === undefined ? [] : [controlBody(group, control, counts)];
  });
  const rest = (body: JsonObject): JsonObject => plainToRest(body, textMember(body, 'id') ?? '');
  const scores = bodies.length === 0 ? [] : [rest(scoreBody(group, bodies))];
  return readerOf(scores, bodies.map(rest), () => controlDefinitions);
}

function added(left: ResourceCounts | undefined, right: ResourceCounts): ResourceCounts {
  if (left === undefined) return right;
  return {
    healthy: left.healthy + right.healthy,
    unhealthy: left.unhealthy + right.unhealthy,
    notApplicable: left.notApplicable + right.notApplicable,
  };
}
