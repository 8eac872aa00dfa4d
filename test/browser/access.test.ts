/** Access control in the portal: people are made, roles are given, checked and taken away. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

for (const scheme of ['light', 'dark'] as const) {
  describe(`access control in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    let secret = '';
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    it('makes an application and tells its secret once', async () => {
      const { page } = portal;
      await portal.go('Access control');
      await portal.heading('Access control');
      await page.getByRole('tab', { name: 'Users and applications' }).click();
      await page.getByText('There is nobody yet but the admin.').waitFor();
      await portal.accessible('nobody');
      await page.getByRole('button', { name: 'Create application' }).click();
      const pane = page.getByRole('dialog', { name: 'Create application' });
      await pane.getByRole('textbox', { name: 'Display name' }).fill('Falco forwarder');
      await pane.getByRole('button', { name: 'Create', exact: true }).click();
      await pane.getByText('‘Falco forwarder’ was created').waitFor();
      secret = (await pane.locator('code').last().textContent()) ?? '';
      assert.ok(secret.length > 20);
      await portal.accessible('a secret');
      await pane.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('grid', { name: 'Users and applications' }).getByText('Falco forwarder').waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Falco forwarder' }).click();
      await page.getByRole('dialog', { name: 'Falco forwarder' }).getByText('initial').waitFor();
      assert.equal(await page.getByText(secret).count(), 0);
      await portal.accessible('an application');
      portal.quiet();
    });

    it('gives a role at the chosen scope', async () => {
      const { page } = portal;
      await portal.open('/access');
      await page.getByRole('main').getByText('Scope: Local').waitFor();
      await page.getByRole('button', { name: 'Add role assignment' }).click();
      const pane = page.getByRole('dialog', { name: 'Add role assignment' });
      await portal.choose('Role', /^Contributor/);
      await pane.getByRole('radio', { name: 'Select Falco forwarder' }).check();
      await portal.accessible('the pane of a role assignment');
      await pane.getByRole('button', { name: 'Create', exact: true }).click();
      await portal.toast("Role 'Contributor' was assigned to Falco forwarder");
      const row = page.getByRole('grid', { name: 'Role assignments' }).getByRole('row', { name: /Falco forwarder/ });
      await row.getByText('This scope').waitFor();
      await portal.accessible('role assignments');
      await row.getByRole('button', { name: 'Contributor' }).click();
      await page.getByRole('dialog', { name: 'Contributor' }).getByText('Microsoft.Authorization/*/Write').waitFor();
      portal.quiet();
    });

    it('says which pattern takes an operation away, and which assignment grants another', async () => {
      const { page } = portal;
      await portal.open('/access?tab=check');
      await page.getByRole('radio', { name: 'Select Falco forwarder' }).check();
      const operation = page.getByRole('combobox', { name: 'Operation' });
      const answer = page.getByRole('region', { name: 'Answer' });
      await operation.fill('Microsoft.Authorization/roleAssignments/write');
      await page.getByRole('button', { name: 'Check access' }).click();
      await answer.getByText('Falco forwarder may not do this at Local').waitFor();
      await answer.getByText('takes it away by the notAction Microsoft.Authorization/*/Write').waitFor();
      await portal.accessible('a refusal explained');
      await operation.fill('Microsoft.Logic/workflows/write');
      await page.getByRole('button', { name: 'Check access' }).click();
      await answer.getByText('Falco forwarder may do this at Local').waitFor();
      await answer.getByText('Grants it by the action *').waitFor();
      portal.quiet();
    });

    it('finds roles by the operations they allow', async () => {
      const { page } = portal;
      await portal.open('/access?tab=roles');
      const grid = page.getByRole('grid', { name: 'Roles' });
      await grid.getByText('Owner', { exact: true }).waitFor();
      await page.getByRole('searchbox', { name: 'Search roles and operations' }).fill('Microsoft.Logic/');
      await grid.getByText('Logic App Contributor').waitFor();
      assert.equal(await grid.getByText('Owner', { exact: true }).count(), 0);
      await portal.accessible('roles');
      portal.quiet();
    });

    it('takes a role away after a question', async () => {
      const { page } = portal;
      await portal.open('/access');
      await page.getByRole('checkbox', { name: 'Select Falco forwarder, Contributor' }).check();
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      const question = page.getByRole('dialog', { name: 'Remove 1 role assignment?' });
      await question.getByText('Falco forwarder: Contributor').waitFor();
      await question.getByRole('button', { name: 'Remove' }).click();
      await page.getByText('Nobody holds a role at Local').waitFor();
      portal.quiet();
    });
  });
}
