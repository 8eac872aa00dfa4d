/** The definitions of the corpus as text, as a server would show them; none where the corpus is not there. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

/** For `skip` of a test. */
export const corpusMissing = existsSync(corpus) ? false : 'there is no ../shared/corpus beside this checkout';

export interface CorpusDefinition {
  readonly file: string;
  readonly definition: unknown;
}

export function corpusDefinitions(): readonly CorpusDefinition[] {
  return corpusMissing === false ? filesOf(corpus).flatMap((path) => definitionsIn(read(path), path)) : [];
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return name.endsWith('.json') && name !== 'index.json' ? [path] : [];
  });
}

function read(path: string): unknown {
  const bytes = readFileSync(path);
  const text = bytes[0] === 0xff ? bytes.toString('utf16le') : bytes.toString('utf8');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return null;
  }
}

function definitionsIn(value: unknown, file: string): readonly CorpusDefinition[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, properties } = value as { readonly type?: unknown; readonly properties?: { definition?: unknown } };
  const definition = properties?.definition;
  const isWorkflow = typeof type === 'string' && type.toLowerCase() === 'microsoft.logic/workflows';
  if (isWorkflow && typeof definition === 'object' && definition !== null) return [{ file, definition }];
  return Object.values(value).flatMap((item) => definitionsIn(item, file));
}
