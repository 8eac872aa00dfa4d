/** Queries in the portal: judged and completed as they are written, bounded, and their answers as text and charts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { graphSchema, type QuerySchema, tablesFor } from '../../portal/src/model/log-schema.ts';
import { noQueries, sampleQueries, withRecent, withSaved } from '../../portal/src/model/query-history.ts';
import { csvOf, parseExactly, placedFault, type QueryResult } from '../../portal/src/model/query-result.ts';
import { chartOf, mostSeries, niceSteps, rangeOf, shortNumber, slicesOf } from '../../portal/src/model/result-chart.ts';
import { isInterval, timespanOf } from '../../portal/src/model/time-range.ts';
import { suggestionsAt } from '../../portal/src/parts/query/complete.ts';
import { bounded, columnsAfter, faultOf } from '../../portal/src/parts/query/judge.ts';

const schema: QuerySchema = {
  mode: 'logs',
  tables: [
    {
      name: 'SecurityAlert',
      columns: [
        { name: 'TimeGenerated', type: 'datetime' },
        { name: 'AlertSeverity', type: 'string' },
        { name: 'Entities', type: 'dynamic' },
      ],
      hasData: true,
    },
    { name: 'SigninLogs', columns: [{ name: 'TimeGenerated', type: 'datetime' }], hasData: false },
  ],
};
const names = (before: string, kind: string, given = schema) =>
  suggestionsAt(before, given)
    .filter((each) => each.kind === kind)
    .map(({ text }) => text);

describe('a query while it is written', () => {
  it('is told where it is wrong, by line and column', () => {
    const fault = faultOf("SecurityAlert\n| where Severity == 'High'", schema);
    assert.deepEqual([fault?.line, fault?.column], [2, 9]);
    assert.match(fault?.message ?? '', /Severity/);
    assert.equal(faultOf('SecurityAlert | wher x', schema)?.line, 1);
  });

  it('is not judged by what only the server knows', () => {
    for (const text of [
      '',
      '// a note',
      'Checks_CL | where score_d > 1 | project score_d, RawData',
      "_GetWatchlist('vips') | project Anything",
      'range x from 1 to 100000000 step 1 | summarize count()',
    ]) {
      assert.equal(faultOf(text, schema), undefined, text);
    }
  });

  it('finds no fault in the samples', () => {
    const full: QuerySchema = {
      mode: 'logs',
      tables: [
        {
          name: 'SecurityAlert',
          columns: ['AlertSeverity', 'DisplayName', 'CompromisedEntity', 'Status']
            .map((name) => ({ name, type: 'string' }))
            .concat({ name: 'TimeGenerated', type: 'datetime' }),
        },
        {
          name: 'AzureActivity',
          columns: [
            { name: 'TimeGenerated', type: 'datetime' },
            { name: 'Caller', type: 'string' },
            { name: 'OperationNameValue', type: 'string' },
          ],
        },
      ],
    };
    for (const { text, mode, name } of sampleQueries) {
      assert.equal(faultOf(text, mode === 'graph' ? graphSchema : full), undefined, name);
    }
  });

  it('sees the columns that the operators before leave', () => {
    const after = columnsAfter('SecurityAlert | summarize n = count() by AlertSeverity', schema);
    assert.deepEqual(
      after.map(({ name, type }) => [name, type]),
      [
        ['AlertSeverity', 'string'],
        ['n', 'long'],
      ],
    );
  });
});

describe('completion of a query', () => {
  it('offers tables at the beginning and operators behind a pipe', () => {
    assert.deepEqual(names('Sec', 'table'), ['SecurityAlert', 'SigninLogs']);
    assert.ok(names('SecurityAlert | ', 'operator').includes('summarize'));
    assert.deepEqual(names('SecurityAlert | ', 'column'), []);
  });

  it('offers the columns of the step, not of the table', () => {
    assert.deepEqual(names('SecurityAlert | where ', 'column'), ['TimeGenerated', 'AlertSeverity', 'Entities']);
    assert.deepEqual(names('SecurityAlert | project When = TimeGenerated | where ', 'column'), ['When']);
  });

  it('takes a pipe in a text or a comment for no pipe', () => {
    assert.deepEqual(names("SecurityAlert // a | b\n| where AlertSeverity == 'a|b' and ", 'column').length, 3);
  });

  it('begins anew inside brackets and behind a statement', () => {
    assert.deepEqual(names('let a = 1; Sec', 'table').length, 2);
    assert.deepEqual(names('SigninLogs | join (SecurityAlert | where ', 'column').length, 3);
  });

  it('offers aggregates where rows are added up only', () => {
    assert.ok(names('SecurityAlert | summarize ', 'function').includes('dcount'));
    assert.ok(!names('SecurityAlert | where ', 'function').includes('dcount'));
    assert.ok(names('SecurityAlert | where ', 'function').includes('ago'));
  });

  it('lets Resource Graph begin with an operator', () => {
    assert.ok(names('', 'operator', graphSchema).includes('where'));
    assert.ok(names('where ', 'column', graphSchema).length === 0);
    assert.ok(names('Resources | where ', 'column', graphSchema).includes('resourceGroup'));
  });
});

describe('a bound on the rows of a query', () => {
  it('is put at the end where nothing else bounds them', () => {
    assert.equal(bounded('SecurityAlert;\n', 10), 'SecurityAlert\n| take 10');
    assert.equal(bounded('SecurityAlert // all', 10), 'SecurityAlert // all\n| take 10');
    for (const text of ['T_CL | take 5', 'T_CL | summarize count()', 'T_CL | top 3 by x_d', 'print 1']) {
      assert.equal(bounded(text, 10), text);
    }
  });

  it('stands before a chart', () => {
    assert.equal(
      bounded('T_CL | where x_d > 1 | render timechart', 7),
      'T_CL | where x_d > 1 \n| take 7\n| render timechart',
    );
  });

  it('is left away from what is no query', () => {
    assert.equal(bounded('T | |', 10), 'T | |');
  });
});

describe('an answer', () => {
  const result: QueryResult = {
    columns: [
      { name: 'name', type: 'string' },
      { name: 'n', type: 'long' },
      { name: 'bag', type: 'dynamic' },
    ],
    rows: [
      ['=cmd()', -5, { a: 1 }],
      ['a,b', null, 'x'],
    ],
  };

  it('is a table for spreadsheets: formulas are texts, numbers stay numbers', () => {
    assert.equal(csvOf(result), 'name,n,bag\r\n\'=cmd(),-5,"{""a"":1}"\r\n"a,b",,x');
  });

  it('keeps integers that a number cannot hold', () => {
    assert.deepEqual(parseExactly('[9007199254740993, 1.5, 12]'), ['9007199254740993', 1.5, 12]);
  });

  it('says where a fault is, of tables and of Resource Graph', () => {
    const logs = {
      code: 'BadArgumentError',
      message: 'The request had some invalid properties',
      innererror: {
        code: 'SemanticError',
        message: 'A semantic error occurred.',
        innererror: { message: 'no x', line: 2, pos: 9 },
      },
    };
    assert.deepEqual(placedFault(logs), { message: 'no x', line: 2, column: 9 });
    const graph = {
      message: 'Please provide below info',
      details: [
        { code: 'InvalidQuery', message: 'Query is invalid.' },
        { code: 'Default', message: 'no foo', line: 1, characterPositionInLine: 18 },
      ],
    };
    assert.deepEqual(placedFault(graph), { message: 'no foo', line: 1, column: 19 });
    assert.deepEqual(placedFault({ message: 'Forbidden' }), { message: 'Forbidden' });
  });
});

describe('a chart of an answer', () => {
  const rows: QueryResult = {
    columns: [
      { name: 'Time', type: 'datetime' },
      { name: 'Severity', type: 'string' },
      { name: 'Count', type: 'long' },
    ],
    rows: [
      ['2026-01-02T00:00:00Z', 'High', 2],
      ['2026-01-01T00:00:00Z', 'High', 1],
      ['2026-01-01T00:00:00Z', 'Low', 10],
    ],
    drawing: { visualization: 'timechart' },
  };

  it('has a series for each value of the other column, over times in order, with gaps', () => {
    const chart = chartOf(rows);
    assert.equal(chart?.kind, 'line');
    assert.deepEqual(
      chart?.ticks.map(({ text }) => text.slice(0, 10)),
      ['2026-01-01', '2026-01-02'],
    );
    assert.deepEqual(chart?.series, [
      { name: 'Low', values: [10, null] },
      { name: 'High', values: [1, 2] },
    ]);
  });

  it('stacks columns from zero', () => {
    const chart = chartOf(rows, 'column');
    assert.ok(chart !== undefined);
    assert.deepEqual(rangeOf(chart), [0, 11]);
  });

  it('is none where there is no number', () => {
    assert.equal(chartOf({ columns: [{ name: 'a', type: 'string' }], rows: [['x']] }), undefined);
    assert.equal(chartOf({ ...rows, rows: [] }), undefined);
  });

  it('counts what is beyond the most series as Other', () => {
    const many: QueryResult = {
      columns: [
        { name: 'name', type: 'string' },
        { name: 'n', type: 'long' },
      ],
      rows: Array.from({ length: 25 }, (_, index) => [`n${index}`, 1]),
    };
    const chart = chartOf(many, 'pie');
    assert.ok(chart !== undefined);
    const slices = slicesOf(chart);
    assert.equal(slices.length, mostSeries);
    assert.deepEqual([slices.at(-1)?.name, slices.at(-1)?.value], ['Other', 25 - mostSeries + 1]);
    assert.ok(Math.abs((slices.at(-1)?.from ?? 0) + (slices.at(-1)?.share ?? 0) - 1) < 1e-9);
  });

  it('has round numbers at its side', () => {
    assert.deepEqual(niceSteps(0, 11), [0, 5, 10, 15]);
    assert.deepEqual(niceSteps(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(niceSteps(-3, 4), [-4, -2, 0, 2, 4]);
    assert.deepEqual([950, 1200, 3_400_000].map(shortNumber), ['950', '1.2K', '3.4M']);
  });
});

describe('what is kept and shared of queries', () => {
  it('moves a query that is run again to the front, and forgets the oldest', () => {
    let kept = noQueries;
    for (let time = 0; time < 40; time += 1) kept = withRecent(kept, { text: `q${time % 35}`, mode: 'logs', time });
    assert.equal(kept.recent.length, 30);
    assert.equal(kept.recent[0]?.text, 'q4');
    assert.equal(kept.recent.filter(({ text }) => text === 'q4').length, 1);
  });

  it('replaces a saved query of the same name, whatever its case', () => {
    const one = withSaved(noQueries, { name: 'Mine', text: 'a', mode: 'logs' });
    const two = withSaved(one, { name: 'mine', text: 'b', mode: 'logs' });
    assert.deepEqual(two.saved, [{ name: 'mine', text: 'b', mode: 'logs' }]);
  });

  it('takes no odd time range from an address', () => {
    assert.equal(timespanOf('P7D'), 'P7D');
    assert.equal(timespanOf('query'), undefined);
    assert.equal(timespanOf('nonsense'), 'P1D');
    assert.ok(isInterval('2026-01-01T00:00:00Z/2026-01-02T00:00:00Z'));
    assert.ok(!isInterval('2026-01-02T00:00:00Z/2026-01-01T00:00:00Z'));
  });

  it('lists tables with rows first, and those that have a wanted column', () => {
    assert.deepEqual(
      tablesFor(schema.tables, '').map(({ name }) => name),
      ['SecurityAlert', 'SigninLogs'],
    );
    assert.deepEqual(
      tablesFor(schema.tables, 'entit').map(({ name }) => name),
      ['SecurityAlert'],
    );
  });
});
