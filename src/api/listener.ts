/**
 * The server's ports: http on loopback and https beside it, both in front of the same router.
 *
 * Owns: opening and closing servers, faults below HTTP, renewing the certificate of a running server.
 * Does not own: what happens with a request (`exchange.ts`), certificates themselves.
 *
 * Invariants
 * L1. Both servers serve every route. With an operator's certificate there is only https (DESIGN D9).
 * L2. Closing takes no new connection, lets answers under way end, and cuts what is still open after a time.
 */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type ExchangeOptions, exchangeHandler } from './exchange.ts';

export interface ListenerOptions extends ExchangeOptions {
  readonly host: string;
  /** 0 is any free port; absent: no plain http. */
  readonly port?: number;
  readonly httpsPort: number;
  readonly certificate: { readonly cert: string; readonly key: string };
}

export interface Listener {
  /** `http://host:port`; absent with an operator's certificate. */
  readonly httpUrl?: string;
  readonly httpsUrl: string;
  /** Serves new connections with another certificate. */
  renew(certificate: { readonly cert: string; readonly key: string }): void;
  /** L2; `milliseconds` until what is open is cut. */
  close(milliseconds: number): Promise<void>;
}

/** Opens both ports. @throws the system's error when one is taken or not allowed. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const servers: Server[] = [];
  try {
    let httpUrl: string | undefined;
    if (options.port !== undefined) {
      const plain = createServer(limits);
      servers.push(plain);
      httpUrl = await open(plain, options, 'http', options.port);
    }
    const secure = createSecureServer({ ...limits, minVersion: 'TLSv1.2', ...options.certificate });
    servers.push(secure);
    const httpsUrl = await open(secure, options, 'https', options.httpsPort);
    return {
      ...(httpUrl === undefined ? {} : { httpUrl }),
      httpsUrl,
      renew: (certificate) => secure.setSecureContext(certificate),
      close: (milliseconds) => closeAll(servers, milliseconds),
    };
  } catch (error) {
    await closeAll(servers, 0);
    throw error;
  }
}

const limits: ServerOptions = {
  // Callback URLs carry a signature and may carry long relative paths and queries.
  maxHeaderSize: 32 * 1024,
  keepAliveTimeout: 72_000,
  // A caller may wait two minutes for a Response, and send a large body slowly before.
  requestTimeout: 300_000,
  headersTimeout: 60_000,
};

async function open(server: Server, options: ListenerOptions, scheme: 'http' | 'https', port: number): Promise<string> {
  const { host } = options;
  const handle = exchangeHandler(options, scheme);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // L2: a connection that is answered while the server closes takes no further request.
    if (!server.listening) response.setHeader('connection', 'close');
    handle(request, response, request.url ?? '/').catch(() => response.destroy());
  });
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${scheme}://${name}:${address.port}`;
}

/** How often connections that have become idle are looked for while the server closes. */
const closeLookMilliseconds = 50;

async function closeAll(servers: readonly Server[], milliseconds: number): Promise<void> {
  const cut = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, milliseconds);
  const look = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, closeLookMilliseconds);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  clearInterval(look);
  clearTimeout(cut);
}

/** What is no HTTP request gets the error envelope too, and its connection ends. */
function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify({
    error: { code: 'InvalidRequestFormat', message: 'The request is not a valid HTTP request.' },
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
