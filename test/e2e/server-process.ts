/** Starts `src/main.ts` as a process on free ports over a scratch data folder, and stops it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunningServer {
  readonly folder: string;
  readonly http: string;
  readonly https: string;
  readonly token: string;
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Sends SIGTERM and answers with the exit code. */
  stop(): Promise<number | null>;
}

export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tocsin-e2e-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

const entry = new URL('../../src/main.ts', import.meta.url).pathname;

export interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the server with options and waits for its end: for starts that are refused. */
export async function runToEnd(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const { child, output, errors } = spawnServer(args, environment);
  const code = await exitCode(child);
  return { code, output: output(), errors: errors() };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

function spawnServer(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return { child, output: () => output, errors: () => errors };
}

export async function startServer(
  folder: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const all = ['--port', '0', '--https-port', '0', '--data', folder, ...args];
  const { child, output, errors } = spawnServer(all, environment);
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`not ready in time: ${errors()}`)), 30_000);
    child.stdout.on('data', () => {
      if (!output().includes('\n')) return;
      clearTimeout(limit);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`ended with ${code}: ${errors()}`));
    });
  });
  const [, http = '', https = ''] = /^tocsin ready (\S+) (\S+)\n$/.exec(output()) ?? [];
  return {
    folder,
    http,
    https,
    token: environment['TOCSIN_ADMIN_TOKEN'] ?? readFileSync(join(folder, 'admin-token'), 'utf8').trim(),
    child,
    output,
    errors,
    stop: () => {
      child.kill('SIGTERM');
      return exitCode(child);
    },
  };
}

/** GET over https trusting only the given authority. */
export function getSecurely(url: string, ca: string, token: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = httpsRequest(url, { ca, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    call.on('error', reject);
    call.end();
  });
}
