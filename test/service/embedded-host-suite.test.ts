import { memoryStore } from '#store';
import { EmbeddedHostUnderTest } from '../suites/embedded-host-under-test.ts';
import { limitedRunsSuite } from '../suites/limited-runs.ts';
import { runHostSuite } from '../suites/run-host.ts';

const inMemory = () => {
  const store = memoryStore();
  return { store, reopen: async () => store, remove: () => store.close() };
};

runHostSuite('EmbeddedHost', async (world) => new EmbeddedHostUnderTest(world, inMemory()));
limitedRunsSuite('EmbeddedHost', async (world) => new EmbeddedHostUnderTest(world, inMemory()));

// The same answers when snapshots come after every step and no waiting run stays in memory.
const meagre = { snapshotEvents: 1, waitingRunsKept: 0, effectsAtOnce: 1 };
runHostSuite('EmbeddedHost with nothing kept', async (world) => new EmbeddedHostUnderTest(world, inMemory(), meagre));
limitedRunsSuite(
  'EmbeddedHost with nothing kept',
  async (world) => new EmbeddedHostUnderTest(world, inMemory(), meagre),
);
