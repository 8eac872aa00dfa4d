/** What is news about a thing already known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import { isChange, isDelete } from '#events';

const base = (over: JsonObject = {}, properties: JsonObject = {}): JsonObject => ({
  assessmentEventDataEnrichment: { action: 'Insert', isSnapshot: false },
  name: 'k',
  properties: {
    status: { code: 'Unhealthy', cause: 'c', statusChangeDate: '1' },
    additionalData: { a: 1 },
    metadata: { severity: 'High' },
    ...properties,
  },
  ...over,
});

test('a re-scan that found the same is no news, whatever its dates and case', () => {
  const again = base(
    {},
    {
      status: { code: 'unhealthy', cause: 'c', statusChangeDate: '2', firstEvaluationDate: '0' },
      displayName: 'other',
    },
  );
  assert.equal(isChange('Assessments', base(), again), false);
});

test('code, cause, description, severity and additional data are news', () => {
  const news: readonly JsonObject[] = [
    { status: { code: 'Healthy', cause: 'c' } },
    { status: { code: 'Unhealthy', cause: 'd' } },
    { status: { code: 'Unhealthy', cause: 'c', description: 'e' } },
    { metadata: { severity: 'Low' } },
    { additionalData: { a: 2 } },
  ];
  for (const properties of news)
    assert.equal(isChange('Assessments', base(), base({}, properties)), true, JSON.stringify(properties));
});

test('a recommendation that goes away is news once, and so is its return', () => {
  const gone = base({ assessmentEventDataEnrichment: { action: 'Delete', isSnapshot: false } });
  assert.equal(isDelete(gone), true);
  assert.equal(isChange('Assessments', base(), gone), true);
  assert.equal(isChange('Assessments', gone, gone), false);
  assert.equal(isChange('Assessments', gone, base()), true);
});

test('a parent does not change because its findings do', () => {
  const parent = (count: number, code = 'Unhealthy'): JsonObject =>
    base(
      {},
      {
        status: { code, cause: 'c' },
        additionalData: { subAssessmentsLink: 'x', count },
        metadata: { severity: count > 1 ? 'High' : 'Low' },
      },
    );
  assert.equal(isChange('Assessments', parent(1), parent(3)), false);
  assert.equal(isChange('Assessments', parent(1), parent(1, 'Healthy')), true);
  const known = (a: number): JsonObject =>
    base({ name: '1195AFFF-c881-495e-9bc5-1486211ae03f' }, { additionalData: { a } });
  assert.equal(isChange('Assessments', known(1), known(2)), false);
});

test('an alert is news once', () => {
  assert.equal(isChange('Alerts', { Severity: 'Low' }, { Severity: 'High' }), false);
});

test('a finding is news when anything but its times changed', () => {
  const finding = (time: string, code: string): JsonObject => ({
    SecurityEventDataEnrichment: { Action: 'Insert' },
    Properties: { TimeGenerated: time, Status: { Code: code }, AdditionalData: { $type: time, A: 1 } },
  });
  assert.equal(isChange('SubAssessments', finding('1', 'Unhealthy'), finding('2', 'Unhealthy')), false);
  assert.equal(isChange('SubAssessments', finding('1', 'Unhealthy'), finding('1', 'Healthy')), true);
});

test('a control assessment is news when its state or its counts change', () => {
  const control = (state: string, passedResources: number): JsonObject => ({
    properties: { state, passedResources, description: String(Math.random()) },
  });
  assert.equal(isChange('RegulatoryComplianceAssessment', control('Passed', 1), control('Passed', 1)), false);
  assert.equal(isChange('RegulatoryComplianceAssessment', control('Passed', 1), control('Passed', 2)), true);
  assert.equal(isChange('RegulatoryComplianceAssessment', control('Passed', 1), control('Failed', 1)), true);
});

test('the score of a control is news when it moves by a hundredth', () => {
  const score = (current: number, max = 6): JsonObject => ({ properties: { score: { current, max } } });
  assert.equal(isChange('SecureScoreControls', score(1), score(1.009)), false);
  assert.equal(isChange('SecureScoreControls', score(1), score(1.01)), true);
  assert.equal(isChange('SecureScoreControls', score(1), score(1, 7)), true);
  assert.equal(isChange('SecureScores', score(1), score(1.001)), true);
});
