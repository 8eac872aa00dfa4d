/**
 * Logging as a port: what other folders may write to, without knowing the library behind it.
 *
 * Invariants
 * L1. Fields never hold secrets; callers pass ids and counts, not bodies.
 */

export type LogFields = { readonly [name: string]: string | number | boolean | null | undefined };

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log that drops everything; for tests and tools. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
