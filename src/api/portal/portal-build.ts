/**
 * The portal's build as the running server sees it: which one is current, and making one when there is none.
 *
 * Owns: when a build is started and what came of it. Does not own: how to build (`portal/build/build.ts`, a process of its
 * own at low priority), serving.
 *
 * Invariants
 * P1. Nothing happens before the first request for the portal: a server that nobody looks at reads no source and builds
 *     nothing.
 * P2. A build replaces the one before as a whole; while one is made the one before is served, when there is one.
 * P3. A server builds once for its sources: a build that failed is not tried again until the server starts anew.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#foundation';
import { type BuildManifest, checkoutFolder, portalBuildFolder, portalSourceHash } from './portal-sources.ts';

export type PortalState =
  | { readonly kind: 'built'; readonly manifest: BuildManifest }
  | { readonly kind: 'building' }
  | { readonly kind: 'failed'; readonly reason: string };

const script = join(checkoutFolder, 'portal/build/build.ts');

export class PortalBuild {
  readonly #log: Log;
  #found: Promise<void> | undefined;
  #settled: Promise<PortalState> | undefined;
  #current: PortalState = { kind: 'building' };
  #child: ChildProcess | undefined;
  #stopped = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What is there now, at most `milliseconds` from now; the first call finds out and builds when it must (P1). */
  async state(milliseconds: number): Promise<PortalState> {
    this.#found ??= this.#find();
    await this.#found;
    this.#settled ??= this.#ensure();
    if (this.#current.kind === 'built') return this.#current;
    const { promise, resolve } = Promise.withResolvers<PortalState>();
    const limit = setTimeout(() => resolve(this.#current), milliseconds);
    try {
      return await Promise.race([this.#settled, promise]);
    } finally {
      clearTimeout(limit);
    }
  }

  /** Takes up the build that lies there now: another server may have replaced it. False when it is the one known. */
  async reload(): Promise<boolean> {
    const manifest = await readManifest();
    if (manifest === undefined) return false;
    const changed = this.#current.kind !== 'built' || this.#current.manifest.sources !== manifest.sources;
    this.#current = { kind: 'built', manifest };
    return changed;
  }

  /** Ends a build under way. */
  stop(): void {
    this.#stopped = true;
    this.#child?.kill();
  }

  /** An older build is shown at once; whether it is older is found out meanwhile (P2). */
  async #find(): Promise<void> {
    const manifest = await readManifest();
    if (manifest !== undefined) this.#current = { kind: 'built', manifest };
  }

  async #ensure(): Promise<PortalState> {
    try {
      const known = this.#current.kind === 'built' ? this.#current.manifest.sources : undefined;
      if (known === (await portalSourceHash())) return this.#current;
      return await this.#build();
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  async #build(): Promise<PortalState> {
    if (this.#stopped) return this.#current;
    const began = performance.now();
    this.#log.info('The portal is being built; this happens once for its sources.');
    const child = spawn(process.execPath, [script], { cwd: checkoutFolder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    lowerPriority(child);
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-2000);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    this.#child = undefined;
    if (this.#stopped) return this.#current;
    const manifest = await readManifest();
    if (code !== 0 || manifest === undefined) return this.#fail(errors.trim() || `the build ended with ${code}`);
    this.#log.info('The portal is built.', { seconds: Math.round((performance.now() - began) / 100) / 10 });
    this.#current = { kind: 'built', manifest };
    return this.#current;
  }

  /** P2: an older build stays. */
  #fail(reason: string): PortalState {
    this.#log.error('The portal could not be built.', { reason });
    if (this.#current.kind !== 'built') this.#current = { kind: 'failed', reason };
    return this.#current;
  }
}

/** Requests and runs go first. */
function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended, or the system knows no priorities.
  }
}

async function readManifest(): Promise<BuildManifest | undefined> {
  try {
    return JSON.parse(await readFile(join(portalBuildFolder, 'manifest.json'), 'utf8')) as BuildManifest;
  } catch {
    return undefined;
  }
}
