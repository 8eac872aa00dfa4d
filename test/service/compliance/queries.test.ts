import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { queryPolicyStates } from '#service';
import { principal, subscription } from '../../api/harness.ts';
import { ComplianceHarness, definition, group } from './compliance-harness.ts';

const storage = 'Microsoft.Storage/storageAccounts';
const insights = 'providers/Microsoft.PolicyInsights';
const version = 'api-version=2019-10-01';

/** Two groups with three accounts, one policy by itself and one in an initiative. */
async function filled() {
  const made = await ComplianceHarness.start();
  const [a, b] = [await made.putGroup(subscription, 'a'), await made.putGroup(subscription, 'b')];
  await made.put(`${a}/providers/${storage}/one`, { tags: { env: 'prod' } });
  await made.put(`${a}/providers/${storage}/two`);
  await made.put(`${b}/providers/${storage}/three`, { location: 'northeurope' });
  const tagged = definition(
    {
      allOf: [
        { field: 'type', equals: storage },
        { field: 'tags.env', exists: false },
      ],
    },
    'audit',
  );
  const placed = definition(
    {
      allOf: [
        { field: 'type', equals: storage },
        { field: 'location', notEquals: 'westeurope' },
      ],
    },
    'deny',
  );
  const taggedId = await made.define('tagged', { ...tagged, metadata: { category: 'Tags', version: '2.0.0' } });
  const placedId = await made.define('placed', placed);
  const policyDefinitions = [
    { policyDefinitionId: taggedId, policyDefinitionReferenceId: 'Tags', groupNames: ['g1'] },
    { policyDefinitionId: placedId, policyDefinitionReferenceId: 'Places', groupNames: ['g1', 'g2'] },
  ];
  const setId = await made.define(
    'set',
    { policyDefinitions, policyDefinitionGroups: [{ name: 'g1' }, { name: 'g2' }] },
    'policySetDefinitions',
  );
  const own = await made.assign('own', taggedId, { scope: subscription });
  const set = await made.assign('set', setId, { scope: subscription });
  await made.idle();
  return { made, a, b, own, set, taggedId, setId };
}

