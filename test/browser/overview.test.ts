/** The first page: figures that lead on, charts that can be read without seeing them, what needs attention. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

describe('the overview', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  it('says how things stand, each figure a link to what it counts', async () => {
    const { page } = portal;
    await portal.heading('Overview');
    await page.getByRole('link', { name: /^Active alerts\s*1/ }).waitFor();
    await page.getByRole('link', { name: /^Enabled automations\s*1/ }).waitFor();
    await page.getByRole('link', { name: /^Secure score/ }).waitFor();
    await page.getByRole('link', { name: /^Runs \(24 h\)\s*1/ }).waitFor();
    await page.getByRole('link', { name: /^Active alerts/ }).click();
    await portal.heading('Security alerts');
    assert.match(page.url(), /status=Active/);
    await page.goBack();
    await portal.heading('Overview');
  });

  it('draws charts whose values are said, reached by arrows and shown as a table', async () => {
    const { page } = portal;
    const alerts = page.getByRole('figure').filter({ hasText: 'Alerts by severity over time' });
    await alerts.getByText('Alerts, last 24 hours: 1 high.').waitFor({ state: 'attached' });
    const values = alerts.getByRole('group', { name: 'Alerts, last 24 hours' }).getByRole('button');
    assert.equal(await values.count(), 24);
    const newest = values.last();
    await newest.focus();
    assert.match((await newest.getAttribute('aria-label')) ?? '', /: 1 high$/);
    await page.keyboard.press('ArrowLeft');
    assert.match((await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) ?? '', /: none$/);
    await alerts.getByRole('button', { name: 'View as table: Alerts by severity over time' }).click();
    assert.equal(await alerts.getByRole('row').count(), 25);
    await alerts.getByRole('cell', { name: '1', exact: true }).first().waitFor();
  });

  it('keeps the range in the address and says what is not there', async () => {
    const { page } = portal;
    await page.getByRole('radio', { name: '30 days' }).click();
    await page.getByText('Runs, last 30 days: 1 succeeded.').waitFor({ state: 'attached' });
    assert.match(page.url(), /range=30d/);
    await page.getByText(/^No recommendation came in yet/).waitFor();
  });

  it('names what does not work, as soon as it does not', async () => {
    const { page, server } = portal;
    await page.getByText('Every automation leads somewhere').waitFor();
    const id =
      '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample/providers/Microsoft.Logic/workflows/Send-email-on-alert';
    const reply = await server.call('POST', `${id}/disable?api-version=2019-05-01`);
    assert.equal(reply.status, 200, reply.text);
    await page.reload();
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await attention.getByText("The logic app 'Send-email-on-alert' is disabled.").waitFor();
    await attention.getByRole('link', { name: 'Email-on-SQL-alerts' }).waitFor();
  });

  it('forgets the way through the sample once it is dismissed', async () => {
    const { page } = portal;
    await page.getByRole('link', { name: 'See the mail in the outbox' }).waitFor();
    await page.getByRole('button', { name: 'Dismiss: Get started' }).click();
    await page.reload();
    await page.getByRole('link', { name: /^Active alerts/ }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Get started' }).count(), 0);
  });

  it('has no serious fault for those who use other means, light or dark', async () => {
    await portal.accessible('the overview, light');
    await portal.page.emulateMedia({ colorScheme: 'dark' });
    await portal.accessible('the overview, dark');
    await portal.page.emulateMedia({ colorScheme: 'light' });
    portal.quiet();
  });
});
