/** The thread in which queries are worked on, one after the other. Owns: the loop; started by `query-threads.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { openReadingStore } from '#store';
import { perform, type QueryJob } from './query-job.ts';

const store = openReadingStore((workerData as { readonly folder: string }).folder);

parentPort?.on('message', (job: QueryJob) => {
  parentPort?.postMessage(store.atOneMoment(() => perform(store, job)));
});
parentPort?.postMessage('ready');
