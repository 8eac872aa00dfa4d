/** Pages over a store with a hundred thousand alerts and ten thousand automations, and a run of as many iterations: few requests, small answers, few elements. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '#foundation';
import { openStore } from '#store';
import { fillAlerts, fillAutomations, largeGroup } from '../fakes/large-store.ts';
import { PortalBrowser } from './portal-browser.ts';

const alerts = 100_000;
const automations = 10_000;

/** Fills the closed data folder: the sample's automation ten thousand times, and alerts that nobody sent. */
async function fill(folder: string): Promise<void> {
  const store = await openStore({ folder, log: silentLog });
  await fillAlerts(store, alerts, 20_000);
  await fillAutomations(store, automations);
  await store.close();
}

/** A run whose loop has a hundred thousand iterations, of which every thousandth fails; it goes on while other pages are tested. */
async function startLongRun({ server }: PortalBrowser): Promise<string> {
  const app = `${largeGroup}/providers/Microsoft.Logic/workflows/long-run`;
  const version = '?api-version=2019-05-01';
  const loop = {
    type: 'Foreach',
    foreach: '@range(0, 100000)',
    actions: { Divide: { type: 'Compose', inputs: '@div(4, mod(add(item(), 1), 1000))', runAfter: {} } },
    runAfter: {},
  };
  const definition = {
    contentVersion: '1.0.0.0',
    triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
    actions: { Each: loop },
  };
  const saved = await server.call('PUT', `${app}${version}`, {
    body: { location: 'westeurope', properties: { definition } },
  });
  assert.equal(saved.status, 201, saved.text);
  const { headers } = await server.call('POST', `${app}/triggers/manual/run${version}`);
  return `${app}/runs/${headers.get('x-ms-workflow-run-id')}`;
}

describe('pages over a large store', () => {
  const portal = new PortalBrowser();
  const answers: { readonly url: string; readonly bytes: number }[] = [];
  before(async () => {
    await portal.server.start();
    await portal.server.stop();
    await fill(portal.server.folder);
    await portal.start();
    run = await startLongRun(portal);
    await portal.signIn();
    portal.page.on('response', (response) => {
      const url = new URL(response.url());
      if (url.pathname.startsWith('/portal') || url.pathname.endsWith('/changes')) return;
      answers.push({ url: url.pathname, bytes: Number(response.headers()['content-length'] ?? 0) });
    });
  });
  after(() => portal.stop());
  let run = '';

  const pages = [
    ['Overview', /^Active alerts\s*18,75\d/],
    ['Security alerts', /^Alert \d+$/],
    ['Workflow automation', /^Automation-00000$/],
    ['Logic apps', /^Send-email-on-alert$/],
    ['Recommendations', undefined],
  ] as const;

  for (const [name, link] of pages) {
    it(`shows ${name} by few requests and few elements`, async () => {
      const { page } = portal;
      await page.getByRole('link', { name: 'Tocsin' }).click();
      await portal.heading('Overview');
      await page.getByRole('link', { name: /^Active alerts/ }).waitFor();
      answers.length = 0;
      if (name === 'Overview') await page.reload();
      else await portal.go(name);
      await portal.heading(name);
      if (link !== undefined) await page.getByRole('link', { name: link }).first().waitFor();
      await portal.loaded();
      // Whoever signs in once is asked for once; the rest is the page's own.
      const own = answers.filter(({ url }) => !/\/(?:session|signIn|subscriptions)$/.test(url));
      assert.ok(own.length <= 6, own.map(({ url }) => url).join('\n'));
      for (const { url, bytes } of answers) assert.ok(bytes < 1024 * 1024, `${url}: ${bytes}`);
      const elements = await page.evaluate(() => document.querySelectorAll('*').length);
      assert.ok(elements < 3000, `${elements} elements`);
    });
  }

  it('counts a hundred thousand alerts exactly, and goes through them page by page', async () => {
    const { page } = portal;
    await portal.go('Security alerts');
    await page.getByText('Showing 1–100 of 37,501').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('Showing 1–200 of 37,501').waitFor();
    portal.quiet();
  });

  it('opens a run of a hundred thousand iterations, and goes through them by number, by failure and by page', async () => {
    const { page, server } = portal;
    await server.finishedRun(run);
    answers.length = 0;
    await portal.open(`/r${run}?action=Divide`);
    const spin = page.getByRole('spinbutton', { name: 'Iteration' });
    await page.getByText('of 100,000').waitFor();
    // The first failed one is shown by itself.
    assert.equal(await spin.inputValue(), '1000');
    await page.getByRole('button', { name: 'Last iteration' }).click();
    await page.getByRole('button', { name: /^Divide, .*Failed/ }).waitFor();
    await spin.fill('50123');
    await spin.press('Enter');
    await page.getByRole('button', { name: /^Divide, .*Succeeded/ }).waitFor();
    assert.match(page.url(), /50122/);
    await page.getByRole('button', { name: 'Next failed iteration (100)' }).click();
    await page.waitForFunction(() => location.search.includes('50999'));
    await page.getByRole('button', { name: 'Show all iterations' }).click();
    const pane = page.getByRole('dialog', { name: 'Iterations of Each' });
    await pane.getByRole('button', { name: 'Load more' }).click();
    await pane.getByText('Showing 1–200').waitFor();
    for (const { url, bytes } of answers) assert.ok(bytes < 1024 * 1024, `${url}: ${bytes}`);
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    assert.ok(elements < 3000, `${elements} elements`);
    portal.quiet();
  });
});