describe('queryResults of policy states', () => {
  test('rows have the members of Azure, ids in lower case', async () => {
    const { made, own, taggedId, a } = await filled();
    const [row] = await made.states(`${a}/providers/${storage}/one`, { $filter: `policyAssignmentId eq '${own}'` });
    assert.deepEqual(
      { ...row, timestamp: '' },
      {
        '@odata.id': null,
        '@odata.context': `https://localhost:7443${a}/providers/${storage}/one/${insights}/policyStates/$metadata#latest/$entity`,
        timestamp: '',
        resourceId: `${a}/providers/${storage}/one`.toLowerCase(),
        policyAssignmentId: own.toLowerCase(),
        policyDefinitionId: taggedId.toLowerCase(),
        effectiveParameters: '',
        isCompliant: true,
        subscriptionId: subscription.slice('/subscriptions/'.length),
        resourceType: storage,
        resourceLocation: 'westeurope',
        resourceGroup: 'a',
        resourceTags: '{"env":"prod"}',
        policyAssignmentName: 'own',
        policyAssignmentOwner: '',
        policyAssignmentParameters: '',
        policyAssignmentScope: subscription,
        policyDefinitionName: 'tagged',
        policyDefinitionAction: 'audit',
        policyDefinitionCategory: 'tags',
        policySetDefinitionId: '',
        policySetDefinitionName: '',
        policySetDefinitionOwner: '',
        policySetDefinitionCategory: '',
        policySetDefinitionParameters: '',
        managementGroupIds: '00000000-0000-4000-8000-000000000000',
        policyDefinitionReferenceId: '',
        complianceState: 'Compliant',
        policyDefinitionGroupNames: [],
        policyDefinitionVersion: '2.0.0',
        policySetDefinitionVersion: '',
      },
    );
  });

  test('scopes narrow: subscription, group, resource, assignment, initiative, definition', async () => {
    const { made, a, b, own, taggedId, setId } = await filled();
    const count = async (scope: string): Promise<number> => (await made.states(scope)).length;
    assert.deepEqual(
      [await count(subscription), await count(a), await count(b), await count(`${a}/providers/${storage}/one`)],
      [9, 6, 3, 3],
    );
    assert.deepEqual([await count(own), await count(taggedId), await count(setId)], [3, 0, 0]);
    const below = (type: string, name: string): string =>
      `${subscription}/providers/Microsoft.Authorization/${type}/${name}`;
    assert.deepEqual(
      [await count(below('policyDefinitions', 'tagged')), await count(below('policySetDefinitions', 'set'))],
      [6, 6],
    );
    assert.equal(
      await count('/providers/Microsoft.Management/managementGroups/00000000-0000-4000-8000-000000000000'),
      9,
    );
    assert.equal(await count(group), 0);
    await made.call('POST', `${group}s/${insights}/policyStates/latest/queryResults?${version}`, undefined, [404]);
  });

  test('filters, order, selection and groups work together', async () => {
    const { made, own } = await filled();
    const query = (options: Readonly<Record<string, string>>) => made.states(subscription, options);
    const broken = await query({
      $filter: `IsCompliant eq false and PolicyAssignmentId eq '${own.toUpperCase()}'`,
      $orderby: 'resourceId desc',
      $select: 'ResourceId,complianceState',
    });
    assert.deepEqual(
      broken.map((row) => textMember(row, 'resourceId')?.split('/').at(-1)),
      ['three', 'two'],
    );
    assert.deepEqual(Object.keys(broken[0] ?? {}), ['resourceId', 'complianceState']);
    const $apply =
      "filter(complianceState eq 'NonCompliant')/groupby((policyDefinitionReferenceId, policyAssignmentName), aggregate($count as n))";
    assert.deepEqual(await query({ $apply, $orderby: 'policyDefinitionReferenceId' }), [
      { policyDefinitionReferenceId: '', policyAssignmentName: 'own', n: 2 },
      { policyDefinitionReferenceId: 'Places', policyAssignmentName: 'set', n: 1 },
      { policyDefinitionReferenceId: 'Tags', policyAssignmentName: 'set', n: 2 },
    ]);
    assert.equal((await query({ $filter: "resourceLocation in ('northeurope')" })).length, 3);
    assert.equal(
      (await query({ $filter: "contains(resourceId, '/TWO') and not (complianceState eq 'Compliant')" })).length,
      2,
    );
    assert.equal((await query({ $top: '2' })).length, 2);
    const [row] = await query({ $top: '1', $expand: 'PolicyEvaluationDetails,components' });
    assert.ok(Array.isArray(memberOf(row?.['policyEvaluationDetails'], 'evaluatedExpressions')));
    assert.deepEqual(row?.['components'], []);
  });

  test('what is not valid is refused with its place', async () => {
    const { made } = await filled();
    const refused = async (options: Readonly<Record<string, string>>, view = 'latest'): Promise<string> => {
      const query = new URLSearchParams({ 'api-version': '2019-10-01', ...options });
      const path = `${subscription}/${insights}/policyStates/${view}/queryResults?${query.toString()}`;
      const { body } = await made.call('POST', path, undefined, [400]);
      return textMember(memberOf(body, 'error'), 'message') ?? '';
    };
    assert.match(await refused({ $filter: 'a eq' }), /position 5/);
    assert.match(await refused({ $filter: "colour eq 'x'" }), /'colour'.*position 1/);
    assert.match(await refused({ $orderby: 'colour' }), /position 1/);
    assert.match(await refused({ $apply: 'groupby((colour))' }), /position 10/);
    assert.match(await refused({ $from: 'yesterday' }), /'yesterday'/);
    assert.match(await refused({ $top: '0' }), /\$top/);
    assert.match(await refused({ $expand: 'everything' }), /everything/);
    assert.match(await refused({ $skiptoken: 'nonsense' }), /skiptoken/);
    assert.match(await refused({}, 'newest'), /'latest' or 'default'/);
  });

  test('pages lead on until every row was shown once, ordered or not', async () => {
    const { made } = await filled();
    for (const order of [{}, { $orderby: 'complianceState, resourceId desc' }]) {
      const rows = await made.states(subscription, order);
      const seen: JsonObject[] = [];
      // The page size is a thousand; `$top` is the whole answer's. So the pages are made by the use case itself.
      let position: string | undefined;
      do {
        const texts = order.$orderby === undefined ? {} : { orderby: order.$orderby };
        const answer = await queryPolicyStates(
          made.harness.services,
          {
            kind: 'latest',
            scope: subscription,
            texts,
            groupsAbove: () => [],
            ...(position === undefined ? {} : { position }),
          },
          2,
        );
        seen.push(...answer.rows);
        position = answer.next;
      } while (position !== undefined);
      assert.deepEqual(
        seen.map(
          (row) =>
            `${textMember(row, 'resourceId') ?? ''} ${textMember(row, 'policyAssignmentId') ?? ''} ${textMember(row, 'policyDefinitionReferenceId') ?? ''}`,
        ),
        rows.map(
          (row) =>
            `${textMember(row, 'resourceId') ?? ''} ${textMember(row, 'policyAssignmentId') ?? ''} ${textMember(row, 'policyDefinitionReferenceId') ?? ''}`,
        ),
      );
    }
  });

  test('nobody without the right may ask', async () => {
    const { made } = await filled();
    const path = `${subscription}/${insights}/policyStates/latest/queryResults?${version}`;
    const answer = await made.call('POST', path, undefined, [403], { as: principal('stranger') });
    assert.equal(textMember(memberOf(answer.body, 'error'), 'code'), 'AuthorizationFailed');
  });
});

