/** The processes of the demonstration: a server that can be killed and started again, and a command that follows files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');

export class DemoServer {
  readonly #data: string;
  #child: ChildProcess | undefined;
  #port = '0';
  url = '';
  token = '';

  constructor(data: string) {
    this.#data = data;
  }

  /** Starts the server, again on the port it had before. */
  async start(): Promise<void> {
    const words = ['--port', this.#port, '--https-port', '0', '--data', this.#data, '--empty'];
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-4_000);
    });
    this.url = await new Promise((resolve, reject) => {
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const line = /^tocsin ready (http:\/\/\S+)/m.exec(output);
        if (line !== null) resolve(line[1] ?? '');
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
    });
    this.#port = new URL(this.url).port;
    this.token = readFileSync(join(this.#data, 'admin-token'), 'utf8').trim();
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await endChild(this.#child, signal);
  }

  /** One request; an answer from 400 on is an error. */
  async call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(path.startsWith('http') ? path : `${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  }

  /** All items of a list. */
  async list(path: string): Promise<readonly Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let next: string | undefined = path;
    while (next !== undefined) {
      const page: Record<string, unknown> = await this.call('GET', next);
      items.push(...(page['value'] as Record<string, unknown>[]));
      next = page['nextLink'] as string | undefined;
    }
    return items;
  }

  /** Starts `tocsin send --follow`. */
  follow(files: readonly string[], state: string): ChildProcess {
    const words = ['send', '--follow', ...files, '--state', state, '--url', this.url, '--token', this.token];
    return spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

export async function endChild(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
