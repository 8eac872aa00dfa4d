import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type JsonObject, type ResourceDocument, silentLog, type Write } from '#foundation';
import { type Assigned, assignedFor, observeStore, policiesOf } from '#service';
import { memoryStore } from '#store';

const tenant = '/providers/Microsoft.Management/managementGroups/root';
const team = '/providers/Microsoft.Management/managementGroups/team';
const sub = '/subscriptions/11111111-1111-4111-8111-111111111111';
const group = `${sub}/resourceGroups/web`;
const provider = '/providers/Microsoft.Authorization';

function resource(id: string, type: string, body: JsonObject, more: Partial<ResourceDocument> = {}): Write {
  const name = id.split('/').at(-1) ?? '';
  return {
    kind: 'putResource',
    resource: { id, type, name, body, etag: `${Math.random()}`, createdTime: 0, changedTime: 0, ...more },
  };
}

function managementGroup(id: string, parent?: string): Write {
  const details = parent === undefined ? {} : { parent: { id: parent } };
  return resource(id, 'Microsoft.Management/managementGroups', { properties: { details } });
}

function subscriptionIn(id: string, managementGroupId: string): Write {
  return resource(id, 'Microsoft.Resources/subscriptions', { managementGroupId });
}

function definition(id: string, effect: string, parameters: JsonObject = {}): Write {
  // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
  const policyRule = { if: { field: 'type', equals: 'Microsoft.Storage/storageAccounts' }, then: { effect } };
  return resource(id, 'Microsoft.Authorization/policyDefinitions', {
    properties: { displayName: 'No storage', mode: 'All', parameters, policyRule },
  });
}

function assignment(scope: string, name: string, policyDefinitionId: string, more: JsonObject = {}): Write {
  const properties = { policyDefinitionId, ...more };
  return resource(`${scope}${provider}/policyAssignments/${name}`, 'Microsoft.Authorization/policyAssignments', {
    properties,
  });
}

async function storeWith(...writes: readonly Write[]) {
  const store = observeStore(memoryStore(), silentLog);
  await store.commit([managementGroup(tenant), managementGroup(team, tenant), subscriptionIn(sub, team), ...writes]);
  return { store, policies: policiesOf({ store, log: silentLog }) };
}

const names = (found: readonly Assigned[]): readonly string[] => found.map(({ assignmentName }) => assignmentName);
const deny = `${tenant}${provider}/policyDefinitions/deny`;

test('a resource is reached from the root group down to itself, and from nowhere else', async () => {
  const vm = `${group}/providers/Microsoft.Compute/virtualMachines/vm1`;
  const { policies } = await storeWith(
    definition(deny, 'deny'),
    assignment(group, 'c', deny),
    assignment(`${sub}/resourceGroups/webs`, 'other', deny),
    assignment(tenant, 'a', deny),
    assignment(vm, 'd', deny),
    assignment(sub, 'b2', deny),
    assignment(sub, 'b1', deny),
  );
  assert.deepEqual(names(policies.reaching(vm.toUpperCase())), ['a', 'b1', 'b2', 'c', 'd']);
  assert.deepEqual(names(policies.reaching(sub)), ['a', 'b1', 'b2']);
  assert.deepEqual(names(policies.reaching(team)), ['a']);
  assert.equal(policies.reaching(vm)[0]?.definition.displayName, 'No storage');
});

test('excluded scopes, disabled policies and resources that are not selected are left out', async () => {
  const selectors: Json = [{ name: 'near', selectors: [{ kind: 'resourceLocation', in: ['West Europe'] }] }];
  const { policies } = await storeWith(
    definition(deny, 'deny'),
    definition(`${tenant}${provider}/policyDefinitions/off`, 'disabled'),
    assignment(tenant, 'not-team', deny, { notScopes: [team] }),
    assignment(tenant, 'not-web', deny, { notScopes: [group] }),
    assignment(tenant, 'off', `${tenant}${provider}/policyDefinitions/off`),
    assignment(sub, 'near', deny, { resourceSelectors: selectors }),
  );
  assert.deepEqual(names(policies.reaching(group)), ['near']);
  assert.deepEqual(names(policies.reaching(`${group}2`)), ['not-web', 'near']);
  const near = policies.get(`${sub}${provider}/policyAssignments/near`) as Assigned;
  const type = 'Microsoft.Storage/storageAccounts';
  assert.equal(assignedFor(near, { type, location: 'westeurope' }), near);
  assert.equal(assignedFor(near, { type, location: 'northeurope' }), undefined);
});

