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
import { STATUS_CODES } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
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
  const servers: FastifyInstance[] = [];
  try {
    let httpUrl: string | undefined;
    if (options.port !== undefined) {
      const app = plainServer(options);
      servers.push(app);
      httpUrl = await open(app, options, 'http', options.port);
    }
    const secure = secureServer(options);
    servers.push(secure);
    const httpsUrl = await open(secure, options, 'https', options.httpsPort);
    return {
      ...(httpUrl === undefined ? {} : { httpUrl }),
      httpsUrl,
      renew: (certificate) => (secure.server as unknown as SecureServer).setSecureContext(certificate),
      close: (milliseconds) => closeAll(servers, milliseconds),
    };
  } catch (error) {
    await closeAll(servers, 0);
    throw error;
  }
}

/** ARM routing is ours, so the web server sees one path; the handler reads the request line itself. */
const shared = {
  logger: false,
  rewriteUrl: () => '/',
  forceCloseConnections: 'idle',
  return503OnClosing: false,
  keepAliveTimeout: 72_000,
  clientErrorHandler: answerClientError,
} as const;

/** Callback URLs carry a signature and may carry long relative paths and queries. */
const maxHeaderSize = 32 * 1024;

function plainServer(options: ListenerOptions): FastifyInstance {
  return prepare(Fastify({ ...shared, http: { maxHeaderSize } }), options, 'http');
}

function secureServer(options: ListenerOptions): FastifyInstance {
  const https = { maxHeaderSize, minVersion: 'TLSv1.2', ...options.certificate } as const;
  return prepare(Fastify({ ...shared, https }), options, 'https');
}

function prepare(app: FastifyInstance, options: ListenerOptions, scheme: 'http' | 'https'): FastifyInstance {
  const handle = exchangeHandler(options, scheme);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    await handle(request.raw, reply.raw, request.originalUrl);
  };
  app.removeAllContentTypeParsers();
  // Bodies are read by the handler, which knows the route's limit.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.addHook('onRequest', answer);
  // Never reached: the hook answers before routing decides. The web server wants a route to hang it on.
  app.all('/', answer);
  return app;
}

async function open(
  app: FastifyInstance,
  { host }: ListenerOptions,
  scheme: 'http' | 'https',
  port: number,
): Promise<string> {
  await app.listen({ host: host.replace(/^\[|\]$/g, ''), port });
  const address = app.server.address() as AddressInfo;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `${scheme}://${name}:${address.port}`;
}

async function closeAll(servers: readonly FastifyInstance[], milliseconds: number): Promise<void> {
  const cut = setTimeout(() => {
    for (const app of servers) app.server.closeAllConnections();
  }, milliseconds);
  await Promise.allSettled(servers.map((app) => app.close()));
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
