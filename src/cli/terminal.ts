/**
 * What a terminal shows: colour where it is one, tables, statuses.
 *
 * Invariants
 * T1. Colour only on a terminal, and never with NO_COLOR.
 */
import process from 'node:process';
import { stripVTControlCharacters, styleText } from 'node:util';

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'gray' | 'bold';

export function isTerminal(): boolean {
  return process.stdout.isTTY;
}

export function paint(colour: Colour, text: string): string {
  return isTerminal() && process.env.NO_COLOR === undefined ? styleText(colour, text) : text;
}

const colours: Readonly<Record<string, Colour>> = {
  Succeeded: 'green',
  Connected: 'green',
  Failed: 'red',
  TimedOut: 'red',
  Cancelled: 'yellow',
  Running: 'cyan',
  Waiting: 'cyan',
  Skipped: 'gray',
  Enabled: 'green',
  Disabled: 'gray',
  Pending: 'cyan',
  Retrying: 'yellow',
  Braked: 'yellow',
  DryRun: 'yellow',
};

/** A status in its colour. */
export function status(text: string): string {
  const colour = colours[text];
  return colour === undefined ? text : paint(colour, text);
}

/** Rows under headings, columns as wide as their widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (text: string) => stripVTControlCharacters(text).length;
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => width(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [line(headings.map((heading) => paint('bold', heading))), ...rows.map(line)].join('\n');
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** For people only: never on standard output. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
