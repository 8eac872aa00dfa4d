/**
 * Writes `docs/reference/roles.md`: what each built-in role may do at each route, asked of a server started for it.
 *
 * Run by hand after a route or a role has changed: `node tools/generate-role-docs.ts`; a test compares the page.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrixPage, roleMatrix } from '../test/e2e/role-matrix.ts';
import { TocsinServer } from '../test/e2e/tocsin-server.ts';

const server = await new TocsinServer().start();
try {
  writeFileSync(join(import.meta.dirname, '../docs/reference/roles.md'), matrixPage(await roleMatrix(server)));
} finally {
  await server.remove();
}
