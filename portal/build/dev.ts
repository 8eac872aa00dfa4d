/**
 * Serves the portal's sources with reload on change, in front of a running server (`TOCSIN_URL`, port 7070 unless told).
 *
 *   npm run portal:dev
 */
import { createServer } from 'vite';
import { join } from 'node:path';

const server = await createServer({ root: join(import.meta.dirname, '..') });
await server.listen();
server.printUrls();
