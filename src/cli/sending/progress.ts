/**
 * How far a sending has got, drawn on a terminal.
 *
 * Owns: the bar and its pace. Does not own: what is counted.
 *
 * Invariants
 * G1. Nothing is drawn where standard error is no terminal.
 * G2. A line is never wider than the terminal, and nothing in a file's name or an answer moves the cursor.
 */
import process from 'node:process';

/** What is drawn on: standard error. */
export interface ProgressTerminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const drawMilliseconds = 100;
const barWidth = 24;

export class Progress {
  readonly #total: number | undefined;
  readonly #terminal: ProgressTerminal;
  readonly #now: () => number;
  readonly #started: number;
  #drawn: number | undefined;
  #bytes = 0;
  #events = 0;
  #label = '';
  #note = '';

  /**
   * @param total bytes to come, where they are known.
   * @param now milliseconds, from any beginning.
   */
  constructor(
    total: number | undefined,
    terminal: ProgressTerminal = process.stderr,
    now: () => number = () => performance.now(),
  ) {
    this.#total = total;
    this.#terminal = terminal;
    this.#now = now;
    this.#started = now();
  }

  /** The file that is being sent. */
  label(text: string): void {
    this.#label = text;
    this.#draw();
  }

  read(bytes: number): void {
    this.#bytes += bytes;
    this.#draw();
  }

  sent(events: number): void {
    this.#events += events;
    this.#note = '';
    this.#draw();
  }

  /** Says why nothing moves. */
  waiting(reason: string): void {
    this.#note = reason;
    this.#draw(true);
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#terminal.isTTY !== true || this.#drawn === undefined) return;
    this.#terminal.write('\r\u001b[K');
  }

  #draw(now = false): void {
    if (this.#terminal.isTTY !== true) return;
    const time = this.#now();
    if (!now && this.#drawn !== undefined && time - this.#drawn < drawMilliseconds) return;
    this.#drawn = time;
    const line = progressLine({
      label: this.#label,
      note: this.#note,
      bytes: this.#bytes,
      events: this.#events,
      seconds: (time - this.#started) / 1000,
      ...(this.#total === undefined ? {} : { total: this.#total }),
    });
    this.#terminal.write(`\r${shown(line, (this.#terminal.columns || usualColumns) - 1)}\u001b[K`);
  }
}

const usualColumns = 80;

/** G2. Cut between characters, not within one. */
function shown(line: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return Array.from(plain).slice(0, Math.max(0, columns)).join('');
}

export interface ProgressState {
  readonly label: string;
  readonly note: string;
  readonly bytes: number;
  readonly events: number;
  readonly seconds: number;
  readonly total?: number;
}

/** `[######------] 50%  12,000 events  4,000/s  3 s left  eve.json`. */
export function progressLine({ label, note, bytes, events, seconds, total }: ProgressState): string {
  const rate = seconds > 0 ? Math.round(events / seconds) : 0;
  const parts = [`${events.toLocaleString('en-US')} events`, `${rate.toLocaleString('en-US')}/s`];
  if (total !== undefined && total > 0) {
    const done = Math.min(1, bytes / total);
    const full = Math.round(done * barWidth);
    parts.unshift(`[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}] ${Math.floor(done * 100)}%`);
    if (done > 0 && done < 1) parts.push(`${Math.ceil((seconds * (1 - done)) / done)} s left`);
  }
  parts.push(note === '' ? label : note);
  return parts.join('  ');
}
