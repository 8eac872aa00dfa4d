/**
 * How smoothly the designer's canvas moves: a workflow of 300 actions nine levels deep and a published one, panned and zoomed in a
 * real browser. Frames per second and the longest frame; and what the page's own thread works for one frame, script, style and layout
 * apart, which other load on the machine does not change. Software rendering on a busy machine is the lower bound of what people see.
 *
 * Lower bounds: 50 frames a second while panning, 45 while zooming (portal reference 9.4 measured 60 and 57).
 *
 * Baseline, two cores shared with other work: 52-58 frames/s panned, 45-58 zoomed, 5.8-6.4 ms of work a frame, of which script 1.9-2.2.
 * Before a moving picture was one layer: 6.7-7.6 ms, and 4.5 ms more of painting beside the page's thread (now 0.6).
 */
import type { CDPSession } from 'playwright-core';
import { PortalBrowser } from '../test/browser/portal-browser.ts';
import { corpusDefinitions } from '../test/portal/corpus-definitions.ts';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/canvas';
const schema =
  'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';

/** A chain of 34 steps on each of nine levels. */
function deep(): object {
  let count = 0;
  const body = (depth: number): object => {
    const chain: Record<string, object> = {};
    let last: string | undefined;
    for (let index = 0; index < 34; index += 1) {
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
  const triggers = { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } };
  return { $schema: schema, contentVersion: '1.0.0.0', triggers, actions: body(1) };
}

/** The published definition with the most text that the server takes as it is. */
function published(): readonly unknown[] {
  return corpusDefinitions()
    .map(({ definition }) => definition)
    .toSorted((left, right) => JSON.stringify(right).length - JSON.stringify(left).length);
}

const portal = new PortalBrowser();

async function put(name: string, definition: unknown): Promise<boolean> {
  const answer = await fetch(
    `${portal.server.url}${group}/providers/Microsoft.Logic/workflows/${name}?api-version=2019-05-01`,
    {
      method: 'PUT',
      headers: { authorization: `Bearer ${portal.server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ location: 'westeurope', properties: { definition } }),
    },
  );
  return answer.ok;
}

interface Frames {
  readonly perSecond: number;
  readonly longest: number;
  readonly count: number;
}

/** Seconds that the page's thread has worked so far. */
interface Work {
  readonly script: number;
  readonly style: number;
  readonly layout: number;
  readonly all: number;
}

async function workSoFar(session: CDPSession): Promise<Work> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((each) => each.name === name)?.value ?? 0;
  return {
    script: of('ScriptDuration'),
    style: of('RecalcStyleDuration'),
    layout: of('LayoutDuration'),
    all: of('TaskDuration'),
  };
}

/** Milliseconds of work for one frame. */
function perFrame(before: Work, after: Work, frameCount: number): string {
  const of = (part: keyof Work): string => (((after[part] - before[part]) * 1000) / frameCount).toFixed(1);
  return `${of('all')} ms of work a frame (script ${of('script')}, style ${of('style')}, layout ${of('layout')})`;
}

/** Frames while the wheel turns for three seconds, once a frame; with Control it zooms in and out. */
function frames(zooms: boolean): Promise<Frames> {
  return portal.page.evaluate(async (withControl) => {
    const canvas = document.querySelector('.react-flow__pane');
    if (canvas === null) throw new Error('There is no canvas.');
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
    const times: number[] = [];
    const began = performance.now();
    await new Promise<void>((done) => {
      const turn = (now: number): void => {
        times.push(now);
        const passed = performance.now() - began;
        const down = Math.floor(passed / 750) % 2 === 0;
        canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: (down ? 1 : -1) * 40, ctrlKey: withControl }));
        if (passed < 3000) requestAnimationFrame(turn);
        else done();
      };
      requestAnimationFrame(turn);
    });
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    const whole = (times.at(-1) ?? 0) - (times[0] ?? 0);
    return {
      perSecond: Math.round((gaps.length * 1000) / whole),
      longest: Math.round(Math.max(...gaps)),
      count: gaps.length,
    };
  }, zooms);
}

try {
  await portal.start();
  await fetch(`${portal.server.url}${group}?api-version=2021-04-01`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${portal.server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ location: 'westeurope' }),
  });
  await put('deep', deep());
  for (const definition of published()) if (await put('published', definition)) break;
  await portal.signIn();
  const session = await portal.page.context().newCDPSession(portal.page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  for (const name of ['deep', 'published']) {
    const began = performance.now();
    await portal.open(`/r${group}/providers/Microsoft.Logic/workflows/${name}?view=designer`);
    await portal.page.locator('.flow-card').first().waitFor();
    console.log(`${name}: first cards after ${Math.round(performance.now() - began)} ms`);
    const all = portal.page.getByRole('button', { name: 'Expand all' });
    if ((await all.count()) > 0) await all.click();
    for (const [what, zooms] of [
      ['pan ', false],
      ['zoom', true],
    ] as const) {
      const before = await workSoFar(session);
      const { perSecond, longest, count } = await frames(zooms);
      const work = perFrame(before, await workSoFar(session), count);
      const elements = await portal.page.locator('.react-flow__node').count();
      console.log(`${name}: ${what} ${perSecond} frames/s, longest ${longest} ms, ${work}, ${elements} nodes`);
    }
  }
} finally {
  await portal.stop();
}
