/** The suite every matcher passes: what fires is the same whichever implementation is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import {
  type EventSource,
  type Matcher,
  type PlannedAutomation,
  parseConditions,
  planAutomation,
  subjectsOf,
} from '#rules';

export interface RuleText {
  readonly path: string;
  readonly type?: string;
  readonly operator: string;
  readonly value: string;
}

export function sourceOf(eventSource: string, ...ruleSets: readonly (readonly RuleText[])[]): JsonObject {
  return {
    eventSource,
    ruleSets: ruleSets.map((rules) => ({
      rules: rules.map((rule) => ({
        propertyJPath: rule.path,
        propertyType: rule.type ?? 'String',
        operator: rule.operator,
        expectedValue: rule.value,
      })),
    })),
  };
}

export function planned(id: string, properties: JsonObject, defaultScope?: string): PlannedAutomation {
  const conditions = parseConditions(properties);
  assert.ok('sources' in conditions, JSON.stringify(conditions));
  const plan = planAutomation(conditions, { id, ...(defaultScope === undefined ? {} : { defaultScope }) });
  assert.ok('sources' in plan, JSON.stringify(plan));
  return plan;
}

export function matched(matcher: Matcher, body: JsonObject, source: EventSource = 'Alerts'): readonly string[] {
  return [...matcher.match({ source, body, subjects: subjectsOf(source, body) })].toSorted();
}

const highSql = sourceOf('Alerts', [
  { path: 'AlertDisplayName', operator: 'Contains', value: 'SQL' },
  { path: 'Severity', operator: 'Equals', value: 'high' },
]);

const high = { path: 'Severity', operator: 'Equals', value: 'High' };
const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111';

/** Registers the suite for one implementation. */
export function matcherSuite(name: string, make: () => Matcher): void {
  test(`${name}: rules of a set are ANDed`, () => {
    const matcher = make();
    matcher.put(planned('a', { sources: [highSql] }));
    assert.deepEqual(matched(matcher, { AlertDisplayName: 'Potential sql injection', Severity: 'High' }), ['a']);
    assert.deepEqual(matched(matcher, { AlertDisplayName: 'Potential sql injection', Severity: 'Low' }), []);
    assert.deepEqual(matched(matcher, { AlertDisplayName: 'Tor', Severity: 'High' }), []);
  });

  test(`${name}: rule sets and sources are ORed, and an automation fires once`, () => {
    const matcher = make();
    const both = sourceOf('Alerts', [high], [{ path: 'Severity', operator: 'StartsWith', value: 'h' }]);
    matcher.put(planned('a', { sources: [both, both, sourceOf('Alerts')] }));
    assert.deepEqual(matched(matcher, { Severity: 'HIGH' }), ['a']);
    matcher.put(planned('b', { sources: [sourceOf('Assessments', [high]), highSql] }));
    assert.deepEqual(matched(matcher, { Severity: 'high', AlertDisplayName: 'MySQL' }), ['a', 'b']);
    assert.deepEqual(matched(matcher, { Severity: 'high' }, 'Assessments'), ['b']);
  });

  test(`${name}: absent, null and empty rule sets, and a set without rules, match every event of the source`, () => {
    const matcher = make();
    matcher.put(planned('absent', { sources: [{ eventSource: 'Alerts' }] }));
    matcher.put(planned('null', { sources: [{ eventSource: 'alerts', ruleSets: null }] }));
    matcher.put(planned('empty', { sources: [{ eventSource: 'ALERTS', ruleSets: [] }] }));
    matcher.put(planned('noRules', { sources: [{ eventSource: 'Alerts', ruleSets: [{ rules: [] }] }] }));
    assert.deepEqual(matched(matcher, {}), ['absent', 'empty', 'noRules', 'null']);
    assert.deepEqual(matched(matcher, {}, 'SubAssessments'), []);
  });

  test(`${name}: a disabled automation never fires`, () => {
    const matcher = make();
    matcher.put(planned('a', { isEnabled: false, sources: [sourceOf('Alerts')] }));
    assert.deepEqual(matched(matcher, {}), []);
    assert.equal(matcher.size, 1);
  });

  test(`${name}: snapshot sources and streaming sources never share events`, () => {
    const matcher = make();
    matcher.put(planned('stream', { sources: [sourceOf('Assessments')] }));
    matcher.put(planned('snapshot', { sources: [sourceOf('AssessmentsSnapshot')] }));
    assert.deepEqual(matched(matcher, {}, 'Assessments'), ['stream']);
    assert.deepEqual(matched(matcher, {}, 'AssessmentsSnapshot'), ['snapshot']);
  });

  test(`${name}: scopes cover their own subscription or group on segment boundaries, ignoring case`, () => {
    const matcher = make();
    const sources = [sourceOf('Alerts')];
    matcher.put(planned('rg1', { sources, scopes: [{ scopePath: `${subscription}/resourceGroups/RG1` }] }));
    matcher.put(planned('sub', { sources, scopes: [{ scopePath: `${subscription.toUpperCase()}/` }] }));
    matcher.put(planned('default', { sources }, subscription));
    matcher.put(planned('none', { sources }));
    const at = (id: string): JsonObject => ({ AzureResourceId: id });
    const vm = `${subscription}/resourcegroups/rg1/providers/Microsoft.Compute/virtualMachines/vm`;
    assert.deepEqual(matched(matcher, at(vm)), ['default', 'none', 'rg1', 'sub']);
    assert.deepEqual(matched(matcher, at(`${subscription}/resourceGroups/rg10`)), ['default', 'none', 'sub']);
    assert.deepEqual(matched(matcher, at('/subscriptions/other')), ['none']);
    assert.deepEqual(matched(matcher, {}), ['none']);
  });

  test(`${name}: an alert with several resources fires for the scope of any of them, once`, () => {
    const matcher = make();
    const scopes = [{ scopePath: '/subscriptions/a' }, { scopePath: '/subscriptions/b' }];
    matcher.put(planned('x', { sources: [sourceOf('Alerts')], scopes }));
    const body = {
      AzureResourceId: '/subscriptions/elsewhere',
      ResourceIdentifiers: ['a', 'b'].map((name) => ({
        Type: 'AzureResource',
        AzureResourceId: `/subscriptions/${name}/resourceGroups/g`,
      })),
    };
    assert.deepEqual(matched(matcher, body), ['x']);
    assert.deepEqual(matched(matcher, { AzureResourceId: '/subscriptions/elsewhere' }), []);
  });

  test(`${name}: putting an automation again replaces it, removing it forgets it`, () => {
    const matcher = make();
    matcher.put(planned('a', { sources: [highSql, highSql] }));
    matcher.put(planned('b', { sources: [highSql] }));
    matcher.put(planned('a', { sources: [sourceOf('Alerts', [{ ...high, value: 'Low' }])] }));
    assert.deepEqual(matched(matcher, { AlertDisplayName: 'SQL', Severity: 'High' }), ['b']);
    assert.deepEqual(matched(matcher, { AlertDisplayName: 'SQL', Severity: 'Low' }), ['a']);
    matcher.remove('a');
    matcher.remove('b');
    matcher.remove('unknown');
    assert.equal(matcher.size, 0);
    assert.deepEqual(matched(matcher, { AlertDisplayName: 'SQL', Severity: 'Low' }), []);
  });

  test(`${name}: alerts without a version have a virtual one, other events do not`, () => {
    const matcher = make();
    const rule = { path: 'version', operator: 'Contains', value: '3.' };
    matcher.put(planned('a', { sources: [sourceOf('Alerts', [rule]), sourceOf('Assessments', [rule])] }));
    assert.deepEqual(matched(matcher, {}), ['a']);
    assert.deepEqual(matched(matcher, { Version: null }), ['a']);
    assert.deepEqual(matched(matcher, { Version: '2.0' }), []);
    assert.deepEqual(matched(matcher, {}, 'Assessments'), []);
  });
}
