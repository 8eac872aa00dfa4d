/** Settings in the portal: each section at its address; what changes is in force; keys and secrets are shown once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const sections: readonly (readonly [string, string, string])[] = [
  ['', 'General', '--log-level'],
  ['/retention', 'Retention', 'Days that ended runs are kept'],
  ['/limits', 'Limits', 'Actions'],
  ['/ingestion-keys', 'Ingestion keys', 'There are no ingestion keys yet.'],
  ['/linked-subscriptions', 'Linked subscriptions', 'No subscription is linked'],
  ['/sign-in', 'Sign-in', 'Admin token'],
  ['/certificate', 'Certificate', 'SHA-256'],
  ['/backup', 'Backup', 'Make a backup'],
  ['/about', 'About', 'Apache-2.0'],
];

for (const scheme of ['light', 'dark'] as const) {
  describe(`settings in ${scheme} colours`, () => {
    const portal = new PortalBrowser(['--activity-days', '200']);
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    for (const [path, name, text] of sections) {
      it(`shows ${name}`, async () => {
        const { page } = portal;
        await portal.open(`/settings${path}`);
        const section = page.getByRole('region', { name, exact: true });
        await section.getByText(text).first().waitFor();
        await page.locator('nav[aria-label=Settings] [aria-current=page]').getByText(name).waitFor();
        await portal.accessible(name);
        portal.quiet();
      });
    }
  });
}

describe('settings', () => {
  const portal = new PortalBrowser(['--activity-days', '200']);
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  const inForce = async (list: 'settings' | 'limits', name: string): Promise<unknown> => {
    const { body } = await portal.server.call('GET', '/tocsin/v1/settings');
    return (body[list] as { name: string; value: unknown }[]).find((each) => each.name === name)?.value;
  };

  it('change how long runs are kept, and say what an option fixes', async () => {
    const { page } = portal;
    await portal.go('Settings');
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Retention' }).click();
    await page.getByText('Fixed by --activity-days: start without it to change this here.').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Days that the activity log is kept' }).inputValue(), '200');
    await page.getByRole('textbox', { name: 'Days that ended runs are kept' }).fill('0');
    await page.getByText('A whole number from 1 to 99,999.').waitFor();
    await page.getByRole('textbox', { name: 'Days that ended runs are kept' }).fill('30');
    await page.getByRole('textbox', { name: 'Largest size of the store' }).fill('2 GB');
    await page.getByRole('button', { name: 'Save' }).click();
    await portal.toast('The retention was changed');
    assert.equal(await inForce('settings', 'retentionDays'), 30);
    assert.equal(await inForce('settings', 'retentionBytes'), 2 * 1024 ** 3);
    portal.quiet();
  });

  it('change a limit and give it back', async () => {
    const { page } = portal;
    await portal.open('/settings/limits');
    await page.getByRole('searchbox', { name: 'Search limits' }).fill('actions');
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    const pane = page.getByRole('dialog', { name: 'Actions' });
    await pane.getByRole('textbox', { name: 'Value' }).fill('600');
    await portal.accessible('a limit');
    await pane.getByRole('button', { name: 'Save' }).click();
    const row = page.getByRole('grid', { name: 'Limits' }).getByRole('row', { name: /^Actions / });
    await row.getByText('Set here').waitFor();
    assert.equal(await inForce('limits', 'actions'), 600);
    await row.getByRole('button', { name: 'Actions' }).click();
    await pane.getByRole('button', { name: 'Use the default' }).click();
    await row.getByText('Default').waitFor();
    assert.equal(await inForce('limits', 'actions'), 500);
    portal.quiet();
  });

  it('make a key that works, shown once', async () => {
    const { page } = portal;
    await portal.open('/settings/ingestion-keys');
    await page.getByRole('textbox', { name: 'Name of the new key' }).fill('falco');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('The new key', { exact: true }).waitFor();
    const key = (await page.locator('.secret-once code').textContent()) ?? '';
    await portal.accessible('a key');
    const sent = await portal.server.call('POST', '/ingest/v1/events', {
      token: null,
      headers: { 'x-tocsin-ingest-key': key },
      body: [],
    });
    assert.equal(sent.status, 202, sent.text);
    await page.reload();
    await page.getByRole('grid', { name: 'Ingestion keys' }).getByText('falco').waitFor();
    assert.equal(await page.getByText(key).count(), 0);
    await page.getByRole('button', { name: 'Delete falco' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are no ingestion keys yet.').waitFor();
    portal.quiet();
  });

  it('link a subscription without showing its secret again', async () => {
    const { page } = portal;
    await portal.open('/settings/linked-subscriptions');
    await page.getByRole('button', { name: 'Link a subscription' }).click();
    const pane = page.getByRole('dialog', { name: 'Link a subscription' });
    await pane.getByRole('textbox', { name: 'Subscription id' }).fill('11111111-1111-4111-8111-111111111111');
    await pane.getByRole('textbox', { name: 'Display name' }).fill('Production');
    await pane.getByRole('textbox', { name: 'Tenant id' }).fill('22222222-2222-4222-8222-222222222222');
    await pane.getByRole('textbox', { name: 'Client id' }).fill('33333333-3333-4333-8333-333333333333');
    await pane.getByRole('textbox', { name: 'Client secret' }).fill('not-to-be-seen');
    await portal.accessible('the pane of a link');
    await pane.getByRole('button', { name: 'Link', exact: true }).click();
    const grid = page.getByRole('grid', { name: 'Linked subscriptions' });
    await grid.getByText('Production').waitFor();
    assert.equal(await page.getByText('not-to-be-seen').count(), 0);
    await grid.getByRole('button', { name: 'Remove the link of Production' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No subscription is linked').waitFor();
    portal.quiet();
  });
});
