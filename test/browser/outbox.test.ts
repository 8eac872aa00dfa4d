/** The outbox in the portal: a mail is shown as a mail, and a mock made from it answers the next one. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

for (const scheme of ['light', 'dark'] as const) {
  describe(`the outbox in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    it('has a row for each captured call, with who answered it', async () => {
      const { page } = portal;
      await portal.go('Outbox');
      const grid = page.getByRole('grid', { name: 'Outbox' });
      const titles = ['Time', 'Connector', 'Operation', 'To', 'Subject', 'Logic app', 'Answered by', 'Run'];
      for (const name of titles) await grid.getByRole('columnheader', { name, exact: true }).waitFor();
      await grid.getByText('security@contoso.example').waitFor();
      await grid.getByText('Example', { exact: true }).waitFor();
      await portal.accessible('the outbox');
      portal.quiet();
    });

    it('shows a mail with its headers, without running anything in it', async () => {
      const { page } = portal;
      await page.getByRole('link', { name: /Suspected brute force attack/ }).click();
      const mail = page.getByRole('article', { name: 'The mail' });
      await mail.getByText('security@contoso.example').waitFor();
      assert.equal(await mail.locator('iframe').getAttribute('sandbox'), '');
      await portal.accessible('a mail');
      await page.getByRole('tab', { name: 'Text' }).click();
      await page.getByText(/Restrict the firewall rules/).waitFor();
      assert.equal(await page.locator('pre').getByText('<').count(), 0);
      portal.quiet();
    });

    it('makes a mock that answers the next mail, and deletes it', async () => {
      const { page } = portal;
      await page.getByRole('button', { name: 'Make a mock from this' }).click();
      const pane = page.getByRole('dialog', { name: 'Make a mock from this' });
      assert.equal(await pane.getByRole('textbox', { name: 'Operation' }).inputValue(), 'SendEmailV2');
      await pane.getByRole('textbox', { name: 'Status of the answer' }).fill('429');
      await pane.getByRole('textbox', { name: 'Body of the answer (JSON)' }).fill('{ "no": ');
      await pane.getByRole('button', { name: 'Create' }).click();
      await pane.getByText('The body is no JSON').waitFor();
      await pane.getByRole('textbox', { name: 'Body of the answer (JSON)' }).fill('{ "error": "slow down" }');
      await portal.accessible('the pane of a mock');
      await pane.getByRole('button', { name: 'Create' }).click();
      await portal.toast('The mock was created');
      const { body } = await portal.server.call('GET', '/tocsin/v1/mocks');
      assert.equal((body['mocks'] as { respond: { status: number } }[])[0]?.respond.status, 429);
      await portal.go('Outbox');
      await page.getByRole('button', { name: 'Mocks' }).click();
      const mocks = page.getByRole('dialog', { name: 'Mocks' });
      await mocks.getByText('slow down').waitFor();
      await portal.accessible('the mocks');
      await mocks.getByRole('button', { name: 'Delete mock 1' }).click();
      await mocks.getByText('There are no mocks.').waitFor();
      portal.quiet();
    });
  });
}
