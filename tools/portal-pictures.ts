/**
 * Pictures of the portal for its documents and for looking at: a server with the sample and more, a browser, light and dark.
 *
 *   npm run portal:pictures                         writes those of the documents to docs/images
 *   npm run portal:pictures -- --all DIR [WORD…]    writes every picture, dark and narrow ones too, to a folder; with words, those
 *                                                   whose names contain one of them; `light`, `dark`, `wide` and `narrow` narrow it too
 *
 * Owns: servers, browsers, sizes. Does not own: which pages (`pictures/pages.ts`), what the server holds (`pictures/fixture.ts`).
 * Source: portal reference 8.6.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { PortalBrowser } from '../test/browser/portal-browser.ts';
import { fillServer } from './pictures/fixture.ts';
import { type Picture, picturesOf } from './pictures/pages.ts';

const at = process.argv.indexOf('--all');
const isAll = at >= 0;
const folder = isAll ? (process.argv[at + 1] ?? '.') : join(import.meta.dirname, '../docs/images');
const given = isAll ? process.argv.slice(at + 2) : [];
const kinds = ['light', 'dark', 'wide', 'narrow'];
const words = given.filter((word) => !kinds.includes(word));
mkdirSync(folder, { recursive: true });

const wide = { width: 1440, height: 900 };
const narrow = { width: 1024, height: 768 };

/** Those that are named, else all. */
function chosen<T extends string>(all: readonly T[]): readonly T[] {
  const named = all.filter((each) => given.includes(each));
  return named.length === 0 ? all : named;
}

const sizes = isAll ? chosen(['wide', 'narrow']).map((name) => (name === 'wide' ? wide : narrow)) : [wide];
const schemes = isAll ? chosen(['light', 'dark']) : (['light', 'dark'] as const);

type Scheme = 'light' | 'dark';

function isWanted({ name, inDocuments }: Picture, scheme: Scheme): boolean {
  if (!isAll) return inDocuments === scheme;
  return words.length === 0 || words.some((word) => name.includes(word));
}

async function take(portal: PortalBrowser, scheme: Scheme, picture: Picture): Promise<void> {
  const { page } = portal;
  const { name, path, shows, signedOut = false } = picture;
  if (signedOut) await page.context().clearCookies();
  for (const size of sizes) {
    await page.setViewportSize(size);
    await portal.open(path);
    await shows(page, portal);
    await portal.loaded();
    const file = `${name}${scheme === 'dark' ? '-dark' : ''}${size === narrow ? '-narrow' : ''}.png`;
    await page.screenshot({ path: join(folder, file), animations: 'disabled' });
    console.log(file);
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  if (signedOut) await portal.signIn();
}

for (const scheme of schemes) {
  const portal = new PortalBrowser([]);
  try {
    await portal.start(scheme);
    const filled = await fillServer(portal.server);
    await portal.signIn();
    for (const picture of picturesOf(filled)) {
      if (!isWanted(picture, scheme)) continue;
      try {
        await take(portal, scheme, picture);
      } catch (error) {
        // The others are worth having.
        console.error(`${picture.name}: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    }
  } finally {
    await portal.stop();
  }
}
