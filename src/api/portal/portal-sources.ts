/**
 * What the portal is built from, and the fingerprint by which a build is known to be of these sources.
 *
 * Owns: the list of source files and their hash. Does not own: building (`portal/build`), serving (`portal-files.ts`).
 */
import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the checkout. */
export const checkoutFolder = join(import.meta.dirname, '../../..');

/** Where a build lies, with `manifest.json` in it. */
export const portalBuildFolder = join(checkoutFolder, 'portal/dist');

/** The designer runs the server's own language in the browser, so these folders are sources of the portal as well. */
const patterns = [
  'portal/src/**/*',
  'portal/public/**/*',
  'portal/build/*.ts',
  'portal/*.{html,json,ts}',
  'src/{foundation,expression,workflow}/**/*.ts',
  'package-lock.json',
];

/** SHA-256 over the names and contents of all sources, in hex: some twenty milliseconds. */
export async function portalSourceHash(): Promise<string> {
  const names: string[] = [];
  for await (const entry of glob(patterns, { cwd: checkoutFolder, withFileTypes: true })) {
    if (entry.isFile()) names.push(join(entry.parentPath, entry.name));
  }
  names.sort();
  const hash = createHash('sha256');
  const contents = await Promise.all(names.map((name) => readFile(name)));
  names.forEach((name, index) => {
    hash.update(name.slice(checkoutFolder.length).replaceAll('\\', '/'));
    hash.update('\0');
    hash.update(contents[index] ?? '');
    hash.update('\0');
  });
  return hash.digest('hex');
}

/** One file of a build, by its path below `/portal/`. */
export interface BuiltFile {
  readonly type: string;
  readonly etag: string;
  /** Whether its name holds a hash of its content, so that it never changes. */
  readonly immutable: boolean;
  /** Encodings that lie beside it. */
  readonly encodings: readonly ('br' | 'gzip')[];
}

/** `manifest.json` of a build. */
export interface BuildManifest {
  readonly sources: string;
  readonly files: Readonly<Record<string, BuiltFile>>;
}
