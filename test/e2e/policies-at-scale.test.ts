/**
 * "Configure workflow automation at scale using the supplied policies", from outside: the published definitions created beside
 * the shipped ones, assigned at a management group over 25 subscriptions, remediated, and then at work.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, memberOf, parseJson } from '#foundation';
import { SecurityCenter } from './security-center.ts';
import { authorization, insights, SuppliedPolicies } from './supplied-policies.ts';
import { subscription, TocsinServer } from './tocsin-server.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/policies');
const published = existsSync(corpus);
const count = 25;
const team = '/providers/Microsoft.Management/managementGroups/team';

const server = new TocsinServer();
const center = new SecurityCenter(server, 'apps');
const supplied = new SuppliedPolicies(server);

function subscriptionOf(number: number): string {
  return `/subscriptions/00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
}

const call = supplied.call.bind(supplied);

function addSubscription(number: number): Promise<void> {
  return supplied.addSubscription(subscriptionOf(number).slice('/subscriptions/'.length), `customer ${number}`, team);
}

before(async () => {
  await server.start();
  await center.apps.makeGroup();
  await call('PUT', `${team}?api-version=2020-05-01`, [200, 202], { properties: { displayName: 'Customers' } });
  for (let number = 0; number < count; number++) await addSubscription(number);
});
after(() => server.remove());

interface Policy {
  readonly name: string;
  readonly title: string;
  readonly definition: () => Promise<string>;
  readonly parameters: JsonObject;
  readonly ruleSets: readonly JsonObject[];
  readonly eventSource: string;
}

/** Creates the published definition as it lies in the corpus, at the management group. */
async function created(file: string): Promise<string> {
  const definition = parseJson(readFileSync(join(corpus, `${file}.json`), 'utf8').replace(/^\uFEFF/, ''));
  const id = `${team}/${authorization}/policyDefinitions/${file}`;
  await call('PUT', `${id}?api-version=2021-06-01`, [201], { properties: memberOf(definition, 'properties') ?? null });
  return id;
}

async function shipped(name: string): Promise<string> {
  const id = `/${authorization}/policyDefinitions/${name}`;
  const { body } = await call('GET', `${id}?api-version=2021-06-01`, [200]);
  assert.equal(memberOf(body.properties, 'policyType'), 'BuiltIn');
  return id;
}

// Source: security center reference, section 5.
function rule(propertyJPath: string, expectedValue: string, operator: 'Contains' | 'Equals'): JsonObject {
  return { propertyJPath, propertyType: 'string', expectedValue, operator };
}

const alertRuleSets = ['high', 'medium', 'low'].map((severity) => ({
  rules: [rule('Version', '3.', 'Contains'), rule('Severity', severity, 'Equals')],
}));

const names = ['1195afff-c881-495e-9bc5-1486211ae03f', '37dc9936-0785-0ee8-7d8f-6b1c7e1a6ba6'];
const severities = ['High', 'Medium'];
const recommendationRuleSets = names.flatMap((name) =>
  severities.flatMap((severity) =>
    ['healthy', 'unhealthy', 'notapplicable'].map((state) => ({
      rules: [
        rule('name', name, 'Contains'),
        rule('properties.metadata.severity', severity, 'Equals'),
        rule('properties.status.code', state, 'Contains'),
      ],
    })),
  ),
);

const alerts = {
  parameters: { alertName: '', alertSeverities: ['High', 'Medium', 'Low'] },
  ruleSets: alertRuleSets,
  eventSource: 'Alerts',
};
const recommendations = {
  parameters: {
    recommendationNames: names,
    recommendationSeverities: severities,
    recommendationStates: ['Healthy', 'Unhealthy', 'Not Applicable'],
  },
  ruleSets: recommendationRuleSets,
  eventSource: 'Assessments',
};

const policies: readonly Policy[] = [
  {
    name: 'shipped-alerts',
    title: 'the shipped policy for alerts',
    definition: () => shipped('f1525828-9a90-4fcf-be48-268cdd02361e'),
    ...alerts,
  },
  {
    name: 'shipped-recommend',
    title: 'the shipped policy for recommendations',
    definition: () => shipped('73d6ab6c-2475-4850-afd6-43795f3492ef'),
    ...recommendations,
  },
  ...(published
    ? [
        {
          name: 'published-alerts',
          title: 'the published policy for alerts, unmodified',
          definition: () => created('workflow-automation-alerts-dine'),
          ...alerts,
        },
        {
          name: 'published-recommend',
          title: 'the published policy for recommendations, unmodified',
          definition: () => created('workflow-automation-recommendations-dine'),
          ...recommendations,
        },
      ]
    : []),
];

const apps = new Map<string, string>();

function automationOf(policy: Policy, number: number): string {
  return `${subscriptionOf(number)}/resourceGroups/rg-${policy.name}/providers/Microsoft.Security/automations/${policy.name}`;
}

