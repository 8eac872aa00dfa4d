/** The version of this checkout, as its package says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../../package.json');

export const serverVersion = (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
