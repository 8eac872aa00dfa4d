/**
 * The first walk-through of the feature's own text without a pointer: every step by Tab, arrows, Enter and typing.
 * Source: portal reference 4.1 (from blank), 11.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { PortalBrowser } from './portal-browser.ts';

describe('a logic app is created and told when to run, by keyboard alone', () => {
  const portal = new PortalBrowser([]);
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  const isFocused = (what: Locator): Promise<boolean> =>
    what.evaluate((element) => element === document.activeElement || element.contains(document.activeElement));

  /** Tab until it has the focus; fails where Tab never gets there. */
  const reach = async (what: Locator): Promise<void> => {
    await what.waitFor();
    for (let press = 0; press < 150; press += 1) {
      if (await isFocused(what)) return;
      await portal.page.keyboard.press('Tab');
    }
    assert.fail(`Tab never reached ${String(what)}`);
  };

  const choose = async (box: Locator, text: string): Promise<void> => {
    await reach(box);
    await portal.page.keyboard.press('ArrowDown');
    const option = portal.page.getByRole('option', { name: text }).first();
    await option.waitFor();
    for (let press = 0; press < 30; press += 1) {
      const active = await box.getAttribute('aria-activedescendant');
      if (active !== null && active === (await option.getAttribute('id'))) break;
      await portal.page.keyboard.press('ArrowDown');
    }
    await portal.page.keyboard.press('Enter');
  };

  it('from the list to an automation that starts it', async () => {
    const { page } = portal;
    const { keyboard } = page;
    const enter = async (what: Locator): Promise<void> => {
      await reach(what);
      await keyboard.press('Enter');
    };
    const type = async (what: Locator, text: string): Promise<void> => {
      await reach(what);
      await keyboard.type(text);
    };
    const focused = (what: Locator): Promise<void> => what.and(page.locator(':focus')).waitFor();
    await enter(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workflow automation' }));
    await portal.heading('Workflow automation');
    await enter(page.getByRole('button', { name: 'Add workflow automation' }).first());
    const pane = page.getByRole('dialog', { name: 'Add workflow automation' });
    await type(pane.getByRole('textbox', { name: 'Name', exact: true }), 'By-keyboard');
    await choose(pane.getByRole('combobox', { name: 'Resource group', exact: true }), 'rg-sample');
    await type(pane.getByRole('textbox', { name: 'Alert name contains' }), 'SQL');
    await enter(pane.getByRole('link', { name: 'Create a new one' }));

    await portal.heading('Create a logic app');
    await type(page.getByRole('textbox', { name: 'Logic App name' }), 'Mail-by-keyboard');
    await choose(page.getByRole('combobox', { name: 'Resource group', exact: true }), 'rg-sample');
    await enter(page.getByRole('button', { name: 'Create', exact: true }));
    await portal.toast("Logic app 'Mail-by-keyboard' was created");
    await enter(page.getByRole('button', { name: 'Blank Logic App' }));

    const search = async (box: string, text: string): Promise<void> => {
      await focused(page.getByRole('searchbox', { name: box }));
      await keyboard.type(text);
      await keyboard.press('Enter');
    };
    // A blank logic app asks for its trigger by itself.
    await search('Search for a trigger', 'security center alert');
    const card = (title: string): Locator => page.getByRole('button', { name: new RegExp(`^${title}, `) });
    await focused(card('When an Azure Security Center Alert is created or triggered'));
    await keyboard.press('+');
    await focused(page.getByRole('menuitem', { name: 'Add an action' }));
    await keyboard.press('Enter');
    await search('Search for an action', 'send an email v2');
    await enter(
      page.getByRole('dialog', { name: 'Create connection' }).getByRole('button', { name: /^Create new|^Use this/ }),
    );
    await focused(card(String.raw`Send an email \(V2\)`));
    await keyboard.press('Enter');
    await type(page.getByRole('textbox', { name: 'To', exact: true }), 'team@contoso.example');
    await type(page.getByRole('textbox', { name: 'Subject', exact: true }), 'Alert: /');
    await focused(page.getByRole('menuitem', { name: 'Insert dynamic content' }));
    await keyboard.press('Enter');
    await focused(page.getByRole('searchbox', { name: 'Search dynamic content' }));
    await keyboard.type('Alert Display Name');
    await keyboard.press('Enter');
    await type(page.getByRole('textbox', { name: 'Body', exact: true }), 'Look at it.');
    await keyboard.press('Control+s');
    await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();

    await enter(page.getByRole('link', { name: 'Return to Add workflow automation' }));
    await pane.waitFor();
    await enter(pane.getByRole('button', { name: /^Refresh/ }));
    await choose(pane.getByRole('combobox', { name: 'Logic App name', exact: true }), 'Mail-by-keyboard');
    await enter(pane.getByRole('button', { name: 'Create' }));
    await portal.toast("Workflow automation 'By-keyboard' was created");
    portal.quiet();
  });
});
