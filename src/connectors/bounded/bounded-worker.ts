/** The thread in which bounded work is done, one job after the other. Owns: the loop; started by `bounded-work.ts`. */
import { parentPort } from 'node:worker_threads';
import type { Job, ResultOf } from './job.ts';

/** Each kind's library is loaded with its first job. */
async function perform(job: Job): Promise<ResultOf<Job>> {
  switch (job.kind) {
    case 'script':
      return (await import('./run-script.ts')).runScript(job);
    case 'pfx':
      return (await import('./read-pfx.ts')).readPfx(job);
    case 'chunkText':
      return (await import('./chunk-text.ts')).chunkText(job);
    case 'parseDocument':
      return (await import('./parse-document.ts')).parseDocument(job);
  }
}

parentPort?.on('message', (job: Job) => {
  perform(job).then(
    (result) => parentPort?.postMessage(result),
    (error: unknown) =>
      parentPort?.postMessage({ kind: 'failure', code: 'InternalServerError', message: String(error) }),
  );
});
parentPort?.postMessage('ready');
