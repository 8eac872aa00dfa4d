/**
 * One exchange over a connection of undici's, its answer collected whole.
 *
 * Owns: the chunks of an answer, giving up. Does not own: sizes (the pool's `maxResponseSize`), faults as data, encodings
 * (`outbound-client.ts`).
 * Taken instead of undici's `request`, whose answer is a stream: nobody here reads a part of one, and making and draining a
 * stream cost a call a twentieth of its time.
 *
 * Invariants
 * CO1. Settles once. Giving up settles at once, also while the request still waits for a connection; it is not sent then.
 * CO2. The bytes are the caller's own, none of a buffer that connections share.
 */
import type { Dispatcher } from 'undici';

export interface CollectedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** @throws what the connection failed with, or the signal's reason. */
export function collectAnswer(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<CollectedAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    dispatcher.dispatch(options, new Collector(signal, resolve, reject));
  });
}

class Collector implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (answer: CollectedAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #statusCode = 0;
  #headers: CollectedAnswer['headers'] = {};
  readonly #chunks: Uint8Array[] = [];

  constructor(signal: AbortSignal, resolve: (answer: CollectedAnswer) => void, reject: (reason: unknown) => void) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this.#giveUp, { once: true });
  }

  readonly #giveUp = (): void => {
    const reason = reasonOf(this.#signal);
    this.#controller?.abort(reason);
    this.#reject(reason);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#signal.aborted) controller.abort(reasonOf(this.#signal));
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: CollectedAnswer['headers']): void {
    this.#statusCode = statusCode;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#giveUp);
    this.#resolve({ statusCode: this.#statusCode, headers: this.#headers, body: joined(this.#chunks) });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#signal.removeEventListener('abort', this.#giveUp);
    this.#reject(error);
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('The call was aborted.', 'AbortError');
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
