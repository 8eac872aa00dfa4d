/**
 * How far a sending has got, drawn on a terminal.
 *
 * Owns: the bar and its pace. Does not own: what is counted.
 *
 * Invariants
 * G1. Nothing is drawn where standard error is no terminal.
 */
import process from 'node:process';

const drawMilliseconds = 100;
const barWidth = 24;

export class Progress {
  readonly #total: number | undefined;
  readonly #started = performance.now();
  #drawn = 0;
  #bytes = 0;
  #events = 0;
  #label = '';
  #note = '';

  /** @param total bytes to come, where they are known. */
  constructor(total: number | undefined) {
    this.#total = total;
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

  end(): void {
    if (!process.stderr.isTTY || this.#drawn === 0) return;
    process.stderr.write('\r\u001b[K');
  }

  #draw(now = false): void {
    if (!process.stderr.isTTY) return;
    const time = performance.now();
    if (!now && time - this.#drawn < drawMilliseconds) return;
    this.#drawn = time;
    const line = progressLine({
      label: this.#label,
      note: this.#note,
      bytes: this.#bytes,
      events: this.#events,
      seconds: (time - this.#started) / 1000,
      ...(this.#total === undefined ? {} : { total: this.#total }),
    });
    process.stderr.write(`\r${line.slice(0, (process.stderr.columns || 80) - 1)}\u001b[K`);
  }
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
