/**
 * The walk-throughs of the feature's own text, clicked as it says, each ending with a mail in the outbox.
 * Source: portal reference 4.1 (by a template) and 4.2.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

describe('a logic app is created and told when to run automatically', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  it('from the pane to a mail in the outbox', async () => {
    const { page } = portal;
    await portal.go('Workflow automation');
    await portal.heading('Workflow automation');
    await page.getByRole('button', { name: 'Add workflow automation' }).click();
    const pane = page.getByRole('dialog', { name: 'Add workflow automation' });
    await pane.getByRole('textbox', { name: 'Name', exact: true }).fill('Email-on-brute-force');
    await pane.getByRole('textbox', { name: 'Description' }).fill('Mails the team.');
    await portal.choose('Resource group', 'rg-sample');
    await pane.getByRole('radio', { name: 'Security alert' }).check();
    await pane.getByRole('textbox', { name: 'Alert name contains' }).fill('SQL');
    await portal.toggle('Alert severity', ['Medium', 'Low']);
    await pane.getByText(/would have fired 1 time /).waitFor();
    await pane.getByRole('link', { name: 'Create a new one' }).click();

    await portal.heading('Create a logic app');
    await page.getByText('‘Email-on-brute-force’').waitFor();
    await page.getByRole('textbox', { name: 'Logic App name' }).fill('Mail-security-team');
    await portal.choose('Resource group', 'rg-sample');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await portal.toast("Logic app 'Mail-security-team' was created");

    await page.getByRole('heading', { name: 'Templates' }).waitFor();
    await page.getByRole('tab', { name: 'Security' }).click();
    await page.getByRole('button', { name: 'Send an email when a security alert comes in' }).click();
    await page.getByRole('button', { name: 'Use this template' }).click();
    await page.getByRole('textbox', { name: 'To' }).fill('team@contoso.example');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await portal.toast("Logic app 'Mail-security-team' was saved");

    await page.getByRole('link', { name: 'Return to Add workflow automation' }).click();
    await pane.waitFor();
    assert.equal(await pane.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), 'Email-on-brute-force');
    assert.equal(await pane.getByRole('textbox', { name: 'Alert name contains' }).inputValue(), 'SQL');
    await pane.getByRole('button', { name: /^Refresh/ }).click();
    await portal.choose('Logic App name', /Mail-security-team/);
    await pane.getByRole('button', { name: 'Create' }).click();
    await portal.toast("Workflow automation 'Email-on-brute-force' was created");
    const row = page.getByRole('row', { name: /Email-on-brute-force/ });
    await row.getByText('Enabled').waitFor();

    await portal.go('Security alerts');
    await page.getByRole('button', { name: 'Create sample alerts' }).click();
    await page.getByRole('menuitem', { name: 'SqlServers' }).click();
    await portal.toast('Sample alerts of SqlServers were created');
    const mails = await portal.server.eventually(async () => {
      const { body } = await portal.server.call('GET', '/tocsin/v1/outbox');
      const found = JSON.stringify(body.value ?? []).match(/team@contoso\.example/g) ?? [];
      return found.length > 0 ? found.length : undefined;
    }, 'a mail to the team');
    assert.ok(mails > 0);
    await portal.go('Outbox');
    await page.getByRole('grid', { name: 'Outbox' }).getByText('team@contoso.example').first().waitFor();
    portal.quiet();
  });

  it('is switched off, on and deleted from the list', async () => {
    const { page } = portal;
    await portal.open('/automations');
    const row = page.getByRole('row', { name: /Email-on-brute-force/ });
    await page.getByRole('checkbox', { name: 'Select Email-on-brute-force' }).check();
    await page.getByRole('button', { name: 'Disable' }).click();
    await portal.toast("Workflow automation 'Email-on-brute-force' was disabled");
    await row.getByText('Disabled').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await row.getByText('Enabled').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await portal.toast("Workflow automation 'Email-on-brute-force' was deleted");
    await row.waitFor({ state: 'detached' });
    portal.quiet();
  });
});

describe('a logic app is triggered by hand', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  it('on an alert, to its run', async () => {
    const { page } = portal;
    await portal.go('Security alerts');
    await page.getByRole('link', { name: 'Suspected brute force attack on a SQL server' }).click();
    await page.getByRole('tab', { name: 'Automations' }).click();
    await page.getByRole('region', { name: 'Email-on-SQL-alerts' }).getByText('Fired').waitFor();
    await portal.accessible('an alert');
    await page.getByRole('button', { name: 'Trigger Logic App' }).click();
    const dialog = page.getByRole('dialog', { name: 'Trigger a logic app' });
    await dialog.getByRole('radio', { name: 'Select Send-email-on-alert' }).check();
    await portal.accessible('the dialog');
    await dialog.getByRole('button', { name: 'Trigger', exact: true }).click();
    await portal.toast("Logic app 'Send-email-on-alert' was triggered");
    await page.getByRole('link', { name: 'View run' }).first().click();
    await portal.heading(/^Run /);
    await page.getByRole('button', { name: /^Send an email/ }).click();
    await page.getByRole('tab', { name: 'Outputs' }).click();
    await page.getByRole('region', { name: 'Outputs' }).waitFor();
    await page.getByRole('tab', { name: 'Inputs' }).click();
    await page.getByRole('region', { name: 'Inputs' }).getByText('Suspected brute force attack').waitFor();
    await portal.accessible('a run');
    portal.quiet();
  });

  it('leaves its mail in the outbox', async () => {
    const { page } = portal;
    await portal.go('Outbox');
    const subject = page.getByRole('link', { name: '[High] Suspected brute force attack on a SQL server' });
    await subject.nth(1).waitFor();
    await subject.first().click();
    await page.frameLocator('iframe[title="The content of the mail"]').getByText('sql-sample').first().waitFor();
    portal.quiet();
  });
});
