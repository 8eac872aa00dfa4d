/** A local HTTP service for end-to-end tests: answers by script and writes down every request. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServiceAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface ServiceRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Script = (request: ServiceRequest, number: number) => ServiceAnswer | Promise<ServiceAnswer>;

export class ScriptedService {
  readonly requests: ServiceRequest[] = [];
  readonly #script: Script;
  readonly #server: Server;
  url = '';

  /** @param script gets each request and how many came before it. */
  constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const seen = { method, url, headers, body: Buffer.concat(parts).toString() };
        this.requests.push(seen);
        void Promise.resolve(this.#script(seen, this.requests.length - 1)).then((answer) => {
          const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
          const type = text === '' ? {} : { 'content-type': 'application/json' };
          response.writeHead(answer.status ?? 200, { ...type, ...answer.headers });
          response.end(text);
        });
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Requests on a path, query left out. */
  on(path: string): readonly ServiceRequest[] {
    return this.requests.filter(({ url }) => url.split('?')[0] === path);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
