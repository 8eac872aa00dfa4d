import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  alertSeverities,
  type Conditions,
  conditionsOf,
  controlStates,
  firstConditions,
  nameFault,
  recommendationSeverities,
  recommendationStates,
  sourcesOf,
} from '../../portal/src/model/automation-form.ts';

const some = <T>(all: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...all], { minLength: 1 });

const conditions: fc.Arbitrary<Conditions> = fc.oneof(
  fc
    .record({ alertName: fc.string(), alertSeverities: some(alertSeverities) })
    .map((part): Conditions => ({ ...firstConditions, ...part, dataType: 'Alerts' })),
  fc
    .record({
      recommendationNames: fc.uniqueArray(fc.uuid(), { maxLength: 3 }),
      recommendationSeverities: some(recommendationSeverities),
      recommendationStates: some(recommendationStates),
    })
    .map((part): Conditions => ({ ...firstConditions, ...part, dataType: 'Assessments' })),
  fc
    .record({ standards: fc.subarray(['PCI-DSS-4', 'ISO-27001']), controlStates: some(controlStates) })
    .map((part): Conditions => ({ ...firstConditions, ...part, dataType: 'RegulatoryComplianceAssessment' })),
);

describe('the fields of an automation', () => {
  it('A1: come back from the rules they write', () => {
    fc.assert(fc.property(conditions, (each) => assert.deepEqual(conditionsOf(sourcesOf(each)), each)));
  });

  it('write the rules that the built-in policies look for', () => {
    const [source] = sourcesOf({ ...firstConditions, alertName: 'SQL', alertSeverities: ['High'] });
    assert.deepEqual(source?.ruleSets, [
      {
        rules: [
          { propertyJPath: 'AlertDisplayName', propertyType: 'string', expectedValue: 'SQL', operator: 'Contains' },
          { propertyJPath: 'Severity', propertyType: 'string', expectedValue: 'high', operator: 'Equals' },
        ],
      },
    ]);
  });

  it('A2: do not pretend to show other paths, operators or several sources', () => {
    const [source] = sourcesOf(firstConditions);
    assert.ok(source !== undefined);
    assert.equal(conditionsOf([source, source]), undefined);
    const rules = [{ propertyJPath: 'Severity', propertyType: 'String', expectedValue: 'High', operator: 'NotEquals' }];
    assert.equal(conditionsOf([{ eventSource: 'Alerts', ruleSets: [{ rules }] }]), undefined);
    assert.equal(conditionsOf([{ eventSource: 'SecureScores' }]), undefined);
  });

  it('say what is wrong with a name', () => {
    assert.equal(nameFault('Email-on-SQL'), undefined);
    assert.match(nameFault('a/b') ?? '', /cannot contain/);
    assert.match(nameFault('') ?? '', /Enter/);
  });
});
