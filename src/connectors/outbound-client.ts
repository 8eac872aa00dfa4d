/**
 * The one HTTP client for everything that leaves: actions, connectors, deliveries.
 *
 * Owns: time limits, size limits, compressed answers, faults as data.
 * Does not own: connections (`outbound-agents.ts`), retries (`#engine`, deliveries), bodies as values (`message-body.ts`).
 *
 * Invariants
 * H1. Every call passes the guard; redirects are not followed, so none leads elsewhere.
 * H2. `send` never rejects (port O2), and an answer larger than the limit is a failure, never a cut one, packed or unpacked.
 */
import { isIP } from 'node:net';
import type { Outbound, OutboundFailure, OutboundRequest, OutboundResponse } from '#foundation';
import { Circuits } from './circuits.ts';
import { collectAnswer } from './collected-answer.ts';
import { answerLimit, unpacked } from './content-encodings.ts';
import { ForbiddenAddress } from './guarded-lookup.ts';
import { type AgentOptions, OutboundAgents } from './outbound-agents.ts';
import type { SpanExporter } from './span-exporter.ts';

export interface OutboundOptions extends AgentOptions {
  /** Where spans of calls go; nowhere unless given. */
  readonly spans?: Pick<SpanExporter, 'begin'>;
}

const usualTimeout = 120_000;
/** Failures that say something of the host. */
const unanswered = new Set(['GatewayTimeout', 'BadGateway', 'UnresolvableHostName']);

export class OutboundClient implements Outbound {
  readonly #options: OutboundOptions;
  readonly #agents: OutboundAgents;
  /** How each host is doing. */
  readonly circuits = new Circuits();

  constructor(options: OutboundOptions) {
    this.#options = options;
    this.#agents = new OutboundAgents(options);
  }

  async send(request: OutboundRequest): Promise<OutboundResponse | OutboundFailure> {
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      return failure('BadRequest', `The URI '${request.url}' is not an absolute http or https address.`, false);
    }
    if ((request.body?.length ?? 0) > answerLimit) {
      return failure(
        'BadRequest',
        `The content of the request is larger than the limit of ${answerLimit} bytes.`,
        false,
      );
    }
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const refusal = isIP(literal) === 0 ? undefined : this.#options.guard.refusal(literal, literal);
    if (refusal !== undefined) return failure('OutboundAddressForbidden', refusal, false);
    const stopped = this.circuits.begin(url.origin);
    if (stopped !== undefined) return failure('ServiceUnavailable', stopped, true);
    const span = this.#options.spans?.begin(request, url);
    const traced =
      span === undefined ? request : { ...request, headers: { ...request.headers, traceparent: span.traceparent } };
    const outcome = await this.#timed(url, traced);
    span?.ended(outcome);
    this.circuits.ended(url.origin, outcome.kind === 'response' || !unanswered.has(outcome.code));
    return outcome;
  }

  async #timed(url: URL, request: OutboundRequest): Promise<OutboundResponse | OutboundFailure> {
    // One controller and one timer: composed signals cost a call a third of its time.
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort();
    }, request.timeoutMilliseconds ?? usualTimeout);
    request.signal?.addEventListener('abort', abort, { once: true });
    if (request.signal?.aborted === true) abort();
    try {
      return await this.#exchange(url, request, controller.signal);
    } catch (error) {
      return failureOf(error, url, timedOut);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
    }
  }

  async #exchange(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse> {
    const dispatcher = await this.#agents.for(url, request);
    const unpacks = request.decompress !== false;
    const { statusCode, headers, body } = await collectAnswer(
      dispatcher,
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: unpacks ? { 'accept-encoding': 'gzip, deflate', ...request.headers } : { ...request.headers },
        body: request.body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      signal,
    );
    const response = { kind: 'response', status: statusCode, headers: joined(headers), body } as const;
    // A part of a packed whole cannot be unpacked alone.
    return unpacks && statusCode !== 206 ? unpacked(response, answerLimit) : response;
  }

  close(): Promise<void> {
    return this.#agents.close();
  }
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(',') : value;
  }
  return result;
}

// --- Faults -----------------------------------------------------------------------------------------------------

function failure(code: string, message: string, retryable: boolean): OutboundFailure {
  return { kind: 'failure', code, message, retryable };
}

/** Lost connections are worth another try; what the other side is, or what we may not do, is not. */
function failureOf(error: unknown, url: URL, timedOut: boolean): OutboundFailure {
  const cause = rootOf(error);
  const given = (cause as { readonly code?: unknown }).code;
  const code = typeof given === 'string' ? given : '';
  if (timedOut || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return failure('GatewayTimeout', `The server at '${url.host}' did not answer in time.`, true);
  }
  if (cause instanceof ForbiddenAddress) return failure('OutboundAddressForbidden', cause.message, false);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failure('UnresolvableHostName', `The provided host name '${url.hostname}' could not be resolved.`, true);
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'ERR_BUFFER_TOO_LARGE') {
    return failure(
      'BadRequest',
      `The answer of '${url.host}' is larger than the limit of ${answerLimit} bytes.`,
      false,
    );
  }
  if (cause.name === 'AbortError') return failure('ActionAborted', 'The call was aborted.', false);
  if (/^Z_|^ERR__?BROTLI|^ERR_BROTLI/.test(code)) {
    return failure('InvalidProtocolResponse', `The compressed answer of '${url.host}' is damaged.`, true);
  }
  const text = code === '' ? cause.message : `${code}: ${cause.message}`;
  if (cause.name === 'HTTPParserError' || code.startsWith('HPE_')) {
    return failure('InvalidProtocolResponse', `The answer of '${url.host}' is not valid HTTP: ${text}`, true);
  }
  if (isTrustFault(code)) {
    return failure('BadRequest', `The secure connection to '${url.host}' could not be made: ${text}`, false);
  }
  if (/^UND_ERR_INVALID_ARG|^ERR_INVALID/.test(code)) {
    return failure('BadRequest', `The call to '${url.host}' cannot be made: ${text}`, false);
  }
  return failure('BadGateway', `The call to '${url.host}' failed: ${text}`, true);
}

/** Faults of certificates and of the handshake: another try meets the same. */
function isTrustFault(code: string): boolean {
  return /^ERR_(TLS|SSL|OSSL|CRYPTO)_|_CERT|^CERT_|SELF_SIGNED|^UNABLE_TO_|^EPROTO$|^HOSTNAME_MISMATCH$/.test(code);
}

function rootOf(error: unknown): Error {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth += 1) {
    current = current.cause;
  }
  return current instanceof Error ? current : new Error(String(current));
}
