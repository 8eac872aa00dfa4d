/** Live updates: figures follow, lists keep still until asked, and who is cut off is told. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const alert = (id: string, title: string) => ({
  SystemAlertId: id,
  AlertDisplayName: title,
  AlertType: 'Live.Alert',
  Severity: 'High',
  TimeGenerated: new Date().toISOString(),
});

describe('live updates', () => {
  const portal = new PortalBrowser(['--empty']);
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  it('carries a new alert into the figures without being asked', async () => {
    const { page, server } = portal;
    await page.getByRole('link', { name: /^Active alerts\s*0/ }).waitFor();
    await server.call('POST', '/ingest/v1/events', { body: alert('one', 'The first') });
    await page.getByRole('link', { name: /^Active alerts\s*1/ }).waitFor({ timeout: 10_000 });
  });

  it('counts new alerts above a list that keeps still, and shows them when asked', async () => {
    const { page, server } = portal;
    await portal.go('Security alerts');
    await page.getByRole('link', { name: 'The first' }).waitFor();
    await server.call('POST', '/ingest/v1/events', { body: [alert('two', 'The second'), alert('three', 'The third')] });
    await page.getByText('2 new alerts.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'The second' }).count(), 0);
    await page.getByRole('button', { name: 'Show new items' }).click();
    await page.getByRole('link', { name: 'The second' }).waitFor();
    assert.equal(await page.getByText('2 new alerts.').count(), 0);
  });

  it('changes a row in view where it is', async () => {
    const { page, server } = portal;
    const row = page.getByRole('row').filter({ hasText: 'The first' });
    await row.getByText('Active', { exact: true }).waitFor();
    const path =
      '/subscriptions/00000000-0000-4000-8000-000000000001/providers/Microsoft.Security/locations/westeurope/alerts/one/inProgress?api-version=2022-01-01';
    assert.equal((await server.call('POST', path)).status, 204);
    await row.getByText('In progress').waitFor({ timeout: 10_000 });
    portal.quiet();
  });

  it('says that live updates are paused while the stream is down, and stops saying so', async () => {
    const { page } = portal;
    await page.route('**/tocsin/v1/changes*', (route) => route.abort());
    await page.reload();
    await page.getByText('Live updates paused').waitFor();
    portal.expected(/ERR_FAILED/);
    await page.unroute('**/tocsin/v1/changes*');
    await page.getByText('Live updates paused').waitFor({ state: 'detached' });
  });
});
