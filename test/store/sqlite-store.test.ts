import { silentLog, type Store } from '#foundation';
import { openStore } from '#store';
import { storeSuite } from '../suites/store.ts';
import { dataFolder } from './data-folder.ts';

storeSuite('SQLite store', async (): Promise<Store> => {
  const folder = dataFolder();
  const store = await openStore({ folder: folder.path, log: silentLog });
  return {
    resources: store.resources,
    documents: store.documents,
    history: store.history,
    blobs: store.blobs,
    policyRecords: store.policyRecords,
    logs: store.logs,
    tallies: store.tallies,
    commit: (writes) => store.commit(writes),
    close: async () => {
      await store.close();
      folder.remove();
    },
  };
});
