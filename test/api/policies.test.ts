import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Json, type JsonObject, memberOf, parseJson, textMember } from '#foundation';
import { codeOf, type Harness, messageOf, principal, startHarness, subscription, valueOf } from './harness.ts';

const root = '/providers/Microsoft.Management/managementGroups/00000000-0000-4000-8000-000000000000';
const team = '/providers/Microsoft.Management/managementGroups/team';
const provider = '/providers/Microsoft.Authorization';
const group = `${subscription}/resourceGroups/web`;
const someone = '11111111-1111-4111-8111-111111111111';
const storage = 'Microsoft.Storage/storageAccounts';

function ruleWith(effect: string, details?: Json): JsonObject {
  // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
  return { if: { field: 'type', equals: storage }, then: { effect, ...(details === undefined ? {} : { details }) } };
}

const effectParameter: JsonObject = { effect: { type: 'String', allowedValues: ['Audit', 'Deny'] } };

function definition(more: JsonObject = {}): Json {
  const policyRule = ruleWith("[parameters('effect')]");
  return { properties: { displayName: 'No storage', parameters: effectParameter, policyRule, ...more } };
}

async function start(): Promise<Harness> {
  const api = await startHarness();
  await api.call('PUT', team, { body: { name: 'team', properties: { details: { parent: { id: root } } } } });
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  return api;
}

const versioned = (path: string, version = '2024-05-01'): string =>
  `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`;

function send(api: Harness, method: string, path: string, body?: Json, as?: ReturnType<typeof principal>) {
  const version = path.includes('policyExemptions') ? '2022-07-01-preview' : '2024-05-01';
  return api.call(method, versioned(path, version), {
    ...(body === undefined ? {} : { body }),
    ...(as === undefined ? {} : { as }),
  });
}

const definitionId = `${subscription}${provider}/policyDefinitions/d`;
const assignmentId = `${group}${provider}/policyAssignments/a`;

function assign(api: Harness, id = assignmentId, more: JsonObject = {}, effect = 'Audit') {
  const properties = { policyDefinitionId: definitionId, parameters: { effect: { value: effect } }, ...more };
  return send(api, 'PUT', id, { properties });
}

test('a definition is answered 201 for every save, read, listed by filters, and deleted', async () => {
  const api = await start();
  const made = await send(api, 'PUT', definitionId, definition({ metadata: { category: 'Storage' } }));
  assert.equal(made.status, 201);
  const properties = memberOf(made.body, 'properties');
  assert.equal(textMember(properties, 'policyType'), 'Custom');
  assert.equal(textMember(properties, 'mode'), 'All');
  assert.equal(textMember(memberOf(properties, 'metadata'), 'category'), 'Storage');
  assert.equal((await send(api, 'PUT', definitionId, definition())).status, 201);
  const list = `${subscription}${provider}/policyDefinitions`;
  const all = valueOf(await send(api, 'GET', list));
  assert.ok(all.length > 5);
  const named = async (filter: string) =>
    valueOf(await send(api, 'GET', `${list}?$filter=${filter}`)).map(({ name }) => name);
  assert.deepEqual(await named("policyType eq 'Custom'"), ['d']);
  assert.deepEqual(await named('atExactScope()'), ['d']);
  assert.ok(!(await named('policyType -eq BuiltIn')).includes('d'));
  assert.ok((await named("category eq 'Security Center'")).includes('f1525828-9a90-4fcf-be48-268cdd02361e'));
  const page = await send(api, 'GET', `${list}?$top=2`);
  assert.equal(valueOf(page).length, 2);
  assert.ok(textMember(page.body, 'nextLink')?.includes('skiptoken'));
  assert.equal((await send(api, 'DELETE', definitionId)).status, 200);
  assert.equal((await send(api, 'DELETE', definitionId)).status, 204);
  assert.equal((await send(api, 'GET', definitionId)).status, 404);
});

test('the shipped definitions are read by everyone and changed by nobody', async () => {
  const api = await start();
  const id = `${provider}/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e`;
  const read = await send(api, 'GET', id, undefined, principal(someone));
  assert.equal(read.status, 200);
  assert.equal(textMember(memberOf(read.body, 'properties'), 'policyType'), 'BuiltIn');
  assert.equal(codeOf(await send(api, 'PUT', id, definition())), 'InvalidPolicyDefinition');
  const there = await send(api, 'GET', `${subscription}${id}`);
  assert.deepEqual([there.status, codeOf(there)], [404, 'PolicyDefinitionNotFound']);
});

