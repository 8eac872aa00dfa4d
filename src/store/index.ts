/** Entry file of `#store`: rows kept durably, or in memory. */
export { memoryStore } from './memory/memory-store.ts';
export { backupStore, checkStore, restoreStore, type StoreCheck } from './sqlite/backup.ts';
export type { PrunePlan } from './sqlite/prune.ts';
export { openStore, type StoreOptions } from './sqlite/open-store.ts';
export { openReadingStore, type ReadingStore } from './sqlite/reading-store.ts';
export type { DurableStore, PruneResult } from './sqlite/sqlite-store.ts';
export { writeWholeFile } from './whole-file.ts';
