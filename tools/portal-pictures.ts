/**
 * Pictures of the portal for its documents and for looking at: a server with the sample, a browser, light and dark.
 *
 *   npm run portal:pictures                  writes those of the documents to docs/images
 *   npm run portal:pictures -- --all DIR     writes every picture, dark and narrow ones too, to a folder
 *
 * Owns: which pages and in which state. Source: portal reference 8.6.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { PortalBrowser } from '../test/browser/portal-browser.ts';

const app =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample/providers/Microsoft.Logic/workflows/Send-email-on-alert';

interface Picture {
  readonly name: string;
  /** Below `/portal`; `RUN` stands for the sample's run. */
  readonly path: string;
  /** What must be there before the picture is taken. */
  readonly shows: (page: Page) => Promise<unknown>;
  /** Stands in the documents: in light colours, unless it is named dark. */
  readonly inDocuments?: 'light' | 'dark';
}

const card = (page: Page, title: RegExp): Promise<void> => page.getByRole('button', { name: title }).first().waitFor();

const pictures: readonly Picture[] = [
  { name: 'overview', path: '/', shows: (page) => page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor() },
  { name: 'logic-app', path: `/r${app}`, shows: (page) => page.getByRole('grid', { name: 'Runs history' }).waitFor() },
  {
    name: 'designer',
    path: `/r${app}?view=designer&step=${encodeURIComponent('/actions/Send_an_email')}`,
    shows: (page) => page.getByRole('textbox', { name: 'Subject', exact: true }).waitFor(),
    inDocuments: 'light',
  },
  {
    name: 'picker',
    path: `/r${app}?view=designer`,
    shows: async (page) => {
      await page.getByRole('button', { name: /^Insert a new step after Send/ }).click();
      await page.getByRole('menuitem', { name: 'Add an action' }).click();
      await page.getByRole('searchbox', { name: 'Search for an action' }).fill('incident');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'run',
    path: '/rRUN?action=Send_an_email',
    shows: async (page) => {
      await card(page, /^Send an email, /);
      await page.getByRole('region', { name: 'Inputs' }).waitFor();
    },
    inDocuments: 'light',
  },
  {
    name: 'automation-pane',
    path: '/automations?pane=add',
    shows: (page) => page.getByRole('dialog', { name: 'Add workflow automation' }).waitFor(),
    inDocuments: 'light',
  },
];

const all = process.argv.indexOf('--all');
const folder = all < 0 ? join(import.meta.dirname, '../docs/images') : (process.argv[all + 1] ?? '.');
mkdirSync(folder, { recursive: true });

for (const scheme of all < 0 ? (['light'] as const) : (['light', 'dark'] as const)) {
  const portal = new PortalBrowser([]);
  try {
    await portal.start(scheme);
    const run = await portal.server.eventually(async () => {
      const { body } = await portal.server.call('GET', `${app}/runs?api-version=2019-05-01`);
      const [first] = body.value ?? [];
      return typeof first?.id === 'string' ? first.id : undefined;
    }, "the sample's run");
    await portal.signIn();
    for (const { name, path, shows, inDocuments } of pictures) {
      if (all < 0 && inDocuments !== scheme) continue;
      for (const [width, height] of all < 0
        ? [[1440, 900]]
        : [
            [1440, 900],
            [1024, 768],
          ]) {
        await portal.page.setViewportSize({ width: width ?? 1440, height: height ?? 900 });
        await portal.open(path.replace('RUN', run));
        await shows(portal.page);
        await portal.loaded();
        const suffix = `${scheme === 'dark' ? '-dark' : ''}${width === 1024 ? '-narrow' : ''}`;
        await portal.page.screenshot({ path: join(folder, `${name}${suffix}.png`), animations: 'disabled' });
        console.log(`${name}${suffix}.png`);
      }
    }
  } finally {
    await portal.stop();
  }
}