test('a definition with a fault is refused with its code and place', async () => {
  const api = await start();
  const codes: (Json | undefined)[] = [];
  for (const properties of [
    { policyRule: { if: { field: 'type' } } },
    { policyRule: ruleWith("[parameters('nothing')]") },
    { policyRule: ruleWith('modify', { operations: [] }) },
    { policyRule: ruleWith('deny'), parameters: effectParameter },
    { parameters: { effect: { type: 'Text' } } },
  ]) {
    const refused = await send(api, 'PUT', definitionId, definition(properties));
    assert.equal(refused.status, 400);
    codes.push(codeOf(refused));
  }
  assert.deepEqual(codes, [
    'InvalidPolicyRule',
    'InvalidPolicyParameters',
    'InvalidPolicyRuleEffectDetails',
    'UnusedPolicyParameters',
    'InvalidPolicyParameters',
  ]);
  const low = await send(api, 'PUT', `${group}${provider}/policyDefinitions/d`, definition());
  assert.equal(codeOf(low), 'InvalidPolicyDefinition');
});

test('a change that would break an assignment is refused, and what is in use is not deleted', async () => {
  const api = await start();
  await send(api, 'PUT', definitionId, definition());
  assert.equal((await assign(api)).status, 201);
  const more = { parameters: { ...effectParameter, more: { type: 'String' } } };
  assert.equal(
    codeOf(
      await send(
        api,
        'PUT',
        definitionId,
        definition({
          ...more,
          policyRule: { ...ruleWith("[parameters('effect')]"), if: { field: 'name', equals: "[parameters('more')]" } },
        }),
      ),
    ),
    'InvalidPolicyParameterUpdate',
  );
  const narrow = { parameters: { effect: { type: 'String', allowedValues: ['Deny'] } } };
  assert.equal(codeOf(await send(api, 'PUT', definitionId, definition(narrow))), 'InvalidPolicyParameterUpdate');
  assert.equal(codeOf(await send(api, 'DELETE', definitionId)), 'PolicyDefinitionInUse');
  assert.equal((await send(api, 'DELETE', assignmentId)).status, 200);
  assert.equal((await send(api, 'DELETE', definitionId)).status, 200);
});

test('versions of a definition are kept, listed, and pinned by an assignment', async () => {
  const api = await start();
  await send(api, 'PUT', definitionId, definition({ version: '1.0.0', displayName: 'First' }));
  await send(api, 'PUT', definitionId, definition({ version: '2.1.0', displayName: 'Second' }));
  const list = valueOf(await send(api, 'GET', `${definitionId}/versions`));
  assert.deepEqual(
    list.map(({ name }) => name),
    ['2.1.0', '1.0.0'],
  );
  const old = await send(api, 'GET', `${definitionId}/versions/1.0.0`);
  assert.equal(textMember(memberOf(old.body, 'properties'), 'displayName'), 'First');
  assert.equal(codeOf(await send(api, 'GET', `${definitionId}/versions/3.0.0`)), 'PolicyDefinitionVersionNotFound');
  assert.equal((await assign(api, assignmentId, { definitionVersion: '1.*.*' })).status, 201);
  assert.equal((await assign(api, assignmentId, { definitionVersion: '3.*.*' })).status, 404);
  const every = await send(api, 'POST', `${subscription}${provider}/listPolicyDefinitionVersions`);
  assert.equal(valueOf(every).length, 2);
});

test('an assignment checks its parameters, its definition, its identity and its name', async () => {
  const api = await start();
  await send(api, 'PUT', definitionId, definition());
  const codeWith = async (more: JsonObject, effect = 'Audit') => codeOf(await assign(api, assignmentId, more, effect));
  assert.equal(await codeWith({ parameters: {} }), 'MissingPolicyParameter');
  assert.equal(
    await codeWith({ parameters: { effect: { value: 'Audit' }, x: { value: 1 } } }),
    'UndefinedPolicyParameter',
  );
  assert.equal(await codeWith({ parameters: { effect: { value: 7 } } }), 'InvalidPolicyParameterValue');
  assert.equal(await codeWith({}, 'Modify'), 'PolicyParameterValueNotAllowed');
  assert.equal(await codeWith({ policyDefinitionId: `${definitionId}x` }), 'PolicyDefinitionNotFound');
  assert.equal(await codeWith({ enforcementMode: 'Sometimes' }), 'InvalidPolicyAssignment');
  const above = await assign(api, `${root}${provider}/policyAssignments/a`);
  assert.equal(codeOf(above), 'PolicyAssignmentScopeInvalid');
  const long = await assign(api, `${subscription}${provider}/policyAssignments/${'a'.repeat(65)}`);
  assert.equal(codeOf(long), 'InvalidResourceName');
  const nowhere = await assign(api, `${group}/providers/${storage}/gone${provider}/policyAssignments/a`);
  assert.equal(codeOf(nowhere), 'ResourceNotFound');
});

