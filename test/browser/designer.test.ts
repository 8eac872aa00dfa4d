/** The designer draws a definition and a run over it; cards say what they are, by keyboard too. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/drawn';
const app = `${group}/providers/Microsoft.Logic/workflows/drawn-app`;
const large = `${group}/providers/Microsoft.Logic/workflows/large-app`;

const definition = {
  $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
  contentVersion: '1.0.0.0',
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
  actions: {
    After_failure: { type: 'Compose', inputs: 'late', runAfter: { Each: ['Failed'] } },
    Check: {
      type: 'If',
      expression: { and: [{ equals: [1, 1] }] },
      actions: { Say_yes: { type: 'Compose', inputs: 'yes', description: 'What is said' } },
      else: { actions: { Say_no: { type: 'Compose', inputs: 'no' } } },
      runAfter: { First: ['Succeeded'] },
    },
    Each: {
      type: 'Foreach',
      foreach: [1, 0, 2],
      actions: { Divide: { type: 'Compose', inputs: '@div(4, item())' } },
      runAfter: { Check: ['Succeeded'] },
    },
    First: { type: 'Compose', inputs: 1.5, runAfter: {} },
  },
};

/** A chain of 300 steps in scopes, nine levels deep. */
function largeDefinition(): object {
  let count = 0;
  const body = (depth: number): object => {
    const chain: Record<string, object> = {};
    let last: string | undefined;
    for (let index = 0; index < 34; index++) {
      const name = `S${++count}`;
      const runAfter = last === undefined ? {} : { [last]: ['Succeeded'] };
      const isScope = index === 2 && depth < 9;
      chain[name] = isScope
        ? { type: 'Scope', runAfter, actions: body(depth + 1) }
        : { type: 'Compose', inputs: 1, runAfter };
      last = name;
    }
    return chain;
  };
  return { ...definition, actions: body(1) };
}

