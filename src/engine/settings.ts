/**
 * The numbers and look-ups a run may depend on beside its plan and its events.
 *
 * Owns: `EngineSettings` and the documented defaults.
 * Does not own: limits on definitions (`#workflow`), limits of the wire (`#connectors`).
 * Source: engine reference 1.2.
 *
 * Invariants
 * E1. Both functions answer the same for the same arguments as long as a run lives, else its replay would differ. For the
 *     same reason a run keeps the `RunLimits` it was started with: they are in its first event.
 */
import type { ActionPath, RunIdentity } from './messages.ts';
import type { RunLimits } from './run-limits.ts';

/** Times in milliseconds of engine time, sizes in characters or items. */
export interface EngineSettings extends RunLimits {
  /** What `listCallbackUrl()` returns inside a webhook action; `callback` is the id that `RunHost.deliver` takes. */
  readonly callbackUrl: (run: RunIdentity, path: ActionPath, callback: string) => string;
  /** What `appsetting(name)` returns. */
  readonly setting: (name: string) => string | undefined;
  /** A step that wrote this many history records stops and asks to be continued. */
  readonly recordsPerStep: number;
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
