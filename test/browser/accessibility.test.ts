/**
 * Every page by keyboard alone, at 200 % zoom, in forced colours and without motion: what axe does not see.
 * Source: portal reference 8.6, 11.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PortalBrowser } from './portal-browser.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-sample';
const app = `${group}/providers/Microsoft.Logic/workflows/Send-email-on-alert`;

const pages: readonly (readonly [path: string, heading: string | RegExp])[] = [
  ['/', 'Overview'],
  ['/alerts', 'Security alerts'],
  ['/recommendations', 'Recommendations'],
  ['/compliance', 'Regulatory compliance'],
  ['/automations', 'Workflow automation'],
  ['/logicapps', 'Logic apps'],
  ['/logicapps/create', 'Create a logic app'],
  ['/connections', 'Connections'],
  ['/templates', 'Templates'],
  ['/outbox', 'Outbox'],
  ['/policy/definitions', 'Policy definitions'],
  ['/policy/compliance', 'Policy compliance'],
  ['/access', 'Access control'],
  ['/activity', 'Activity log'],
  ['/logs', 'Logs'],
  ['/settings', 'Settings'],
  [`/r${app}`, /Send-email-on-alert/],
  [`/r${app}?view=designer`, /Send-email-on-alert/],
];

/** One place that Tab comes to. */
interface Stop {
  readonly what: string;
  readonly name: string;
  readonly inView: boolean;
  readonly hasRing: boolean;
  readonly inMain: boolean;
}

/** What has the focus; undefined at the end of the page. Runs in the page. */
function focusedStop(): Stop | undefined {
  const element = document.activeElement as HTMLElement | null;
  if (element === null || element === document.body) return undefined;
  const drawn = (value: string, width: string): boolean => value !== 'none' && Number.parseFloat(width) > 0;
  const rings = (each: Element): boolean =>
    ([undefined, '::before', '::after'] as const).some((part) => {
      const style = getComputedStyle(each, part);
      if (part !== undefined && style.content === 'none') return false;
      const isLine = drawn(style.outlineStyle, style.outlineWidth);
      return (
        isLine ||
        style.boxShadow !== 'none' ||
        (part !== undefined && drawn(style.borderBottomStyle, style.borderBottomWidth))
      );
    });
  const around = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling];
  const { left, top, width, height } = element.getBoundingClientRect();
  const labelled = (element.getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent);
  const labels = [...((element as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent);
  const named = [element.getAttribute('aria-label'), ...labelled, ...labels, element.textContent, element.title];
  return {
    what: `${element.tagName.toLowerCase()} ${element.outerHTML.slice(0, 120)}`,
    name: named.find((text) => (text ?? '').trim() !== '')?.trim() ?? '',
    // An input that lies unseen over its drawing has the size of nothing; what counts is where it is.
    inView: left + width > 0 && top + height > 0 && left < innerWidth && top < innerHeight,
    hasRing: around.some((each) => each !== null && each !== undefined && rings(each)),
    inMain: element.closest('main') !== null,
  };
}

describe('every page without a pointer, enlarged, in forced colours', () => {
  const portal = new PortalBrowser([]);
  before(async () => {
    await portal.start();
    await portal.signIn();
  });
  after(() => portal.stop());

  const opened = async ([path, heading]: (typeof pages)[number]): Promise<void> => {
    await portal.open(path);
    await portal.heading(heading);
    await portal.loaded();
  };

  for (const entry of pages) {
    it(`leads by Tab through ${entry[0]}: each stop has a name, is in view and shows that it has the focus`, async () => {
      const { page } = portal;
      await opened(entry);
      await page.keyboard.press('Tab');
      assert.match((await page.evaluate(focusedStop))?.name ?? '', /Skip to main content/);
      await page.keyboard.press('Enter');
      const faults: string[] = [];
      let stops = 0;
      for (let press = 0; press < 40; press += 1) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(focusedStop);
        if (stop === undefined || !stop.inMain) break;
        stops += 1;
        if (stop.name === '') faults.push(`no name: ${stop.what}`);
        if (!stop.inView) faults.push(`out of view: ${stop.what}`);
        if (!stop.hasRing) faults.push(`no ring: ${stop.what}`);
      }
      assert.deepEqual(faults, []);
      assert.ok(stops > 0, 'there was nothing to come to');
      portal.quiet();
    });
  }

  it('needs no sideways scrolling at 200 % zoom', async () => {
    const { page } = portal;
    await page.setViewportSize({ width: 720, height: 450 });
    const faults: string[] = [];
    for (const entry of pages) {
      await opened(entry);
      const wide = await page.evaluate(() => {
        const main = document.querySelector('main');
        const over = [document.documentElement, main].find(
          (each) => each !== null && each.scrollWidth > each.clientWidth + 1,
        );
        return over === undefined || over === null ? '' : `${over.tagName} ${over.scrollWidth} > ${over.clientWidth}`;
      });
      if (wide !== '') faults.push(`${entry[0]}: ${wide}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(faults, []);
  });

  it('keeps what colours say in forced colours: choices are outlined, figures keep their colours', async () => {
    const { page } = portal;
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await portal.open('/alerts');
    const bar = page.locator('.bar > span').first();
    await bar.waitFor();
    assert.notEqual(await bar.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgba(0, 0, 0, 0)');
    assert.equal(await bar.evaluate((element) => getComputedStyle(element).forcedColorAdjust), 'none');
    const current = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current=page]');
    assert.notEqual(await current.evaluate((element) => getComputedStyle(element).outlineStyle), 'none');
    await portal.open(`/r${app}?view=designer&step=${encodeURIComponent('/actions/Send_an_email')}`);
    const card = page.getByRole('button', { name: /^Send an email, / });
    await card.waitFor();
    assert.notEqual(await card.evaluate((element) => getComputedStyle(element).outlineStyle), 'none');
    const moving = await page.evaluate(
      () => document.getAnimations().filter((each) => Number(each.effect?.getTiming().duration ?? 0) > 1).length,
    );
    assert.equal(moving, 0);
    await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' });
    portal.quiet();
  });
});
