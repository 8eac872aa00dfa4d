/**
 * The one HTTP client for everything that leaves: actions, connectors, deliveries.
 *
 * Owns: connections, time limits, size limits, the guard's place in connecting, faults as data.
 * Does not own: retries (`#engine`, deliveries), bodies as values (`message-body.ts`).
 *
 * Invariants
 * H1. Every connection passes the guard with the address it really goes to (guard A3); redirects are not followed.
 * H2. `send` never rejects (port O2), and an answer larger than the limit is a failure, never a cut one.
 */
import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Outbound, OutboundFailure, OutboundRequest, OutboundResponse } from '#foundation';
import type { Agent } from 'undici';
import type { AddressGuard } from './address-guard.ts';

const usualTimeout = 120_000;
/** Largest answer taken, in bytes (engine reference 1.2: message size). */
const answerLimit = 100 * 1024 * 1024;

class ForbiddenAddress extends Error {
  readonly code = 'TOCSIN_FORBIDDEN';
}

export class OutboundClient implements Outbound {
  readonly #guard: AddressGuard;
  #agent: Promise<Agent> | undefined;

  constructor(guard: AddressGuard) {
    this.#guard = guard;
  }

  /** Made with the first call: loading the client takes a tenth of a second that no start needs. */
  #client(): Promise<Agent> {
    this.#agent ??= import('undici').then(
      ({ Agent: Client }) =>
        new Client({
          connections: 128,
          pipelining: 1,
          keepAliveTimeout: 30_000,
          maxResponseSize: answerLimit,
          connect: { timeout: 30_000, lookup: this.#lookup },
        }),
    );
    return this.#agent;
  }

  async send(request: OutboundRequest): Promise<OutboundResponse | OutboundFailure> {
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      return failure('BadRequest', `The URI '${request.url}' is not an absolute http or https address.`, false);
    }
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    const refusal = isIP(literal) === 0 ? undefined : this.#guard.refusal(literal, literal);
    if (refusal !== undefined) return failure('OutboundAddressForbidden', refusal, false);
    const timeout = AbortSignal.timeout(request.timeoutMilliseconds ?? usualTimeout);
    const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
    try {
      return await this.#exchange(url, request, signal);
    } catch (error) {
      return failureOf(error, url, timeout.aborted);
    }
  }

  async #exchange(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse> {
    const client = await this.#client();
    const answer = await client.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
    });
    const body = new Uint8Array(await answer.body.arrayBuffer());
    return { kind: 'response', status: answer.statusCode, headers: joined(answer.headers), body };
  }

  /** Resolves a name and refuses every address that the guard refuses. */
  readonly #lookup: LookupFunction = (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refusal = addresses
        .map(({ address }) => this.#guard.refusal(host, address))
        .find((reason) => reason !== undefined);
      if (refusal !== undefined) return callback(new ForbiddenAddress(refusal), '', 0);
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      return callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };

  async close(): Promise<void> {
    await (await this.#agent)?.close();
  }
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(',') : value;
  }
  return result;
}

function failure(code: string, message: string, retryable: boolean): OutboundFailure {
  return { kind: 'failure', code, message, retryable };
}

/** Connection faults are worth another try; a name that does not exist and a forbidden address are not. */
function failureOf(error: unknown, url: URL, timedOut: boolean): OutboundFailure {
  const cause = rootOf(error);
  const code = (cause as { readonly code?: unknown }).code;
  if (timedOut) {
    return failure('GatewayTimeout', `The server at '${url.host}' did not answer in time.`, true);
  }
  if (cause instanceof ForbiddenAddress) return failure('OutboundAddressForbidden', cause.message, false);
  if (code === 'ENOTFOUND') {
    return failure('UnresolvableHostName', `The provided host name '${url.hostname}' could not be resolved.`, true);
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return failure('BadRequest', `The answer of '${url.host}' is larger than ${answerLimit} bytes.`, false);
  }
  if (cause.name === 'AbortError') return failure('ActionAborted', 'The call was aborted.', false);
  const text = typeof code === 'string' ? `${code}: ${cause.message}` : cause.message;
  return failure('BadGateway', `The call to '${url.host}' failed: ${text}`, true);
}

function rootOf(error: unknown): Error {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth += 1) {
    current = current.cause;
  }
  return current instanceof Error ? current : new Error(String(current));
}
