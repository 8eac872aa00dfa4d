/** Steps of a drawing are dragged, marked and grouped; panels are pinned and resized; what is about the whole workflow has its panes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/drawing';
const appOf = (name: string): string => `${group}/providers/Microsoft.Logic/workflows/${name}`;
const schema =
  'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';
const definition = {
  $schema: schema,
  contentVersion: '1.0.0.0',
  parameters: {},
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
  actions: {
    First: { type: 'Compose', inputs: 'a', runAfter: {} },
    Second: { type: 'Compose', inputs: 'b', runAfter: { First: ['Succeeded'] } },
    Third: { type: 'Compose', inputs: 'c', runAfter: { Second: ['Succeeded'] } },
    Sort: {
      type: 'Switch',
      expression: '@triggerBody()',
      cases: { One: { case: 1, actions: {} } },
      default: { actions: {} },
      runAfter: { Third: ['Succeeded'] },
    },
    Each: {
      type: 'Foreach',
      foreach: '@createArray(1,2)',
      actions: { Inner: { type: 'Compose', inputs: "@items('Each')" } },
      runAfter: { Sort: ['Succeeded'] },
    },
  },
};

describe('a drawing', () => {
  const portal = new PortalBrowser();
  const arm = async (method: string, path: string, body?: object): Promise<string> => {
    const answer = await fetch(`${portal.server.url}${path}?api-version=2019-05-01`, {
      method,
      headers: { authorization: `Bearer ${portal.server.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    return text;
  };
  const designer = async (name: string): Promise<void> => {
    await arm('PUT', appOf(name), { location: 'westeurope', properties: { definition } });
    await portal.open(`/r${appOf(name)}?view=designer`);
    await card('First').waitFor();
  };
  const card = (title: string) => portal.page.getByRole('button', { name: new RegExp(`^${title}, `) });
  const middleOf = async (locator: ReturnType<typeof card>): Promise<readonly [number, number]> => {
    const box = await locator.boundingBox();
    assert.ok(box !== null);
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const drag = async (from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
    const { mouse } = portal.page;
    await mouse.move(from[0], from[1]);
    await mouse.down();
    await mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 });
    await mouse.move(to[0], to[1], { steps: 4 });
  };

  before(async () => {
    await portal.start();
    await arm('PUT', group, { location: 'westeurope' });
    await portal.signIn();
  });
  after(() => portal.stop());

  it('opens the menu of a place although the pointer moves by a pixel, right after something was typed', async () => {
    const { page } = portal;
    await designer('pressed');
    await card('First').click();
    await page.getByRole('textbox', { name: 'Inputs' }).fill('@{triggerBody()}');
    const [x, y] = await middleOf(page.getByRole('button', { name: 'Insert a new step after Second' }));
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 1, y + 1);
    await page.mouse.up();
    await page.getByRole('menuitem', { name: 'Add an action' }).waitFor();
    await page.keyboard.press('Escape');
    portal.quiet();
  });

  it('lets a card be dragged to another place, and Escape leave it where it was', async () => {
    const { page } = portal;
    await designer('dragged');
    const to = await middleOf(page.getByRole('button', { name: 'Insert a new step after Third' }));
    await drag(await middleOf(card('Second')), to);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    await drag(await middleOf(card('Second')), to);
    await page.getByRole('status').getByText('Second can be dropped here').waitFor();
    await page.mouse.up();
    await page.getByRole('button', { name: 'Undo: move Second' }).waitFor();
    await page.getByRole('button', { name: /^Second, .*step 3 of 5/ }).waitFor();
    portal.quiet();
  });

  it('asks before a step is dropped outside the loop whose item it reads', async () => {
    const { page } = portal;
    await designer('lost');
    await card('Inner').scrollIntoViewIfNeeded();
    await card('Inner').focus();
    await page.keyboard.press('ArrowUp');
    await page.locator('[data-path="/actions/Each"]:focus').waitFor();
    await drag(
      await middleOf(card('Inner')),
      await middleOf(page.getByRole('button', { name: 'Insert a new step after Sort' })),
    );
    await page.mouse.up();
    const question = page.getByRole('dialog', { name: 'Move it out of its loop?' });
    await question.getByText('Each').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    portal.quiet();
  });

  it('marks steps by a rectangle, and puts them into one scope', async () => {
    const { page } = portal;
    await designer('marked');
    const first = await card('First').boundingBox();
    const third = await card('Third').boundingBox();
    assert.ok(first !== null && third !== null);
    await page.keyboard.down('Shift');
    await drag([first.x - 40, first.y - 6], [third.x + third.width + 40, third.y + third.height + 6]);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await card('Second').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Group 3 actions into scope' }).click();
    await page.getByRole('button', { name: /^Second, .*step 2 of 3 in Scope/ }).waitFor();
    await page.getByRole('button', { name: 'Undo: group 3 steps' }).click();
    await page.getByRole('button', { name: /^Second, .*step 2 of 5$/ }).waitFor();
    portal.quiet();
  });

  it('adds a case to a Switch, and folds it for the next time as well', async () => {
    const { page } = portal;
    await designer('cases');
    await page.getByRole('button', { name: 'Add case to Sort' }).click();
    await page.getByTitle('Case: value 2').waitFor();
    await page.getByRole('button', { name: /^Undo: add case/ }).waitFor();
    await page.locator('[data-path="/actions/Sort"]:focus').waitFor();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Collapse' }).click();
    await page.getByRole('button', { name: 'Expand Sort' }).waitFor();
    page.once('dialog', (asked) => void asked.accept());
    await page.reload();
    await page.getByRole('button', { name: 'Expand Sort' }).click();
    await page.getByTitle('Case: 1').waitFor();
    portal.quiet();
  });

  it('keeps a pinned panel beside the chosen one, and is as wide as one makes it', async () => {
    const { page } = portal;
    await designer('pinned');
    await card('First').click();
    await page.getByRole('button', { name: 'Pin action' }).click();
    await card('Second').click();
    await page.getByRole('region', { name: 'First' }).getByRole('textbox', { name: 'Inputs' }).waitFor();
    await page.getByRole('region', { name: 'Second' }).getByRole('textbox', { name: 'Inputs' }).waitFor();
    await page.getByRole('button', { name: 'Unpin action' }).click();
    await page.getByRole('region', { name: 'First' }).waitFor({ state: 'detached' });
    const line = page.getByRole('separator', { name: 'Width of the panel' });
    const width = Number(await line.getAttribute('aria-valuenow'));
    await line.focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(Number(await line.getAttribute('aria-valuenow')), width + 20);
    await page.keyboard.press('End');
    assert.equal(await line.getAttribute('aria-valuenow'), '360');
    await portal.accessible('the designer with a narrow panel');
    portal.quiet();
  });

  it('declares a parameter, saves, and runs with a payload', async () => {
    const { page } = portal;
    await designer('whole');
    await page.getByRole('button', { name: 'Parameters' }).click();
    const pane = page.getByRole('dialog', { name: 'Parameters' });
    await pane.getByRole('textbox', { name: 'Name of the new parameter' }).fill('to');
    await pane.getByRole('button', { name: 'Add parameter' }).click();
    await pane.getByRole('textbox', { name: 'Default value' }).fill('soc@example.org');
    await portal.accessible('the parameters');
    await pane.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('dialog', { name: 'Review changes' }).getByText('soc@example.org').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Run with payload' }).click();
    const asked = page.getByRole('dialog', { name: 'Run with payload' });
    await asked.getByRole('textbox', { name: 'Body' }).fill('1');
    await asked.getByRole('button', { name: 'Run' }).click();
    await portal.toast("The trigger of 'whole' was run");
    await page.getByRole('link', { name: 'View run' }).first().click();
    await page.getByRole('button', { name: /^Sort, .*Succeeded/ }).waitFor();
    const stored = JSON.parse(await arm('GET', appOf('whole'))) as {
      readonly properties: { readonly definition: { readonly parameters: object } };
    };
    assert.deepEqual(stored.properties.definition.parameters, {
      to: { type: 'String', defaultValue: 'soc@example.org' },
    });
    portal.quiet();
  });
});
