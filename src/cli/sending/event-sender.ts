/**
 * Sends a piece of events and tries again until the server has it, or refuses it for good.
 *
 * Owns: which answers are tried again, the back-off, what is counted. Does not own: where pieces come from (beside it).
 *
 * Invariants
 * E1. A piece is told as sent only after an answer that says that it is durable.
 * E2. No answer, 408, 429 and 5xx are tried again with growing waits, `Retry-After` being the least; all else ends the sending.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonArray, type Json, memberOf, textMember } from '#foundation';
import type { Answer, Client } from '../client.ts';
import { RequestError } from '../command.ts';

export interface SenderOptions {
  readonly query: Readonly<Record<string, string>>;
  /** Seconds after which a piece that cannot be sent ends the sending. */
  readonly retrySeconds: number;
  readonly onWait?: (reason: string, seconds: number) => void;
  readonly signal?: AbortSignal;
}

/** What the server said of a piece. */
export interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly discarded: number;
  /** Events and rejections that the answer does not list. */
  readonly omitted: number;
  readonly rejected: readonly Json[];
  readonly events: readonly Json[];
  /** Runs that were started. */
  readonly runs: number;
}

export interface Piece {
  /** Asked again for every attempt. */
  readonly content: () => Uint8Array<ArrayBuffer> | ReadableStream;
  readonly contentType: string;
}

const firstWait = 0.25;
const longestWait = 15;

export class EventSender {
  readonly #client: Client;
  readonly #options: SenderOptions;

  constructor(client: Client, options: SenderOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** @throws RequestError when the piece is refused, or could not be sent in time (E2). */
  async send(piece: Piece): Promise<Receipt> {
    const started = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const tried = await this.#attempt(piece);
      if (!(tried instanceof RequestError)) return receiptOf(tried.body);
      const { retryAfter = 0 } = tried;
      const wait = Math.max(retryAfter, Math.min(firstWait * 2 ** attempt, longestWait) * (0.75 + Math.random() / 2));
      const passed = (performance.now() - started) / 1000;
      if (!isPassing(tried) || passed + wait > this.#options.retrySeconds) throw tried;
      this.#options.onWait?.(tried.message, wait);
      await delay(wait * 1000, undefined, { signal: this.#options.signal });
    }
  }

  async #attempt({ content, contentType }: Piece): Promise<Answer | RequestError> {
    const { query, signal } = this.#options;
    try {
      signal?.throwIfAborted();
      return await this.#client.send('/ingest/v1/events', { method: 'POST', query, raw: content(), contentType });
    } catch (error) {
      if (error instanceof RequestError) return error;
      throw error;
    }
  }
}

function isPassing({ status }: RequestError): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

function receiptOf(body: Json | undefined): Receipt {
  const listOf = (name: string): readonly Json[] => {
    const list = memberOf(body, name);
    return isJsonArray(list) ? list : [];
  };
  const countOf = (name: string): number => Number(memberOf(body, name) ?? 0);
  const events = listOf('events');
  return {
    accepted: countOf('accepted'),
    duplicates: countOf('duplicates'),
    discarded: countOf('discarded'),
    omitted: countOf('omitted'),
    rejected: listOf('rejected'),
    events,
    runs: events.reduce<number>((sum, event) => sum + runsOf(event).length, 0),
  };
}

/** Names of the runs that an event started. */
export function runsOf(event: Json): readonly Json[] {
  const runs = memberOf(event, 'runs');
  return isJsonArray(runs) ? runs : [];
}

/** `code: message` of a rejection. */
export function reasonOf(rejection: Json): string {
  return `${textMember(rejection, 'code') ?? ''}: ${textMember(rejection, 'message') ?? ''}`;
}
