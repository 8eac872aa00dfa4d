import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, memberOf, type StoredDocument, textMember } from '#foundation';
import { sealOf } from '#service';
import { codeOf, type Harness, principal, startHarness, subscription, valueOf } from './harness.ts';
import { askToken, byPassword, newUser } from './identities.ts';

const group = `${subscription}/resourceGroups/rg`;
const values = 'providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01';

async function started(): Promise<Harness> {
  const api = await startHarness();
  await sealOf(api.services).start();
  return api;
}

async function entries(api: Harness, scope = subscription, query = ''): Promise<readonly JsonObject[]> {
  return valueOf(await api.call('GET', `${scope}/${values}${query}`));
}

function operationOf(entry: JsonObject | undefined): string {
  return textMember(memberOf(entry, 'operationName'), 'value') ?? '';
}

async function verification(api: Harness, body: JsonObject = {}): Promise<JsonObject> {
  const answer = await api.call('POST', '/tocsin/v1/activity/verify', { body });
  assert.equal(answer.status, 200);
  return answer.body as JsonObject;
}

function codes(found: JsonObject): readonly string[] {
  return (found['faults'] as readonly JsonObject[]).map((fault) => textMember(fault, 'code') ?? '');
}

/** Changes the store behind the server's back. */
function tamper(api: Harness, document: StoredDocument, change: Partial<StoredDocument>): Promise<void> {
  return api.store.commit([{ kind: 'putDocument', document: { ...document, ...change } }]);
}

async function withEntries(): Promise<Harness> {
  const api = await started();
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  await sealOf(api.services).flush();
  api.clock.advance(1000);
  await api.call('PUT', group, { body: { location: 'westeurope', tags: { a: 'b' } } });
  await sealOf(api.services).flush();
  api.clock.advance(1000);
  return api;
}

test('writes, actions, refusals and failures leave entries with who, from where and what changed', async () => {
  const api = await withEntries();
  const [second, first] = await entries(api);
  assert.equal(operationOf(first), 'Microsoft.Resources/subscriptions/resourceGroups/write');
  const hashes = [first, second].map((entry) => memberOf(entry, 'contentHashes'));
  assert.equal(memberOf(hashes[0], 'before'), null);
  assert.equal(memberOf(hashes[1], 'before'), memberOf(hashes[0], 'after'));
  assert.notEqual(memberOf(hashes[1], 'after'), memberOf(hashes[0], 'after'));
  const stranger = principal('11111111-1111-4111-8111-111111111111');
  const headers = { 'x-ms-correlation-request-id': 'the-correlation' };
  assert.equal((await api.call('DELETE', group, { as: stranger, headers })).status, 403);
  await api.call('DELETE', group, { as: stranger });
  const denied = (await entries(api)).filter((entry) => textMember(memberOf(entry, 'status'), 'value') === 'Failed');
  assert.equal(denied.length, 1, 'the same refusal is one entry a minute');
  assert.equal(textMember(denied[0], 'correlationId'), 'the-correlation');
  assert.equal(textMember(denied[0], 'caller'), 'app-11111111-1111-4111-8111-111111111111');
  assert.equal(operationOf(denied[0]), 'Microsoft.Resources/subscriptions/resourceGroups/delete');
  assert.match(textMember(memberOf(denied[0], 'properties'), 'statusMessage') ?? '', /^AuthorizationFailed: /);
});

test('reading leaves no entry, making a principal one without its secret', async () => {
  const api = await withEntries();
  const before = (await entries(api)).length;
  await api.call('GET', group);
  assert.equal((await entries(api)).length, before);
  const made = await api.call('POST', '/tocsin/v1/principals', { body: { displayName: 'robot' } });
  const all = await entries(api, '');
  assert.equal(operationOf(all[0]), 'Microsoft.Authorization/principals/write');
  assert.ok(!JSON.stringify(all).includes(textMember(memberOf(made.body, 'secret'), 'value') ?? '?'));
});

test('sign-ins leave entries, the refused ones too, and none holds the password', async () => {
  const api = await started();
  await newUser(api);
  await askToken(api, byPassword());
  api.clock.advance(1000);
  await askToken(api, byPassword({ password: 'my wrong password' }));
  const found = (await entries(api, '')).filter((entry) => operationOf(entry).includes('signIns'));
  assert.deepEqual(
    found.map((entry) => textMember(memberOf(entry, 'status'), 'value')),
    ['Failed', 'Succeeded'],
  );
  assert.equal(textMember(found[0], 'caller'), 'ada@example.com');
  assert.ok(!JSON.stringify(found).includes('my wrong'));
});

