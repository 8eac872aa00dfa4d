import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressGuard, OutboundClient } from '#connectors';
import { FakeService } from '../fakes/service.ts';
import { SpanExporter } from '../../src/connectors/span-exporter.ts';

interface Traces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly kind: number;
        readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
      }[];
    }[];
  }[];
}

test('SX1: calls out are spans of a collector, without what may be secret', async () => {
  const collector = await new FakeService({ 'POST /v1/traces': () => ({ status: 200, body: {} }) }).start();
  const target = await new FakeService({ 'GET /secret-path': () => ({ status: 503 }) }).start();
  const spans = new SpanExporter(`${collector.url}/`);
  const client = new OutboundClient({ guard: new AddressGuard(), spans });
  try {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01`, authorization: 'Bearer hush' };
    await client.send({ method: 'GET', url: `${target.url}/secret-path?key=hush`, headers });
    await spans.flush();
    const sent = collector.requests[0];
    assert.ok(sent !== undefined);
    const span = (sent.body as unknown as Traces).resourceSpans[0]?.scopeSpans[0]?.spans[0];
    assert.deepEqual([span?.traceId, span?.kind], [trace, 3]);
    const status = span?.attributes.find(({ key }) => key === 'http.response.status_code');
    assert.deepEqual(status?.value, { intValue: '503' });
    assert.doesNotMatch(sent.text, /secret-path|hush/);
    assert.match(
      String(target.requests[0]?.headers.traceparent),
      new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`),
    );
  } finally {
    await Promise.all([client.close(), collector.stop(), target.stop()]);
  }
});

test('SX2: a collector that is away costs spans, and nothing else', async () => {
  const spans = new SpanExporter('http://127.0.0.1:9');
  spans
    .begin({ method: 'GET', url: 'http://a.example/', headers: {} }, new URL('http://a.example/'))
    .ended({ kind: 'failure', code: 'BadGateway', message: '', retryable: true });
  await spans.flush();
});
