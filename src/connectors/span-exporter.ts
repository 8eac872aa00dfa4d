/**
 * Spans of calls that leave the server, sent to a collector as OpenTelemetry's OTLP over HTTP with JSON.
 *
 * Owns: the span of a call, the batch, its sending. Does not own: the calls (`outbound-client.ts`); the collector's address is
 * the operator's, so it does not pass the guard. Off unless an address is given.
 * Source: the OTLP specification 1.x (JSON encoding); OpenTelemetry's conventions for HTTP client spans.
 *
 * Invariants
 * SX1. A span names method, host and status; paths, queries, headers and bodies, which may hold secrets, are no part of it.
 * SX2. Spans wait in memory for a second, and of those that cannot be sent the oldest go; no call waits for them.
 */
import { randomBytes } from 'node:crypto';
import type { OutboundFailure, OutboundRequest, OutboundResponse } from '#foundation';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly failed: boolean;
}

const waitMilliseconds = 1_000;
const mostWaiting = 2_048;
const sendMilliseconds = 10_000;
const clientKind = 3;
const errorStatus = 2;

/** A call's place in a trace: what the called service is told, and what becomes of it. */
export interface SpanOfCall {
  readonly traceparent: string;
  ended(outcome: OutboundResponse | OutboundFailure): void;
}

export class SpanExporter {
  readonly #url: string;
  readonly #version: string;
  #waiting: Span[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param endpoint `http://localhost:4318`, as in `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  constructor(endpoint: string, version = '0.1.0') {
    this.#url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    this.#version = version;
  }

  /** Begins the span of a call. A `traceparent` that the author set is carried on. */
  begin(request: OutboundRequest, url: URL): SpanOfCall {
    const given = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(request.headers['traceparent'] ?? '')?.[1];
    const traceId = given ?? randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const start = Date.now();
    return {
      traceparent: `00-${traceId}-${spanId}-01`,
      ended: (outcome) => {
        const answered = outcome.kind === 'response';
        this.#add({
          traceId,
          spanId,
          name: request.method,
          start,
          end: Date.now(),
          attributes: {
            'http.request.method': request.method,
            'server.address': url.hostname,
            'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
            ...(answered ? { 'http.response.status_code': outcome.status } : { 'error.type': outcome.code }),
          },
          failed: !answered || outcome.status >= 400,
        });
      },
    };
  }

  #add(span: Span): void {
    if (this.#waiting.length >= mostWaiting) this.#waiting.shift();
    this.#waiting.push(span);
    this.#timer ??= setTimeout(() => void this.flush(), waitMilliseconds).unref();
  }

  /** Sends what waits; nothing is thrown (SX2). */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const spans = this.#waiting;
    if (spans.length === 0) return;
    this.#waiting = [];
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.#message(spans)),
        signal: AbortSignal.timeout(sendMilliseconds),
      });
      await response.arrayBuffer();
    } catch {
      // The collector is away: these spans are lost, as spans may be.
    }
  }

  #message(spans: readonly Span[]): object {
    return {
      resourceSpans: [
        {
          resource: { attributes: attributesOf({ 'service.name': 'tocsin', 'service.version': this.#version }) },
          scopeSpans: [{ scope: { name: 'tocsin.outbound' }, spans: spans.map(spanOf) }],
        },
      ],
    };
  }
}

function spanOf({ traceId, spanId, name, start, end, attributes, failed }: Span): object {
  return {
    traceId,
    spanId,
    name,
    kind: clientKind,
    startTimeUnixNano: `${start}000000`,
    endTimeUnixNano: `${end}000000`,
    attributes: attributesOf(attributes),
    status: failed ? { code: errorStatus } : {},
  };
}

function attributesOf(attributes: Readonly<Record<string, string | number>>): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}
