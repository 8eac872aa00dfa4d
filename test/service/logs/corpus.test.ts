/**
 * Queries of published playbooks, run over tables as they are here: every one must give rows or, for what is known and not
 * supported, say so. Prints how many of each kind ran.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson, textMember } from '#foundation';
import { isKqlFault, type KqlFault, runKql } from '#query';
import { memoryStore } from '#store';
import { logCatalog } from '../../../src/service/logs/log-catalog.ts';
import { graphCatalog } from '../../../src/service/resource-graph/graph-catalog.ts';
import { missing } from '../../suites/corpus.ts';

const folders = ['azure-network-security', 'azure-sentinel', 'azuresentinel-stuff', 'defender-for-cloud'];
const corpus = join(import.meta.dirname, '../../../../shared/corpus');

interface Found {
  readonly kind: 'logs' | 'graph';
  readonly text: string;
}

const pipe =
  /\|\s*(?:where|project|extend|summarize|take|limit|join|top|sort|order|distinct|mv-expand|render|count|union|evaluate|make-series|parse)\b/;
const graphTables =
  /^\s*(?:resources|securityresources|policyresources|resourcecontainers|authorizationresources|where|project)\b/i;

/** Every text with a pipe to an operator; those of Resource Graph by where they are sent, or by their table. */
function queriesIn(json: Json, target: string): readonly Found[] {
  if (typeof json === 'string') {
    if (!pipe.test(json) || json.length > 20_000) return [];
    return [{ kind: /ResourceGraph/i.test(target) || graphTables.test(json) ? 'graph' : 'logs', text: json }];
  }
  if (isJsonArray(json)) return json.flatMap((item) => queriesIn(item, target));
  if (!isJsonObject(json)) return [];
  const inputs = memberOf(json, 'inputs');
  const own = `${textMember(inputs, 'path') ?? ''}${textMember(inputs, 'uri') ?? ''}`;
  return Object.values(json).flatMap((item) => queriesIn(item, own === '' ? target : own));
}

function queriesOf(folder: string): readonly Found[] {
  const names = readdirSync(join(corpus, folder)).filter((name) => name.endsWith('.json'));
  const all = names.flatMap((name) => {
    const bytes = readFileSync(join(corpus, folder, name));
    const text = bytes[0] === 0xff ? bytes.toString('utf16le') : bytes.toString('utf8');
    try {
      return queriesIn(parseJson(text.replace(/^\uFEFF/, '')), '');
    } catch {
      return [];
    }
  });
  return [...new Map(all.map((each) => [each.text, each])).values()];
}

/** Interpolations as what a run puts there. */
function filledIn(query: string): string {
  return query
    .replaceAll(/dynamic\(@?\{[^}]*\}+\)/g, 'dynamic([])')
    .replaceAll(/datetime\(@\{.*?\}\)(?=[\s.;),])/g, 'datetime(2026-01-01)')
    .replaceAll(/(^|;\s*)@\{[^}]*\}/g, '$1SecurityAlert')
    .replaceAll(/@\{[^}]*\}/g, '5')
    .replaceAll(/\[(?:variables|parameters)\([^)]*\)\]/g, '5');
}

const store = memoryStore();
const now = Date.UTC(2026, 0, 31);
const workspace = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w',
  customerId: 'c',
};
const reading = {
  store,
  workspaces: [workspace],
  others: new Map(),
  span: {},
  showsActivity: () => true,
  showsEvents: () => true,
};
const graph = graphCatalog({
  store,
  tenantId: 't',
  subscriptions: [],
  above: () => true,
  allowed: () => true,
  standsAt: () => true,
});

function faultOf({ kind, text }: Found): KqlFault | undefined {
  const query = filledIn(text);
  const result =
    kind === 'graph'
      ? runKql(query, { catalog: graph, now, defaultTable: 'Resources', ignoresCase: true })
      : runKql(query, { catalog: logCatalog(reading, query), now });
  return isKqlFault(result) ? result : undefined;
}

for (const folder of folders) {
  describe(`queries of the playbooks of ${folder}`, { skip: missing(folder) }, () => {
    it('run over local tables, or are refused as known and not supported', (context) => {
      const queries = queriesOf(folder);
      const faults = queries.flatMap((each) => {
        const fault = faultOf(each);
        return fault === undefined ? [] : [{ ...each, fault }];
      });
      for (const kind of ['logs', 'graph'] as const) {
        const all = queries.filter((each) => each.kind === kind).length;
        const refused = faults.filter((each) => each.kind === kind).length;
        context.diagnostic(`${kind}: ${all - refused} of ${all} queries run`);
      }
      const broken = faults.filter(({ kind, fault }) => kind === 'graph' || fault.code !== 'UNS0001');
      assert.deepEqual(
        broken.map(({ fault, text }) => `${fault.message} ${text.slice(0, 200)}`),
        [],
      );
    });
  });
}
