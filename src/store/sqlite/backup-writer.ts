/** The thread that writes a backup: one long read beside the writer, off the request path. */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const { file, target } = workerData as { readonly file: string; readonly target: string };
const database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
database.prepare('VACUUM INTO ?').run(target);
database.close();
