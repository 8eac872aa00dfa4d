/** The questions of the policy pages, asked of the query language the server answers with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Catalog, isKqlFault, type KqlTable, runKql, type Value } from '#query';
import { kqlText, whereIn } from '../../portal/src/model/kql-text.ts';
import {
  complianceQuery,
  complianceShare,
  existenceText,
  noStates,
  overallQuery,
  reasonOf,
  remediableQuery,
  shareText,
  stateQuery,
  valuesOfText,
} from '../../portal/src/model/policy-compliance.ts';
import { categoryQuery, definitionQuery, type DefinitionSearch } from '../../portal/src/model/policy-search.ts';

type Document = Readonly<Record<string, unknown>>;

const columns = ['id', 'name', 'type', 'properties', 'identity'];

function ask(query: string, documents: readonly Document[]): readonly Readonly<Record<string, unknown>>[] {
  const table: KqlTable = {
    name: 'PolicyResources',
    columns: columns.map((name) => ({
      name,
      type: name === 'properties' || name === 'identity' ? 'dynamic' : 'string',
    })),
    rows: () => documents.map((document) => columns.map((name) => (document[name] ?? null) as Value)),
  };
  const catalog: Catalog = {
    names: () => ['PolicyResources'],
    table: (name) => (name.toLowerCase() === 'policyresources' ? table : undefined),
  };
  const result = runKql(query, { catalog, now: 0, ignoresCase: true });
  assert.ok(!isKqlFault(result), JSON.stringify(result));
  return result.rows.map((row) => Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index]])));
}

function definition(name: string, displayName: string, more: Document = {}): Document {
  const isSet = name.startsWith('set');
  const type = isSet ? 'policySetDefinitions' : 'policyDefinitions';
  return {
    id: `/providers/Microsoft.Authorization/${type}/${name}`,
    name,
    type: `microsoft.authorization/${type.toLowerCase()}`,
    properties: {
      displayName,
      policyType: 'BuiltIn',
      version: '1.0.0',
      metadata: { category: 'Security Center' },
      ...more,
    },
  };
}

const definitions = [
  definition('f1525828', 'Deploy Workflow Automation for Microsoft Defender for Cloud alerts'),
  definition('73d6ab6c', 'Deploy Workflow Automation for Azure Security Center recommendations'),
  definition('own', 'Mine', { policyType: 'Custom', metadata: { category: 'Tags' } }),
  definition('set1', 'Baseline', { policyDefinitions: [{}, {}] }),
];

const everything: DefinitionSearch = { text: '', definitionTypes: [], types: [], categories: [], order: 'displayName' };
const found = (search: Partial<DefinitionSearch>): readonly unknown[] =>
  ask(definitionQuery({ ...everything, ...search }), definitions).map(({ name }) => name);

describe('the search for definitions', () => {
  it('PS1: finds a product under its old and its new name, however much was typed', () => {
    for (const text of [
      'Deploy Workflow Automation for Azure Security Center alerts',
      'deploy workflow automation for microsoft defender for cloud alerts',
      'Azure Security Cen alerts',
      'Defender alerts',
      'F1525828',
    ]) {
      assert.deepEqual(found({ text }), ['f1525828'], text);
    }
    assert.deepEqual(found({ text: 'Microsoft Defender for Cloud' }), ['73d6ab6c', 'f1525828']);
    assert.deepEqual(found({ text: 'Azure Security Center' }), ['73d6ab6c', 'f1525828']);
    assert.deepEqual(found({ text: 'policyDefinitions/own' }), ['own']);
  });

  it('narrows by kind, type and category, and orders by what is asked', () => {
    assert.deepEqual(found({}), ['set1', '73d6ab6c', 'f1525828', 'own']);
    assert.deepEqual(found({ order: 'displayName desc' }), ['own', 'f1525828', '73d6ab6c', 'set1']);
    assert.deepEqual(found({ order: 'nonsense; drop' }), ['set1', '73d6ab6c', 'f1525828', 'own']);
    assert.deepEqual(found({ definitionTypes: ['Initiative'] }), ['set1']);
    assert.deepEqual(found({ types: ['Custom'] }), ['own']);
    assert.deepEqual(found({ categories: ['Tags'] }), ['own']);
    assert.deepEqual(
      ask(categoryQuery, definitions).map(({ category }) => category),
      ['Security Center', 'Tags'],
    );
  });

  it('takes any text for a text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const rows = ask(`print it = ${kqlText(text)}`, []);
        assert.equal(rows[0]?.['it'], text);
        found({ text, categories: [text] });
      }),
      { numRuns: 200 },
    );
    assert.equal(whereIn('a', ['x', 'y'], ['x', 'y']), '');
    assert.equal(whereIn('a', []), '| where false');
  });
});

function assignment(name: string): Document {
  return {
    id: `/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/${name}`,
    name,
    type: 'microsoft.authorization/policyassignments',
    properties: { displayName: '', scope: '/subscriptions/s', policyDefinitionId: '/d' },
  };
}

let number = 0;

function state(of: string, resourceId: string, complianceState: string, more: Document = {}): Document {
  number += 1;
  return {
    id: `/state/${number}`,
    name: String(number),
    type: 'microsoft.policyinsights/policystates',
    properties: {
      policyAssignmentId: `/subscriptions/s/providers/microsoft.authorization/policyassignments/${of}`,
      resourceId,
      complianceState,
      policyDefinitionAction: 'deployifnotexists',
      policyDefinitionReferenceId: '',
      policyDefinitionId: '/d',
      ...more,
    },
  };
}

const rows = [
  assignment('Good'),
  assignment('bad'),
  assignment('idle'),
  state('good', '/r1', 'Compliant'),
  state('bad', '/r1', 'NonCompliant', { policyDefinitionReferenceId: 'one' }),
  state('bad', '/r1', 'Compliant', { policyDefinitionReferenceId: 'two' }),
  state('bad', '/r2', 'Exempt'),
  state('bad', '/r3', 'Conflict', { policyDefinitionAction: 'modify' }),
];

describe('the compliance of assignments', () => {
  it('counts each resource once, by the worst of its states, the least compliant first', () => {
    const answer = ask(complianceQuery({ text: '', states: [], order: 'share' }), rows);
    assert.deepEqual(
      answer.map((row) => [
        row['name'],
        row['state'],
        ...['resources', 'nonCompliant', 'exempt', 'conflict'].map((name) => Number(row[name])),
      ]),
      [
        ['bad', 'NonCompliant', 3, 1, 1, 1],
        ['Good', 'Compliant', 1, 0, 0, 0],
        ['idle', 'None', 0, 0, 0, 0],
      ],
    );
    const only = ask(complianceQuery({ text: '', states: ['None'], order: 'share' }), rows);
    assert.deepEqual(
      only.map(({ name }) => name),
      ['idle'],
    );
  });

  it('sums up all resources, and those of one assignment', () => {
    const [all] = ask(overallQuery(), rows);
    assert.deepEqual([Number(all?.['resources']), Number(all?.['nonCompliant'])], [3, 1]);
    const [good] = ask(overallQuery('/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/Good'), rows);
    assert.deepEqual([Number(good?.['resources']), Number(good?.['nonCompliant'])], [1, 0]);
  });

  it('lists resources by state and words, and what can be remediated', () => {
    const assignmentId = '/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/bad';
    const listed = ask(stateQuery({ assignmentId, text: 'r1', states: ['NonCompliant'] }), rows);
    assert.deepEqual(
      listed.map(({ resourceId, reference }) => [resourceId, reference]),
      [['/r1', 'one']],
    );
    const [policy, ...others] = ask(remediableQuery(''), rows);
    assert.deepEqual([policy?.['id'], Number(policy?.['resources']), others.length], [`${assignmentId}#one`, 1, 0]);
  });

  it('is a share that is whole only when everything complies', () => {
    assert.equal(complianceShare(noStates), undefined);
    assert.equal(shareText(complianceShare({ ...noStates, resources: 3, nonCompliant: 1 })), '67%');
    assert.equal(shareText(complianceShare({ ...noStates, resources: 1000, nonCompliant: 1 })), '99%');
    assert.equal(shareText(complianceShare({ ...noStates, resources: 2, exempt: 1, unknown: 1 })), '100%');
    assert.equal(shareText(undefined), '–');
  });

  it('has its reasons in words', () => {
    const expression = {
      result: 'False',
      expression: 'tags',
      path: 'tags.owner',
      expressionValue: '',
      targetValue: 'true',
      operator: 'Exists',
    };
    assert.deepEqual(reasonOf(expression), { field: 'tags.owner', expected: 'exists true', found: '–', holds: false });
    assert.equal(reasonOf({ operator: 'NotIn', targetValue: ['a'] }).expected, 'is not in ["a"]');
    assert.equal(existenceText({}), undefined);
    assert.match(existenceText({ ifNotExistsDetails: { totalResources: 0 } }) ?? '', /not there/);
    assert.match(
      existenceText({ ifNotExistsDetails: { totalResources: 2 } }) ?? '',
      /2 resources .* are there, but do not/,
    );
    assert.deepEqual(valuesOfText('{"a":{"value":1}}'), { a: 1 });
    assert.deepEqual(valuesOfText('oops'), {});
  });
});
