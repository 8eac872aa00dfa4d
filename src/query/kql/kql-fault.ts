/**
 * What is wrong with a query, and where.
 *
 * Owns: the fault as a value, its codes, positions. Does not own: how a route shows it.
 *
 * Invariants
 * KF1. A fault about the text carries the line and the column (both from 1) of the first character it is about.
 */

/**
 * `SYN0001` not the syntax; `SEM0001` a name, a type or a count of arguments; `UNS0001` Kusto has it, this server does
 * not; `LIM0001` more rows or memory than one query may take; `RUN0001` a value that cannot be worked with.
 */
export type KqlFaultCode = 'SYN0001' | 'SEM0001' | 'UNS0001' | 'LIM0001' | 'RUN0001';

export interface KqlFault {
  readonly kind: 'kql-fault';
  readonly code: KqlFaultCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Thrown inside this folder, and turned into a `KqlFault` by its entry functions. */
export class KqlError extends Error {
  readonly code: KqlFaultCode;
  /** Offset in the text, from 0. */
  readonly at: number;

  constructor(code: KqlFaultCode, message: string, at: number) {
    super(message);
    this.name = 'KqlError';
    this.code = code;
    this.at = at;
  }
}

export function syntaxError(message: string, at: number): KqlError {
  return new KqlError('SYN0001', message, at);
}

export function semanticError(message: string, at: number): KqlError {
  return new KqlError('SEM0001', message, at);
}

/** For what Kusto knows and this subset does not. */
export function unsupported(what: string, at: number): KqlError {
  return new KqlError('UNS0001', `${what} is not supported here; link a workspace to run it in Azure.`, at);
}

export function isKqlFault(value: unknown): value is KqlFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'kql-fault';
}

/** The result of `work`, or the fault it threw; other exceptions go on. */
export function guarded<T>(text: string, work: () => T): T | KqlFault {
  try {
    return work();
  } catch (error) {
    if (error instanceof KqlError) return faultAt(text, error);
    throw error;
  }
}

function faultAt(text: string, { code, message, at }: KqlError): KqlFault {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { kind: 'kql-fault', code, message, line, column: at - before.lastIndexOf('\n') };
}
