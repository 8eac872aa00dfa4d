/** A secret from the person at the terminal, not shown while it is typed, or the first line of standard input. */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from './command-line.ts';

/** @throws UsageError when there is nothing. */
export async function readSecret(prompt: string): Promise<string> {
  const terminal = process.stdin.isTTY;
  if (terminal) process.stderr.write(prompt);
  // The line editor writes what is typed; on a terminal nobody shall see it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal });
  try {
    for await (const line of lines) {
      if (line !== '') return line;
      break;
    }
  } finally {
    lines.close();
    if (terminal) process.stderr.write('\n');
  }
  throw new UsageError('A password is needed: --password, or on standard input.');
}