const modifyRule = ruleWith('modify', {
  roleDefinitionIds: ['/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c'],
  operations: [{ operation: 'add', field: 'tags.owner', value: 'nobody' }],
});

test('an effect that changes needs an identity with a location; its principal stays until the identity goes', async () => {
  const api = await start();
  await send(api, 'PUT', definitionId, { properties: { policyRule: modifyRule } });
  const put = (more: JsonObject) =>
    send(api, 'PUT', assignmentId, { properties: { policyDefinitionId: definitionId }, ...more });
  assert.equal(codeOf(await put({})), 'ResourceIdentityRequired');
  assert.equal(codeOf(await put({ identity: { type: 'SystemAssigned' } })), 'LocationRequired');
  const made = await put({ identity: { type: 'SystemAssigned' }, location: 'West Europe' });
  assert.equal(made.status, 201);
  assert.equal(textMember(made.body, 'location'), 'westeurope');
  const principalId = textMember(memberOf(made.body, 'identity'), 'principalId') ?? '';
  assert.match(principalId, /^[0-9a-f-]{36}$/);
  const again = await put({ identity: { type: 'SystemAssigned' }, location: 'westeurope' });
  assert.equal(textMember(memberOf(again.body, 'identity'), 'principalId'), principalId);
  const patched = await send(api, 'PATCH', assignmentId, { properties: { displayName: 'Tags' } });
  assert.equal(patched.status, 200);
  assert.equal(textMember(memberOf(patched.body, 'identity'), 'principalId'), principalId);
  const identities = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/me`;
  await api.call('PUT', identities, { body: { location: 'westeurope' } });
  const own = {
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identities]: {} } },
    location: 'westeurope',
  };
  const assigned = memberOf(memberOf((await put(own)).body, 'identity'), 'userAssignedIdentities');
  assert.ok(textMember(memberOf(assigned, identities), 'principalId'));
});

test('values that make a rule count too often are refused when it is assigned', async () => {
  const api = await start();
  const count = { value: "[parameters('names')]", name: 'n', where: { value: "[current('n')]", equals: 'a' } };
  const parameters = { names: { type: 'Array' } };
  // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
  const policyRule = { if: { count, greater: 0 }, then: { effect: 'audit' } };
  await send(api, 'PUT', definitionId, { properties: { parameters, policyRule } });
  const names = (length: number) => ({ parameters: { names: { value: Array.from({ length }, (_, at) => `n${at}`) } } });
  assert.equal((await assign(api, assignmentId, names(100))).status, 201);
  assert.equal(codeOf(await assign(api, assignmentId, names(101))), 'InvalidPolicyParameterValue');
});

test('lists of assignments show what counts at a scope, narrowed by filters', async () => {
  const api = await start();
  const rootDefinition = `${root}${provider}/policyDefinitions/d`;
  await send(api, 'PUT', rootDefinition, definition());
  const more = { policyDefinitionId: rootDefinition };
  for (const scope of [root, team, subscription, group]) {
    assert.equal((await assign(api, `${scope}${provider}/policyAssignments/at`, more)).status, 201);
  }
  const count = async (scope: string, filter = '') =>
    valueOf(await send(api, 'GET', `${scope}${provider}/policyAssignments?$filter=${filter}`)).length;
  assert.equal(await count(subscription), 3);
  assert.equal(await count(subscription, 'atScope()'), 2);
  assert.equal(await count(subscription, 'atExactScope()'), 1);
  assert.equal(await count(group), 3);
  assert.equal(await count(team), 2);
  assert.equal(await count(group, `policyDefinitionId eq '${rootDefinition.toLowerCase()}'`), 3);
  assert.equal(await count(group, `policyDefinitionId eq 'other'`), 0);
});

test('a set is assigned as a whole: members are checked, a member without reference id gets one', async () => {
  const api = await start();
  await send(api, 'PUT', definitionId, definition());
  const set = `${subscription}${provider}/policySetDefinitions/s`;
  const member = { policyDefinitionId: definitionId, parameters: { effect: { value: "[parameters('what')]" } } };
  const body = (policyDefinitions: Json) => ({
    properties: { parameters: { what: { type: 'String' } }, policyDefinitions },
  });
  const made = await send(api, 'PUT', set, body([member]));
  assert.equal(made.status, 201);
  const [stored] = memberOf(memberOf(made.body, 'properties'), 'policyDefinitions') as readonly Json[];
  assert.equal(textMember(stored, 'policyDefinitionReferenceId'), 'd_1');
  assert.equal((await send(api, 'PUT', set, body([member]))).status, 200);
  assert.equal(codeOf(await send(api, 'PUT', set, body([{ policyDefinitionId: set }]))), 'PolicyDefinitionNotFound');
  assert.equal(
    codeOf(await send(api, 'PUT', set, body([{ policyDefinitionId: definitionId }]))),
    'MissingPolicyParameter',
  );
  assert.equal(codeOf(await send(api, 'DELETE', definitionId)), 'PolicyDefinitionInUse');
  assert.equal(
    codeOf(await assign(api, assignmentId, { policyDefinitionId: set, parameters: {} })),
    'MissingPolicyParameter',
  );
  const parameters = { what: { value: 'Deny' } };
  assert.equal((await assign(api, assignmentId, { policyDefinitionId: set, parameters })).status, 201);
});

test('an exemption needs the right to exempt from the assignment, and reaches no further than it', async () => {
  const api = await start();
  await send(api, 'PUT', definitionId, definition());
  await assign(api);
  const at = (scope: string) => `${scope}${provider}/policyExemptions/e`;
  const body = {
    properties: { policyAssignmentId: assignmentId, exemptionCategory: 'waiver', expiresOn: '2001-01-01T00:00:00Z' },
  };
  const made = await send(api, 'PUT', at(group), body);
  assert.equal(made.status, 201);
  assert.equal(textMember(memberOf(made.body, 'properties'), 'exemptionCategory'), 'Waiver');
  assert.equal((await send(api, 'PUT', at(group), body)).status, 200);
  assert.equal(codeOf(await send(api, 'PUT', at(subscription), body)), 'InvalidPolicyExemption');
  const loose = { properties: { ...body.properties, assignmentScopeValidation: 'DoNotValidate' } };
  assert.equal((await send(api, 'PUT', at(subscription), loose)).status, 201);
  const wrong = { properties: { ...body.properties, policyAssignmentId: `${assignmentId}x` } };
  assert.equal(codeOf(await send(api, 'PUT', at(group), wrong)), 'PolicyAssignmentNotFound');
  const list = `${group}${provider}/policyExemptions`;
  assert.equal(valueOf(await send(api, 'GET', list)).length, 2);
  assert.equal(valueOf(await send(api, 'GET', `${list}?$filter=excludeExpired()`)).length, 0);
  assert.equal(valueOf(await send(api, 'GET', `${list}?$filter=policyAssignmentId eq '${assignmentId}'`)).length, 2);
  assert.equal((await send(api, 'DELETE', at(group))).status, 200);
  assert.equal((await send(api, 'DELETE', at(group))).status, 204);
});

test('roles decide at the scope: a policy contributor may, a reader may only read', async () => {
  const api = await start();
  const give = (role: string, name: string, principalId: string) =>
    api.call('PUT', `${subscription}${provider}/roleAssignments/${name}?api-version=2022-04-01`, {
      body: { properties: { roleDefinitionId: role, principalId, principalType: 'User' } },
    });
  const reader = '22222222-2222-4222-8222-222222222222';
  await give('36243c78-bf99-498c-9df9-86d9f8d28608', 'aaaaaaaa-0000-4000-8000-000000000001', someone);
  await give('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'aaaaaaaa-0000-4000-8000-000000000002', reader);
  const put = (as: string) => send(api, 'PUT', definitionId, definition(), principal(as));
  assert.equal((await put(someone)).status, 201);
  assert.equal((await put(reader)).status, 403);
  assert.equal((await send(api, 'GET', definitionId, undefined, principal(reader))).status, 200);
});

const corpus = new URL('../../../shared/corpus/policies/', import.meta.url);

test('every published definition can be made unmodified', {
  skip: !existsSync(corpus) && 'the corpus is not beside the checkout',
}, async () => {
  const api = await start();
  for (const file of readdirSync(corpus).filter((name) => name.endsWith('.json'))) {
    const body = parseJson(readFileSync(new URL(file, corpus), 'utf8'));
    const made = await send(api, 'PUT', `${root}${provider}/policyDefinitions/${file.replace('.json', '')}`, body);
    assert.equal(made.status, 201, `${file}: ${messageOf(made)}`);
  }
});

test('an object given for a parameter must fit the schema of its declaration', async () => {
  const api = await start();
  const schema = { type: 'object', properties: { team: { type: 'string' } }, required: ['team'] };
  const parameters = { owner: { type: 'Object', schema } };
  const policyRule = {
    if: { field: 'tags.team', notEquals: "[parameters('owner').team]" },
    // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
    then: { effect: 'audit' },
  };
  await send(api, 'PUT', definitionId, { properties: { parameters, policyRule } });
  const given = (value: Json) =>
    send(api, 'PUT', assignmentId, {
      properties: { policyDefinitionId: definitionId, parameters: { owner: { value } } },
    });
  const refused = await given({ team: 1 });
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'InvalidPolicyParameterValue']);
  assert.match(messageOf(refused), /'owner' does not fit its schema/);
  assert.equal((await given({ team: 'soc' })).status, 201);
});
