/**
 * The server as the command line sees it: requests with a token, errors as their code and message.
 *
 * Owns: finding the token, sending, following pages. Does not own: what is asked (`commands/*.ts`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  JsonSyntaxError,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import { RequestError } from './command.ts';
import type { CommandLine } from './command-line.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json | undefined;
}

export interface Message {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A JSON value, or text or bytes sent as they are, at once or as they come. */
  readonly body?: Json;
  readonly raw?: string | Uint8Array<ArrayBuffer> | ReadableStream;
  readonly contentType?: string;
}

export class Client {
  readonly #base: string;
  readonly #token: string;

  constructor(line: CommandLine) {
    this.#base = line.url;
    this.#token = line.token ?? storedToken(line.dataFolder);
  }

  /** Sends one request. @throws RequestError for any answer from 400 on. */
  async send(path: string, message: Message = {}): Promise<Answer> {
    const answer = await this.exchange(path, message);
    if (answer.status >= 400) throw refusalOf(answer);
    return answer;
  }

  /** A body piece by piece, whatever its size. @throws RequestError for any answer from 400 on. */
  async *download(path: string, query: Readonly<Record<string, string>>): AsyncGenerator<Uint8Array> {
    const response = await this.#fetch(path, { query });
    if (response.status >= 400) {
      const body = valueOf(await response.text());
      throw refusalOf({ status: response.status, headers: response.headers, body });
    }
    if (response.body !== null) yield* response.body;
  }

  /** Sends one request and answers whatever comes back. @throws RequestError when nothing does. */
  async exchange(path: string, message: Message = {}): Promise<Answer> {
    const response = await this.#fetch(path, message);
    return { status: response.status, headers: response.headers, body: valueOf(await response.text()) };
  }

  #fetch(path: string, message: Message): Promise<Response> {
    const url = new URL(path.startsWith('http') ? path : `${this.#base}${path}`);
    for (const [name, value] of Object.entries(message.query ?? {})) url.searchParams.set(name, value);
    const body = message.raw ?? (message.body === undefined ? undefined : stringifyJson(message.body));
    return fetch(url, {
      method: message.method ?? 'GET',
      headers: {
        ...credential(this.#token),
        ...(body === undefined ? {} : { 'content-type': message.contentType ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new RequestError(`The server at ${this.#base} cannot be reached: ${cause}`);
    });
  }

  /** All items of a list, up to `limit`, following `nextLink`. */
  async list(path: string, query: Readonly<Record<string, string>>, limit = 1_000): Promise<readonly Json[]> {
    const items: Json[] = [];
    let answer = await this.send(path, { query });
    for (;;) {
      const value = memberOf(answer.body, 'value');
      if (isJsonArray(value)) items.push(...value);
      const next = textMember(answer.body, 'nextLink');
      if (next === undefined || items.length >= limit) return items.slice(0, limit);
      const link = new URL(next);
      answer = await this.send(`${link.pathname}${link.search}`);
    }
  }
}

function refusalOf(answer: Answer): RequestError {
  const error = memberOf(answer.body, 'error');
  const code = textMember(error, 'code') ?? `status ${answer.status}`;
  const reason = `${code}: ${textMember(error, 'message') ?? 'the server gave no reason'}`;
  const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return new RequestError(reason, answer.status, Number.isNaN(wait) ? undefined : wait);
}

/** An ingestion key goes where the server looks for one. */
function credential(token: string): Readonly<Record<string, string>> {
  return token.startsWith('tocsin_') ? { 'x-tocsin-ingest-key': token } : { authorization: `Bearer ${token}` };
}

function valueOf(text: string): Json | undefined {
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text;
    throw error;
  }
}

export function storedToken(folder: string): string {
  const path = join(folder, 'admin-token');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new RequestError(`No token: give --token, set TOCSIN_TOKEN, or run where '${path}' can be read.`);
  }
}

/** The members of `properties` of a resource. */
export function propertiesOf(resource: Json): Json {
  const properties = memberOf(resource, 'properties');
  return isJsonObject(properties) ? properties : {};
}
