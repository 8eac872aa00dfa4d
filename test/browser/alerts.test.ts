/** Alerts: the list and its filters, the pane, the page with its tabs, rules that suppress; recommendations, grouped. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample';
const key = '11111111-aaaa-4bbb-8ccc-000000000001';

const alert = (index: number) => ({
  SystemAlertId: `seeded-${index}`,
  AlertDisplayName: `Seeded alert ${index}`,
  AlertType: 'Seeded.Alert',
  ProductName: index % 2 === 0 ? 'Falco' : 'Wazuh',
  Severity: index % 3 === 0 ? 'High' : 'Low',
  Intent: 'CredentialAccess,LateralMovement',
  StartTimeUtc: new Date().toISOString(),
  TimeGenerated: new Date().toISOString(),
  CompromisedEntity: `vm-${index % 7}`,
});

const assessment = (machine: string, code: string) => ({
  id: `${group}/providers/Microsoft.Compute/virtualMachines/${machine}/providers/Microsoft.Security/assessments/${key}`,
  name: key,
  type: 'Microsoft.Security/assessments',
  properties: {
    displayName: 'Disks should be encrypted',
    status: { code },
    resourceDetails: { source: 'Azure', id: `${group}/providers/Microsoft.Compute/virtualMachines/${machine}` },
    metadata: {
      displayName: 'Disks should be encrypted',
      severity: 'High',
      assessmentType: 'CustomerManaged',
      remediationDescription:
        '<ol onclick="alert(1)"><li>Open the <b>disk</b></li></ol><script>alert(2)</script><a href="javascript:alert(3)">here</a>',
    },
  },
});

/** A recommendation on a resource of another kind. */
function serverAssessment() {
  const base = assessment('sql-1', 'Unhealthy');
  const server = `${group}/providers/Microsoft.Sql/servers/sql-1`;
  const name = key.replace(/1$/, '2');
  const properties = {
    ...base.properties,
    displayName: 'Servers should be patched',
    resourceDetails: { source: 'Aws', id: server },
    metadata: { ...base.properties.metadata, displayName: 'Servers should be patched' },
  };
  return { ...base, id: `${server}/providers/Microsoft.Security/assessments/${name}`, name, properties };
}

const policies = '/providers/Microsoft.Authorization';

