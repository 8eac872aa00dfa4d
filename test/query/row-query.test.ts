import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFault, type JsonObject } from '#foundation';
import { BestRows, columnsOf, groupedRows, type OrderPosition, planRowQuery, type RowQueryTexts } from '#query';

const columns = columnsOf(
  ['resourceId', 'complianceState', 'isCompliant', 'timestamp', 'size', 'policyAssignmentId'].map((name) => ({
    name,
    read: (row: JsonObject) => row[name],
  })),
);

const rows: readonly JsonObject[] = [
  {
    resourceId: '/s/1',
    complianceState: 'NonCompliant',
    isCompliant: false,
    timestamp: '2026-01-02T00:00:00Z',
    size: 5,
  },
  { resourceId: '/s/2', complianceState: 'Compliant', isCompliant: true, timestamp: '2026-01-01T00:00:00Z', size: 7 },
  { resourceId: '/S/1', complianceState: 'Noncompliant', isCompliant: false, timestamp: '2026-01-03T00:00:00Z' },
  { resourceId: '/s/3', complianceState: 'Exempt', isCompliant: true, timestamp: '2026-01-03T00:00:00Z', size: 9 },
];

function planned(texts: RowQueryTexts) {
  const query = planRowQuery(texts, columns);
  if (isFault(query)) throw new Error(query.message);
  return query;
}

function grouped(texts: RowQueryTexts): readonly JsonObject[] {
  const query = planned(texts);
  assert.ok(query.grouped);
  const collector = query.grouped.plan.collect();
  for (const row of rows) if (query.passes(row)) assert.equal(collector.add(row), undefined);
  return groupedRows(query.grouped, collector);
}

function fault(texts: RowQueryTexts): { readonly message: string; readonly target: string | undefined } {
  const query = planRowQuery(texts, columns);
  assert.ok(isFault(query));
  return { message: query.message, target: query.options.target };
}

describe('$apply', () => {
  test('groups ignore the case of texts and count their rows', () => {
    assert.deepEqual(grouped({ apply: 'groupby((complianceState), aggregate($count as n))' }), [
      { complianceState: 'NonCompliant', n: 2 },
      { complianceState: 'Compliant', n: 1 },
      { complianceState: 'Exempt', n: 1 },
    ]);
  });

  test('a filter in front of the groups narrows them, whatever the case of the words', () => {
    const apply =
      "Filter(IsCompliant eq false and complianceState ne ')(')/GroupBy((ResourceId), Aggregate($count as N))";
    assert.deepEqual(grouped({ apply }), [{ resourceId: '/s/1', N: 2 }]);
  });

  test('groups of groups, and a filter on what was counted', () => {
    const apply =
      'groupby((complianceState,resourceId),aggregate($count as n))/groupby((complianceState),aggregate($count as m))';
    assert.deepEqual(grouped({ apply, orderby: 'm desc, complianceState' }), [
      { complianceState: 'Compliant', m: 1 },
      { complianceState: 'Exempt', m: 1 },
      { complianceState: 'NonCompliant', m: 1 },
    ]);
    const counted = 'groupby((complianceState),aggregate($count as n))/filter(n gt 1)';
    assert.deepEqual(grouped({ apply: counted, select: 'n' }), [{ n: 2 }]);
  });

  test('an aggregate without groups is one row, also over nothing', () => {
    const apply =
      'aggregate($count as n, size with sum as s, size with average as a, size with max as most, timestamp with min as first, resourceId with countdistinct as d)';
    assert.deepEqual(grouped({ apply }), [{ n: 4, s: 21, a: 7, most: 9, first: '2026-01-01T00:00:00Z', d: 3 }]);
    assert.deepEqual(grouped({ apply: 'aggregate($count as n)', filter: "resourceId eq 'none'" }), [{ n: 0 }]);
  });

  test('groupby without aggregate lists what there is', () => {
    assert.deepEqual(grouped({ apply: 'groupby((isCompliant))' }), [{ isCompliant: false }, { isCompliant: true }]);
  });

  const faults: readonly (readonly [string, RegExp])[] = [
    ['groupby((nothing))', /there is no property 'nothing' \(position 10\)/],
    ['groupby((size), aggregate($count as size))', /'size' is there already \(position 37\)/],
    ['groupby((size), aggregate(size with middle as m))', /'middle' is not a method.*\(position 37\)/],
    ['groupby((size)', /'\)' is missing \(position 15\)/],
    ['filter(size gt)/groupby((size))', /position 15/],
    ['filter(size gt 1)', /nothing is grouped/],
    ['sort(size)', /'sort' is not a step.*\(position 1\)/],
    ['aggregate($count as n) extra', /'extra' is not expected \(position 24\)/],
    ['filter(size gt 1', /'\)' is missing \(position 17\)/],
  ];
  for (const [apply, message] of faults) {
    test(`'${apply}' is refused with the place of the fault`, () => {
      const found = fault({ apply });
      assert.match(found.message, message);
      assert.equal(found.target, '$apply');
    });
  }
});

describe('$filter, $orderby and $select of rows', () => {
  test('a property that is not there is refused with its place', () => {
    assert.match(fault({ filter: "size gt 1 and colour eq 'red'" }).message, /'colour'.*\(position 15\)/);
    assert.deepEqual(fault({ orderby: 'size, colour desc' }), {
      message: "The value of '$orderby' is not valid: there is no property 'colour' (position 7).",
      target: '$orderby',
    });
    assert.match(fault({ orderby: 'size up' }).message, /'up' is neither 'asc' nor 'desc' \(position 1\)/);
    assert.match(fault({ select: 'size,,n' }).message, /one property is expected \(position 6\)/);
  });

  test('what is grouped can be ordered and selected by its own columns only', () => {
    const apply = 'groupby((size), aggregate($count as n))';
    assert.match(fault({ apply, orderby: 'resourceId' }).message, /no property 'resourceId'/);
    assert.match(fault({ apply, select: 'timestamp' }).message, /no property 'timestamp'/);
  });

  test('pages of ordered rows show every row once, equal ones by their numbers', () => {
    const order = planned({ orderby: 'timestamp desc, size' }).plain?.order ?? [];
    const seen: unknown[] = [];
    let after: OrderPosition | undefined;
    for (let page = 0; page < 10; page++) {
      const best = new BestRows(order, 1, after);
      for (const [index, row] of rows.entries()) best.add(row, index);
      const [found] = best.take();
      if (found === undefined) break;
      seen.push(found.item.resourceId);
      after = found.position;
    }
    assert.deepEqual(seen, ['/S/1', '/s/3', '/s/1', '/s/2']);
  });

  test('the best few of very many rows are found in the memory of few', () => {
    const order = planned({ orderby: 'size desc' }).plain?.order ?? [];
    const best = new BestRows(order, 3, undefined);
    for (let index = 0; index < 20_000; index++) best.add({ size: (index * 7_919) % 20_000 }, index);
    assert.deepEqual(
      best.take().map(({ item }) => item.size),
      [19_999, 19_998, 19_997],
    );
  });
});
