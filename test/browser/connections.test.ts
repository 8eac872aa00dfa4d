/** Connections in the portal: made, looked at without their secrets, replaced, tested, and deleted with the names of who breaks. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

for (const scheme of ['light', 'dark'] as const) {
  describe(`connections in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    it('are made with the parameters that their API asks for', async () => {
      const { page } = portal;
      await portal.go('Connections');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      const pane = page.getByRole('dialog', { name: 'Add connection' });
      await portal.choose('API', /Azure Log Analytics Data Collector/);
      await pane.getByRole('textbox', { name: 'Name' }).fill('collector');
      await pane.getByRole('textbox', { name: 'Workspace id' }).fill('11111111-1111-4111-8111-111111111111');
      await pane.getByLabel('Workspace key').fill('not-to-be-seen');
      await portal.accessible('the pane of a connection');
      await pane.getByRole('button', { name: 'Create', exact: true }).click();
      await portal.toast("Connection 'collector' was created");
      const grid = page.getByRole('grid', { name: 'Connections' });
      await grid
        .getByRole('row', { name: /office365/ })
        .getByText('1 logic app')
        .waitFor();
      await grid.getByRole('link', { name: 'collector' }).click();
      await portal.heading('collector');
      await page.getByText('Secret, never shown').waitFor();
      await page.getByText('No logic app uses it.').waitFor();
      assert.equal(await page.getByText('not-to-be-seen').count(), 0);
      await portal.accessible('a connection');
      portal.quiet();
    });

    it('get new parameters, all typed anew', async () => {
      const { page } = portal;
      await page.getByRole('button', { name: 'Replace', exact: true }).click();
      const pane = page.getByRole('dialog', { name: 'Replace parameters' });
      assert.equal(await pane.getByRole('textbox', { name: 'Workspace id' }).inputValue(), '');
      await pane.getByRole('textbox', { name: 'Workspace id' }).fill('22222222-2222-4222-8222-222222222222');
      await pane.getByLabel('Workspace key').fill('another');
      await portal.accessible('new parameters');
      await pane.getByRole('button', { name: 'Replace', exact: true }).click();
      await portal.toast("The parameters of 'collector' were replaced");
      portal.quiet();
    });

    it('are tested, and deleted with the names of the logic apps that break', async () => {
      const { page } = portal;
      await portal.go('Connections');
      await page.getByRole('grid', { name: 'Connections' }).getByRole('link', { name: 'office365' }).click();
      await portal.heading('office365');
      await page.getByRole('region', { name: 'Used by' }).getByText('Send-email-on-alert').waitFor();
      await page.getByRole('button', { name: 'Test connection' }).click();
      await portal.toast("Connection 'office365' works");
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const question = page.getByRole('dialog', { name: "Delete the connection 'office365'?" });
      await question.getByText('Send-email-on-alert').waitFor();
      await portal.accessible('the question');
      await question.getByRole('button', { name: 'Delete' }).click();
      await portal.toast("Connection 'office365' was deleted");
      await portal.heading('Connections');
      portal.quiet();
    });
  });
}
