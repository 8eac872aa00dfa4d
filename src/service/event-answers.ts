/**
 * Stored events as the management API answers them.
 *
 * Owns: joining a document's own state to the conversions of `#events`.
 * Source: management API reference 5.2, 5.4 and 5.6.
 */
import {
  type AlertState,
  alertStates,
  alertToRest,
  type AssessmentExpansion,
  assessmentToRest,
  findingToRest,
  isDelete,
  looseMember,
  looseText,
  plainToRest,
} from '#events';
import { isJsonObject, type JsonObject, textMember } from '#foundation';
import { builtinControls } from './builtin-metadata.data.ts';
import { eventCollections, findEvent, type StoredEvent, storedEventOf } from './event-documents.ts';
import type { Services } from './services.ts';

export { alertStates, homeRegion } from '#events';

/** Versions before this one know no `InProgress`. */
const inProgressSince = '2022-01-01';

export function alertAnswer(alert: StoredEvent, subscriptionId: string, apiVersion: string): JsonObject {
  const kept = alertStates.find((state) => state === alert.document.status) ?? 'Active';
  const state: AlertState = kept === 'InProgress' && apiVersion.slice(0, 10) < inProgressSince ? 'Active' : kept;
  return alertToRest(alert.body, { id: alert.id, name: alert.name, state, subscriptionId }, apiVersion);
}

export function assessmentAnswer(event: StoredEvent, expand: AssessmentExpansion, apiVersion: string): JsonObject {
  return assessmentToRest(event.body, event.id, expand, apiVersion);
}

/** The assessment of that id, unless there is none or it is gone. */
export function existingAssessment(services: Pick<Services, 'store'>, id: string): StoredEvent | undefined {
  const found = findEvent(services, 'Assessments', id);
  return found === undefined || isDelete(found.body) ? undefined : found;
}

export function findingAnswer(event: StoredEvent): JsonObject {
  return findingToRest(event.body, event.id);
}

/** The finding of that id, unless there is none or it is gone. */
export function findFinding(services: Pick<Services, 'store'>, id: string): StoredEvent | undefined {
  const found = findEvent(services, 'SubAssessments', id);
  return found === undefined || isDelete(found.body) ? undefined : found;
}

export interface ScoreReader {
  scores(): readonly JsonObject[];
  score(name: string): JsonObject | undefined;
  /** Of one score, or all; with their definitions when asked for. */
  controls(options: { readonly score?: string; readonly definition: boolean }): readonly JsonObject[];
  definitions(): readonly JsonObject[];
}

const definitionType = 'Microsoft.Security/secureScoreControlDefinitions';

/** Definitions of the built-in controls, the same everywhere. */
export const controlDefinitions: readonly JsonObject[] = builtinControls.map((control) => ({
  id: `/providers/${definitionType}/${control.key}`,
  name: control.key,
  type: definitionType,
  properties: {
    source: { sourceType: 'BuiltIn' },
    displayName: control.displayName,
    maxScore: control.maxScore,
    assessmentDefinitions: control.assessments.map((key) => ({
      id: `/providers/Microsoft.Security/assessmentMetadata/${key}`,
    })),
  },
}));

function withoutDefinition(control: JsonObject): JsonObject {
  const properties = control['properties'];
  if (!isJsonObject(properties)) return control;
  const { definition: _definition, ...rest } = properties;
  return { ...control, properties: rest };
}

export function readScores(services: Pick<Services, 'store'>, subscriptionId: string): ScoreReader {
  const read = (kind: 'SecureScores' | 'SecureScoreControls'): readonly StoredEvent[] =>
    services.store.documents
      .list({ collection: eventCollections[kind], parent: subscriptionId.toLowerCase() })
      .map(storedEventOf);
  const answer = ({ body, id }: StoredEvent): JsonObject => plainToRest(body, id);
  return {
    scores: () => read('SecureScores').map(answer),
    score: (name) => {
      const found = read('SecureScores').find((each) => each.name.toLowerCase() === name.toLowerCase());
      return found === undefined ? undefined : answer(found);
    },
    controls: ({ score, definition }) =>
      read('SecureScoreControls')
        .filter(({ id }) => score === undefined || id.toLowerCase().includes(`/securescores/${score.toLowerCase()}/`))
        .map(answer)
        .map((control) => (definition ? control : withoutDefinition(control))),
    definitions: () => {
      const named = new Map(controlDefinitions.map((each) => [textMember(each, 'name') ?? '', each]));
      for (const { body } of read('SecureScoreControls')) {
        const definition = looseMember(body, 'properties', 'definition');
        if (isJsonObject(definition)) named.set(looseText(definition, 'name') ?? '', definition);
      }
      return [...named.values()];
    },
  };
}