for (const scheme of ['light', 'dark'] as const) {
  describe(`the designer in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    const arm = async (method: string, path: string, body?: object): Promise<Response> => {
      const answer = await fetch(`${portal.server.url}${path}?api-version=2019-05-01`, {
        method,
        headers: { authorization: `Bearer ${portal.server.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.ok(answer.ok, await answer.clone().text());
      return answer;
    };
    before(async () => {
      await portal.start(scheme);
      await arm('PUT', group, { location: 'westeurope' });
      await arm('PUT', app, { location: 'westeurope', properties: { definition } });
      await arm('PUT', large, { location: 'westeurope', properties: { definition: largeDefinition() } });
      await portal.signIn();
    });
    after(() => portal.stop());

    it('draws every step with its kind and place, and the text of the one that is chosen', async () => {
      const { page } = portal;
      await portal.open(`/r${app}?view=designer`);
      await page.getByRole('button', { name: 'First, Data Operations, step 1 of 4', exact: true }).waitFor();
      await page.getByRole('button', { name: 'Say no, Data Operations, step 1 of 1 in Check, False' }).waitFor();
      await page.getByRole('button', { name: /^After failure, .*, runs if failed of Each$/ }).waitFor();
      await page.getByRole('button', { name: /^Say yes, / }).click();
      const panel = page.getByRole('region', { name: 'Say yes' });
      assert.equal(await panel.getByRole('textbox', { name: 'Inputs' }).inputValue(), 'yes');
      await panel.getByRole('tab', { name: 'About' }).click();
      assert.equal(await panel.getByRole('textbox', { name: 'Description' }).inputValue(), 'What is said');
      const [canvas, card] = await Promise.all([
        page.getByRole('group', { name: 'Workflow' }).boundingBox(),
        page.getByRole('button', { name: /^First, / }).boundingBox(),
      ]);
      assert.ok(canvas !== null && card !== null);
      const offset = card.x + card.width / 2 - (canvas.x + canvas.width / 2);
      assert.ok(Math.abs(offset) < 4, `the picture is ${offset} pixels off the middle of the canvas`);
      assert.equal(await page.locator('.views-list [aria-current="page"]').count(), 1);
      await portal.accessible('the designer');
      await save(portal, `designer-${scheme}`);
      portal.quiet();
    });

    it('moves from step to step by arrow keys, and folds a container', async () => {
      const { page } = portal;
      await portal.open(`/r${app}?view=designer`);
      await page.getByRole('button', { name: /^First, / }).focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('[data-path="/actions/Check"]:focus').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.locator('[data-path="/actions/Check/actions/Say_yes"]:focus').waitFor();
      await page.getByRole('button', { name: 'Collapse Check' }).click();
      await page.getByRole('button', { name: /^Say yes, / }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Expand Check' }).click();
      await page.getByRole('button', { name: /^Say yes, / }).waitFor();
      portal.quiet();
    });

    it('draws 306 steps and keeps only those in view in the document', async () => {
      const { page } = portal;
      await portal.open(`/r${large}?view=designer`);
      await page.getByRole('button', { name: /^S1, / }).waitFor();
      await page.getByRole('button', { name: 'Expand all' }).click();
      await page.getByRole('button', { name: 'Expand all' }).waitFor({ state: 'detached' });
      assert.ok((await page.locator('.react-flow__node').count()) < 60);
      await page.getByRole('button', { name: 'Fit to screen' }).click();
      await page
        .getByRole('button', { name: /^S306, / })
        .or(page.getByRole('button', { name: /^S34, / }))
        .first()
        .waitFor();
      await save(portal, `designer-large-${scheme}`);
      portal.quiet();
    });

    it('draws a run with what became of each step, in the iteration that is chosen', async () => {
      const { page } = portal;
      await arm('POST', `${app}/triggers/manual/run`, {});
      let run = '';
      while (run === '') {
        const { value } = (await (await arm('GET', `${app}/runs`)).json()) as {
          readonly value: readonly { readonly id: string; readonly properties: { readonly status: string } }[];
        };
        if (value[0] !== undefined && value[0].properties.status !== 'Running') run = value[0].id;
      }
      await portal.open(`/r${run}`);
      await page.getByRole('button', { name: /^First, Data Operations, Succeeded, .*, step 1 of 4$/ }).waitFor();
      await page
        .getByRole('button', { name: /^Say no, Data Operations, Skipped, step 1 of 1 in Check, False$/ })
        .waitFor();
      await page.getByRole('button', { name: /^Divide, Data Operations, Failed, / }).waitFor();
      assert.equal(await page.getByRole('spinbutton', { name: 'Iteration' }).inputValue(), '2');
      await page.getByRole('button', { name: 'Next iteration', exact: true }).click();
      await page.getByRole('button', { name: /^Divide, Data Operations, Succeeded, / }).waitFor();
      await portal.accessible('the drawn run');
      await save(portal, `run-graph-${scheme}`);
      await page.getByRole('tab', { name: 'Timeline' }).click();
      await page.getByRole('button', { name: /^Each Failed .*3 iterations/ }).click();
      await page.getByRole('region', { name: 'Each' }).waitFor();
      await portal.accessible('the timeline');
      await save(portal, `run-timeline-${scheme}`);
      await page.getByRole('button', { name: /^First Succeeded/ }).click();
      await page.getByRole('button', { name: 'Submit from this action' }).click();
      await portal.toast("A run goes on from 'First'");
      await page.getByRole('button', { name: 'Compare' }).click();
      const question = page.getByRole('dialog', { name: 'Compare with another run' });
      await question.getByRole('radio').first().waitFor();
      await question.getByRole('button', { name: 'Compare' }).click();
      await page.getByText('Compared with').waitFor();
      await page.getByRole('button', { name: 'Stop comparing' }).click();
      await page.getByText('Compared with').waitFor({ state: 'detached' });
      portal.quiet();
    });
  });
}

/** Pictures to look at, where `TOCSIN_PICTURES` names a folder. */
async function save(portal: PortalBrowser, name: string): Promise<void> {
  const folder = process.env['TOCSIN_PICTURES'];
  if (folder !== undefined) await portal.page.screenshot({ path: `${folder}/${name}.png` });
}
