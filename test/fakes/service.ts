/**
 * Services on this machine that behave as those behind connectors are documented to: what they check, what they answer, what
 * they refuse. Every request is written down.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Json, JsonObject } from '#foundation';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly bytes: Buffer;
  readonly body: Json;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | Buffer;
}

export type FakeRoute = (request: SeenRequest, groups: readonly string[]) => FakeAnswer;

/** A service with routes such as `POST /rest/api/2/issue`; a group in the expression is handed on, decoded. */
export class FakeService {
  readonly requests: SeenRequest[] = [];
  readonly #routes: readonly (readonly [RegExp, FakeRoute])[];
  readonly #server: Server;
  url = '';

  readonly #isSecure: boolean;

  /** With a certificate it is served over TLS. */
  constructor(routes: Readonly<Record<string, FakeRoute>>, tls?: { readonly cert: string; readonly key: string }) {
    this.#isSecure = tls !== undefined;
    this.#routes = Object.entries(routes).map(([route, handler]) => [
      new RegExp(`^${route.replaceAll('{}', '([^/]+)')}$`),
      handler,
    ]);
    const serve = (request: IncomingMessage, response: ServerResponse): void => this.#serve(request, response);
    this.#server = tls === undefined ? createServer(serve) : createSecure(tls, serve);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://local');
      const bytes = Buffer.concat(parts);
      const text = bytes.toString();
      const { method = '', headers } = request;
      const seen = { method, path: url.pathname, query: url.searchParams, headers, text, bytes, body: jsonOf(text) };
      this.requests.push(seen);
      const { status = 200, headers: own = {}, body } = this.#answer(seen);
      response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...own });
      const raw = typeof body === 'string' || Buffer.isBuffer(body);
      response.end(body === undefined ? '' : raw ? body : JSON.stringify(body));
    });
  }

  #answer(seen: SeenRequest): FakeAnswer {
    for (const [expression, handler] of this.#routes) {
      const match = expression.exec(`${seen.method} ${seen.path}`);
      if (match !== null) return handler(seen, match.slice(1).map(decodeURIComponent));
    }
    return { status: 404, body: { error: { code: 'NotFound', message: `${seen.method} ${seen.path}` } } };
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http${this.#isSecure ? 's' : ''}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Requests whose method and path begin so. */
  on(start: string): readonly SeenRequest[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(start));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

// --- OAuth ------------------------------------------------------------------------------------------------------

/** An authorization server with one application: PKCE is demanded, codes are good once, refresh tokens rotate. */
export class FakeAuthority {
  readonly client = { clientId: 'tocsin-app', clientSecret: 'app-hush' } as const;
  readonly #codes = new Map<
    string,
    { readonly challenge: string; readonly redirectUri: string; readonly scope: string }
  >();
  #refresh = '';
  /** The only access token that services take. */
  access = '';
  expiresIn = 3600;
  refuseRefresh = false;
  refreshes = 0;

  routes(): Readonly<Record<string, FakeRoute>> {
    return {
      'GET /authorize': (request) => this.#authorize(request),
      'POST /token': (request) => this.#token(request),
    };
  }

  #authorize({ query }: SeenRequest): FakeAnswer {
    const redirectUri = query.get('redirect_uri') ?? '';
    const challenge = query.get('code_challenge') ?? '';
    if (
      query.get('client_id') !== this.client.clientId ||
      query.get('code_challenge_method') !== 'S256' ||
      challenge === ''
    ) {
      return { status: 400, body: { error: 'invalid_request' } };
    }
    const code = randomUUID();
    this.#codes.set(code, { challenge, redirectUri, scope: query.get('scope') ?? '' });
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    target.searchParams.set('state', query.get('state') ?? '');
    return { status: 302, headers: { location: target.href } };
  }

  #token({ text }: SeenRequest): FakeAnswer {
    const form = new URLSearchParams(text);
    const refused = (error: string): FakeAnswer => ({
      status: 400,
      body: { error, error_description: `AADSTS: ${error}` },
    });
    if (form.get('client_id') !== this.client.clientId || form.get('client_secret') !== this.client.clientSecret) {
      return { status: 401, body: { error: 'invalid_client' } };
    }
    if (form.get('grant_type') === 'authorization_code') {
      const asked = this.#codes.get(form.get('code') ?? '');
      this.#codes.delete(form.get('code') ?? '');
      const proof = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (asked === undefined || asked.challenge !== proof || asked.redirectUri !== form.get('redirect_uri'))
        return refused('invalid_grant');
    } else if (form.get('grant_type') === 'refresh_token') {
      this.refreshes += 1;
      if (this.refuseRefresh || form.get('refresh_token') !== this.#refresh) return refused('invalid_grant');
    } else if (form.get('grant_type') !== 'client_credentials') return refused('unsupported_grant_type');
    this.access = `access-${randomUUID()}`;
    this.#refresh = `refresh-${randomUUID()}`;
    const claims = Buffer.from(JSON.stringify({ preferred_username: 'ana@example.com' })).toString('base64url');
    return {
      body: {
        token_type: 'Bearer',
        access_token: this.access,
        refresh_token: this.#refresh,
        expires_in: this.expiresIn,
        id_token: `e30.${claims}.x`,
      },
    };
  }

  /** Lets only the newest access token through. */
  guarded(route: FakeRoute): FakeRoute {
    return (request, groups) =>
      request.headers.authorization === `Bearer ${this.access}` && this.access !== ''
        ? route(request, groups)
        : { status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'Access token is invalid.' } } };
  }
}

/** Lets one user name and password through. */
export function basicOnly(user: string, password: string, route: FakeRoute): FakeRoute {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return (request, groups) =>
    request.headers.authorization === expected
      ? route(request, groups)
      : {
          status: 401,
          body: {
            error: { message: 'User Not Authenticated', detail: 'Required to provide Auth information' },
            status: 'failure',
          },
        };
}

/** Lets one value of a header through. */
export function headerOnly(name: string, value: string, route: FakeRoute): FakeRoute {
  return (request, groups) =>
    request.headers[name] === value
      ? route(request, groups)
      : { status: 403, body: { error: { message: 'Invalid key' } } };
}

export function member(body: Json, name: string): JsonObject {
  return ((body as JsonObject | null)?.[name] ?? {}) as JsonObject;
}
