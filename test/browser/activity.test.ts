/** The activity log in the portal: filters that the server applies, and an entry in full. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

for (const scheme of ['light', 'dark'] as const) {
  describe(`the activity log in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    it('shows what was changed, of the tenant too, narrowed by operation, people and status', async () => {
      const { page } = portal;
      const made = await portal.server.call('PATCH', '/tocsin/v1/settings', {
        body: { settings: { retentionDays: 30 } },
      });
      assert.equal(made.status, 200, made.text);
      await portal.go('Activity log');
      const grid = page.getByRole('grid', { name: 'Activity log' });
      await grid.getByText('Tocsin/settings/write').waitFor();
      await page.getByRole('searchbox', { name: 'Search operations' }).fill('settings');
      await grid.getByText('Microsoft.Logic/workflows/write').first().waitFor({ state: 'detached' });
      assert.match(page.url(), /operation=settings/);
      await portal.accessible('the activity log');
      await grid.getByRole('button', { name: 'Tocsin/settings/write' }).click();
      const pane = page.getByRole('dialog', { name: 'Tocsin/settings/write' });
      await pane.getByText('Changed: retentionDays.').first().waitFor();
      await portal.accessible('an entry');
      await pane.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('searchbox', { name: 'Search people' }).fill('nobody like this');
      await page.getByText('No entries match the filters').waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await grid.getByText('Tocsin/settings/write').waitFor();
      portal.quiet();
    });
  });
}
