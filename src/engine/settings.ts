/**
 * The numbers and look-ups a run may depend on beside its plan and its events.
 *
 * Owns: `EngineSettings` and the documented defaults.
 * Does not own: limits on definitions (`#workflow`), limits of the wire (`#connectors`).
 * Source: engine reference 1.2.
 *
 * Invariants
 * E1. Both functions answer the same for the same arguments as long as a run lives, else its replay would differ.
 */
import type { ActionPath, RunIdentity } from './messages.ts';

/** Times in milliseconds of engine time, sizes in characters or items. */
export interface EngineSettings {
  /** What `listCallbackUrl()` returns inside a webhook action; `callback` is the id that `RunHost.deliver` takes. */
  readonly callbackUrl: (run: RunIdentity, path: ActionPath, callback: string) => string;
  /** What `appsetting(name)` returns. */
  readonly setting: (name: string) => string | undefined;
  /** A step that wrote this many history records stops and asks to be continued. */
  readonly recordsPerStep: number;
  readonly runDuration: number;
  /** How long the caller of a Request trigger waits. */
  readonly responseTimeout: number;
  /** Wait before polling a 202 that has no `Retry-After`. */
  readonly pollInterval: number;
  /** The shortest wait between two polls, whatever the answer asks for. */
  readonly shortestPoll: number;
  /** Pages of one answer, and records kept of the calls of one action. */
  readonly pages: number;
  readonly requestRecords: number;
  readonly foreachItems: number;
  readonly untilCount: number;
  readonly paginationItems: number;
  /** Longest text one function call may produce. */
  readonly functionText: number;
  readonly trackedPropertiesText: number;
  /** Largest variable, as characters of compact JSON. */
  readonly variableText: number;
}

/** The documented limits; `callbackUrl` and `setting` answer nothing until the host gives its own. */
export const defaultSettings: EngineSettings = {
  callbackUrl: (run, _path, callback) => `urn:tocsin:callback:${run.name}:${encodeURIComponent(callback)}`,
  setting: () => undefined,
  recordsPerStep: 500,
  runDuration: 90 * 24 * 3_600_000,
  responseTimeout: 120_000,
  pollInterval: 20_000,
  shortestPoll: 1_000,
  pages: 10_000,
  requestRecords: 1_000,
  foreachItems: 100_000,
  untilCount: 5_000,
  paginationItems: 100_000,
  functionText: 104_857_600,
  trackedPropertiesText: 16_000,
  variableText: 104_857_600,
};
