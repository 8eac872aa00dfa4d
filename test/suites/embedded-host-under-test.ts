/** The embedded host with the hooks of the shared suites, over a store that the test chooses. */
import type { HistoryRecord } from '#engine';
import { SeededRandom, silentLog, type Store } from '#foundation';
import { EmbeddedHost, type HostLimits } from '#service';
import { type CrashPoint, CrashingStore } from './crashing-store.ts';
import type { RunHostUnderTest, RunHostWorld } from './run-host.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes what is open and opens it again, as another process would. */
  reopen(): Promise<Store>;
  remove(): Promise<void>;
}

export class EmbeddedHostUnderTest implements RunHostUnderTest {
  host: EmbeddedHost;
  store: CrashingStore;
  /** Commits of all lives. */
  commits = 0;
  readonly #world: RunHostWorld;
  readonly #under: StoreUnderTest;
  readonly #limits: Partial<HostLimits>;
  #life = 0;

  constructor(world: RunHostWorld, under: StoreUnderTest, limits: Partial<HostLimits> = {}) {
    this.#world = world;
    this.#under = under;
    this.#limits = limits;
    this.store = new CrashingStore(under.store, () => this.host.halt());
    this.host = this.#newHost();
  }

  #newHost(): EmbeddedHost {
    const random = new SeededRandom(7 + this.#life);
    return new EmbeddedHost({ ...this.#world, store: this.store, random, log: silentLog, limits: this.#limits });
  }

  quiet(): Promise<void> {
    return this.host.quiet();
  }

  crashAfterCommit(n: number): void {
    this.crashAt(n, 'after');
  }

  crashAt(n: number, point: CrashPoint): void {
    this.store.dieAt(n, point);
  }

  crashed(): boolean {
    return this.store.isDead;
  }

  async reopen(): Promise<void> {
    this.store.die();
    this.commits += this.store.commits;
    this.store = new CrashingStore(await this.#under.reopen(), () => this.host.halt());
    this.#life += 1;
    this.host = this.#newHost();
    await this.host.recover();
  }

  history(key: string): readonly HistoryRecord[] {
    return this.store.history.journal(key).flatMap((row) => row.history) as unknown as readonly HistoryRecord[];
  }

  hasDocument(collection: string, key: string): boolean {
    return this.store.documents.get(collection, key) !== undefined;
  }

  async close(): Promise<void> {
    this.store.die();
    await this.#under.remove();
  }
}
