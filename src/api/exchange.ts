/**
 * One exchange on a socket: from a raw request to the router and back onto the wire.
 *
 * Owns: request lines, bodies and their limits, credentials before bodies, answers on the wire.
 * Does not own: servers and ports (`listener.ts`), routing and checks (`router.ts`), what credentials mean
 * (`authenticate.ts` of `#service`).
 *
 * Invariants
 * V1. Both listeners serve every route; what answers does not depend on the port, absolute URLs apart.
 * V2. Credentials are judged before a body is read; open routes read none. Routes that ask for a stream read it themselves.
 * V3. While the server is not ready, and while it drains, everything but health and metrics is 503 with `Retry-After`.
 * V4. Every failed answer is an error envelope, also those that Node or the web server would word themselves.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ArmRequest, ArmResponse, Fault, Identity } from '#foundation';
import { fault, isFault, stringifyJson } from '#foundation';
import { authenticate, type Metrics, type Services } from '#service';
import { bodyStream } from './body-stream.ts';
import { bodyOf, discardRest, readBytes, type RequestBody } from './request-body.ts';
import { type Admission, rateLimitsOf } from './rate-limits.ts';
import { requestTarget } from './request-target.ts';
import type { MatchedRoute, Router } from './router.ts';

export type ServerState = 'starting' | 'ready' | 'draining';

export interface ExchangeOptions {
  readonly router: Router;
  readonly services: Services;
  readonly metrics: Metrics;
  readonly state: () => ServerState;
  /** Bytes of a body, and of a body on routes that take large ones. */
  readonly bodyLimit: number;
  readonly largeBodyLimit: number;
}

const anonymous: Identity = { kind: 'Anonymous', objectId: '', displayName: '' };

/** What one request needs until it is answered. */
interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly baseUrl: string;
}

/** Handles one request on one scheme, `target` its raw request target; resolves when the answer is on its way. */
export function exchangeHandler(
  options: ExchangeOptions,
  scheme: 'http' | 'https',
): (message: IncomingMessage, response: ServerResponse, target: string) => Promise<void> {
  return async (message, response, target) => {
    const started = performance.now();
    response.once('close', () => {
      options.metrics.request(methodLabel(message.method), response.statusCode, (performance.now() - started) / 1000);
    });
    const exchange = { message, response, ...open(options, scheme, message, target) };
    const answer = await answerOf(options, exchange);
    if (answer === undefined) return;
    if (!message.complete) await discardRest(message);
    send(options, exchange, answer);
  };
}

const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function methodLabel(method: string | undefined): string {
  return method !== undefined && knownMethods.has(method) ? method : 'other';
}

function open(
  options: ExchangeOptions,
  scheme: 'http' | 'https',
  message: IncomingMessage,
  target: string,
): Omit<Exchange, 'message' | 'response'> {
  const { path, query, search } = requestTarget(target);
  // Only `set-cookie` is ever a list in here, and requests have none.
  const headers = message.headers as Readonly<Record<string, string>>;
  const host = headers['host'];
  const baseUrl =
    host !== undefined && /^[\w.\-:[\]]{1,255}$/.test(host)
      ? `${scheme}://${host}`
      : options.services.settings.publicBaseUrl;
  return { method: message.method ?? 'GET', path, query, search, headers, baseUrl };
}

/** The answer; undefined when the caller went away before it had sent its body. */
async function answerOf(options: ExchangeOptions, exchange: Exchange): Promise<ArmResponse | undefined> {
  const { router, services } = options;
  const { method, path } = exchange;
  const refuse = (reason: Fault): ArmResponse => router.refuse(reason, exchange);
  const state = options.state();
  if (state !== 'ready' && !isStatusPath(path)) return refuse(unavailable(state));
  const match = router.match(method, path);
  if (isFault(match) || !('open' in match.route.permission)) {
    const identity = await authenticate(services, exchange);
    if (isFault(identity)) return refuse(identity);
    if (isFault(match)) return refuse(identity.kind === 'Anonymous' ? noCredential() : match);
    return perform(options, exchange, match, identity);
  }
  return perform(options, exchange, match, anonymous);
}

function isStatusPath(path: string): boolean {
  return path === '/healthz' || path === '/readyz' || path === '/metrics';
}

function unavailable(state: ServerState): Fault {
  const what = state === 'starting' ? 'starting' : 'stopping';
  return fault('ServiceUnavailable', `The server is ${what}.`, { retryAfterSeconds: 1 });
}

