/**
 * Sends every stored event and every foreign sample of the corpus to a server and prints what came out: file, kind, id,
 * severity or state, duplicates, and which of the reference automations fired. No figure of speed: the same table is
 * asserted by `test/e2e/corpus-table.test.ts`.
 *
 * Run: `node benchmarks/corpus-table.ts`
 */
import { corpusTable, noCorpus, tableText } from '../test/e2e/corpus-table.ts';
import { TocsinServer } from '../test/e2e/tocsin-server.ts';

if (noCorpus === false) {
  const server = new TocsinServer();
  await server.start();
  console.log(tableText(await corpusTable(server)));
  await server.stop();
  await server.remove();
} else console.log(noCorpus);