/** Assigns at the management group with an identity that holds its role there and on the logic app. */
async function assign(policy: Policy): Promise<string> {
  const logicAppResourceId = await center.logicApp();
  apps.set(policy.name, logicAppResourceId);
  const id = `${team}/${authorization}/policyAssignments/${policy.name}`;
  await supplied.assign({
    id,
    definitionId: await policy.definition(),
    parameters: {
      automationName: policy.name,
      resourceGroupName: `rg-${policy.name}`,
      resourceGroupLocation: 'westeurope',
      logicAppResourceId,
      logicAppTrigger: 'Manual (Incoming HTTP request)',
      ...policy.parameters,
    },
    grants: [team, logicAppResourceId],
  });
  return id;
}

const statesOf = (assignment: string): Promise<Json> => supplied.statesOf(team, assignment);

function lowerTypes(ruleSets: Json | undefined): Json {
  return parseJson(JSON.stringify(ruleSets ?? null).replaceAll('"propertyType":"String"', '"propertyType":"string"'));
}

for (const policy of policies) {
  describe(policy.title, () => {
    let assignment = '';

    test(`makes ${count} subscriptions non-compliant when it is assigned`, async () => {
      assignment = await assign(policy);
      await supplied.reaches(team, assignment, [{ complianceState: 'NonCompliant', n: count }]);
    });

    test('is remediated: one automation per subscription, and all are compliant', async () => {
      const properties = await supplied.remediate(team, policy.name, assignment);
      assert.equal(properties.provisioningState, 'Succeeded', JSON.stringify(properties));
      const counts = { totalDeployments: count, successfulDeployments: count, failedDeployments: 0 };
      assert.deepEqual(properties.deploymentStatus, counts);
      assert.deepEqual(await statesOf(assignment), [{ complianceState: 'Compliant', n: count }]);
    });

    test('gave every automation the documented rule sets', async () => {
      for (let number = 0; number < count; number++) {
        const { body } = await call('GET', `${automationOf(policy, number)}?api-version=2019-01-01-preview`, [200]);
        const [source, ...others] = memberOf(body.properties, 'sources') as readonly JsonObject[];
        assert.equal(others.length, 0);
        assert.equal(source?.eventSource, policy.eventSource);
        assert.deepEqual(lowerTypes(source?.ruleSets), policy.ruleSets);
        assert.equal(memberOf(body.properties, 'isEnabled'), true);
      }
    });
  });
}

describe('what the policies made', () => {
  test('a matching alert in one subscription starts exactly the logic app of its automation', async () => {
    const resource = `${subscriptionOf(7)}/resourceGroups/web/providers/Microsoft.Sql/servers/sql-1`;
    const runs = await center.send(center.alert({ AzureResourceId: resource }));
    const started = policies
      .filter(({ eventSource }) => eventSource === 'Alerts')
      .map(({ name }) => apps.get(name) ?? '');
    const workflows = runs.map((run) => run.slice(0, run.toLowerCase().indexOf('/runs/')).toLowerCase());
    assert.deepEqual(workflows.toSorted(), started.map((id) => id.toLowerCase()).toSorted());
    for (const run of runs) await server.finishedRun(run);
    assert.deepEqual(await center.send(center.alert({ AzureResourceId: resource, Severity: 'Informational' })), []);
  });

  test('a new subscription below the group gets its automations by itself', async () => {
    await addSubscription(count);
    for (const policy of policies) {
      const path = `${automationOf(policy, count)}?api-version=2019-01-01-preview`;
      await server.eventually(
        async () => ((await server.call('GET', path)).status === 200 ? true : undefined),
        `the automation of ${policy.name}`,
      );
      const assignment = `${team}/${authorization}/policyAssignments/${policy.name}`;
      await supplied.reaches(team, assignment, [{ complianceState: 'Compliant', n: count + 1 }]);
    }
  });

  test('an automation changed by hand makes its subscription non-compliant again', async () => {
    const [policy] = policies;
    assert.ok(policy);
    const path = `${automationOf(policy, 3)}?api-version=2019-01-01-preview`;
    const { body } = await call('GET', path, [200]);
    const changed = { ...(body.properties as JsonObject), isEnabled: false };
    const { tags, location } = body;
    await call('PUT', path, [200], { location: location ?? '', tags: tags ?? {}, properties: changed });
    const assignment = `${team}/${authorization}/policyAssignments/${policy.name}`;
    await server.eventually(async () => {
      const states = JSON.stringify(await statesOf(assignment));
      return states.includes(JSON.stringify({ complianceState: 'NonCompliant', n: 1 })) ? true : undefined;
    }, 'the change of the state');
  });

  test('the logic app is in another subscription, and nobody else may remediate', async () => {
    assert.ok([...apps.values()].every((id) => id.startsWith(subscription)));
    const stranger = await center.principal({ role: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', scope: team });
    const path = `${team}/${insights}/remediations/mine?api-version=2021-10-01`;
    const assignment = `${team}/${authorization}/policyAssignments/${policies[0]?.name ?? ''}`;
    const reply = await server.call('PUT', path, {
      body: { properties: { policyAssignmentId: assignment } },
      token: stranger,
    });
    assert.equal(reply.status, 403);
  });
});

if (!published) test('published policies', { skip: 'the corpus is not beside the checkout' }, () => {});
