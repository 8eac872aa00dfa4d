/** A logic app is built and changed in the designer as people do it: by mouse, by keyboard, one beside another. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { corpusDefinitions, corpusMissing } from '../portal/corpus-definitions.ts';
import { PortalBrowser } from './portal-browser.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/built';
const appOf = (name: string): string => `${group}/providers/Microsoft.Logic/workflows/${name}`;
const schema =
  'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';
const blank = { $schema: schema, contentVersion: '1.0.0.0', parameters: {}, triggers: {}, actions: {}, outputs: {} };

const chain = {
  ...blank,
  triggers: { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
  actions: {
    First: { type: 'Compose', inputs: 1.5, runAfter: {} },
    Second: { type: 'Compose', inputs: "@{outputs('First')} is it", runAfter: { First: ['Succeeded'] } },
    Each: {
      type: 'Foreach',
      foreach: "@createArray(outputs('First'))",
      actions: { Inner: { type: 'Compose', inputs: "@concat(string(items('Each')), outputs('First'))" } },
      runAfter: { Second: ['Succeeded'] },
    },
  },
};

describe('the designer, editing', () => {
  const portal = new PortalBrowser();
  const arm = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly text: string; readonly etag: string }> => {
    const answer = await fetch(`${portal.server.url}${path}?api-version=2019-05-01`, {
      method,
      headers: { authorization: `Bearer ${portal.server.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    return { text, etag: answer.headers.get('etag') ?? '' };
  };
  const put = (name: string, definition: unknown): Promise<unknown> =>
    arm('PUT', appOf(name), { location: 'westeurope', properties: { definition } });
  const stored = async (name: string): Promise<Stored> =>
    (JSON.parse((await arm('GET', appOf(name))).text) as { readonly properties: { readonly definition: Stored } })
      .properties.definition;
  const designer = async (name: string): Promise<void> => {
    await portal.open(`/r${appOf(name)}?view=designer`);
    await portal.page.getByRole('group', { name: 'Workflow' }).waitFor();
  };
  const saved = async (): Promise<void> => {
    await portal.page.getByRole('button', { name: 'Save', exact: true }).click();
    await portal.page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
  };
  const card = (title: string) => portal.page.getByRole('button', { name: new RegExp(`^${title}, `) });
  const code = async (name: string): Promise<string> => {
    await portal.open(`/r${appOf(name)}?view=code`);
    return editorText(portal);
  };

  before(async () => {
    await portal.start();
    await arm('PUT', group, { location: 'westeurope' });
    await portal.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await portal.signIn();
  });
  after(() => portal.stop());

  it('builds a playbook of eight actions from blank, by mouse', async () => {
    const { page } = portal;
    await put('by-mouse', blank);
    await designer('by-mouse');
    const add = async (after: string, search: string, option: string): Promise<void> => {
      const point = page.getByRole('button', { name: `Insert a new step ${after}`, exact: true });
      const item = page.getByRole('menuitem', { name: 'Add an action' });
      await point.click();
      // On a busy machine the picture may still move under the pointer: then nothing was clicked.
      for (let again = 0; again < 3 && !(await appears(item)); again += 1) {
        await page.keyboard.press('Escape');
        await point.click();
      }
      await item.click();
      await page.getByRole('searchbox', { name: 'Search for an action' }).fill(search);
      await page
        .getByRole('option', { name: new RegExp(`^${option.replaceAll(/[()]/g, String.raw`\$&`)} `) })
        .first()
        .click();
    };
    const trigger = 'When an Azure Security Center Alert is created or triggered';
    await page.getByRole('button', { name: 'Add a trigger' }).click();
    await page.getByRole('searchbox', { name: 'Search for a trigger' }).fill('security center');
    await page
      .getByRole('option', { name: 'When an Azure Security Center Recommendation is created or triggered' })
      .waitFor();
    await portal.accessible('the picker');
    await page.getByRole('option', { name: trigger }).click();
    await page.getByRole('checkbox', { name: 'Low' }).click();
    await page.getByRole('checkbox', { name: 'Informational' }).click();

    await add(`after ${trigger}`, 'initialize variable', 'Initialize variable');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('report');
    await add('after Initialize variable', 'condition', 'Condition');
    await page.getByRole('button', { name: 'Dynamic content for Value 1' }).click();
    await page.getByRole('searchbox', { name: 'Search dynamic content' }).fill('severity');
    await page.getByRole('option', { name: /^Severity / }).click();
    await page.getByRole('textbox', { name: 'Compared with 1' }).fill('High');
    await add('in Condition, True', 'send an email', 'Send an email (V2)');
    await page.getByRole('dialog', { name: 'Create connection' }).getByRole('button', { name: 'Create new' }).click();
    await page.getByRole('textbox', { name: 'To', exact: true }).fill('soc@example.org');
    await page.getByRole('textbox', { name: 'Subject', exact: true }).pressSequentially('Alert: /');
    await page.getByRole('menuitem', { name: 'Insert dynamic content' }).click();
    await page.getByRole('option', { name: 'Alert Display Name' }).click();
    await page.getByRole('textbox', { name: 'Body', exact: true }).fill('Look at it.');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+b');
    await page.keyboard.press('End');
    await page.keyboard.press('Control+b');
    await page.keyboard.type(' /');
    await page.getByRole('menuitem', { name: 'Insert dynamic content' }).click();
    await page.getByRole('option', { name: 'Alert Uri' }).click();
    await add('in Condition, False', 'append to string', 'Append to string variable');
    await page.getByRole('combobox', { name: 'Name', exact: true }).click();
    await page.getByRole('option', { name: 'report', exact: true }).click();
    await page.getByRole('textbox', { name: 'Value', exact: true }).fill('low');
    await add('after Condition', 'for each', 'For each');
    await page.getByRole('button', { name: 'Dynamic content for Select an output from previous steps' }).click();
    await page.getByRole('searchbox', { name: 'Search dynamic content' }).fill('entities');
    await page.getByRole('option', { name: /^Entities array/ }).click();
    await add('in For each', 'compose', 'Compose');
    await page.getByRole('button', { name: 'Expression for Inputs' }).click();
    await page.locator('.expression-editor .monaco-editor.focused').waitFor();
    await page.keyboard.type("coalesce(items('For_each'), 'none')");
    await page.getByRole('button', { name: 'Insert', exact: true }).click();
    await add('after For each', 'delay', 'Delay');
    await add('after Delay', 'http', 'HTTP');
    await page.getByRole('textbox', { name: 'URI', exact: true }).fill('https://example.org/tell');
    await portal.accessible('the designer with a form');
    await saved();
    const { triggers, actions } = await stored('by-mouse');
    assert.deepEqual(triggers['When_an_Azure_Security_Center_Alert_is_created_or_triggered'], {
      type: 'ApiConnectionWebhook',
      inputs: {
        host: { connection: { name: "@parameters('$connections')['ascalert']['connectionId']" } },
        body: { callback_url: '@{listCallbackUrl()}' },
        path: '/Microsoft.Security/Alert/subscribe',
      },
      conditions: [
        { expression: "@or(equals(triggerBody()?['Severity'],'High'), equals(triggerBody()?['Severity'],'Medium'))" },
      ],
    });
    assert.deepEqual(Object.keys(actions), ['Initialize_variable', 'Condition', 'For_each', 'Delay', 'HTTP']);
    const condition = actions['Condition'] as unknown as {
      expression: unknown;
      actions: object;
      else: { actions: object };
    };
    assert.deepEqual(condition.expression, { and: [{ equals: ["@triggerBody()?['Severity']", 'High'] }] });
    assert.deepEqual(condition.actions, {
      'Send_an_email_(V2)': {
        type: 'ApiConnection',
        inputs: {
          host: { connection: { name: "@parameters('$connections')['office365']['connectionId']" } },
          method: 'post',
          path: '/v2/Mail',
          body: {
            To: 'soc@example.org',
            Subject: "Alert: @{triggerBody()?['AlertDisplayName']}",
            Body: "<b>Look at it.</b>&nbsp;@{triggerBody()?['AlertUri']}",
          },
        },
        runAfter: {},
      },
    });
    assert.deepEqual(Object.keys(condition.else.actions), ['Append_to_string_variable']);
    const loop = actions['For_each'] as unknown as { foreach: string; actions: { Compose: { inputs: string } } };
    assert.equal(loop.foreach, "@triggerBody()?['Entities']");
    assert.equal(loop.actions.Compose.inputs, "@coalesce(items('For_each'), 'none')");
    portal.quiet();
  });

  it('builds a playbook by keyboard alone', async () => {
    const { page } = portal;
    const { keyboard } = page;
    await put('by-keys', blank);
    await designer('by-keys');
    const choose = async (box: string, search: string): Promise<void> => {
      await page.getByRole('searchbox', { name: box }).and(page.locator(':focus')).waitFor();
      await keyboard.type(search);
      await keyboard.press('Enter');
    };
    const focused = (title: string) => card(title).and(page.locator(':focus')).waitFor();
    const addBehind = async (search: string, title: string): Promise<void> => {
      await keyboard.press('+');
      await page.getByRole('menuitem', { name: 'Add an action' }).and(page.locator(':focus')).waitFor();
      await keyboard.press('Enter');
      await choose('Search for an action', search);
      await focused(title);
    };
    await page.getByRole('button', { name: 'Add a trigger' }).focus();
    await keyboard.press('Enter');
    await choose('Search for a trigger', 'recurrence');
    await focused('Recurrence');
    await addBehind('compose', 'Compose');
    // Enter on the chosen card goes into its form, Escape comes back.
    await keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Inputs' }).and(page.locator(':focus')).waitFor();
    await keyboard.type('one');
    await keyboard.press('Escape');
    await focused('Compose');
    for (const [search, title] of [
      ['scope', 'Scope'],
      ['terminate', 'Terminate'],
      ['compose', 'Compose 2'],
      ['current time', 'Current time'],
      ['delay', 'Delay'],
      ['compose', 'Compose 3'],
    ] as const) {
      await addBehind(search, title);
    }
    await keyboard.press('F2');
    await page.getByRole('textbox', { name: 'Step name' }).and(page.locator(':focus')).waitFor();
    await keyboard.type('The last one');
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await focused('The last one');
    await keyboard.press('Control+d');
    await focused('The last one 2');
    await keyboard.press('Alt+ArrowUp');
    await focused('The last one 2');
    await keyboard.press('Delete');
    await keyboard.press('Control+z');
    await keyboard.press('Control+s');
    await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
    const { actions } = await stored('by-keys');
    const after = Object.fromEntries(
      Object.entries(actions).map(([name, { runAfter }]) => [name, Object.keys(runAfter ?? {})[0]]),
    );
    assert.deepEqual(after, {
      Compose: undefined,
      Scope: 'Compose',
      Terminate: 'Scope',
      Compose_2: 'Terminate',
      Current_time: 'Compose_2',
      Delay: 'Current_time',
      The_last_one: 'The_last_one_2',
      The_last_one_2: 'Delay',
    });
    portal.quiet();
  });

  it('renames a step with everything that names it, and goes back to the first byte', async () => {
    const { page } = portal;
    await put('renamed', chain);
    const first = await code('renamed');
    await page.getByRole('link', { name: 'Logic app designer' }).click();
    await card('First').click();
    await page.getByRole('textbox', { name: 'Step name' }).fill("Ada's step");
    await page.keyboard.press('Enter');
    await card("Ada's step").waitFor();
    await page.getByRole('link', { name: 'Logic app code view' }).click();
    const text = first.replaceAll("outputs('First')", "outputs('Ada''s_step')").replaceAll('"First"', '"Ada\'s_step"');
    assert.equal(await editorText(portal), text);
    await page.getByRole('link', { name: 'Logic app designer' }).click();
    await card('Second').click();
    await page.getByRole('textbox', { name: 'Inputs' }).fill('changed');
    await page.getByRole('button', { name: 'More actions for Second' }).click();
    await page.getByRole('menuitem', { name: /^Move down/ }).click();
    await page.getByRole('button', { name: /^Undo: move Second/ }).waitFor();
    await card('Inner').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Group into scope' }).click();
    await card('Scope').waitFor();
    await card('Scope').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog', { name: "Delete 'Scope'?" }).getByRole('button', { name: 'Delete' }).click();
    await card('Scope').waitFor({ state: 'detached' });
    for (let left = 5; left > 0; left -= 1) await page.getByRole('button', { name: /^Undo: / }).click();
    await page.getByRole('status').getByText('Changed', { exact: false }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Logic app code view' }).click();
    assert.equal(await editorText(portal), first);
    portal.quiet();
  });

  it('says which steps still read one that is to be deleted', async () => {
    const { page } = portal;
    await put('deleted', chain);
    await designer('deleted');
    await card('First').focus();
    await page.keyboard.press('Delete');
    const question = page.getByRole('dialog', { name: "Delete 'First'?" });
    await question.getByText('Second reads First').waitFor();
    await question.getByText('Inner reads First').waitFor();
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: /^Errors [1-9]/ }).click();
    await page.getByRole('dialog', { name: 'Errors' }).getByRole('button', { name: 'Second' }).first().click();
    await page.getByRole('region', { name: 'Second' }).waitFor();
    await page.getByRole('button', { name: /^Undo: delete First/ }).click();
    await page.getByRole('button', { name: 'Errors', exact: true }).waitFor();
    portal.quiet();
  });

  it('sets what a step runs after, and draws it', async () => {
    const { page } = portal;
    await put('after', chain);
    await designer('after');
    await card('Second').click();
    await page.getByRole('tab', { name: 'Run after' }).click();
    await page.getByRole('checkbox', { name: 'Has failed' }).click();
    await page.getByRole('checkbox', { name: 'Is successful' }).click();
    await page.getByRole('button', { name: /^Second, .*, runs if failed of First$/ }).waitFor();
    await page.getByRole('checkbox', { name: 'Has failed' }).click();
    await page.getByText('At least one result must be ticked.').waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('switch', { name: 'Secure outputs' }).click();
    await page.getByRole('tab', { name: 'Testing' }).click();
    await page.getByRole('switch', { name: 'Enable static result' }).click();
    await saved();
    const { Second: second } = (await stored('after')).actions as unknown as { Second: Record<string, unknown> };
    assert.deepEqual(second['runAfter'], { First: ['Failed'] });
    assert.deepEqual(second['runtimeConfiguration'], {
      secureData: { properties: ['outputs'] },
      staticResult: { staticResultOptions: 'Enabled', name: 'Second0' },
    });
    portal.quiet();
  });

  it('saves nothing over what somebody else saved, shows both, and brings them together', async () => {
    const { page } = portal;
    await put('conflict', chain);
    await designer('conflict');
    await card('First').click();
    await page.getByRole('textbox', { name: 'Inputs' }).fill('mine');
    await put('conflict', {
      ...chain,
      actions: { ...chain.actions, Theirs: { type: 'Compose', inputs: 2, runAfter: { Each: ['Succeeded'] } } },
    });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'This logic app was changed meanwhile' });
    await dialog.getByRole('button', { name: 'Compare' }).click();
    await dialog.getByText('Theirs').first().waitFor();
    assert.equal((await stored('conflict')).actions['First']?.['inputs'], 1.5);
    await dialog.getByRole('button', { name: 'Save both' }).click();
    await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
    const { actions } = await stored('conflict');
    assert.equal(actions['First']?.['inputs'], 'mine');
    assert.equal(actions['Theirs']?.['inputs'], 2);
    await card('Theirs').waitFor();
    // The refused save is an answer of 412, which the browser reports as a failed load.
    portal.expected(/412/);

    await card('First').click();
    await page.getByRole('textbox', { name: 'Inputs' }).fill('mine again');
    await put('conflict', chain);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByRole('button', { name: 'Save as copy' }).click();
    await portal.toast("Your changes were saved as 'conflict-copy'");
    assert.equal((await stored('conflict-copy')).actions['First']?.['inputs'], 'mine again');
    assert.equal((await stored('conflict')).actions['First']?.['inputs'], 1.5);
    await card('Theirs').waitFor({ state: 'detached' });
    portal.expected(/412/);
    portal.quiet();
  });

  it('copies steps into another logic app, with their connection', async () => {
    const { page } = portal;
    await put('target', chain);
    await designer('by-mouse');
    await page.getByRole('button', { name: /^Send an email \(V2\), / }).focus();
    await page.keyboard.press('Control+c');
    await portal.toast('was copied');
    await designer('target');
    await card('Second').focus();
    await page.keyboard.press('Control+v');
    await page.getByRole('button', { name: /^Send an email \(V2\), Office 365 Outlook, step 3 of 4/ }).waitFor();
    await saved();
    assert.deepEqual((await stored('target')).actions['Each']?.runAfter, { 'Send_an_email_(V2)': ['Succeeded'] });
    portal.quiet();
  });

  it('keeps unsaved changes for the next time', async () => {
    const { page } = portal;
    await put('kept', chain);
    await designer('kept');
    await card('First').click();
    await page.getByRole('textbox', { name: 'Inputs' }).fill('kept');
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith('/kept')));
    page.once('dialog', (asked) => void asked.accept());
    await page.reload();
    await page.getByRole('button', { name: 'Restore' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Inputs' }).inputValue(), 'kept');
    await page.getByRole('button', { name: 'Discard' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Inputs' }).inputValue(), '1.5');
    portal.quiet();
  });

  it('changes one field of a published playbook and no other byte of it', { skip: corpusMissing }, async () => {
    const { page } = portal;
    const { definition } = largest();
    await put('published', definition);
    const first = await code('published');
    await page.getByRole('link', { name: 'Logic app designer' }).click();
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('searchbox', { name: 'Search the workflow' }).fill('Http');
    await page.getByRole('option').first().click();
    await page
      .getByRole('region')
      .getByRole('textbox', { name: 'URI', exact: true })
      .fill('https://example.org/changed');
    await page.getByRole('link', { name: 'Logic app code view' }).click();
    const last = await editorText(portal);
    const changed = first.split('\n').filter((line, index) => line !== last.split('\n')[index]);
    assert.equal(first.split('\n').length, last.split('\n').length);
    assert.equal(changed.length, 1);
    assert.match(changed[0] ?? '', /"uri": /i);
    portal.quiet();
  });
});

const appears = (what: Locator): Promise<boolean> =>
  what.waitFor({ timeout: 5000 }).then(
    () => true,
    () => false,
  );

interface Stored {
  readonly triggers: Readonly<Record<string, unknown>>;
  readonly actions: Readonly<Record<string, { readonly runAfter?: object; readonly [name: string]: unknown }>>;
}

/** The text of the code view, by what it would copy. */
async function editorText({ page }: PortalBrowser): Promise<string> {
  await page.locator('.monaco-editor .view-line').first().waitFor();
  const editor = page.getByRole('textbox', { name: 'Definition and parameters' });
  await editor.press('Control+a');
  await editor.press('Control+c');
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The longest definition that calls something, and that the server takes. */
function largest(): { readonly definition: unknown } {
  const all = corpusDefinitions().filter(({ definition }) => {
    const text = JSON.stringify(definition);
    return text.includes('"Http"') && text.includes('"uri"') && !/"\[(?!\[)/.test(text);
  });
  const [first] = all.toSorted(
    (one, two) => JSON.stringify(two.definition).length - JSON.stringify(one.definition).length,
  );
  assert.ok(first !== undefined);
  return first;
}
