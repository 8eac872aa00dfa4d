import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Catalog, isKqlFault, runKql, type TableRequest } from '#query';

const now = Date.UTC(2026, 0, 31, 12);

function table(count: number, requests: TableRequest[]): Catalog {
  function* rows(request: TableRequest): Generator<readonly [number, string]> {
    requests.push(request);
    for (let index = 0; index < count; index++) yield [index, `name${index % 10}`];
  }
  const columns = [
    { name: 'Id', type: 'long' },
    { name: 'Name', type: 'string' },
  ] as const;
  return { table: (name) => (name === 'T' ? { name, columns, rows } : undefined), names: () => ['T'] };
}

describe('a query over a table', () => {
  it('tells the table the conditions right behind it, and how many rows are enough (KT1)', () => {
    const requests: TableRequest[] = [];
    runKql("T | where Id > 5 and Name =~ 'Name7' | where 9 >= Id | take 3", { catalog: table(10, requests), now });
    assert.deepEqual(requests, [
      {
        conditions: [
          { column: 'Id', operator: '>', values: [5] },
          { column: 'Name', operator: '=~', values: ['Name7'] },
          { column: 'Id', operator: '<=', values: [9] },
        ],
        take: 3,
      },
    ]);
  });

  it('does not say how many rows are enough where a condition cannot be told (KT1)', () => {
    const requests: TableRequest[] = [];
    runKql('T | where strlen(Name) > 2 | take 3', { catalog: table(10, requests), now });
    assert.deepEqual(requests, [{ conditions: [] }]);
  });

  it('tells the table which columns are read, and in which order rows are enough (KT2)', () => {
    const requests: TableRequest[] = [];
    const catalog = table(10, requests);
    runKql("T | where Name has 'x' | top 2 by Id desc | project Id", { catalog, now });
    runKql('T | extend All = pack_all() | project All', { catalog, now });
    runKql('T | sort by Id asc | take 1', { catalog, now });
    assert.deepEqual(requests, [
      {
        conditions: [{ column: 'Name', operator: 'has', values: ['x'] }],
        take: 2,
        order: { column: 'Id', descending: true },
        columns: new Set(['Name', 'Id']),
      },
      { conditions: [] },
      { conditions: [], take: 1, order: { column: 'Id', descending: false } },
    ]);
  });

  it('ends with a fault where it would keep more than it may (KX1)', () => {
    const limits = { rows: 1e9, bytes: 1_000_000 };
    const result = runKql('T | sort by Id', { catalog: table(1e6, []), now, limits });
    assert.ok(isKqlFault(result));
    assert.equal(result.code, 'LIM0001');
  });

  it('stops reading when enough rows are there', () => {
    const limits = { rows: 10, bytes: 1_000_000 };
    const result = runKql("T | where Name has 'name1' | take 1", { catalog: table(1e9, []), now, limits });
    assert.ok(!isKqlFault(result));
    assert.equal(result.rows.length, 1);
  });

  it('ends with a fault when its time is over (KX1)', () => {
    const limits = { rows: 1e9, bytes: 1e9, expired: () => true };
    const result = runKql('T | count', { catalog: table(1e9, []), now, limits });
    assert.ok(isKqlFault(result) && result.message.includes('too long'));
  });

  it('does not make a plan without end out of functions that call functions (KQ2)', () => {
    const functions = Array.from(
      { length: 40 },
      (_, index) => `let f${index + 1} = (x:long) { f${index}(x) + f${index}(x) };`,
    );
    const result = runKql(`let f0 = (x:long) { x };\n${functions.join('\n')}\nprint f40(1)`, {
      catalog: table(1, []),
      now,
    });
    assert.ok(isKqlFault(result));
    assert.equal(result.code, 'LIM0001');
  });

  it('gives a result or a fault for any text (KQ3)', () => {
    const words =
      "T | where project Id Name summarize count() by ( ) [ ] == has 'x' 5 1d , = join on let x ; { } dynamic( \" .. * - in union".split(
        ' ',
      );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), (chosen) => {
        const result = runKql(chosen.join(' '), { catalog: table(3, []), now, limits: { rows: 1000, bytes: 100_000 } });
        assert.ok(isKqlFault(result) ? result.line >= 1 && result.column >= 1 : Array.isArray(result.rows));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});
