/** A run is looked at: loops of many iterations, reasons, root causes, the runs beside it; and the pages of its logic app. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/viewed';
const app = `${group}/providers/Microsoft.Logic/workflows/viewed-app`;
const schema =
  'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';
const definition = {
  $schema: schema,
  contentVersion: '1.0.0.0',
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
  actions: {
    Around: {
      type: 'Scope',
      actions: {
        Each: {
          type: 'Foreach',
          foreach: '@range(0, 400)',
          actions: { Divide: { type: 'Compose', inputs: '@div(4, mod(item(), 4))' } },
        },
      },
      runAfter: {},
    },
    Only_then: { type: 'Compose', inputs: 1, runAfter: { Around: ['Succeeded'] } },
    Secret: {
      type: 'Compose',
      inputs: 'hush',
      runAfter: { Around: ['Failed'] },
      runtimeConfiguration: { secureData: { properties: ['inputs', 'outputs'] } },
    },
  },
};

const started = {
  Entities: [
    { Type: 'ip', Address: '203.0.113.7' },
    { Type: 'ip', Address: '203.0.113.8' },
  ],
  HTML: '<p>It <b>rings</b>.</p>',
  Count: '#',
};

for (const scheme of ['light', 'dark'] as const) {
  describe(`a run and its logic app in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    const arm = async (method: string, path: string, body?: object): Promise<Response> => {
      const answer = await fetch(`${portal.server.url}${path}?api-version=2019-05-01`, {
        method,
        headers: { authorization: `Bearer ${portal.server.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body).replace('"#"', '9007199254740993') }),
      });
      assert.ok(answer.ok, await answer.clone().text());
      return answer;
    };
    const finished = (): Promise<string> =>
      portal.server.eventually(async () => {
        const { value } = (await (await arm('GET', `${app}/runs`)).json()) as {
          readonly value: readonly { readonly id: string; readonly properties: { readonly status: string } }[];
        };
        return value.find(({ properties }) => properties.status === 'Failed')?.id;
      }, 'a run that ended');
    before(async () => {
      await portal.start(scheme);
      await arm('PUT', group, { location: 'westeurope' });
      const earlier = { ...definition, actions: { Around: definition.actions.Around } };
      await arm('PUT', app, { location: 'westeurope', properties: { definition: earlier } });
      await arm('PUT', app, { location: 'westeurope', properties: { definition } });
      await arm('POST', `${app}/triggers/manual/run`, started);
      await portal.signIn();
    });
    after(() => portal.stop());

    it('goes from one failed iteration to the next, beyond those that came with the run', async () => {
      const { page } = portal;
      const run = await finished();
      await portal.open(`/r${run}?action=Divide&rep=Each:196`);
      const spin = page.getByRole('spinbutton', { name: 'Iteration' });
      await spin.waitFor();
      assert.equal(await spin.inputValue(), '197');
      // The run brought the first fifty of a hundred: up to the 197th.
      await page.getByRole('button', { name: 'Next failed iteration (100)' }).click();
      await page.waitForFunction(() => location.search.includes('200'));
      assert.equal(await spin.inputValue(), '201');
      await page.getByRole('button', { name: 'Previous failed iteration' }).click();
      await page.waitForFunction(() => location.search.includes('196'));
      await page.getByRole('button', { name: 'Last iteration' }).click();
      await page.getByRole('button', { name: /^Divide, .*Succeeded/ }).waitFor();
      await portal.accessible('a run with a loop');
      portal.quiet();
    });

    it('lists all iterations, or the failed ones, and leads to each', async () => {
      const { page } = portal;
      await page.getByRole('button', { name: 'Show all iterations' }).click();
      const pane = page.getByRole('dialog', { name: 'Iterations of Each' });
      await pane.getByRole('grid', { name: 'Iterations' }).waitFor();
      await pane.getByRole('switch', { name: 'Failed only' }).click();
      await pane.getByRole('button', { name: '5', exact: true }).waitFor();
      await pane.getByRole('button', { name: '2', exact: true }).waitFor({ state: 'detached' });
      await portal.accessible('the iterations');
      await pane.getByRole('button', { name: '5', exact: true }).click();
      assert.equal(await page.getByRole('spinbutton', { name: 'Iteration' }).inputValue(), '5');
      portal.quiet();
    });

    it('says why a step was skipped, where a failure came from, and hides what is secured', async () => {
      const { page } = portal;
      const run = await finished();
      await portal.open(`/r${run}?action=Only_then`);
      await page.getByText("Skipped because 'Around' was not Succeeded (it was Failed).").waitFor();
      await page.getByRole('button', { name: /^Around, / }).click();
      await page.getByText('Root cause:').waitFor();
      await page.getByRole('region', { name: 'Around' }).getByRole('button', { name: 'Divide' }).click();
      await page.getByRole('region', { name: 'Divide' }).waitFor();
      await page.getByRole('button', { name: 'Collapse Around' }).click();
      await page.getByRole('button', { name: /^Around, .*Failed inside/ }).waitFor();
      await page.getByRole('button', { name: /^Secret, .*Secure data/ }).click();
      await page.getByText('Content not shown due to security configuration.').waitFor();
      await page.getByRole('navigation', { name: 'Runs' }).getByRole('link').first().waitFor();
      await page.getByRole('button', { name: 'Hide the runs' }).click();
      await page.getByRole('button', { name: 'Show the runs' }).click();
      portal.quiet();
    });

    it('tells what happened event by event, and leads from an event to its step in its iteration', async () => {
      const { page } = portal;
      const run = await finished();
      await portal.open(`/r${run}?view=events`);
      const grid = page.getByRole('grid', { name: 'Events' });
      await grid.getByText('Run started').first().waitFor();
      await portal.accessible('the events of a run');
      await grid.getByRole('button', { name: 'Divide (iteration 5)' }).first().click();
      await page.getByRole('region', { name: 'Divide', exact: true }).waitFor();
      assert.equal(await page.getByRole('spinbutton', { name: 'Iteration' }).inputValue(), '5');
      portal.quiet();
    });

    it('shows what went in and out to be read, raw and as a file', async () => {
      const { page } = portal;
      const run = await finished();
      await portal.open(`/r${run}?view=trigger`);
      const outputs = page.getByRole('region', { name: 'Trigger outputs' });
      await outputs.getByText('203.0.113.7').waitFor();
      await outputs.getByRole('columnheader', { name: 'Address' }).waitFor();
      await page.getByTitle('HTML as HTML').waitFor();
      await portal.accessible('the trigger of a run');
      await page.getByRole('switch', { name: 'Show raw trigger outputs' }).click();
      await outputs.getByText('9007199254740993').waitFor();
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).last().click();
      assert.match((await saving).suggestedFilename(), /trigger-outputs\.json$/);
      portal.quiet();
    });

    it('lends its values to the expression editor, those of the chosen iteration', async () => {
      const { page } = portal;
      const run = await finished();
      await portal.open(`/r${run}?action=Divide&rep=Each:2`);
      await page.getByRole('link', { name: 'Use as sample data' }).click();
      await page.getByText('Sample data are the values of').waitFor();
      await page.getByRole('region', { name: 'Divide' }).getByRole('button', { name: 'Expression for Inputs' }).click();
      const dialog = page.getByRole('dialog', { name: 'Expression' });
      await page.locator('.expression-editor .monaco-editor.focused').waitFor();
      await page.keyboard.type("add(outputs('Divide'), items('Each'))");
      await dialog.getByRole('region', { name: 'Result' }).getByText('4', { exact: true }).waitFor();
      portal.quiet();
    });

    it('shows the logic app as a resource, with its identity and as a template', async () => {
      const { page } = portal;
      await portal.open(`/r${app}`);
      await page.getByRole('grid', { name: 'Runs history' }).waitFor();
      await page.getByRole('grid', { name: 'Trigger history' }).getByText('Fired', { exact: true }).first().waitFor();
      await portal.choose('Time range', 'Last 24 hours');
      await page.getByRole('grid', { name: 'Runs history' }).waitFor();
      await page.getByRole('searchbox', { name: 'Search by run identifier' }).fill('nothing');
      await page.keyboard.press('Enter');
      await page.getByText('There is no run of that identifier.').waitFor();
      portal.expected(/404/);
      await portal.accessible('the overview of a logic app');
      await page.getByRole('link', { name: 'Identity' }).click();
      await page.getByRole('switch', { name: 'System assigned identity' }).click();
      await portal.toast("The identity of 'viewed-app' was turned on");
      await page.getByText('It has no role').waitFor();
      await portal.accessible('the identity');
      await page.getByRole('link', { name: 'Properties' }).click();
      await page.getByRole('region', { name: 'Properties' }).getByText(app).waitFor();
      await page.getByRole('link', { name: 'Export template' }).click();
      await page.getByRole('region', { name: 'The template' }).getByText('Microsoft.Logic/workflows').first().waitFor();
      await page.getByRole('link', { name: 'Versions' }).click();
      await page
        .getByRole('button', { name: /^Open .* in designer$/ })
        .first()
        .waitFor();
      await page
        .getByRole('button', { name: /^Open .* in designer$/ })
        .first()
        .click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Around, / })
        .waitFor();
      portal.quiet();
    });
  });
}
