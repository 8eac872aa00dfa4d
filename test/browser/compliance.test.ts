/** Regulatory compliance in the portal: from a standard to the resources that fail it, and to an automation for it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const recommendation = 'a1111111-0000-4000-8000-000000000001';

function controlAssessment(standard: string, control: string, name: string, state: string) {
  const above = `${subscription}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${control}`;
  return {
    id: `${above}/regulatoryComplianceAssessments/${name}`,
    name,
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
    properties: {
      description: `Rule ${name.slice(0, 4)} holds`,
      state,
      passedResources: 2,
      failedResources: state === 'Failed' ? 1 : 0,
      skippedResources: 0,
    },
  };
}

const machine = `${subscription}/resourceGroups/rg-sample/providers/Microsoft.Compute/virtualMachines/vm-7`;
const events = [
  controlAssessment('PCI-DSS-4', '1.10', recommendation, 'Failed'),
  controlAssessment('PCI-DSS-4', '1.2', 'b222', 'Passed'),
  controlAssessment('PCI-DSS-4', '1.2', 'c333', 'Skipped'),
  controlAssessment('ISO-27001', 'A.5', 'd444', 'Passed'),
  {
    id: `${machine}/providers/Microsoft.Security/assessments/${recommendation}`,
    name: recommendation,
    type: 'Microsoft.Security/assessments',
    properties: {
      resourceDetails: { source: 'Azure', id: machine },
      displayName: 'Disks are encrypted',
      status: { code: 'Unhealthy' },
      additionalData: {},
    },
  },
];

for (const scheme of ['light', 'dark'] as const) {
  describe(`regulatory compliance in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    it('says what it is as long as nothing was assessed', async () => {
      await portal.go('Regulatory compliance');
      await portal.heading('Regulatory compliance');
      await portal.page.getByText('No standard has been assessed yet.').waitFor();
      await portal.accessible('no standards');
      portal.quiet();
    });

    it('leads from a standard over a failed control to the resources that fail it', async () => {
      const { page } = portal;
      const sent = await portal.server.call('POST', '/ingest/v1/events', { body: events });
      assert.equal(sent.status, 202, sent.text);
      await page.getByRole('button', { name: 'Refresh' }).click();
      const card = page.getByRole('region', { name: 'PCI-DSS-4' });
      await card.getByText('1 of 2 passed controls').waitFor();
      await portal.accessible('standards');
      await card.getByRole('link', { name: 'PCI-DSS-4' }).click();
      await portal.heading('PCI-DSS-4');
      const tree = page.getByRole('tree', { name: 'Controls' });
      await tree.getByRole('treeitem').first().waitFor();
      const names = await tree.getByRole('treeitem').allInnerTexts();
      assert.deepEqual(
        names.map((text) => text.split('\n').filter((part) => part !== '')),
        [
          ['1.2', 'Passed'],
          ['1.10', 'Failed'],
        ],
      );
      await tree.getByRole('treeitem', { name: /^1\.10/ }).click();
      await tree.getByRole('treeitem', { name: /^Rule a111 holds/ }).click();
      const grid = page.getByRole('grid', { name: 'Affected resources' });
      await grid.getByRole('link', { name: 'vm-7' }).waitFor();
      await grid.getByText('Unhealthy').waitFor();
      await portal.accessible('a standard');
      assert.equal(await page.getByRole('button', { name: 'Trigger Logic App' }).count(), 0);

      await page.reload();
      await grid.getByRole('link', { name: 'vm-7' }).waitFor();
      portal.quiet();
    });

    it('narrows the tree to states and words, and says when nothing is left', async () => {
      const { page } = portal;
      await portal.open('/compliance/PCI-DSS-4?state=Failed');
      const tree = page.getByRole('tree', { name: 'Controls' });
      await tree.getByText('1.10').waitFor();
      assert.equal(await tree.getByText('1.2', { exact: true }).count(), 0);
      await page.getByRole('searchbox', { name: 'Search controls and assessments' }).fill('nothing like this');
      await page.getByText('No controls match the filters').waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await tree.getByText('1.2', { exact: true }).waitFor();
      portal.quiet();
    });

    it('begins an automation for the standard', async () => {
      const { page } = portal;
      await portal.open('/compliance');
      const card = page.getByRole('region', { name: 'ISO-27001' });
      await card.getByRole('link', { name: 'Add workflow automation' }).click();
      const pane = page.getByRole('dialog', { name: 'Add workflow automation' });
      await pane.waitFor();
      assert.ok(await pane.getByRole('radio', { name: 'Regulatory compliance standards' }).isChecked());
      const chosen = pane.getByRole('combobox', { name: 'Compliance standard' });
      await chosen.getByText('ISO-27001').waitFor();
      portal.quiet();
    });
  });
}
