/**
 * The Azure CLI of the distribution, with a configuration of its own and trust in one server.
 *
 * Commands run one after the other in one Python process (`az-session.py`), exactly as `az` runs one: starting Python and
 * loading its modules would take longer than the commands. Where it is not installed, `missing` says so in one line.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';

const executable = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'az'))
  .find(existsSync);
/** The interpreter that the executable names in its first line. */
export const interpreter =
  executable === undefined ? undefined : /^#!(\/\S*python\S*)/.exec(readFileSync(executable, 'utf8'))?.[1];

/** Why no command can run; undefined when they can. */
export const missing: string | undefined =
  interpreter === undefined ? 'the Azure CLI is not installed (Debian package azure-cli)' : undefined;

export interface CliAnswer {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

export class AzureCli {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-az-'));
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #last: Promise<unknown> = Promise.resolve();

  /** @param caFile the authority to trust, PEM */
  constructor(caFile: string) {
    const child = spawn(interpreter ?? '', [join(import.meta.dirname, 'az-session.py')], {
      cwd: this.folder,
      env: {
        ...process.env,
        AZURE_CONFIG_DIR: join(this.folder, 'config'),
        REQUESTS_CA_BUNDLE: caFile,
        AZURE_CORE_COLLECT_TELEMETRY: 'no',
        AZURE_CORE_NO_COLOR: 'true',
        PYTHONWARNINGS: 'ignore',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
  }

  /** Runs a command and answers whatever came of it. */
  run(...args: readonly string[]): Promise<CliAnswer> {
    const answer = this.#last.then(
      () =>
        new Promise<CliAnswer>((resolve, reject) => {
          const ended = (): void => reject(new Error(`az ended before it answered: ${args.join(' ')}`));
          this.#child.once('exit', ended);
          this.#lines.once('line', (line) => {
            this.#child.off('exit', ended);
            resolve(JSON.parse(line) as CliAnswer);
          });
          this.#child.stdin?.write(`${JSON.stringify(args)}\n`);
        }),
    );
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Runs a command that must work; what it prints, read as JSON, undefined for nothing. */
  async do<Output = unknown>(...args: readonly string[]): Promise<Output> {
    const { code, output, error } = await this.run(...args);
    assert.equal(code, 0, `az ${args.join(' ')}\n${error}\n${output}`);
    return (output.trim() === '' ? undefined : JSON.parse(output)) as Output;
  }

  /** The same of a part of the answer: `query` is the CLI's own language, JMESPath. */
  ask<Output = unknown>(query: string, ...args: readonly string[]): Promise<Output> {
    return this.do<Output>(...args, '--query', query);
  }

  /** Runs a command that must be refused, with words of the error. */
  async refused(words: RegExp, ...args: readonly string[]): Promise<void> {
    const { code, error } = await this.run(...args);
    assert.notEqual(code, 0, `az ${args.join(' ')} is not refused`);
    assert.match(error, words);
  }

  close(): void {
    this.#child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What lists of commands print, as far as tests read it. */
export type Shown = Readonly<Record<string, string | undefined>>;