test('a change of the definition, the assignment, or the place of the subscription counts at once', async () => {
  const { store, policies } = await storeWith(definition(deny, 'deny'), assignment(team, 'a', deny));
  const changes: string[] = [];
  policies.onChange(({ kind, assignmentId }) => changes.push(`${kind} ${assignmentId.split('/').at(-1)}`));
  assert.equal(policies.reaching(sub)[0]?.effect, 'deny');
  await store.commit([definition(deny, 'audit')]);
  assert.equal(policies.reaching(sub)[0]?.effect, 'audit');
  await store.commit([assignment(team, 'a', deny, { enforcementMode: 'DoNotEnforce' })]);
  assert.equal(policies.reaching(sub)[0]?.enforcementMode, 'DoNotEnforce');
  await store.commit([subscriptionIn(sub, tenant)]);
  assert.deepEqual(policies.reaching(sub), []);
  await store.commit([subscriptionIn(sub, team)]);
  await store.commit([{ kind: 'deleteResource', id: `${team}${provider}/policyAssignments/a` }]);
  assert.deepEqual(policies.reaching(sub), []);
  assert.deepEqual(changes, ['definition a', 'assignment a', 'assignment a']);
});

test('a set gives one policy per member, with its values, groups, messages and overrides', async () => {
  const set = `${tenant}${provider}/policySetDefinitions/base`;
  const parameters: JsonObject = { effect: { type: 'String', allowedValues: ['Audit', 'Deny', 'Disabled'] } };
  const member = (id: string, more: JsonObject): Json => ({
    policyDefinitionId: deny,
    policyDefinitionReferenceId: id,
    ...more,
  });
  const properties = {
    parameters: { what: { type: 'String', defaultValue: 'Audit' } },
    policyDefinitionGroups: [{ name: 'g1' }],
    policyDefinitions: [
      member('one', { parameters: { effect: { value: "[parameters('what')]" } }, groupNames: ['g1'] }),
      member('two', { parameters: { effect: { value: 'Deny' } } }),
    ],
  };
  const east: Json = [{ kind: 'resourceLocation', in: ['eastus'] }];
  const { policies } = await storeWith(
    definition(deny, "[parameters('effect')]", parameters),
    resource(set, 'Microsoft.Authorization/policySetDefinitions', { properties }),
    assignment(sub, 'a', set, {
      nonComplianceMessages: [{ message: 'All.' }, { message: 'Two.', policyDefinitionReferenceId: 'two' }],
      overrides: [
        {
          kind: 'policyEffect',
          value: 'disabled',
          selectors: [{ kind: 'policyDefinitionReferenceId', in: ['one'] }, ...(east as Json[])],
        },
      ],
    }),
  );
  const found = policies.reaching(group);
  const shown = found.map((each) => [each.referenceId, each.effect, each.groupNames.join(), each.nonComplianceMessage]);
  assert.deepEqual(shown, [
    ['one', 'audit', 'g1', 'All.'],
    ['two', 'deny', '', 'Two.'],
  ]);
  const [one, two] = found as [Assigned, Assigned];
  assert.equal(assignedFor(one, { type: 'x', location: 'East US' })?.effect, 'disabled');
  assert.equal(assignedFor(one, { type: 'x' })?.effect, 'audit');
  assert.equal(assignedFor(two, { type: 'x', location: 'eastus' })?.effect, 'deny');
});

test('an exemption frees its scope until it expires, of the members it names', async () => {
  const exempt = (name: string, more: JsonObject): Write =>
    resource(`${group}${provider}/policyExemptions/${name}`, 'Microsoft.Authorization/policyExemptions', {
      properties: {
        policyAssignmentId: `${tenant}${provider}/policyAssignments/a`,
        exemptionCategory: 'Waiver',
        ...more,
      },
    });
  const { store, policies } = await storeWith(
    definition(deny, 'deny'),
    assignment(tenant, 'a', deny),
    exempt('e', { expiresOn: '2030-01-01T00:00:00Z' }),
  );
  const [assigned] = policies.reaching(group) as [Assigned];
  const [before, after] = [Date.parse('2029-12-31'), Date.parse('2030-01-02')];
  assert.equal(policies.exemptionOf(assigned, `${group}/providers/A.B/c/d`, before)?.name, 'e');
  assert.equal(policies.exemptionOf(assigned, group, after), undefined);
  assert.equal(policies.exemptionOf(assigned, sub, before), undefined);
  const changes: string[] = [];
  policies.onChange(({ kind, scope }) => changes.push(`${kind} ${scope}`));
  await store.commit([exempt('e', { policyDefinitionReferenceIds: ['other'] })]);
  assert.equal(policies.exemptionOf(assigned, group, before), undefined);
  assert.deepEqual(changes, [`exemption ${group}`]);
});

test('each of a thousand subscriptions has its own and what is above it, and an assignment with a missing definition is not in force', async () => {
  const subs = Array.from(
    { length: 1000 },
    (_, index) => `/subscriptions/${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`,
  );
  const { policies } = await storeWith(
    definition(deny, 'deny'),
    assignment(tenant, 'a', deny),
    assignment(team, 'broken', `${deny}-gone`),
    ...subs.map((id) => subscriptionIn(id, team)),
    ...subs.map((id) => assignment(id, 'own', deny)),
  );
  for (const id of subs) assert.deepEqual(names(policies.reaching(id)), ['a', 'own']);
});
