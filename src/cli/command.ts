/**
 * What a command is, and how a request of it fails.
 */
import type { CommandLine, OptionTable } from './command-line.ts';

export interface Command {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** The whole help of the command. */
  readonly usage: string;
  readonly options: OptionTable;
  /** Answers the exit code. */
  readonly run: (line: CommandLine) => Promise<number>;
}

/** A request the server refused, or that did not reach it. */
export class RequestError extends Error {
  readonly status: number | undefined;
  /** Seconds after which the server asks to be tried again. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status?: number, retryAfter?: number) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
