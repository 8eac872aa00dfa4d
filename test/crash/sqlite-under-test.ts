/** A SQLite store in a folder of its own that can be closed and opened like by another process. */
import { type Store, silentLog } from '#foundation';
import { type DurableStore, openStore } from '#store';
import { dataFolder } from '../store/data-folder.ts';
import type { StoreUnderTest } from '../suites/embedded-host-under-test.ts';

export async function sqliteUnderTest(): Promise<StoreUnderTest> {
  const folder = dataFolder();
  const open = (): Promise<DurableStore> => openStore({ folder: folder.path, log: silentLog });
  let current = await open();
  return {
    store: current,
    reopen: async (): Promise<Store> => {
      await current.close();
      current = await open();
      return current;
    },
    remove: async () => {
      await current.close();
      folder.remove();
    },
  };
}
