/** Real data kept beside the repository, never in it: events, templates, policies. Tests that want it skip without it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, parseJson } from '#foundation';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

/** The reason to skip a test that reads this folder of the corpus, or false when it is there. */
export function missing(folder: string): string | false {
  return existsSync(join(corpus, folder)) ? false : `no ../shared/corpus/${folder} beside this checkout`;
}

/** The JSON files of a folder by name without ending; empty when the folder is not there. */
export function jsonFiles(folder: string): ReadonlyMap<string, Json> {
  const path = join(corpus, folder);
  if (!existsSync(path)) return new Map();
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return new Map(names.map((name) => [name.slice(0, -5), parseJson(readFileSync(join(path, name), 'utf8'))]));
}
