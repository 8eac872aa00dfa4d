/**
 * What went wrong, as a value: the form every folder uses inside evaluation, and the exception used at the edge.
 *
 * Owns: `Fault`, `TocsinError`, and turning unknown thrown values into faults.
 * Does not own: the list of codes (`fault-codes.data.ts`) and the mapping to HTTP bodies (`#api`).
 *
 * Invariants
 * F1. Every `code` stands in the table `faultCodes`.
 * F2. Whether a fault may be retried is in its data, never guessed from a message.
 */
import { type FaultCode, type FaultCodeEntry, faultCodes } from './fault-codes.data.ts';
import type { Json } from './json.ts';

export interface FaultDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly additionalInfo?: readonly { readonly type: string; readonly info: Json }[];
}

export interface FaultOptions {
  readonly target?: string;
  readonly details?: readonly FaultDetail[];
  readonly additionalInfo?: readonly { readonly type: string; readonly info: Json }[];
  /** Seconds after which the caller may try again; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Overrides the table's status, where Azure answers the same code with several. */
  readonly status?: number;
}

/** A fault as data: `code` is stable, `message` is for people, `retryable` says whether trying again can help. */
export class Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly options: FaultOptions;

  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    this.code = code;
    this.message = message;
    this.options = options;
  }

  /** The HTTP status of an answer that carries this fault. */
  get status(): number {
    return this.options.status ?? faultCodes[this.code].status;
  }

  get retryable(): boolean {
    const entry: FaultCodeEntry = faultCodes[this.code];
    return entry.retryable === true;
  }
}

/** Makes a fault; `fault('ResourceNotFound', '…')`. */
export function fault(code: FaultCode, message: string, options?: FaultOptions): Fault {
  return new Fault(code, message, options);
}

export function isFault(value: unknown): value is Fault {
  return value instanceof Fault;
}

/** The exception form of a fault, thrown only at the edges (use cases, routes, command line). */
export class TocsinError extends Error {
  readonly fault: Fault;

  constructor(reason: Fault, cause?: unknown) {
    super(`${reason.code}: ${reason.message}`, cause === undefined ? undefined : { cause });
    this.name = 'TocsinError';
    this.fault = reason;
  }
}

/** Throws `reason` as an exception; for the edges. */
export function raise(code: FaultCode, message: string, options?: FaultOptions): never {
  throw new TocsinError(new Fault(code, message, options));
}

/** Any thrown value as a fault; what was not a `TocsinError` becomes `InternalServerError` without its text. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof TocsinError) return thrown.fault;
  return new Fault('InternalServerError', 'The server met an unexpected condition.');
}

/** The value of a result that may be a fault, or the fault thrown; for the edges. */
export function orThrow<T>(result: T | Fault): T {
  if (isFault(result)) throw new TocsinError(result);
  return result;
}
