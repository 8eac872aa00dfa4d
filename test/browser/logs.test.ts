/** Logs in the portal: a workspace is made, tables and Resource Graph are asked, faults are shown where they are. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const at = (query: string, more = '') => `/logs?q=${encodeURIComponent(query)}${more}`;

for (const scheme of ['light', 'dark'] as const) {
  describe(`logs in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    const run = () => portal.page.getByRole('button', { name: 'Run', exact: true }).click();
    const results = () => portal.page.getByRole('grid', { name: 'Results' });

    it('makes a workspace where there is none, and shows its tables', async () => {
      const { page } = portal;
      await portal.go('Logs');
      await portal.heading('Logs');
      await page.getByText('There is no log workspace yet.').waitFor();
      await portal.accessible('no workspace');
      await page.getByRole('button', { name: 'Create a workspace' }).click();
      const pane = page.getByRole('dialog', { name: 'Create a workspace' });
      await pane.getByRole('textbox', { name: 'Name', exact: true }).fill('law-main');
      await portal.accessible('the pane of a workspace');
      await pane.getByRole('button', { name: 'Create', exact: true }).click();
      await portal.toast("Workspace 'law-main' was created");
      const tables = page.getByRole('region', { name: 'Tables', exact: true });
      await tables.getByText('SecurityAlert', { exact: true }).click();
      await tables.getByRole('button', { name: 'AlertSeverity' }).waitFor();
      await page.getByRole('region', { name: 'Sample queries' }).waitFor();
      await portal.accessible('the tables');
      portal.quiet();
    });

    it('shows the sample alert as a row, and one row in full', async () => {
      const { page } = portal;
      await page.getByRole('button', { name: 'Run Newest alerts' }).click();
      await results().getByText('Suspected brute force attack on a SQL server').waitFor();
      assert.match(page.url(), /q=SecurityAlert/);
      await portal.accessible('results');
      await results().getByRole('button', { name: 'Show row 1' }).click();
      const pane = page.getByRole('dialog', { name: 'Row 1' });
      await pane.getByText('CompromisedEntity').waitFor();
      await pane.getByRole('button', { name: 'Close' }).click();
      portal.quiet();
    });

    it('draws what render asks for, and reads its values by keys', async () => {
      const { page } = portal;
      await portal.open(
        at('SecurityAlert | summarize count() by AlertSeverity, bin(TimeGenerated, 1h) | render timechart'),
      );
      await run();
      const chart = page.getByRole('figure');
      await chart.getByRole('img', { name: /High 1/ }).waitFor();
      await chart.getByRole('slider').focus();
      await chart.getByText(/: High 1/).waitFor();
      await portal.accessible('a chart');
      await portal.choose('Kind of chart', 'Pie');
      await chart.getByRole('cell', { name: '100.0%' }).waitFor();
      await page.getByRole('tab', { name: 'Results' }).click();
      await results().getByText('High').waitFor();
      portal.quiet();
    });

    it('says what is wrong with a query and where, before and after it is sent', async () => {
      const { page } = portal;
      await portal.open(at("SecurityAlert\n| where Wrong == 'x'"));
      await page.locator('.squiggly-error').waitFor();
      await run();
      await page
        .getByRole('alert')
        .getByText("'Wrong' is not a column, a table or a name given by let. (line 2, column 9)")
        .waitFor();
      await portal.accessible('a fault');
      portal.expected(/400/);
      portal.quiet();
    });

    it('completes columns of the step and runs by Shift+Enter', async () => {
      const { page } = portal;
      await portal.open(at('SecurityAlert | project When = TimeGenerated | where '));
      const editor = page.getByRole('textbox', { name: 'Query' });
      await editor.focus();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('Wh');
      await page.getByRole('option', { name: /^When/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type(' > ago(1d)');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Shift+Enter');
      await results().getByRole('columnheader', { name: 'When' }).waitFor();
      portal.quiet();
    });

    it('asks Resource Graph, and shares a query by its address', async () => {
      const { page } = portal;
      await portal.open('/logs');
      await page.getByRole('tab', { name: 'Resource Graph' }).click();
      await page.getByRole('button', { name: 'Run Resources by type' }).click();
      await page
        .getByRole('figure')
        .getByRole('img', { name: /values of type/ })
        .waitFor();
      await portal.accessible('Resource Graph');
      const address = page.url();
      await portal.open('/');
      await page.goto(address);
      await run();
      await page.getByRole('tab', { name: 'Results' }).click();
      await results().getByText('microsoft.logic/workflows', { exact: true }).waitFor();
      portal.quiet();
    });

    it('keeps queries: the last that ran, and those with a name', async () => {
      const { page } = portal;
      await portal.open(at('Resources | count', '&mode=graph'));
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('textbox', { name: 'Name of the query' }).fill('How many');
      await page.getByRole('button', { name: 'Save query' }).click();
      await portal.toast("Query 'How many' was saved in this browser");
      await portal.open('/logs?mode=graph');
      await page.getByRole('button', { name: 'Queries' }).click();
      await page.getByRole('menuitem', { name: /^Resources \| summarize/ }).waitFor();
      await page.getByRole('menuitem', { name: 'How many' }).click();
      await results().getByRole('columnheader', { name: 'Count' }).waitFor();
      portal.quiet();
    });
  });
}
