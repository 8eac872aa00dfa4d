/** What the embedded host is built from, its numbers, and what it counts. */
import type { EffectRunner, EngineSettings, PlanSource } from '#engine';
import type { Clock, Log, Random, Store } from '#foundation';

export interface EmbeddedHostOptions {
  readonly store: Store;
  readonly plans: PlanSource;
  readonly effects: EffectRunner;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly settings: EngineSettings;
  readonly limits?: Partial<HostLimits>;
}

/** Numbers of this host alone; times in milliseconds of true time. */
export interface HostLimits {
  /** Effects under way at once; others wait for a slot. */
  readonly effectsAtOnce: number;
  /** Runs that only wait and are kept in memory all the same. */
  readonly waitingRunsKept: number;
  /** A snapshot is taken when a replay would have to repeat so many events, or write so many records. */
  readonly snapshotEvents: number;
  readonly snapshotRecords: number;
  /** How long `drain` lets effects under way finish. */
  readonly drain: number;
  /** Wait before a failed commit is tried again. */
  readonly commitRetry: number;
  /** How long one slice of recovery, or of a large start, keeps the thread. */
  readonly slice: number;
}

export const defaultHostLimits: HostLimits = {
  effectsAtOnce: 2_500,
  waitingRunsKept: 1_000,
  snapshotEvents: 200,
  snapshotRecords: 1_000,
  drain: 10_000,
  commitRetry: 1_000,
  slice: 8,
};

/** What `/metrics` shows. */
export interface HostCounts {
  readonly runsInMemory: number;
  /** Starts and runs whose steps are being made or committed. */
  readonly stepsUnderWay: number;
  readonly effectsUnderWay: number;
  readonly effectsQueued: number;
  readonly timers: number;
  readonly runsToRecover: number;
}
