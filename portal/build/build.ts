/**
 * Builds the portal into `portal/dist`: bundle, compressed forms, manifest.
 *
 *   node portal/build/build.ts
 *
 * Invariants
 * B1. The folder is replaced as a whole and only after everything in it is written: a server never serves half a build.
 * B2. One build at a time; whoever comes second waits, and builds only when the first was of other sources.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import {
  type BuildManifest,
  type BuiltFile,
  checkoutFolder,
  portalBuildFolder,
  portalSourceHash,
} from '../../src/api/portal/portal-sources.ts';

const lockFile = join(checkoutFolder, 'portal/.building');

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json; charset=utf-8',
  ttf: 'font/ttf',
  txt: 'text/plain; charset=utf-8',
};

async function main(): Promise<void> {
  const release = await takeTurn();
  try {
    const sources = await portalSourceHash();
    if (currentSources() === sources) return;
    const folder = mkdtempSync(join(checkoutFolder, 'portal/.dist-'));
    try {
      await build({
        root: join(checkoutFolder, 'portal'),
        logLevel: 'warn',
        build: { outDir: folder, emptyOutDir: true },
      });
      await describeFiles(folder, sources);
      replace(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    release();
  }
}

function currentSources(): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(portalBuildFolder, 'manifest.json'), 'utf8')) as BuildManifest).sources;
  } catch {
    return undefined;
  }
}

/** Writes compressed forms and the manifest into the folder. */
async function describeFiles(folder: string, sources: string): Promise<void> {
  const names = globSync('**/*', { cwd: folder }).filter((name) => statSync(join(folder, name)).isFile());
  const files: Record<string, BuiltFile> = {};
  await Promise.all(
    names.map(async (name) => {
      const content = readFileSync(join(folder, name));
      const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      const small = content.length < 512 || type.startsWith('application/octet');
      if (!small) await compress(join(folder, name), content);
      files[name.replaceAll('\\', '/')] = {
        type,
        etag: createHash('sha256').update(content).digest('base64url').slice(0, 22),
        immutable: name.startsWith('assets'),
        encodings: small ? [] : ['br', 'gzip'],
      };
    }),
  );
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ sources, files } satisfies BuildManifest));
}

/** The highest levels cost ten times the time for some percent: they are for the files of every visit. */
const largeBytes = 700_000;

async function compress(path: string, content: Buffer): Promise<void> {
  const quality = content.length > largeBytes ? 7 : 10;
  const [brotli, zipped] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, zipped);
}

/** B1. The folder before is moved away first: a folder that is not empty cannot be replaced in one step. */
function replace(folder: string): void {
  const old = `${folder}-old`;
  if (existsSync(portalBuildFolder)) renameSync(portalBuildFolder, old);
  renameSync(folder, portalBuildFolder);
  rmSync(old, { recursive: true, force: true });
}

/** B2: a file with the owner's process id is the lock; one whose owner is gone is taken over. */
async function takeTurn(): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return () => rmSync(lockFile, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!isAlive(lockOwner())) rmSync(lockFile, { force: true });
    else await pause(100);
  }
}

function lockOwner(): number {
  try {
    return Number(readFileSync(lockFile, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

await main();
