/**
 * Every call the portal makes: one function over fetch.
 *
 * Owns: the session's second value on writes, the error envelope, retries of reads.
 * Does not own: what is cached or when something is asked again (`data`).
 *
 * Invariants
 * H1. Only addresses of this origin are called; a `nextLink` or operation address counts by its path and query alone.
 * H2. Reads are tried three times when the network fails, at 429 and at 5xx; writes are never repeated by themselves.
 */
import { ArmError, armErrorOf } from './arm-error.ts';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** The body as it came. */
  readonly text: string;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly body?: unknown;
  /** A body as it stands, say the text of a definition whose numbers must keep their spelling. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

let csrf = '';
const listeners = new Set<() => void>();

/** Writes show this value from now on. */
export function setCsrf(value: string): void {
  csrf = value;
}

/** Calls back when the server says that the session has ended. Answers the way to stop. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** One call. `path` is a path with query, or an absolute address of this server. @throws ArmError */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce<T>(method, path, options);
    } catch (error) {
      const again = error instanceof ArmError && (error.status === 0 || error.status === 429 || error.status >= 500);
      if (method !== 'GET' || attempt === 3 || !again || options.signal?.aborted === true) throw error;
      await pause(300 * attempt);
    }
  }
}

/** The body of a GET. @throws ArmError */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const { body } = await call<T>('GET', path, signal === undefined ? {} : { signal });
  return body;
}

async function callOnce<T>(method: Method, path: string, options: CallOptions): Promise<Answer<T>> {
  const content = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await reach(sameOrigin(path), {
    method,
    headers: {
      accept: 'application/json',
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'x-tocsin-csrf': csrf }),
      ...options.headers,
    },
    ...(content === undefined ? {} : { body: content }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return { status: response.status, body: body as T, text, headers: response.headers };
  if (response.status === 401) for (const listener of listeners) listener();
  throw armErrorOf(response.status, body, response.headers.get('x-ms-correlation-request-id') ?? '');
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', redirect: 'error' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ArmError(0, { code: 'ServerUnreachable', message: 'The server cannot be reached. Is it running?' });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** H1. */
function sameOrigin(path: string): string {
  if (path.startsWith('/')) return path;
  const url = new URL(path);
  return url.pathname + url.search;
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
