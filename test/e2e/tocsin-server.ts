/**
 * A real server in a process of its own, on free ports and a data folder that is thrown away: what end-to-end tests share.
 *
 * Everything goes through the public contract: the ready line, HTTP with the admin token, signals.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Json, type JsonObject, textMember } from '#foundation';

const main = join(import.meta.dirname, '../../src/main.ts');

export const subscriptionId = '00000000-0000-4000-8000-000000000001';
export const subscription = `/subscriptions/${subscriptionId}`;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // Tests read deep into answers; assertions name what they expect.
  readonly body: JsonObject & { readonly value?: readonly JsonObject[] };
  readonly text: string;
}

export interface CallOptions {
  readonly body?: Json;
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string | null;
}

export class TocsinServer {
  readonly folder: string;
  /** What `start` passes on. */
  options: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  url = '';
  secureUrl = '';
  token = '';
  log = '';

  constructor(options: readonly string[] = ['--empty'], environment: Readonly<Record<string, string>> = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'tocsin-e2e-'));
    this.options = options;
    this.#environment = environment;
  }

  /** Starts the server over the same folder and waits for its ready line. */
  async start(): Promise<this> {
    const words = [main, '--port', '0', '--https-port', '0', '--data', this.folder, ...this.options];
    const child = spawn(process.execPath, words, {
      env: { ...process.env, TOCSIN_ADMIN_TOKEN: '', ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
    const [, url, secureUrl] = await readyLine(child, () => this.log);
    this.url = url ?? '';
    this.secureUrl = secureUrl ?? '';
    this.token = readFileSync(join(this.folder, 'admin-token'), 'utf8').trim();
    return this;
  }

  get processId(): number {
    return this.#child?.pid ?? 0;
  }

  /** Ends the process by a signal and answers its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const { body, text, headers = {}, token = this.token } = options;
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(path.startsWith('http') ? path : `${this.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(answer), text: answer };
  }

  /** Asks again until `ready` answers something; at most ten seconds. */
  async eventually<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
    const end = Date.now() + 10_000;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`${what} did not happen; log:\n${this.log.slice(-2000)}`);
      await pause(25);
    }
  }

  /** The run when it has ended. */
  finishedRun(id: string): Promise<JsonObject> {
    return this.eventually(async () => {
      const { body } = await this.call('GET', `${id}?api-version=2019-05-01`);
      const properties = body.properties as JsonObject | undefined;
      return properties?.endTime === undefined ? undefined : body;
    }, `the end of ${id}`);
  }
}

function parsed(text: string): Reply['body'] {
  try {
    return JSON.parse(text) as Reply['body'];
  } catch {
    return {};
  }
}

function readyLine(child: ChildProcess, log: () => string): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const line = /^tocsin ready (http:\/\/\S+) (https:\/\/\S+)$/m.exec(output);
      if (line !== null) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready:\n${log()}`)));
  });
}

/** A member of an answer that must be a text. */
export function textOf(target: Json | undefined, name: string): string {
  const value = textMember(target, name);
  if (value === undefined) throw new Error(`'${name}' is no text in ${JSON.stringify(target)}`);
  return value;
}
