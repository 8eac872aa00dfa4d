/**
 * The small structural check of inbound events: what every consumer relies on, and nothing more.
 *
 * Owns: the members that must be there and their types. The published schemas are not used here: they refuse nearly every
 * real alert (domain reference 9.6).
 *
 * Invariants
 * K1. A fault names the member by its path.
 */
import { type Fault, fault, isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject } from '#foundation';
import { looseMember, looseText } from './members.ts';
import type { EventKind } from './model.ts';

/** Deepest nesting of an event; deeper ones are refused before anything walks them. */
export const depthLimit = 64;

export const severities = ['High', 'Medium', 'Low', 'Informational'] as const;
const healthStates = ['Healthy', 'Unhealthy', 'NotApplicable'] as const;
const controlStates = ['Passed', 'Failed', 'Skipped', 'Unsupported'] as const;

function invalid(target: string, message: string): Fault {
  return fault('InvalidEvent', message, { target });
}

/** What is wrong with a body of that kind, or undefined when it is complete. */
export function checkEvent(kind: EventKind, body: JsonObject): Fault | undefined {
  switch (kind) {
    case 'Alerts':
      return checkAlert(body);
    case 'Assessments':
      return (
        checkId(body, /\/providers\/microsoft\.security\/assessments\/[^/]+\/?$/i, 'an assessment') ??
        checkProperties(body) ??
        checkChoice(body, ['properties', 'status', 'code'], healthStates)
      );
    case 'SubAssessments':
      return (
        checkId(
          body,
          /\/providers\/microsoft\.security\/assessments\/[^/]+\/subassessments\/[^/]+\/?$/i,
          'a finding',
        ) ??
        checkProperties(body) ??
        checkChoice(body, ['properties', 'status', 'code'], healthStates)
      );
    case 'RegulatoryComplianceAssessment':
      return (
        checkId(body, compliancePattern, 'a regulatory compliance assessment') ??
        checkProperties(body) ??
        checkChoice(body, ['properties', 'state'], controlStates)
      );
    case 'SecureScores':
    case 'SecureScoreControls':
      return checkScore(kind, body);
    case 'AttackPaths':
      return (
        checkId(body, /\/providers\/microsoft\.security\/attackpaths\/[^/]+\/?$/i, 'an attack path') ??
        checkProperties(body)
      );
  }
}

const compliancePattern =
  /\/regulatorycompliancestandards\/[^/]+\/regulatorycompliancecontrols\/[^/]+\/regulatorycomplianceassessments\/[^/]+\/?$/i;

function checkAlert(body: JsonObject): Fault | undefined {
  if (looseText(body, 'AlertDisplayName') === undefined && looseText(body, 'AlertType') === undefined) {
    return invalid('AlertDisplayName', 'An alert needs AlertDisplayName, a non-empty string.');
  }
  const id = looseMember(body, 'SystemAlertId');
  if (id !== undefined && id !== null && (typeof id !== 'string' || !/^[^/\\?#%\s]{1,260}$/.test(id))) {
    return invalid(
      'SystemAlertId',
      'SystemAlertId must be a string of 1 to 260 characters without blanks and / \\ ? # %.',
    );
  }
  return (
    checkChoice(body, ['Severity'], severities) ??
    checkShape(body, 'Entities', 'array') ??
    checkShape(body, 'ResourceIdentifiers', 'array') ??
    checkShape(body, 'ExtendedProperties', 'object')
  );
}

function checkShape(body: JsonObject, name: string, shape: 'array' | 'object'): Fault | undefined {
  const value = looseMember(body, name);
  if (value === undefined || value === null) return undefined;
  if (shape === 'array' ? isJsonArray(value) : isJsonObject(value)) return undefined;
  return invalid(name, `${name} must be an ${shape} or null.`);
}

function checkId(body: JsonObject, pattern: RegExp, what: string): Fault | undefined {
  const id = looseMember(body, 'id');
  if (typeof id !== 'string' || id === '') return invalid('id', `The event needs id, the full id of ${what}.`);
  if (!id.startsWith('/') || id.length > 2048 || !pattern.test(id)) {
    return invalid('id', `The id '${id.slice(0, 200)}' is not the full id of ${what}.`);
  }
  return undefined;
}

function checkProperties(body: JsonObject): Fault | undefined {
  return isJsonObject(looseMember(body, 'properties'))
    ? undefined
    : invalid('properties', 'The event needs properties, an object.');
}

function checkChoice(body: JsonObject, path: readonly string[], allowed: readonly string[]): Fault | undefined {
  const value = looseMember(body, ...path);
  const target = path.join('.');
  if (value === undefined || value === null) {
    return invalid(target, `The event needs ${target}, one of ${allowed.join(', ')}.`);
  }
  const wanted = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (allowed.some((each) => each.toLowerCase() === wanted)) return undefined;
  const shown = typeof value === 'string' ? value.slice(0, 100) : typeof value;
  return invalid(target, `'${shown}' is not a value of ${target}: it is one of ${allowed.join(', ')}.`);
}

function checkScore(kind: 'SecureScores' | 'SecureScoreControls', body: JsonObject): Fault | undefined {
  const pattern =
    kind === 'SecureScores'
      ? /\/providers\/microsoft\.security\/securescores\/[^/]+\/?$/i
      : /\/providers\/microsoft\.security\/securescores\/[^/]+\/securescorecontrols\/[^/]+\/?$/i;
  const wrong = checkId(body, pattern, 'a secure score') ?? checkProperties(body);
  if (wrong !== undefined) return wrong;
  const current = looseMember(body, 'properties', 'score', 'current');
  if (typeof current === 'number' || current instanceof JsonNumber) return undefined;
  return invalid('properties.score.current', 'The event needs properties.score.current, a number.');
}

/** Whether the value nests deeper than events may; walks level by level, so depth itself cannot exhaust the stack. */
export function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > depthLimit) return true;
    const next: Json[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null || item instanceof JsonNumber) continue;
      for (const child of isJsonArray(item) ? item : Object.values(item)) {
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}
