/** What published rule sets hit among real events; the figures are those of domain reference 22. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import { type EventSource, IndexedMatcher, type Matcher, NaiveMatcher, subjectsOf } from '#rules';
import { jsonFiles, missing } from '../suites/corpus.ts';
import { planned, sourceOf } from '../suites/matcher.ts';

const prefixes: readonly (readonly [string, EventSource])[] = [
  ['alert-', 'Alerts'],
  ['rec-', 'Assessments'],
  ['subassessment-', 'SubAssessments'],
  ['compliance-', 'RegulatoryComplianceAssessment'],
  ['securescore-', 'SecureScores'],
];

const skip = missing('events');

function hits(source: JsonObject): readonly string[] {
  const results = [new NaiveMatcher(), new IndexedMatcher()].map((matcher: Matcher) => {
    matcher.put(planned('it', { sources: [source] }));
    return [...jsonFiles('events')]
      .filter(([name, body]) => {
        const kind = prefixes.find(([prefix]) => name.startsWith(prefix))?.[1] as EventSource;
        const event = { source: kind, body: body as JsonObject, subjects: subjectsOf(kind, body as JsonObject) };
        return matcher.match(event).length > 0;
      })
      .map(([name]) => name)
      .toSorted();
  });
  assert.deepEqual(results[0], results[1]);
  return results[0] as readonly string[];
}

const version = { path: 'Version', operator: 'Contains', value: '3.' };
const severity = (value: string) => ({ path: 'Severity', operator: 'Equals', value });
const state = (operator: string, value: string) => ({ path: 'properties.status.code', operator, value });

test('an alert rule without a name and with three severities hits all but informational alerts', { skip }, () => {
  const sets = ['high', 'medium', 'low'].map((value) => [version, severity(value)]);
  assert.equal(hits(sourceOf('Alerts', ...sets)).length, 31);
});

test('an alert rule "name contains SQL, severity High" hits the two SQL alerts', { skip }, () => {
  const rules = [{ path: 'AlertDisplayName', operator: 'Contains', value: 'SQL' }, severity('high')];
  assert.deepEqual(hits(sourceOf('Alerts', rules)), ['alert-09-sql-bruteforce', 'alert-10-sql-injection-potential']);
});

test('a state that contains "healthy" hits healthy and unhealthy, one that equals it only the healthy', {
  skip,
}, () => {
  assert.equal(hits(sourceOf('Assessments', [state('Contains', 'healthy')])).length, 16);
  assert.equal(hits(sourceOf('Assessments', [state('Equals', 'healthy')])).length, 4);
});

test('high severity and a state that contains "unhealthy" hit six recommendations', { skip }, () => {
  const high = { path: 'properties.metadata.severity', operator: 'Equals', value: 'High' };
  assert.equal(hits(sourceOf('Assessments', [high, state('Contains', 'unhealthy')])).length, 6);
});

test('findings of the machine parent are found although their id is spelled Id', { skip }, () => {
  const rule = { path: 'id', operator: 'Contains', value: '/assessments/1195afff-c881-495e-9bc5-1486211ae03f/' };
  assert.deepEqual(hits(sourceOf('SubAssessments', [rule])), [
    'subassessment-02-machine-cve',
    'subassessment-03-machine-cve-delete',
  ]);
});

test('failed controls are found by state', { skip }, () => {
  const rule = { path: 'properties.state', operator: 'Equals', value: 'Failed' };
  assert.deepEqual(hits(sourceOf('RegulatoryComplianceAssessment', [rule])), [
    'compliance-01-mcsb-lt2-failed',
    'compliance-05-iso-failed-snapshot',
  ]);
});
