/**
 * The words of an automation's conditions: event sources, property types, operators, and which operator suits which type.
 * Source: the published automations contract; domain reference 6 and 7, management API reference 5.1.
 */

/** Event sources in canonical spelling; the `Snapshot` ones take the weekly full state only. */
export const eventSources = [
  'Alerts',
  'Assessments',
  'AssessmentsSnapshot',
  'SubAssessments',
  'SubAssessmentsSnapshot',
  'SecureScores',
  'SecureScoresSnapshot',
  'SecureScoreControls',
  'SecureScoreControlsSnapshot',
  'RegulatoryComplianceAssessment',
  'RegulatoryComplianceAssessmentSnapshot',
  'AttackPaths',
  'AttackPathsSnapshot',
] as const;

export type EventSource = (typeof eventSources)[number];

export const propertyTypes = ['String', 'Integer', 'Number', 'Boolean'] as const;

export type PropertyType = (typeof propertyTypes)[number];

export const operators = [
  'Equals',
  'NotEquals',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LesserThan',
  'LesserThanOrEqualTo',
  'Contains',
  'StartsWith',
  'EndsWith',
] as const;

export type Operator = (typeof operators)[number];

const equality = ['Equals', 'NotEquals'] as const satisfies readonly Operator[];
const ordering = [
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LesserThan',
  'LesserThanOrEqualTo',
] as const satisfies readonly Operator[];
const partOfText = ['Contains', 'StartsWith', 'EndsWith'] as const satisfies readonly Operator[];

/** The operators that a property type takes. */
export const operatorsOfType: Readonly<Record<PropertyType, readonly Operator[]>> = {
  String: [...equality, ...partOfText],
  Integer: [...equality, ...ordering],
  Number: [...equality, ...ordering],
  Boolean: equality,
};

/** Most rules one automation may hold, over all its sources and rule sets; the built-in policies write some hundreds. */
export const ruleLimit = 10_000;

/** Longest `propertyJPath`, in characters, and most segments it may have. */
export const pathLimits = { characters: 1024, segments: 64 } as const;

/** The value a rule on `Version` sees on alerts that carry none: delivered alerts have no such member, yet rules ask for it. */
export const virtualAlertVersion = '3.0';
