/**
 * How long the calls of the portal's pages take over a large store, and how much they bring: the overview, lists of alerts, automations,
 * logic apps, recommendations and runs, first and late pages, with filters and searches that many or none pass.
 *
 * What it measures: a started server over a data folder with 10,000 automations and so many alerts and runs, all in one subscription;
 * the median and the slowest of twenty requests on one connection, and the bytes of an answer. What it does not: the browser (the
 * portal's own tests hold each page to six requests and 3,000 elements). Beside it stands the same request for a page of nothing.
 *
 * Run: `node benchmarks/portal-lists.ts [alerts and runs]` (1,000,000)
 *
 * Baseline, two quiet cores, 1,000,000 alerts and runs (filled in 233 s, ready after 2.3 s): pages of alerts 6-9 ms, of automations 19-26 ms
 * (100 KB), of runs 5-6 ms, overview 11 ms (the first one after a start works out what needs attention in all automations: 2.1 s), search
 * 12 ms, a page of nothing 11 ms. Late pages cost what first ones do.
 */
import { argv, stdout } from 'node:process';
import { silentLog } from '#foundation';
import { openStore } from '#store';
import { TocsinServer } from '../test/e2e/tocsin-server.ts';
import { fillAlerts, fillAutomations, fillRuns, largeGroup } from '../test/fakes/large-store.ts';

const total = Number(argv[2] ?? 1_000_000);
const rounds = 20;
const server = new TocsinServer([]);

async function fill(): Promise<void> {
  // The first start makes the sample, whose automation and run are copied.
  await server.start();
  await server.eventually(async () => {
    const { body } = await server.call('GET', '/tocsin/v1/runs?$top=1');
    return body.value?.[0];
  }, "the sample's run");
  await server.stop();
  const began = performance.now();
  const store = await openStore({ folder: server.folder, log: silentLog });
  await fillAlerts(store, total, (30 * 86_400_000) / total);
  await fillAutomations(store, 10_000);
  await fillRuns(store, total);
  await store.close();
  stdout.write(`filled in ${Math.round((performance.now() - began) / 1000)} s\n`);
}

async function measure(title: string, path: string, pages = 1): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (let page = 1, next: string | undefined = path; page <= pages && next !== undefined; page += 1) {
      const began = performance.now();
      const reply = await server.call('GET', next);
      if (page === pages) times.push(performance.now() - began);
      if (reply.status !== 200) throw new Error(`${next}: ${reply.status} ${reply.text}`);
      bytes = reply.text.length;
      next = reply.body.nextLink as string | undefined;
    }
  }
  times.sort((left, right) => left - right);
  const at = (index: number): string => (times[index] ?? 0).toFixed(1);
  stdout.write(
    `${title.padEnd(52)} ${at(rounds / 2)} ms, slowest ${at(rounds - 1)} ms, ${Math.ceil(bytes / 1024)} KB\n`,
  );
}

const filtered = (list: string, filter: string): string => `${list}&filter=${encodeURIComponent(filter)}`;

try {
  await fill();
  // The first start copies the log of the bulk load into the file.
  await server.start();
  await server.stop();
  const began = performance.now();
  await server.start();
  stdout.write(
    `ready over ${total.toLocaleString('en')} alerts and runs after ${Math.round(performance.now() - began)} ms\n`,
  );
  const alerts = '/tocsin/v1/alerts?$top=100&$count=true';
  const open = "(properties/status eq 'Active' or properties/status eq 'InProgress')";
  const automations = '/tocsin/v1/automations?$top=100';
  const runs = `${largeGroup}/providers/Microsoft.Logic/workflows/Send-email-on-alert/runs?api-version=2019-05-01&$top=50`;
  await measure('nothing: alerts of no such severity', filtered(alerts, "properties/severity eq 'None'"));
  await measure('overview, 24 hours', '/tocsin/v1/overview?range=24h');
  await measure('overview, 30 days', '/tocsin/v1/overview?range=30d');
  await measure('alerts, first page', filtered(alerts, open));
  await measure('alerts, tenth page', filtered(alerts, open), 10);
  await measure('alerts of one severity', filtered(alerts, `${open} and properties/severity eq 'High'`));
  await measure('automations, first page', automations);
  await measure('automations, tenth page', automations, 10);
  await measure('automations by name', filtered(automations, "contains(name,'Automation-09')"));
  await measure('logic apps with their runs', '/tocsin/v1/workflowSummaries?$top=100');
  await measure('recommendations', '/tocsin/v1/recommendations?$top=100');
  await measure('runs of a logic app, first page', runs);
  await measure('runs of a logic app, tenth page', runs, 10);
  await measure('runs that failed', `${runs}&$filter=${encodeURIComponent("status eq 'Failed'")}`);
  await measure('search', '/tocsin/v1/search?q=automation-09');
} finally {
  await server.remove();
}
