/** The search box: pages, resources, commands and ids. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const machine =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample/providers/Microsoft.Compute/virtualMachines/vm-searched';

describe('the search box', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    const made = await portal.server.call('PUT', `${machine}?api-version=2024-01-01`, {
      body: { location: 'westeurope', properties: {} },
    });
    assert.equal(made.status, 201, made.text);
    await portal.signIn();
  });
  after(() => portal.stop());

  const box = () => portal.page.getByRole('combobox', { name: 'Search resources, services and docs' });
  const option = (name: string | RegExp) => portal.page.getByRole('option', { name });

  it('is reached by a key, and leads to pages', async () => {
    const { page } = portal;
    await portal.heading('Overview');
    await page.keyboard.press('/');
    await page.keyboard.type('outb');
    await option('Outbox').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await portal.heading('Outbox');
    portal.quiet();
  });

  it('finds resources by a part of their names, in one group of the list', async () => {
    await box().fill('SEARCHED');
    await option(/vm-searched/).waitFor();
    await portal.accessible('the list of what was found');
    await portal.page.getByRole('group', { name: 'Resources' }).getByRole('option').first().click();
    await portal.heading('vm-searched');
    portal.quiet();
  });

  it('goes where a pasted id leads', async () => {
    await portal.open('/');
    await portal.heading('Overview');
    await box().fill(machine);
    await option(/vm-searched/)
      .first()
      .click();
    await portal.heading('vm-searched');
    portal.quiet();
  });

  it('finds the documents, which are read in the portal and lead to one another', async () => {
    const { page } = portal;
    await box().fill('brakes');
    await page
      .getByRole('group', { name: 'Docs' })
      .getByRole('option', { name: /^Brakes/ })
      .click();
    await portal.heading('Brakes');
    await page.getByRole('cell', { name: 'tocsin-once-per', exact: true }).waitFor();
    await portal.accessible('a document');
    await page.getByRole('link', { name: 'Documentation' }).click();
    await portal.heading('Documentation');
    await page.getByRole('link', { name: 'Backup copies' }).waitFor();
    await box().fill('sample al');
    await option('Create sample alerts').click();
    await page.getByRole('menuitem', { name: 'SqlServers' }).waitFor();
    await page.keyboard.press('Escape');
    portal.quiet();
  });

  it('does what a command says', async () => {
    const { page } = portal;
    await box().fill('dark');
    await option('Toggle dark theme').click();
    const kept = await page.evaluate(() => localStorage.getItem('tocsin.preferences'));
    assert.equal((JSON.parse(kept ?? '{}') as { theme?: string }).theme, 'dark');
    portal.quiet();
  });

  it('keeps the page when the session has ended, and takes a new one in place', async () => {
    const { page, server } = portal;
    await page.context().clearCookies();
    await portal.go('Outbox');
    const bar = page
      .getByRole('alert')
      .filter({ hasText: 'Your session has expired. Sign in again to keep your changes.' });
    await bar.getByRole('textbox', { name: 'Admin token' }).fill(server.token);
    await bar.getByRole('button', { name: 'Sign in' }).click();
    await bar.waitFor({ state: 'detached' });
    await page.getByRole('grid', { name: 'Outbox' }).waitFor();
  });
});
