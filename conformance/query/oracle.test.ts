/** Microsoft's own parser of the Kusto query language, a development dependency, agrees about what is a query. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isJsonObject, type JsonObject, memberOf } from '#foundation';
import { isKqlFault, parseKql, runKql } from '#query';
import { catalogOf, readCases } from './case-file.ts';

interface Diagnostics {
  readonly Count: number;
}
interface Columns {
  readonly Count: number;
  readonly getItem: (index: number) => { readonly Name: string; readonly Type: { readonly Name: string } };
}
interface Analysed {
  readonly GetDiagnostics: () => Diagnostics;
  readonly ResultType: { readonly Columns: Columns };
}
interface Oracle {
  readonly Language: {
    readonly KustoCode: {
      readonly Parse: (text: string) => { readonly GetDiagnostics: () => Diagnostics };
      readonly ParseAndAnalyze: (text: string, globals: Globals) => Analysed;
    };
    readonly GlobalState: { readonly Default: Globals };
    readonly Symbols: {
      readonly TableSymbol: { readonly From: (schema: string) => TableSymbol };
      /** Its translated constructor. */
      readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly TableSymbol[]) => object };
    };
  };
}
interface Globals {
  readonly WithDatabase: (database: object) => Globals;
}
interface TableSymbol {
  readonly WithName: (name: string) => TableSymbol;
}

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next');
const oracle = (globalThis as unknown as { readonly Kusto: Oracle }).Kusto;

function oracleParses(text: string): boolean {
  return oracle.Language.KustoCode.Parse(text).GetDiagnostics().Count === 0;
}

/** Faults of syntax alone: what is refused as unsupported may be a query all the same. */
function weParse(text: string): boolean {
  const parsed = parseKql(text);
  return !isKqlFault(parsed) || parsed.code !== 'SYN0001';
}

/** What it knows of a case's tables. */
function globalsOf(body: JsonObject): Globals {
  const { GlobalState, Symbols } = oracle.Language;
  const tables = Object.entries(isJsonObject(body.tables) ? body.tables : {}).map(([name, table]) => {
    const columns = memberOf(table, 'columns');
    const schema = Object.entries(isJsonObject(columns) ? columns : {}).map(
      ([column, type]) => `['${column}']:${typeof type === 'string' ? type : 'dynamic'}`,
    );
    return Symbols.TableSymbol.From(`(${schema.join(', ')})`).WithName(name);
  });
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('tables', tables));
}

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'expected-failures.json');
const cases = files.flatMap((file) => readCases(readFileSync(join(folder, file), 'utf8')));

describe("Microsoft's parser", () => {
  for (const { name, query, body } of cases) {
    // Resource Graph's queries without a table are not the parser's matter.
    if (body.resourceGraph === true && /^(?:where|summarize)\b/.test(query)) continue;
    it(`judges as we do: ${name}`, () => {
      assert.equal(weParse(query), oracleParses(query), query);
    });
  }

  for (const { name, query, body } of cases) {
    // Resource Graph ignores the case of columns, and has queries without a table.
    if (body.error !== undefined || body.resourceGraph === true) continue;
    const analysed = oracle.Language.KustoCode.ParseAndAnalyze(query, globalsOf(body));
    // What it cannot know without rows (the columns of bag_unpack) or refuses for want of a literal has no columns to compare.
    if (analysed.GetDiagnostics().Count > 0 || /bag_unpack|pivot/.test(query)) continue;
    // It shows all columns of an inner union, against its documentation, and a column of table names behind a piped search.
    if (query.includes('union kind=inner') || query.includes('| search')) continue;
    it(`names and types columns as we do: ${name}`, () => {
      const { Columns: columns } = analysed.ResultType;
      const theirs = Array.from({ length: columns.Count }, (_, index) => columns.getItem(index));
      const ours = runKql(query, {
        catalog: catalogOf(body, false),
        now: Date.UTC(2026, 0, 31, 12),
      });
      assert.ok(!isKqlFault(ours));
      assert.deepEqual(
        ours.columns.map((column) => `${column.name}:${column.type}`),
        theirs.map((column) => `${column.Name}:${column.Type.Name}`),
      );
    });
  }

  it('judges as we do: queries that lost one of their characters', () => {
    const odd: string[] = [];
    for (const { query } of cases.filter((each, index) => each.query.startsWith('print') && index % 9 === 0)) {
      for (let at = 0; at < query.length; at += 7) {
        const broken = query.slice(0, at) + query.slice(at + 1);
        if (weParse(broken) && !oracleParses(broken)) odd.push(broken);
      }
    }
    assert.deepEqual(odd, []);
  });
});
