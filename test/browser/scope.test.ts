/** The scope picker: a tree of management groups and subscriptions, and what the pages show by it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const team = '/providers/Microsoft.Management/managementGroups/team';
const ids = ['00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a2'];

describe('the scope picker', () => {
  const portal = new PortalBrowser();
  const { server } = portal;

  const made = async (method: string, path: string, body: object): Promise<void> => {
    const { status, text } = await server.call(method, path, { body: body as never });
    assert.ok(status < 300, text);
  };

  before(async () => {
    await portal.start();
    await made('PUT', `${team}?api-version=2020-05-01`, { properties: { displayName: 'Team' } });
    for (const [index, id] of ids.entries()) {
      const properties = {
        subscriptionId: id,
        displayName: `Customer ${index + 1}`,
        additionalProperties: { managementGroupId: team },
      };
      await made('PUT', `/providers/Microsoft.Subscription/aliases/c${index}?api-version=2021-10-01`, { properties });
    }
    const alert = { SystemAlertId: 'of-customer-2', AlertDisplayName: 'Alert of a customer', Severity: 'High' };
    await made('POST', `/ingest/v1/events?subscriptionId=${ids[1]}`, { ...alert, AlertType: 'x', VendorName: 'y' });
    await portal.signIn();
  });
  after(() => portal.stop());

  const item = (name: string) =>
    portal.page.getByRole('tree', { name: 'Scopes' }).getByRole('treeitem', { name: new RegExp(`^${name}`) });
  const ticked = (name: string) => item(name).getAttribute('aria-checked');
  /** The picker hides what is behind it from who cannot see it. */
  const summary = (name: string) => portal.page.getByRole('button', { name, includeHidden: true }).waitFor();
  const tick = (name: string) => item(name).getByRole('checkbox').first().click();

  it('shows groups with their subscriptions, and ticks a group by what is in it', async () => {
    const { page } = portal;
    await page.getByRole('button', { name: /^Scope: / }).click();
    await item('Customer 1').waitFor();
    await portal.accessible('the scope picker');
    assert.equal(await ticked('Team'), 'true');
    await tick('Customer 1');
    await summary('Scope: Local, 1 more');
    assert.deepEqual(
      [await ticked('Team'), await ticked('Customer 1'), await ticked('Local')],
      ['mixed', 'false', 'true'],
    );
    await tick('Team');
    assert.deepEqual([await ticked('Team'), await ticked('Customer 1')], ['true', 'true']);
    await tick('Local');
    await summary('Scope: Customer 1, 1 more');
  });

  it('never leaves the pages without a scope', async () => {
    const { page } = portal;
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Tick at least one subscription.').waitFor();
    assert.equal(await ticked('Team'), 'false');
    await summary('Scope: Customer 1, 1 more');
    await page.getByRole('button', { name: 'Select all' }).click();
    await summary('Scope: All subscriptions');
  });

  it('finds scopes by text, and narrows what the pages show', async () => {
    const { page } = portal;
    await page.getByRole('textbox', { name: 'Filter scopes' }).fill('customer 2');
    await item('Customer 1').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear' }).click();
    await tick('Customer 2');
    await summary('Scope: Customer 2');
    await page.keyboard.press('Escape');
    await portal.go('Security alerts');
    await page.getByRole('link', { name: 'Alert of a customer' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /Suspected brute force/ }).count(), 0);
  });

  it('stands in the address, so that a link shows the same rows and leaves the choice of who follows it', async () => {
    const { page } = portal;
    await page.waitForURL(new RegExp(`scope=${ids[1]}`));
    const link = page.url();
    await page.getByRole('button', { name: /^Scope: / }).click();
    await page.getByRole('button', { name: 'Select all' }).click();
    await summary('Scope: All subscriptions');
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('scope'));
    await page.goto(link);
    await summary('Scope: Customer 2');
    await page.getByRole('link', { name: 'Alert of a customer' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /Suspected brute force/ }).count(), 0);
    await portal.go('Recommendations');
    await page.waitForURL(new RegExp(`recommendations\\?scope=${ids[1]}`));
    await page.goto(link.replace(/\?.*/, ''));
    await summary('Scope: All subscriptions');
    await page.getByRole('link', { name: /Suspected brute force/ }).waitFor();
    portal.quiet();
  });
});
