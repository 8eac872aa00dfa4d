/**
 * Figures about the running server, as Prometheus reads them.
 *
 * Owns: counters, one histogram, gauges that are read when asked, and the text format.
 * Does not own: who counts (`listener.ts` of `#api`, the commit feed).
 * Source: the Prometheus text exposition format 0.0.4.
 *
 * Invariants
 * M1. Counting on a request's way is a few additions; texts are made only when somebody reads them.
 * M2. Labels come from fixed sets (methods, status classes, run states), never from what callers send.
 */
import type { Write } from '#foundation';
import type { CommitFeed } from './commit-feed.ts';

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** Upper bounds in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export class Metrics {
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #help = new Map<string, string>();
  readonly #gauges: Gauge[] = [];
  readonly #inBucket = Array.from({ length: buckets.length + 1 }, () => 0);
  #seconds = 0;

  constructor() {
    this.#describe('tocsin_http_requests_total', 'Requests answered, by method and class of status.');
    this.#describe('tocsin_commits_total', 'Commits made durable.');
    this.#describe('tocsin_commits_failed_total', 'Commits the disk did not take; those of runs are tried again.');
    this.#describe('tocsin_commit_writes_total', 'Single writes in those commits.');
    this.#describe('tocsin_runs_started_total', 'Runs started.');
    this.#describe('tocsin_runs_finished_total', 'Runs ended, by status.');
  }

  #describe(name: string, help: string): void {
    this.#help.set(name, help);
    this.#counters.set(name, new Map());
  }

  #add(name: string, labels: string, by = 1): void {
    const counter = this.#counters.get(name);
    counter?.set(labels, (counter.get(labels) ?? 0) + by);
  }

  /** Counts an answered request; `seconds` from its first byte to the answer's last. */
  request(method: string, status: number, seconds: number): void {
    this.#add('tocsin_http_requests_total', `{method="${method}",status="${Math.floor(status / 100)}xx"}`);
    let at = 0;
    while (at < buckets.length && seconds > (buckets[at] as number)) at++;
    this.#inBucket[at] = (this.#inBucket[at] ?? 0) + 1;
    this.#seconds += seconds;
  }

  /** A figure read when the metrics are. */
  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.push({ name, help, read });
  }

  /** Counts commits, runs started (their first journal row) and runs ended (their row has an end). */
  watch(feed: CommitFeed): void {
    feed.onCommit((writes) => {
      this.#add('tocsin_commits_total', '');
      this.#add('tocsin_commit_writes_total', '', writes.length);
      for (const write of writes) this.#countRun(write);
    });
    feed.onFailure(() => this.#add('tocsin_commits_failed_total', ''));
  }

  #countRun(write: Write): void {
    if (write.kind === 'appendJournal' && write.row.sequence === 0) this.#add('tocsin_runs_started_total', '');
    if (write.kind === 'putRun' && write.run.endTime !== undefined) {
      const status = write.run.status.replaceAll(/[^A-Za-z]/g, '');
      this.#add('tocsin_runs_finished_total', `{status="${status}"}`);
    }
  }

  /** The whole text, one family after the other. */
  text(): string {
    const lines: string[] = [];
    for (const [name, counter] of this.#counters) {
      lines.push(`# HELP ${name} ${this.#help.get(name) ?? ''}`, `# TYPE ${name} counter`);
      if (counter.size === 0) lines.push(`${name} 0`);
      for (const [labels, value] of counter) lines.push(`${name}${labels} ${value}`);
    }
    lines.push(...this.#histogram());
    for (const { name, help, read } of this.#gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`);
    }
    return `${lines.join('\n')}\n`;
  }

  #histogram(): readonly string[] {
    const name = 'tocsin_http_request_duration_seconds';
    const lines = [`# HELP ${name} Time from a request to its answer.`, `# TYPE ${name} histogram`];
    let total = 0;
    for (const [at, count] of this.#inBucket.entries()) {
      total += count;
      lines.push(`${name}_bucket{le="${buckets[at] ?? '+Inf'}"} ${total}`);
    }
    return [...lines, `${name}_sum ${this.#seconds}`, `${name}_count ${total}`];
  }
}
