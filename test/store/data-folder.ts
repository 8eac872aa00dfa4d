/** A data folder for one test, in the system's folder for temporary files, gone after the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DataFolder {
  readonly path: string;
  remove(): void;
}

export function dataFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
