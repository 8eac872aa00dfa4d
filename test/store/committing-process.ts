/** Commits pairs of documents as fast as it can and prints the number of each acknowledged commit, until it is killed. */
import { silentLog, type Write } from '#foundation';
import { openStore } from '#store';

const folder = process.argv[2] ?? '';
const store = await openStore({ folder, log: silentLog });

function put(collection: string, key: string): Write {
  return {
    kind: 'putDocument',
    document: { collection, key, parent: '', time: 1, status: '', body: { text: 'x'.repeat(500) } },
  };
}

for (let index = 0; index < 100_000; index += 1) {
  await store.commit([put('c', `d${index}`), put('pairs', `d${index}`)]);
  process.stdout.write(`${index}\n`);
}