test('entries are filtered, selected and paged', async () => {
  const api = await withEntries();
  const later = await entries(api, subscription, `&$filter=${encodeURIComponent("eventTimestamp ge '2027-01-01'")}`);
  assert.equal(later.length, 0);
  const filter = `&$filter=${encodeURIComponent("resourceGroupName eq 'rg' and status eq 'Succeeded'")}`;
  const [only] = await entries(api, subscription, `${filter}&$select=operationName,caller`);
  assert.deepEqual(
    Object.keys(only ?? {}).toSorted((left, right) => left.localeCompare(right)),
    ['caller', 'operationName'],
  );
  const page = await api.call('GET', '/tocsin/v1/activity?$top=1');
  assert.equal(valueOf(page).length, 1);
  const next = await api.call('GET', (textMember(page.body, 'nextLink') ?? '').replace('https://localhost:7443', ''));
  assert.notDeepEqual(valueOf(next), valueOf(page));
  const nothing = await api.call('GET', '/tocsin/v1/activity', {
    as: principal('22222222-2222-4222-8222-222222222222'),
  });
  assert.deepEqual(valueOf(nothing), []);
});

test('a log as it was written is intact, and knows a head that was written down', async () => {
  const api = await withEntries();
  const found = await verification(api);
  assert.equal(found['intact'], true, JSON.stringify(found));
  const head = textMember(memberOf(found, 'head'), 'hash') ?? '';
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  const later = await verification(api, { head });
  assert.equal(later['intact'], true);
  assert.ok(Number(later['entries']) > Number(found['entries']));
  assert.deepEqual(codes(await verification(api, { head: '0'.repeat(64) })), ['HeadUnknown']);
  assert.equal(
    codeOf(await api.call('POST', '/tocsin/v1/activity/verify', { body: { head: 'x' } })),
    'InvalidParameter',
  );
});

test('a changed, a removed and an added entry show', async () => {
  const api = await withEntries();
  const [one, two] = api.store.documents.list({ collection: 'activity' });
  assert.ok(one !== undefined && two !== undefined);
  // As somebody would do it who has the database: no seal follows these commits.
  await sealOf(api.services).stop();
  await tamper(api, one, { body: { ...one.body, caller: 'somebody else' } });
  assert.deepEqual(codes(await verification(api)), ['EntryChanged']);
  await tamper(api, one, {});
  assert.deepEqual(codes(await verification(api)), []);
  await api.store.commit([{ kind: 'deleteDocument', collection: 'activity', key: two.key }]);
  assert.deepEqual(codes(await verification(api)), ['EntryMissing']);
  await tamper(api, two, {});
  await tamper(api, { ...one, key: 'forged' }, {});
  assert.deepEqual(codes(await verification(api)), ['EntryAdded']);
});

test('a changed block, a removed one and a chain cut short show', async () => {
  const api = await withEntries();
  await sealOf(api.services).stop();
  const blocks = api.store.documents.list({ collection: 'activityBlocks', oldestFirst: true });
  const [first] = blocks;
  const last = blocks.at(-1);
  assert.ok(first !== undefined && last !== undefined && blocks.length > 1);
  const { entries: _, ...rest } = first.body;
  await tamper(api, first, { status: 'forgotten', body: rest });
  assert.ok(
    codes(await verification(api)).includes('BlockChanged'),
    'only the server says that entries were forgotten',
  );
  await tamper(api, first, {});
  await api.store.commit([{ kind: 'deleteDocument', collection: 'activityBlocks', key: first.key }]);
  assert.ok(codes(await verification(api)).includes('BlockMissing'));
  await tamper(api, first, {});
  await api.store.commit([{ kind: 'deleteDocument', collection: 'activityBlocks', key: last.key }]);
  assert.ok(codes(await verification(api)).includes('ChainCutShort'));
});

test('old entries are forgotten by age, and the chain still proves the rest', async () => {
  const api = await withEntries();
  api.clock.advance(401 * 24 * 3_600_000);
  await api.call('PUT', group, { body: { location: 'westeurope' } });
  await sealOf(api.services).flush();
  assert.ok((await sealOf(api.services).forget(400)) >= 2);
  const found = await verification(api);
  assert.equal(found['intact'], true, JSON.stringify(found));
  assert.ok(Number(found['forgotten']) >= 2 && Number(found['entries']) >= 1);
});
