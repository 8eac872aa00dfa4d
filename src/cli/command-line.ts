/**
 * The words of one command: options, positional words, and what all commands share.
 *
 * Owns: parsing. An option given twice: the last one wins. An unknown option is an error, never ignored.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';

export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export type OptionTable = Readonly<Record<string, 'string' | 'boolean'>>;

const shared: OptionTable = { url: 'string', token: 'string', data: 'string', output: 'string' };

export class CommandLine {
  readonly words: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(words: readonly string[], options: OptionTable) {
    const table = { ...shared, ...options };
    try {
      const parsed = parseArgs({
        args: [...words],
        allowPositionals: true,
        options: Object.fromEntries(Object.entries(table).map(([name, type]) => [name, { type }])),
      });
      this.words = parsed.positionals;
      this.#values = parsed.values;
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** A whole number from 1. */
  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^[1-9]\d{0,8}$/.test(value)) throw new UsageError(`--${name} takes a whole number from 1.`);
    return Number(value);
  }

  /** Whether standard output is for a program. */
  get json(): boolean {
    const output = this.text('output') ?? 'table';
    if (output !== 'json' && output !== 'table') throw new UsageError("--output takes 'json' or 'table'.");
    return output === 'json';
  }

  get url(): string {
    return (this.text('url') ?? process.env.TOCSIN_URL ?? 'http://127.0.0.1:7070').replace(/\/+$/, '');
  }

  get dataFolder(): string {
    return this.text('data') ?? process.env.TOCSIN_DATA ?? '.tocsin';
  }

  get token(): string | undefined {
    return this.text('token') ?? process.env.TOCSIN_TOKEN ?? process.env.TOCSIN_ADMIN_TOKEN;
  }
}