describe('alerts and recommendations', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    const body = Array.from({ length: 130 }, (_, index) => alert(index));
    assert.equal((await portal.server.call('POST', '/ingest/v1/events', { body })).status, 202);
    const assessments = [
      assessment('vm-1', 'Unhealthy'),
      assessment('vm-2', 'Unhealthy'),
      assessment('vm-3', 'Healthy'),
      serverAssessment(),
    ];
    assert.equal((await portal.server.call('POST', '/ingest/v1/events', { body: assessments })).status, 202);
    const assigned = await portal.server.call(
      'PUT',
      `${group}${policies}/policyAssignments/locations?api-version=2023-04-01`,
      {
        body: {
          properties: {
            displayName: 'Allowed locations of the sample',
            policyDefinitionId: `${policies}/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c`,
            parameters: { listOfAllowedLocations: { value: ['westeurope'] } },
          },
        },
      },
    );
    assert.ok(assigned.status < 300, assigned.text);
    await portal.signIn();
  });
  after(() => portal.stop());

  it('counts what the usual filter matches, and narrows by filters that are added', async () => {
    const { page } = portal;
    await portal.go('Security alerts');
    await page.getByText('Showing 1–100 of 131').waitFor();
    await page.getByRole('region', { name: 'Active alerts by severity' }).getByText('131').waitFor();
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('menuitem', { name: 'Detector' }).click();
    await page.getByRole('textbox', { name: 'Detector' }).fill('falco');
    await page.getByText('Showing 1–65', { exact: true }).waitFor();
    assert.match(page.url(), /detector=falco/);
    await page.getByRole('textbox', { name: 'Detector' }).fill('nobody');
    await page.getByText('No security alerts match the filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('Showing 1–100 of 131').waitFor();
  });

  it('is ordered by the server over all pages, and keeps the order in the address', async () => {
    const { page } = portal;
    const grid = page.getByRole('grid', { name: 'Security alerts' });
    await grid.getByRole('button', { name: 'Severity' }).click();
    await page.waitForURL(/order=severity(?:\+|%20)desc/);
    await grid
      .getByRole('columnheader', { name: 'Severity', exact: true })
      .and(page.locator('[aria-sort=descending]'))
      .waitFor();
    assert.match((await grid.getByRole('row').nth(1).textContent()) ?? '', /High/);
    await grid.getByRole('button', { name: 'Alert title' }).click();
    await grid.getByRole('row').nth(1).getByText('Seeded alert 0', { exact: true }).waitFor();
    await grid.getByRole('button', { name: 'Alert title' }).click();
    await grid.getByRole('row').nth(1).getByText('Suspected brute force attack on a SQL server').waitFor();
    await page.reload();
    await grid.getByRole('row').nth(1).getByText('Suspected brute force attack on a SQL server').waitFor();
    await grid.getByRole('row').nth(1).getByRole('link', { name: '1 ran' }).waitFor();
    await grid.getByRole('row').nth(2).getByRole('link', { name: 'None matched' }).waitFor();
  });

  it('is grouped with counts, and a group opens to its alerts', async () => {
    const { page } = portal;
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('Resource');
    await page.getByRole('button', { name: 'vm-0 (19)' }).click();
    await page.getByRole('grid', { name: 'Security alerts of vm-0' }).getByText('Seeded alert 126').waitFor();
    await portal.accessible('alerts in groups');
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('None');
    await portal.go('Security alerts');
    await page.getByText('Showing 1–100 of 131').waitFor();
  });

  it('is worked with by keys: ranges are ticked, the list is read again, the search box is reached', async () => {
    const { page } = portal;
    const grid = page.getByRole('grid', { name: 'Security alerts' });
    await grid.getByRole('row').nth(1).getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    for (let row = 0; row < 3; row += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Space');
    assert.equal(await grid.getByRole('checkbox', { name: /^Select Seeded/, checked: true }).count(), 4);
    const again = page.waitForRequest((request) => request.url().includes('/tocsin/v1/alerts?'));
    await page.keyboard.press('r');
    await again;
    await page.keyboard.press('/');
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
      'Search by ID, title, or affected resource',
    );
    await portal.go('Security alerts');
  });

  it('exports everything that the filter matches', async () => {
    const { page } = portal;
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export to CSV' }).click();
    const path = await (await waiting).path();
    assert.equal(readFileSync(path, 'utf8').trimEnd().split('\r\n').length, 132);
  });

  it('ticks what is loaded, then all that match, and shows the columns that are chosen', async () => {
    const { page } = portal;
    await page.getByRole('checkbox', { name: 'Select all rows' }).click();
    await page.getByRole('button', { name: 'Select all 131 that match' }).click();
    await page.getByText('131 selected.').waitFor();
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await page.getByRole('button', { name: 'Edit columns' }).click();
    await page.getByRole('checkbox', { name: 'Detector' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Detector' }).waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Detector' }).waitFor();
    await portal.accessible('the list of alerts');
  });

  it('opens an alert beside the list, and its page from there', async () => {
    const { page } = portal;
    await page.getByRole('link', { name: 'Seeded alert 129', exact: true }).click();
    const pane = page.getByRole('dialog', { name: 'Alert', exact: true });
    await pane.getByText('Credential access, Lateral movement').waitFor();
    await portal.accessible('the pane of an alert');
    await page.goBack();
    await pane.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Seeded alert 129', exact: true }).click();
    await pane.getByRole('button', { name: 'View full details' }).click();
    await portal.heading('Seeded alert 129');
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('Wazuh reported the alert.').waitFor();
    await portal.accessible('the page of an alert');
  });

  it('suppresses similar alerts from then on, and shows and deletes the rule', async () => {
    const { page, server } = portal;
    await page.getByRole('button', { name: 'Suppress similar alerts' }).click();
    const pane = page.getByRole('dialog', { name: 'Suppress similar alerts' });
    await pane.getByRole('textbox', { name: 'Rule name' }).fill('seeded-noise');
    await pane.getByRole('button', { name: 'Create' }).click();
    await portal.toast("Suppression rule 'seeded-noise' was created");
    const reply = await server.call('POST', '/ingest/v1/events', { body: alert(500) });
    assert.match(reply.text, /suppressedBy/);
    await portal.go('Security alerts');
    await page.getByRole('button', { name: 'Suppression rules' }).click();
    const rules = page.getByRole('dialog', { name: 'Suppression rules' });
    await rules.getByRole('cell', { name: 'Seeded.Alert' }).waitFor();
    await rules.getByRole('button', { name: 'Delete seeded-noise' }).click();
    await rules.getByText('No alerts are suppressed.').waitFor();
    await rules.getByRole('button', { name: 'Close' }).click();
  });

  it('shows a recommendation once with its resources, which are triggered for when they are ticked', async () => {
    const { page } = portal;
    await portal.go('Recommendations');
    const row = page.getByRole('row').filter({ hasText: 'Disks should be encrypted' });
    await row.getByText('2 unhealthy, 1 healthy, 0 not applicable').waitFor({ state: 'attached' });
    await portal.accessible('the list of recommendations');
    await portal.toggle('Environment', ['Azure']);
    await row.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Servers should be patched' }).waitFor();
    await portal.toggle('Environment', ['Azure']);
    await row.getByRole('link', { name: 'Disks should be encrypted' }).click();
    await portal.heading('Disks should be encrypted');
    await page.getByRole('tab', { name: 'Healthy resources (1)', exact: true }).click();
    await page.getByRole('link', { name: 'vm-3' }).waitFor();
    await page.getByRole('tab', { name: 'Unhealthy resources (2)' }).click();
    await page.getByRole('checkbox', { name: 'Select vm-1' }).click();
    await page.getByRole('button', { name: 'Trigger Logic App' }).click();
    const dialog = page.getByRole('dialog', { name: 'Trigger a logic app' });
    await dialog.getByText('this recommendation').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Exempt' }).click();
    await page.getByRole('dialog', { name: 'Exempt' }).getByText('takes 1 resource out').waitFor();
    await portal.accessible('the pane of an exemption');
    await portal.choose('Policy assignment', /^Allowed locations of the sample/);
    await page.getByRole('dialog', { name: 'Exempt' }).getByRole('textbox', { name: 'Reason' }).fill('Goes next month');
    await page.getByRole('dialog', { name: 'Exempt' }).getByRole('button', { name: 'Create' }).click();
    await portal.toast('1 resource exempted');
    const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm-1`;
    const exempted = await portal.server.call(
      'GET',
      `${machine}${policies}/policyExemptions?api-version=2022-07-01-preview`,
    );
    assert.match(exempted.text, /Goes next month/);
    await page.reload();
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('dialog', { name: 'Notifications' }).getByText('1 resource exempted').waitFor();
    await page.getByRole('dialog', { name: 'Notifications' }).getByRole('button', { name: 'Close' }).click();
    const steps = page.getByRole('region', { name: 'Summary' });
    await steps.getByRole('listitem').getByText('Open the disk').waitFor();
    assert.equal(await steps.getByRole('link', { name: 'here' }).count(), 0);
    assert.doesNotMatch((await steps.innerHTML()).toLowerCase(), /onclick|javascript|<script|alert\(/);
    await page.getByRole('tab', { name: 'Security findings' }).click();
    await page.getByText('There are no findings below this recommendation.').waitFor();
    await page.getByRole('tab', { name: 'Automations' }).click();
    await portal.choose('Resource', /^vm-1/);
    await page.waitForURL(/resource=.*vm-1/);
    await page.getByText("The automation takes no events of the source 'Assessments'.").waitFor();
    await portal.accessible('the automations of a recommendation');
    await page.getByRole('tab', { name: 'Graph of changes' }).click();
    await page
      .getByText('Resources whose state changed, last 30 days: 2 unhealthy, 1 healthy.')
      .waitFor({ state: 'attached' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await portal.accessible('a recommendation, dark');
    await page.emulateMedia({ colorScheme: 'light' });
    const attacked = {
      ...alert(900),
      SystemAlertId: 'attacked',
      AzureResourceId: `${group}/providers/Microsoft.Sql/servers/sql-1`,
    };
    assert.equal((await portal.server.call('POST', '/ingest/v1/events', { body: attacked })).status, 202);
    await portal.open(`/r${group}/providers/Microsoft.Security/locations/centralus/alerts/attacked?view=action`);
    await page.getByRole('link', { name: 'Servers should be patched' }).waitFor();
    portal.quiet();
  });
});
