/**
 * Writes `docs/reference/kql.md` from the tables of the query language; a test compares the page with a fresh generation.
 *
 * Run by hand: `node tools/generate-kql-docs.ts`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aggregates,
  operatorNames,
  pluginNames,
  rankListNames,
  refusedOperators,
  scalarFunctions,
  windowFunctionNames,
} from '#query';

export const kqlDocsPath = join(import.meta.dirname, '../docs/reference/kql.md');

const introduction = `# Kusto query language: what is supported

The subset of the Kusto query language (KQL) that \`#query\` reads, checks and evaluates over tables. Anything outside of it is refused with line and
column: \`SYN0001\` is not the syntax, \`SEM0001\` a name, type or count of arguments, \`UNS0001\` known to Kusto and not supported here, \`LIM0001\` beyond
the bounds of one query, \`RUN0001\` a value that cannot be worked with.

Statements: \`let\` (values, tables, functions with defaults and table parameters), \`set\` (read and passed over). Sources: a table, \`union\`, \`print\`,
\`datatable\`, \`range\`, \`search\`, \`find\`, \`workspace('…').Table\`, a query in brackets, \`materialize()\`, \`toscalar()\`. Plugins: ${pluginNames.map((name) => `\`${name}\``).join(', ')}. Types: bool, int, long (exact to 64 bits), real, decimal,
string, datetime, timespan (both to 100 ns), guid, dynamic.

Differences from Azure
- Rows stand in the order of the table where a query does not sort; Azure promises none.
- \`dcount\`, \`percentile\` and \`make_set\` are exact; the accuracy argument of \`dcount\` is read and not needed.
- \`render\` changes no rows; what it says goes along with the answer (\`Prefer: include-render=true\`).
- Resource Graph takes \`count(x)\` as \`count()\`; tables of logs do not, as in Azure.
- Functions over series take and give arrays; those of seasons and forecasts (\`series_decompose…\`) and filters are refused.
- \`sample\` and \`sample-distinct\` give the first rows, not random ones. \`partition\` takes a query in round brackets.
- Regular expressions are RE2's, in time that grows with text times pattern.
- \`ingestion_time()\` is the row's \`_TimeReceived\`, else its \`TimeGenerated\`.
- \`search\` behind a pipe adds no column \`$table\`; as a source it does.
- \`summarize … by\` and \`max\` take a \`dynamic\`; Azure wants it converted.
- Arithmetic on a \`dynamic\` is refused; convert it first.
`;

const list = (names: Iterable<string>): string =>
  [...names]
    .toSorted()
    .map((name) => `\`${name}\``)
    .join(', ');

function signatures(): readonly string[] {
  const entries = [...scalarFunctions.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return entries.map(({ name, parameters, least, most, returns }) => {
    const parts = parameters.map((type, index) => {
      const repeated = most > parameters.length && index === parameters.length - 1 ? '…' : '';
      return index < least ? `${type}${repeated}` : `[${type}${repeated}]`;
    });
    return `| \`${name}(${parts.join(', ')})\` | ${typeof returns === 'string' ? returns : 'as its arguments'} |`;
  });
}

/** The whole page. */
export function kqlDocs(): string {
  const sections = [
    introduction.trimEnd(),
    '',
    '## Operators',
    '',
    `${list(operatorNames)}.`,
    '',
    `Refused: ${list(refusedOperators)}.`,
    '',
    'Text: `==`, `!=`, `in`, `!in` and what ends in `_cs` know case; `=~`, `!~`, `in~`, `!in~`, `has`, `hasprefix`, `hassuffix`, `has_any`, `has_all`,',
    '`contains`, `startswith`, `endswith` and their negations do not. `matches regex` is a search.',
    '',
    '## Aggregates',
    '',
    `${list([...aggregates.keys(), 'arg_max', 'arg_min', ...rankListNames])}.`,
    '',
    '## Window functions',
    '',
    `${list(windowFunctionNames)}: behind \`sort\`, \`top\`, \`serialize\` or \`range\`, in \`extend\`, \`project\`, \`serialize\` and \`where\`.`,
    '',
    '## Scalar functions',
    '',
    `Besides \`iff\`, \`iif\`, \`case\`, \`toscalar\`, \`column_ifexists\`, \`pack_all\` and \`ingestion_time\`, ${scalarFunctions.size}:`,
    '',
    '| Function | Result |',
    '|--|--|',
    ...signatures(),
  ];
  return `${sections.join('\n').trimEnd()}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(kqlDocsPath, kqlDocs());
