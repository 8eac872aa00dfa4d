/** The stream of changes over a socket: told as it is committed, refused in words, ended when the server stops. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer();
before(() => server.start());
after(() => server.remove());

const alert = (id: string) => ({
  SystemAlertId: id,
  AlertDisplayName: 'Changed',
  AlertType: 'Changed.Alert',
  Severity: 'High',
  TimeGenerated: '2026-11-26T00:00:00Z',
});

async function openStream(headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${server.url}/tocsin/v1/changes`, {
    headers: { authorization: `Bearer ${server.token}`, accept: 'text/event-stream', ...headers },
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.ok(response.body !== null);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  /** Reads on until the text holds what is asked for; undefined at the end of the stream. */
  const until = async (part: RegExp): Promise<RegExpExecArray | undefined> => {
    for (;;) {
      const found = part.exec(text);
      if (found !== null) {
        text = text.slice(found.index + found[0].length);
        return found;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  };
  await until(/^:$/m);
  return { until, leave: () => reader.cancel() };
}

test('an alert is told to whoever listens, and again to nobody who comes back behind it', async () => {
  const stream = await openStream();
  assert.equal((await server.call('POST', '/ingest/v1/events', { body: alert('told') })).status, 202);
  const found = await stream.until(/id: (\S+)\nevent: hint\ndata: (\{.*"type":"Microsoft.Security\/alerts".*\})\n/);
  const hint = JSON.parse(found?.[2] ?? '{}') as { readonly id?: string; readonly kind?: string };
  assert.match(hint.id ?? '', /alerts\/told$/);
  assert.equal(hint.kind, 'created');
  await stream.leave();
  await server.call('POST', '/ingest/v1/events', { body: alert('missed') });
  const again = await openStream({ 'last-event-id': found?.[1] ?? '' });
  const next = await again.until(/"type":"Microsoft.Security\/alerts","id":"([^"]+)"/);
  assert.match(next?.[1] ?? '', /alerts\/missed$/);
  await again.leave();
});

test('who does not take a stream is told so, and who is not signed in gets none', async () => {
  const plain = await server.call('GET', '/tocsin/v1/changes');
  assert.equal(plain.status, 406);
  assert.match(plain.text, /NotAcceptable/);
  const unknown = await fetch(`${server.url}/tocsin/v1/changes`, { headers: { accept: 'text/event-stream' } });
  assert.equal(unknown.status, 401);
});

test('a stream that is open does not hold up the stop', async () => {
  const stream = await openStream();
  const began = Date.now();
  assert.equal(await server.stop(), 0);
  assert.equal(await stream.until(/never/), undefined);
  assert.ok(Date.now() - began < 9000, 'the stop waited for the stream');
});
