/**
 * The endpoints of scenarios as a local HTTP server: what `http://127.0.0.1:{port}/{scenario}/{host}/…` stands for is
 * `https://{host}/…`.
 *
 * Owns: serving scripted answers, recording calls, translating addresses both ways. Does not own: the scenario's form.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type Json, textMember } from '#foundation';
import type { Endpoint, ScriptedAnswer } from './endpoint.ts';

export interface RecordedCall {
  readonly uri: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Milliseconds, of this machine's clock. */
  readonly at: number;
}

export class ScriptedEndpoints {
  readonly #server: Server;
  readonly #scripts = new Map<string, Script>();

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Endpoints of one scenario, under a name of its own. */
  add(name: string, endpoints: readonly Endpoint[] = []): Script {
    const { port } = this.#server.address() as AddressInfo;
    const script = new Script(`http://127.0.0.1:${port}/${name}`, endpoints);
    this.#scripts.set(name, script);
    return script;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const [, name = '', ...rest] = (request.url ?? '').split('/');
    const script = this.#scripts.get(name);
    if (script === undefined) {
      response.writeHead(599).end();
      return;
    }
    script.answer(`/${rest.join('/')}`, request, Buffer.concat(chunks).toString('utf8'), response);
  }
}

export class Script {
  readonly calls: RecordedCall[] = [];
  readonly #base: string;
  readonly #endpoints: readonly Endpoint[];
  readonly #served = new Map<Endpoint, number>();
  /** Origins that endpoints have: `https://a.test`. */
  readonly #origins: readonly string[];

  constructor(base: string, endpoints: readonly Endpoint[]) {
    this.#base = base;
    this.#endpoints = endpoints;
    this.#origins = [...new Set(endpoints.map(({ uri }) => /^https?:\/\/[^/?]+/.exec(uri)?.[0] ?? ''))].filter(
      (origin) => origin !== '',
    );
  }

  /** The value with the scenario's addresses as those of this server. */
  toLocal<T>(value: T): T {
    let text = JSON.stringify(value);
    for (const origin of this.#origins) text = text.replaceAll(origin, this.#localOrigin(origin));
    return JSON.parse(text) as T;
  }

  /** The text with this server's addresses as those of the scenario. */
  fromLocal(text: string): string {
    let result = text;
    for (const origin of this.#origins) result = result.replaceAll(this.#localOrigin(origin), origin);
    return result;
  }

  #localOrigin(origin: string): string {
    return `${this.#base}/${origin.replace(/^https?:\/\//, '')}`;
  }

  answer(path: string, request: IncomingMessage, body: string, response: ServerResponse): void {
    const method = request.method ?? '';
    const uri = this.fromLocal(`${this.#base}${path}`);
    this.calls.push({ uri, method, headers: request.headers, body, at: Date.now() });
    const answer = this.next(uri, method);
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    if ('failure' in answer) {
      response.destroy();
      return;
    }
    const { headers, content } = messageOf(this.#body(uri, answer.body));
    response.writeHead(answer.statusCode, { ...headers, ...this.#headers(uri, answer.headers ?? {}) }).end(content);
  }

  /** What the endpoint of this address answers now; undefined where there is none. */
  next(uri: string, method: string): ScriptedAnswer | undefined {
    const endpoint = this.#find(uri, method);
    if (endpoint === undefined) return undefined;
    const served = this.#served.get(endpoint) ?? 0;
    this.#served.set(endpoint, served + 1);
    return endpoint.answers[Math.min(served, endpoint.answers.length - 1)] ?? { statusCode: 200 };
  }

  #find(uri: string, method: string): Endpoint | undefined {
    const bare = (text: string): string => (text.split('?')[0] ?? '').replace(/\/$/, '');
    const fits = (endpoint: Endpoint): boolean => (endpoint.method ?? method) === method;
    return (
      this.#endpoints.find((endpoint) => fits(endpoint) && endpoint.uri === uri) ??
      this.#endpoints.find((endpoint) => fits(endpoint) && bare(endpoint.uri) === bare(uri))
    );
  }

  #body(uri: string, body: Json | undefined): Json | undefined {
    if (!isJsonObject(body)) return body;
    return Object.fromEntries(
      Object.entries(this.toLocal(body)).map(([name, value]) => [
        name,
        name.endsWith('nextLink') && typeof value === 'string' && value.startsWith('/')
          ? `${this.#prefix(uri)}${value}`
          : value,
      ]),
    );
  }

  #prefix(uri: string): string {
    const origin = this.#origins.find((one) => uri.startsWith(one)) ?? '';
    return new URL(this.#localOrigin(origin)).pathname;
  }

  /** A relative address of the scenario is relative to its host, not to this server. */
  #headers(uri: string, headers: Readonly<Record<string, string>>): Record<string, string> {
    const prefix = this.#prefix(uri);
    return Object.fromEntries(
      Object.entries(this.toLocal({ ...headers })).map(([name, text]) => {
        return [name, name.toLowerCase() === 'location' && text.startsWith('/') ? `${prefix}${text}` : text];
      }),
    );
  }
}

/** A scripted body as it goes over the wire. */
export function messageOf(body: Json | undefined): {
  readonly headers: Record<string, string>;
  readonly content: Buffer;
} {
  if (body === undefined) return { headers: {}, content: Buffer.alloc(0) };
  const type = textMember(body, '$content-type');
  const content = textMember(body, '$content');
  if (isJsonObject(body) && type !== undefined && content !== undefined) {
    return { headers: { 'content-type': type }, content: Buffer.from(content, 'base64') };
  }
  if (typeof body === 'string') return { headers: { 'content-type': 'text/plain' }, content: Buffer.from(body) };
  return { headers: { 'content-type': 'application/json' }, content: Buffer.from(JSON.stringify(body)) };
}
