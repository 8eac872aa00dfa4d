/** What every `Store` must do with policy records; part of `store.ts`. */
import assert from 'node:assert/strict';
import {
  faultOf,
  type JsonObject,
  type PolicyRecord,
  type PolicyRecordQuery,
  type StoredPolicyRecord,
  type Store,
  type Write,
} from '#foundation';

type Check = (name: string, body: (store: Store) => Promise<void>) => void;

const s1 = 'subscription-1';
const s2 = 'subscription-2';

function record(resource: string, more: Partial<PolicyRecord> = {}): PolicyRecord {
  return {
    resource,
    subscription: /^\/subscriptions\/([^/]+)/.exec(resource)?.[1] ?? '',
    assignment: '/a',
    reference: '',
    definition: '/d',
    setDefinition: '',
    state: 'Compliant',
    time: 1,
    body: { of: resource },
    ...more,
  };
}

const put = (resource: string, more: Partial<PolicyRecord> = {}, keepPast = false): Write => ({
  kind: 'putPolicyState',
  record: record(resource, more),
  keepPast,
});
const event = (resource: string, more: Partial<PolicyRecord> = {}): Write => ({
  kind: 'putPolicyEvent',
  record: record(resource, more),
});

const resourcesOf = (store: Store, query: PolicyRecordQuery): readonly string[] =>
  store.policyRecords.list(query).map(({ resource }) => resource);
const statesOf = (store: Store, kind: PolicyRecordQuery['kind']): readonly string[] =>
  store.policyRecords.list({ kind }).map(({ state }) => state);

export function policyRecordTests(check: Check): void {
  stateTests(check);
  queryTests(check);

  check('forgetting takes past states and events before a time, oldest first, and no latest state', async (store) => {
    const r = `/subscriptions/${s1}`;
    await store.commit([1, 2, 3].map((time) => put(r, { time, state: `at ${time}` }, true)));
    await store.commit([event(r, { time: 1 }), event(r, { time: 2 }), event(r, { time: 9 })]);
    await store.commit([{ kind: 'forgetPolicyRecords', before: 9, top: 1 }]);
    assert.deepEqual(statesOf(store, 'history'), ['at 3', 'at 2']);
    assert.equal(store.policyRecords.list({ kind: 'events' }).length, 2);
    await store.commit([{ kind: 'forgetPolicyRecords', before: 9, top: 100 }]);
    assert.deepEqual(statesOf(store, 'history'), ['at 3']);
    assert.equal(store.policyRecords.list({ kind: 'events' }).length, 1);
  });

  check('a commit that is refused takes its policy records back', async (store) => {
    const r = `/subscriptions/${s1}`;
    await store.commit([put(r, { state: 'Compliant' })]);
    const impossible: Write = {
      kind: 'appendJournal',
      row: { run: 'none/runs/none', sequence: 0, event: {}, history: [] },
    };
    const writes: Write[] = [
      put(r, { state: 'NonCompliant', time: 2 }, true),
      event(r),
      { kind: 'endPolicyStatesBelow', scope: r },
      impossible,
    ];
    await assert.rejects(store.commit(writes), (error) => faultOf(error).code === 'StoreRefused');
    assert.deepEqual(statesOf(store, 'latest'), ['Compliant']);
    assert.deepEqual(statesOf(store, 'history'), ['Compliant']);
    assert.deepEqual(statesOf(store, 'events'), []);
  });
}

