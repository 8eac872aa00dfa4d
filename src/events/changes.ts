/**
 * Whether an event tells anything new about a thing already known.
 *
 * Owns: what counts as a change, by kind. Does not own: looking up what is known (`#service`).
 * Source: domain reference 12; own API reference, events.
 *
 * Invariants
 * C1. A parent recommendation does not change because its findings do: what mirrors them, `additionalData` and the
 *     severity that is the highest of theirs, is not compared.
 * C2. An alert is news once: the same alert again never is.
 */
import { isJsonObject, type Json, type JsonObject, jsonEquals } from '#foundation';
import { looseMember, looseText, scalarText } from './members.ts';
import type { EventKind } from './model.ts';
import { actionOf } from './recognize.ts';

/** Keys of recommendations that have findings below them. */
export const parentAssessmentKeys: ReadonlySet<string> = new Set([
  '82e20e14-edc5-4373-bfc4-f13121257c37',
  'f97aa83c-9b63-4f9a-99f6-b22c4398f936',
  'dbd0cb49-b563-45e7-9724-889e799fa648',
  '1195afff-c881-495e-9bc5-1486211ae03f',
  '4ab6e3c5-74dd-8b35-9ab9-f61b30875b27',
]);

/** Whether a recommendation has findings: it is one of the known ones, or links to them. */
function hasFindings(body: JsonObject): boolean {
  const name = looseText(body, 'name')?.toLowerCase();
  if (name !== undefined && parentAssessmentKeys.has(name)) return true;
  return looseMember(body, 'properties', 'additionalData', 'subAssessmentsLink') !== undefined;
}

/**
 * Whether `next` is news beside `known`, the last body of the same thing. `findingsKnown` tells whether findings of a
 * recommendation are known whose body does not say that it has any; asked only when the answer depends on it.
 */
export function isChange(
  kind: EventKind,
  known: JsonObject,
  next: JsonObject,
  findingsKnown: () => boolean = () => false,
): boolean {
  switch (kind) {
    case 'Alerts':
      return false;
    case 'Assessments':
      return assessmentChanged(known, next, findingsKnown);
    case 'SubAssessments':
      return actionChanged(known, next) || differs(known, next, withoutTimes(['properties']));
    case 'RegulatoryComplianceAssessment':
      return complianceMembers.some(
        (name) => !same(looseMember(known, 'properties', name), looseMember(next, 'properties', name)),
      );
    case 'SecureScores':
      return !same(looseMember(known, 'properties', 'score'), looseMember(next, 'properties', 'score'));
    case 'SecureScoreControls':
      return scoreMoved(known, next);
    case 'AttackPaths':
      return actionChanged(known, next) || differs(known, next, withoutTimes(['properties']));
  }
}

const complianceMembers = ['state', 'passedResources', 'failedResources', 'skippedResources', 'unsupportedResources'];

function same(left: Json | undefined, right: Json | undefined): boolean {
  return jsonEquals(left ?? null, right ?? null);
}

function actionChanged(known: JsonObject, next: JsonObject): boolean {
  return isDelete(known) !== isDelete(next);
}

/** Whether the event says that its thing is gone. */
export function isDelete(body: JsonObject): boolean {
  return actionOf(body)?.toLowerCase() === 'delete';
}

function assessmentChanged(known: JsonObject, next: JsonObject, findingsKnown: () => boolean): boolean {
  if (actionChanged(known, next)) return true;
  const paths = [
    ['properties', 'status', 'code'],
    ['properties', 'status', 'cause'],
    ['properties', 'status', 'description'],
  ];
  const moved = (path: readonly string[]): boolean =>
    !sameText(looseMember(known, ...path), looseMember(next, ...path));
  if (paths.some(moved)) return true;
  if (hasFindings(known) || hasFindings(next)) return false;
  const extra = (body: JsonObject): Json => {
    const data = looseMember(body, 'properties', 'additionalData');
    return isJsonObject(data) ? data : {};
  };
  const more = moved(['properties', 'metadata', 'severity']) || !jsonEquals(extra(known), extra(next));
  return more && !findingsKnown();
}

/** Codes and severities ignore case, as everywhere. */
function sameText(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase();
  return same(left, right);
}

type Project = (body: JsonObject) => Json;

function differs(known: JsonObject, next: JsonObject, project: Project): boolean {
  return !jsonEquals(project(known), project(next));
}

const timeNames = new Set(['timegenerated', 'statuschangedate', 'firstevaluationdate', '$type']);

/** A member without the times in it, which move with every scan. */
function withoutTimes(path: readonly string[]): Project {
  const strip = (value: Json): Json => {
    if (!isJsonObject(value)) return value;
    const kept = Object.entries(value).filter(([name]) => !timeNames.has(name.toLowerCase()));
    return Object.fromEntries(kept.map(([name, member]) => [name, strip(member)]));
  };
  return (body) => strip(looseMember(body, ...path) ?? null);
}

/** A control is sent when its score moves by 0.01 or more. */
function scoreMoved(known: JsonObject, next: JsonObject): boolean {
  const current = (body: JsonObject): number => Number(scalarText(looseMember(body, 'properties', 'score', 'current')));
  const maximum = (body: JsonObject): number =>
    Number(scalarText(looseMember(body, 'properties', 'score', 'max')) ?? '0');
  return Math.abs(current(known) - current(next)) >= 0.01 - Number.EPSILON || maximum(known) !== maximum(next);
}
