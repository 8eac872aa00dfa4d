/** The gallery: templates found, looked at and deployed, and what came of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

describe('the gallery of templates', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  const pane = () => portal.page.getByRole('dialog', { name: 'Mail on an alert' });

  it('is narrowed by words and category', async () => {
    const { page } = portal;
    await portal.go('Templates');
    await portal.heading('Templates');
    await page.getByRole('button', { name: 'Use this template: Mail on an alert' }).waitFor();
    await page.getByRole('searchbox', { name: 'Search templates' }).fill('slack');
    await page.getByRole('button', { name: 'Use this template: Mail on an alert' }).waitFor({ state: 'detached' });
    await page.getByRole('searchbox', { name: 'Search templates' }).fill('no template has this');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Use this template: Mail on an alert' }).waitFor();
    portal.quiet();
  });

  it('draws what a template does, and says what it needs', async () => {
    const { page } = portal;
    await page.getByRole('button', { name: 'Use this template: Mail on an alert' }).click();
    await pane()
      .getByRole('button', { name: /^Send mail/ })
      .first()
      .waitFor();
    await pane().getByText('Office 365 Outlook').first().waitFor();
    await portal.accessible('the basics of a template');
    await pane().getByRole('tab', { name: 'Connections' }).click();
    assert.equal(await pane().getByRole('switch', { name: 'Sandbox' }).isChecked(), true);
    await portal.accessible('the connections of a template');
    portal.quiet();
  });

  it('says what is missing, at its tab and at its field', async () => {
    await pane().getByRole('button', { name: 'Review + create' }).click();
    await pane().getByRole('button', { name: 'Create', exact: true }).click();
    await pane().getByText("'recipients' is required.").waitFor();
    await pane().getByRole('tab', { name: 'Parameters has errors' }).click();
    await pane().getByRole('textbox', { name: 'recipients' }).fill('soc@contoso.example');
    await pane().getByRole('tab', { name: 'Parameters', exact: true }).waitFor();
    await portal.accessible('the parameters of a template');
    portal.quiet();
  });

  it('deploys, shows each resource as it comes, and leads to the logic app', async () => {
    const { page } = portal;
    await pane().getByRole('tab', { name: 'Basics' }).click();
    await pane().getByRole('combobox', { name: 'Resource group' }).click();
    await page.getByRole('option', { name: 'rg-sample' }).click();
    await pane().getByRole('button', { name: 'Review + create' }).click();
    await pane().getByText('soc@contoso.example').waitFor();
    await pane().getByRole('button', { name: 'Create', exact: true }).click();
    await pane().getByRole('heading', { name: 'What to do next' }).waitFor();
    const resources = pane().getByRole('list', { name: 'Resources' }).getByRole('listitem');
    assert.ok((await resources.count()) >= 3);
    await portal.accessible('a deployment that has ended');
    const { body } = await portal.server.call(
      'GET',
      '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample/providers/Microsoft.Web/connections?api-version=2016-06-01',
    );
    assert.match(JSON.stringify(body), /office365-Mail-on-alert/);
    await pane().getByRole('link', { name: 'Open Mail-on-alert' }).click();
    await portal.heading('Mail-on-alert');
    portal.quiet();
  });

  it('takes a template that somebody brings, with its parameters, and deploys it as it is', async () => {
    const { page } = portal;
    await portal.go('Logic apps');
    await page.getByRole('button', { name: 'Import template' }).click();
    const pane = page.getByRole('dialog', { name: 'Import template' });
    await pane.getByRole('textbox', { name: 'Template' }).fill('{"triggers":{}}');
    await pane.getByRole('button', { name: 'Next' }).click();
    await pane.getByText('This is the definition of a logic app, not a template').waitFor();
    await portal.accessible('a template that is none');
    const definition = {
      ...blank,
      actions: { Answer: { type: 'Compose', inputs: "@parameters('text')", runAfter: {} } },
    };
    const workflow = {
      type: 'Microsoft.Logic/workflows',
      apiVersion: '2019-05-01',
      name: "[parameters('AppName')]",
      location: '[resourceGroup().location]',
      properties: { definition, parameters: { text: { value: "[parameters('Text')]" } } },
    };
    const template = {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      parameters: { AppName: { type: 'string', defaultValue: 'Brought' }, Text: { type: 'string' } },
      resources: [workflow],
    };
    const buffer = Buffer.from(JSON.stringify(template, undefined, 2));
    await pane
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'brought.json', mimeType: 'application/json', buffer });
    await pane.getByRole('button', { name: 'Next' }).click();
    const wizard = page.getByRole('dialog', { name: 'brought' });
    await wizard.getByRole('combobox', { name: 'Resource group' }).click();
    await page.getByRole('option', { name: 'rg-sample' }).click();
    await wizard.getByRole('tab', { name: 'Parameters' }).click();
    await wizard.getByRole('textbox', { name: 'Text' }).fill('hello');
    await wizard.getByRole('button', { name: 'Review + create' }).click();
    await wizard.getByRole('button', { name: 'Create', exact: true }).click();
    await wizard.getByRole('link', { name: 'Open Brought' }).click();
    await portal.heading('Brought');
    portal.quiet();
  });
});

const blank = {
  $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
  contentVersion: '1.0.0.0',
  parameters: { text: { type: 'String' } },
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
  actions: {},
  outputs: {},
};