function stateTests(check: Check): void {
  check('the latest policy state of a resource is what was put last', async (store) => {
    const r = `/subscriptions/${s1}`;
    const body: JsonObject = { why: ['x'] };
    await store.commit([put(r), put(r, { reference: 'other' })]);
    await store.commit([put(r, { state: 'NonCompliant', time: 5, body })]);
    const key = { resource: r, assignment: '/a', reference: '' };
    const found = store.policyRecords.latest(key);
    const number = found?.number;
    assert.deepEqual(found, { ...record(r, { state: 'NonCompliant', time: 5, body }), number });
    assert.equal(store.policyRecords.latest({ ...key, assignment: '/b' }), undefined);
    assert.deepEqual(
      store.policyRecords.latestOf(r).map(({ reference }) => reference),
      ['', 'other'],
    );
    assert.equal(store.policyRecords.list({ kind: 'history' }).length, 2);
  });

  check('a policy state put to keep the one before leaves it as a past one', async (store) => {
    const r = `/subscriptions/${s1}`;
    await store.commit([put(r, { time: 1 }, true)]);
    await store.commit([put(r, { time: 2, state: 'NonCompliant' }, true)]);
    await store.commit([put(r, { time: 3, state: 'Compliant' }, true)]);
    assert.deepEqual(statesOf(store, 'latest'), ['Compliant']);
    assert.deepEqual(statesOf(store, 'history'), ['Compliant', 'NonCompliant', 'Compliant']);
  });

  check('policy states end by key, below a resource, and by assignment', async (store) => {
    const group = `/subscriptions/${s1}/resourcegroups/g`;
    const all = [group, `${group}/providers/n/t/x`, `${group}1`, `/subscriptions/${s2}`];
    await store.commit(all.flatMap((resource) => [put(resource), put(resource, { assignment: '/b' })]));
    await store.commit([{ kind: 'endPolicyState', key: { resource: `${group}1`, assignment: '/a', reference: '' } }]);
    assert.equal(store.policyRecords.list({ kind: 'latest' }).length, 7);
    await store.commit([{ kind: 'endPolicyStatesBelow', scope: `/SUBSCRIPTIONS/${s1}/resourceGroups/g` }]);
    assert.deepEqual(resourcesOf(store, { kind: 'latest', assignment: '/b' }).toSorted(), [
      `${group}1`,
      `/subscriptions/${s2}`,
    ]);
    await store.commit([{ kind: 'endPolicyStatesOf', assignment: '/b' }]);
    assert.deepEqual(resourcesOf(store, { kind: 'latest' }), [`/subscriptions/${s2}`]);
    assert.equal(store.policyRecords.list({ kind: 'history' }).length, 8);
  });
}

function queryTests(check: Check): void {
  check('policy records are found by scope, subscriptions, policy, state and time', async (store) => {
    const group = `/subscriptions/${s1}/resourcegroups/g`;
    await store.commit([
      put(`/subscriptions/${s1}`, { time: 1, definition: '/x' }),
      put(group, { time: 2, assignment: '/b', setDefinition: '/set', reference: 'one' }),
      put(`${group}0`, { time: 3, state: 'NonCompliant' }),
      put(`/subscriptions/${s2}`, { time: 4 }),
    ]);
    const times = (query: Partial<PolicyRecordQuery>): readonly number[] =>
      store.policyRecords.list({ kind: 'latest', ...query }).map(({ time }) => time);
    assert.deepEqual(times({}), [4, 3, 2, 1]);
    assert.deepEqual(times({ scope: `/subscriptions/${s1}` }), [3, 2, 1]);
    assert.deepEqual(times({ scope: group.toUpperCase() }), [2]);
    assert.deepEqual(times({ subscriptions: [s2, 'none'] }), [4]);
    assert.deepEqual(times({ subscriptions: [s1, s2], state: 'NonCompliant' }), [3]);
    assert.deepEqual(times({ subscriptions: [] }), []);
    assert.deepEqual(times({ assignment: '/b' }), [2]);
    assert.deepEqual(times({ reference: 'one', setDefinition: '/set' }), [2]);
    assert.deepEqual(times({ definition: '/x' }), [1]);
    assert.deepEqual(times({ from: 2, to: 3 }), [3, 2]);
    assert.deepEqual(times({ kind: 'events' }), []);
    const [bare] = store.policyRecords.list({ kind: 'latest', top: 1, bare: true });
    assert.deepEqual([bare?.state, bare?.body], ['Compliant', {}]);
  });

  check('policy records are read page by page, latest and past ones merged', async (store) => {
    const resources = Array.from({ length: 5 }, (_, index) => `/subscriptions/${s1}/resourcegroups/g${index}`);
    for (const time of [1, 2]) await store.commit(resources.map((resource) => put(resource, { time }, true)));
    for (const kind of ['history', 'latest'] as const) {
      const seen: number[] = [];
      let after: StoredPolicyRecord | undefined;
      for (;;) {
        const page = store.policyRecords.list({ kind, top: 3, ...(after === undefined ? {} : { after }) });
        seen.push(...page.map(({ number }) => number));
        after = page.at(-1);
        if (after === undefined) break;
      }
      const all = store.policyRecords.list({ kind }).map(({ number }) => number);
      assert.equal(all.length, kind === 'history' ? 10 : 5);
      assert.deepEqual(seen, all);
    }
  });
}
