/** Every page of the portal shows its heading and content, without a serious finding of axe and without a word in the console. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const pages: readonly (readonly [string, string])[] = [
  ['/', 'Overview'],
  ['/alerts', 'Security alerts'],
  ['/automations', 'Workflow automation'],
  ['/logicapps', 'Logic apps'],
  ['/logicapps/create', 'Create a logic app'],
  ['/outbox', 'Outbox'],
  ['/recommendations', 'Recommendations'],
  ['/connections', 'Connections'],
  ['/templates', 'Templates'],
  ['/activity', 'Activity log'],
  ['/settings', 'Settings'],
];

for (const scheme of ['light', 'dark'] as const) {
  describe(`the portal in ${scheme} colours`, () => {
    const portal = new PortalBrowser();
    before(async () => {
      await portal.start(scheme);
      await portal.signIn();
    });
    after(() => portal.stop());

    for (const [path, heading] of pages) {
      it(`shows ${heading}`, async () => {
        await portal.open(path);
        await portal.heading(heading);
        await portal.loaded();
        await portal.accessible(heading);
        portal.quiet();
      });
    }

    it('shows the pane of a new automation', async () => {
      await portal.open('/automations?pane=add');
      await portal.page.getByRole('dialog', { name: 'Add workflow automation' }).waitFor();
      await portal.page.getByText('This would have fired').waitFor();
      await portal.accessible('the pane');
      portal.quiet();
    });
  });
}

describe('a logic app', () => {
  const portal = new PortalBrowser();
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  it('shows one view at a time, its text in an editor', async () => {
    const { page } = portal;
    await portal.go('Logic apps');
    await portal.heading('Logic apps');
    await page.getByRole('link', { name: 'Send-email-on-alert' }).click();
    const runs = page.getByRole('grid', { name: 'Runs history' });
    await runs.getByRole('columnheader', { name: 'Started by' }).waitFor();
    await runs.getByRole('link', { name: 'Suspected brute force attack on a SQL server' }).waitFor();
    const views = page.getByRole('navigation', { name: 'Logic app' });
    await views.getByRole('link', { name: 'Logic app code view' }).click();
    await page.getByText('"$schema"').first().waitFor();
    assert.equal(await views.locator('[aria-current=page]').count(), 1);
    await portal.accessible('the code view');
    for (const view of ['Versions', 'API connections', 'Access keys']) {
      await views.getByRole('link', { name: view }).click();
      await portal.loaded();
      await portal.accessible(view);
    }
    portal.quiet();
  });
});

describe('the portal', () => {
  const portal = new PortalBrowser();
  before(() => portal.start());
  after(() => portal.stop());

  it('asks who is there, at any address, and then shows what was asked for', async () => {
    await portal.open('/outbox');
    await portal.heading('Sign in to Tocsin');
    await portal.accessible('the page to sign in');
    await portal.page.getByRole('textbox', { name: 'Admin token' }).fill(portal.server.token);
    await portal.page.getByRole('button', { name: 'Sign in' }).click();
    await portal.heading('Outbox');
    portal.quiet();
  });

  it('leads from the root of the server to itself, and says so where there is no page', async () => {
    await portal.page.goto(portal.server.url);
    await portal.heading('Overview');
    await portal.open('/nowhere');
    await portal.heading('Page not found');
    portal.quiet();
  });

  it('refuses frames, inline script and other hosts', async () => {
    const { headers } = await fetch(`${portal.server.url}/portal/alerts`);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /script-src 'self'(?:;|$)/);
    assert.equal(headers.get('cache-control'), 'no-cache');
  });
});