function noCredential(): Fault {
  return fault('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
}

async function perform(
  options: ExchangeOptions,
  exchange: Exchange,
  match: MatchedRoute,
  identity: Identity,
): Promise<ArmResponse | undefined> {
  const { message, response, method, path, query, search, headers, baseUrl } = exchange;
  if (identity.kind === 'Anonymous' && !('open' in match.route.permission)) {
    return options.router.refuse(noCredential(), exchange);
  }
  const admission = admitted(options, exchange, match, identity);
  if (admission?.refused !== undefined) {
    return withHeaders(options.router.refuse(admission.refused, exchange), admission.headers);
  }
  const body = await bodyFor(options, exchange, match);
  if (body === undefined) return undefined;
  if (isFault(body)) return options.router.refuse(body, exchange);
  const request: ArmRequest = {
    method,
    path,
    query,
    search,
    headers,
    ...body,
    identity,
    baseUrl,
    remoteAddress: message.socket.remoteAddress ?? '',
    whenCallerGone: (listener) => {
      response.once('close', () => {
        if (!response.writableFinished) listener();
      });
    },
  };
  const answer = await options.router.perform(match, request);
  return admission === undefined ? answer : withHeaders(answer, admission.headers);
}

/** Counts a request against its caller's limit; undefined for what has none. */
function admitted(
  { services }: ExchangeOptions,
  { method }: Exchange,
  { route, clean }: MatchedRoute,
  identity: Identity,
): Admission | undefined {
  if ('open' in route.permission || route.body === 'stream') return undefined;
  const subscription = clean.keys[0] === 'subscriptions' ? clean.keys[1] : undefined;
  return rateLimitsOf(services).admit(identity, method, subscription);
}

function withHeaders(answer: ArmResponse, headers: Readonly<Record<string, string>>): ArmResponse {
  return answer.bare === true ? answer : { ...answer, headers: { ...headers, ...answer.headers } };
}

/** What the route reads of the request; undefined when the caller went away meanwhile. */
async function bodyFor(
  options: ExchangeOptions,
  { message, headers }: Exchange,
  { route }: MatchedRoute,
): Promise<RequestBody | Fault | undefined> {
  if (route.body === 'stream') {
    return {
      bodyStream: bodyStream(message, () => (options.state() === 'draining' ? unavailable('draining') : undefined)),
    };
  }
  const bytes = await readBytes(message, route.largeBody === true ? options.largeBodyLimit : options.bodyLimit);
  return bytes === undefined || isFault(bytes) ? bytes : bodyOf(route, bytes, headers);
}

// --- Answers on the wire ----------------------------------------------------------------------------------------

const jsonType = 'application/json; charset=utf-8';

function send(options: ExchangeOptions, exchange: Exchange, answer: ArmResponse): void {
  const { message, response } = exchange;
  if (response.destroyed) return;
  try {
    write(options, exchange, answer);
  } catch (error) {
    // A header that cannot be sent, say one that a workflow's Response asked for.
    options.services.log.warn('An answer could not be sent as it was.', {
      error: error instanceof Error ? error.message : String(error),
    });
    if (response.headersSent) response.destroy();
    else
      write(
        options,
        exchange,
        options.router.refuse(fault('InternalServerError', 'The answer cannot be sent.'), exchange),
      );
  }
  // A body that was not read to its end would be taken for the next request.
  if (!message.complete) response.once('finish', () => message.destroy());
}

function write(options: ExchangeOptions, exchange: Exchange, answer: ArmResponse): void {
  const { message, response } = exchange;
  const headers = wireHeaders(answer);
  if (!message.complete || options.state() === 'draining') headers['connection'] = 'close';
  if (answer.stream !== undefined) {
    response.writeHead(answer.status, headers);
    pipe(answer.stream, response);
    return;
  }
  const content = contentOf(answer);
  if (answer.body !== undefined) headers['content-type'] ??= jsonType;
  const bodyless = answer.status === 204 || answer.status === 304;
  if (!bodyless) headers['content-length'] = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  response.writeHead(answer.status, headers);
  response.end(bodyless || exchange.method === 'HEAD' ? undefined : content);
}

/** Set here and nowhere else, whatever a handler says. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

function wireHeaders(answer: ArmResponse): Record<string, string | number> {
  const headers: Record<string, string | number> = { 'x-content-type-options': 'nosniff' };
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    const key = name.toLowerCase();
    if (!framing.has(key)) headers[key] = value;
  }
  return headers;
}

function contentOf(answer: ArmResponse): string | Uint8Array {
  if (answer.body !== undefined) return stringifyJson(answer.body);
  return answer.rawBody ?? '';
}

/** Ends the iteration when the caller goes away: leaving the loop tells the source to stop. */
function pipe(stream: AsyncIterable<Uint8Array | string>, response: ServerResponse): void {
  const source = Readable.from(stream, { objectMode: false });
  response.once('close', () => source.destroy());
  source.once('error', () => response.destroy());
  source.pipe(response);
}
