/** What a first visit loads stays small, and its files say how long they are good. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { TocsinServer } from '../e2e/tocsin-server.ts';

const budget = 400 * 1024;

describe('the built portal', () => {
  const server = new TocsinServer();
  let page = '';
  before(async () => {
    await server.start();
    page = await (await fetch(`${server.url}/portal/`)).text();
  });
  after(() => server.remove());

  it('loads less than 400 KB of compressed script before it is there', async () => {
    const scripts = [...page.matchAll(/(?:src|href)="(\/portal\/assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
    assert.ok(scripts.length > 0);
    let bytes = 0;
    for (const path of scripts) {
      // `fetch` takes the body apart, so its length as sent is what counts.
      const { headers } = await fetch(server.url + path, { headers: { 'accept-encoding': 'br' } });
      // The smallest pieces go as they are.
      assert.ok(headers.get('content-encoding') === 'br' || Number(headers.get('content-length')) < 512, path);
      bytes += Number(headers.get('content-length'));
    }
    assert.ok(bytes > 10_000 && bytes < budget, `${bytes} bytes`);
  });

  it('draws charts with code of their own, which the first scripts do not hold', async () => {
    const first = [...page.matchAll(/(?:src|href)="(\/portal\/assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
    const texts = await Promise.all(first.map(async (path) => (await fetch(server.url + path)).text()));
    // A text that only the number formats of the scales hold.
    assert.equal(
      texts.some((text) => text.includes('([<>=^])')),
      false,
    );
  });

  it('keeps files by their hashed names for ever, and asks again for the page', async () => {
    const script = /src="(\/portal\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const { headers } = await fetch(server.url + script);
    assert.match(headers.get('cache-control') ?? '', /immutable/);
    const etag = (await fetch(`${server.url}/portal/`)).headers.get('etag') ?? '';
    const again = await fetch(`${server.url}/portal/`, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
  });

  it('has no page for a script that is not there', async () => {
    assert.equal((await fetch(`${server.url}/portal/assets/none.js`)).status, 404);
  });
});
