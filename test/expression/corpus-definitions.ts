/**
 * Reads the workflow definitions out of the corpus of published playbooks, where the corpus is present beside the checkout.
 *
 * Owns: finding the files, unescaping what ARM escapes. Does not own: judging what is in the definitions.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from '#foundation';

const corpus = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/corpus');

export const corpusIsPresent = existsSync(join(corpus, 'index.json'));

export interface CorpusDefinition {
  readonly file: string;
  readonly definition: Json;
}

/** Every workflow definition of every playbook; files that are no JSON in any encoding are listed by name only. */
export function corpusDefinitions(): {
  readonly definitions: readonly CorpusDefinition[];
  readonly unreadable: readonly string[];
} {
  const index = parseJson(readFileSync(join(corpus, 'index.json'), 'utf8'));
  const definitions: CorpusDefinition[] = [];
  const unreadable: string[] = [];
  for (const entry of isJsonArray(index) ? index : []) {
    const file = memberOf(entry, 'file');
    if (typeof file !== 'string') continue;
    const json = readLeniently(join(corpus, file));
    if (json === undefined) unreadable.push(file);
    else for (const definition of definitionsIn(json)) definitions.push({ file, definition: withoutArm(definition) });
  }
  return { definitions, unreadable };
}

function readLeniently(path: string): Json | undefined {
  const bytes = readFileSync(path);
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8';
  try {
    return parseJson(bytes.toString(encoding).replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function* definitionsIn(json: Json): Generator<Json> {
  if (isJsonArray(json)) {
    for (const item of json) yield* definitionsIn(item);
    return;
  }
  if (!isJsonObject(json)) return;
  const definition = memberOf(json, 'definition');
  if (isJsonObject(definition) && isJsonObject(definition['actions'])) yield definition;
  for (const [name, value] of Object.entries(json)) if (name !== 'definition') yield* definitionsIn(value);
}

/** ARM escapes a leading bracket by doubling it; whole ARM expressions are resolved before the engine sees them. */
function withoutArm(json: Json): Json {
  if (typeof json === 'string') {
    if (json.startsWith('[[')) return json.slice(1);
    return json.startsWith('[') && json.endsWith(']') ? '' : json;
  }
  if (isJsonArray(json)) return json.map(withoutArm);
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, withoutArm(value)]));
}
