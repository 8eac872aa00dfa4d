import type { StoredDocument } from '#foundation';
import { MemoryContent, MemoryHost } from '#engine';
import { limitedRunsSuite } from '../suites/limited-runs.ts';
import { runHostSuite, type RunHostUnderTest, type RunHostWorld } from '../suites/run-host.ts';

/** The in-memory host crashes by forgetting everything but its journals. */
class MemoryHostUnderTest implements RunHostUnderTest {
  readonly host: MemoryHost;
  readonly #documents = new Map<string, StoredDocument>();
  #commitsToCrash = Number.POSITIVE_INFINITY;

  constructor(world: RunHostWorld) {
    this.host = new MemoryHost({
      ...world,
      content: new MemoryContent(),
      onCommit: () => this.#committed(),
      onWrites: (writes) => {
        for (const write of writes) {
          if (write.kind === 'putDocument') {
            this.#documents.set(`${write.document.collection}/${write.document.key}`, write.document);
          }
        }
      },
    });
  }

  #committed(): void {
    this.#commitsToCrash -= 1;
    if (this.#commitsToCrash === 0) this.host.crash();
  }

  quiet(): Promise<void> {
    return this.host.quiet();
  }

  crashAfterCommit(n: number): void {
    this.#commitsToCrash = n;
  }

  crashed(): boolean {
    return this.host.isDown;
  }

  async reopen(): Promise<void> {
    if (!this.host.isDown) this.host.crash();
    this.host.recover();
  }

  history(key: string): ReturnType<MemoryHost['history']> {
    return this.host.history(key);
  }

  hasDocument(collection: string, key: string): boolean {
    return this.#documents.has(`${collection}/${key}`);
  }

  async close(): Promise<void> {
    await this.host.drain();
  }
}

runHostSuite('the in-memory host', async (world) => new MemoryHostUnderTest(world));
limitedRunsSuite('the in-memory host', async (world) => new MemoryHostUnderTest(world));
