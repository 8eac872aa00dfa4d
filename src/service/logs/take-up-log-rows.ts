/**
 * Moves rows of log tables that earlier versions kept as documents into log tables.
 *
 * Owns: the move, once, at the start. Does not own: today's rows (`append-logs.ts`).
 *
 * Invariants
 * TU1. A row is in one place at any moment: it leaves the documents in the commit that puts it into its table, so that a stop
 *      in between loses and repeats nothing.
 */
import type { Write } from '#foundation';
import type { Services } from '../services.ts';
import { logWrites } from './append-logs.ts';
import { knownTables } from './log-columns.ts';

const collection = 'logRows';
const batchSize = 500;

/** How many rows were moved. */
export async function takeUpLogRows(services: Pick<Services, 'store' | 'clock' | 'log'>): Promise<number> {
  let moved = 0;
  for (;;) {
    const batch = services.store.documents.list({ collection, top: batchSize, oldestFirst: true });
    if (batch.length === 0) break;
    const writes: Write[] = [];
    for (const { key, parent, body } of batch) {
      const at = parent.lastIndexOf('/tables/');
      const name = parent.slice(at + '/tables/'.length);
      const table = knownTables.find((known) => known.toLowerCase() === name) ?? name;
      const { Type: _type, ...record } = body;
      writes.push(...logWrites(services, { workspaceId: parent.slice(0, at), table, records: [record] }));
      writes.push({ kind: 'deleteDocument', collection, key });
    }
    await services.store.commit(writes);
    moved += batch.length;
  }
  if (moved > 0) services.log.info('Rows of log tables were moved to tables of their own.', { rows: moved });
  return moved;
}