describe('policy events', () => {
  test('one is told for each evaluation that changed something', async () => {
    const { made, a, own } = await filled();
    const events = () =>
      made.states(
        `${a}/providers/${storage}/two`,
        { $filter: `policyAssignmentId eq '${own}'` },
        'policyEvents/default',
      );
    assert.deepEqual(
      (await events()).map((row) => row['complianceState']),
      ['NonCompliant'],
    );
    await made.put(`${a}/providers/${storage}/two`, { properties: { x: 1 } });
    await made.idle();
    assert.equal((await events()).length, 1);
    made.harness.clock.advance(1_000);
    await made.put(`${a}/providers/${storage}/two`, { tags: { env: 'test' } });
    await made.idle();
    assert.deepEqual(
      (await events()).map((row) => row['complianceState']),
      ['Compliant', 'NonCompliant'],
    );
  });
});

describe('summarize', () => {
  test('counts distinct resources and policies, in all and per assignment and definition', async () => {
    const { made, own, set } = await filled();
    const { body } = await made.call('POST', `${subscription}/${insights}/policyStates/latest/summarize?${version}`);
    const [summary] = memberOf(body, 'value') as readonly JsonObject[];
    const figures = (results: Json | undefined): Json => {
      const { queryResultsUri: _uri, ...rest } = results as JsonObject;
      return rest;
    };
    const broken = (compliant: number, nonCompliant: number): Json =>
      [
        { complianceState: 'noncompliant', count: nonCompliant },
        { complianceState: 'compliant', count: compliant },
      ].filter(({ count }) => count > 0);
    assert.deepEqual(figures(summary?.['results']), {
      nonCompliantResources: 2,
      nonCompliantPolicies: 3,
      resourceDetails: broken(1, 2),
      policyDetails: broken(0, 3),
      policyGroupDetails: broken(0, 2),
    });
    const assignments = summary?.['policyAssignments'] as readonly JsonObject[];
    assert.deepEqual(
      assignments.map(({ policyAssignmentId }) => policyAssignmentId),
      [own, set].map((id) => id.toLowerCase()),
    );
    const definitions = assignments[1]?.['policyDefinitions'] as readonly JsonObject[];
    const places = definitions.find((each) => each['policyDefinitionReferenceId'] === 'places');
    assert.equal(memberOf(places?.['results'], 'nonCompliantResources'), 1);
    const uri = textMember(places?.['results'], 'queryResultsUri') ?? '';
    const rows = await made.call('POST', uri.slice('https://localhost:7443'.length));
    assert.equal((memberOf(rows.body, 'value') as readonly Json[]).length, 3);
  });
});

describe('checkPolicyRestrictions', () => {
  test('tells which policies content would break, and which values of a field are left', async () => {
    const { made, a } = await filled();
    const path = `${a}/${insights}/checkPolicyRestrictions?api-version=2022-03-01`;
    const resourceContent = { type: storage, name: 'next', location: 'northeurope' };
    const { body } = await made.call('POST', path, {
      resourceDetails: { resourceContent, apiVersion: '2023-01-01', scope: a },
      pendingFields: [{ field: 'location', values: ['westeurope', 'northeurope'] }, { field: 'tags.env' }],
      includeAuditEffect: true,
    });
    const evaluations = memberOf(
      memberOf(body, 'contentEvaluationResult'),
      'policyEvaluations',
    ) as readonly JsonObject[];
    const effects = evaluations.map((each) => textMember(each['effectDetails'], 'policyEffect') ?? '');
    assert.deepEqual(effects.toSorted(), ['audit', 'audit', 'deny']);
    const [location, tag] = memberOf(body, 'fieldRestrictions') as readonly JsonObject[];
    const restrictions = location?.['restrictions'] as readonly JsonObject[];
    assert.deepEqual(
      restrictions.filter(({ result }) => result === 'Deny').map(({ values }) => values),
      [['northeurope']],
    );
    assert.equal(tag?.['field'], 'tags.env');
    const quiet = await made.call('POST', path, {
      resourceDetails: { resourceContent: { type: storage, location: 'westeurope' }, scope: a },
    });
    assert.deepEqual(quiet.body, { fieldRestrictions: [], contentEvaluationResult: { policyEvaluations: [] } });
    await made.call('POST', path, { pendingFields: 'x' }, [400]);
    await made.call('POST', path, {}, [400]);
  });
});
