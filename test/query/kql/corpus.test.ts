import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson, textMember } from '#foundation';
import { isKqlFault, parseKql } from '#query';
import { missing } from '../../suites/corpus.ts';

const folders = ['azure-sentinel', 'azuresentinel-stuff', 'defender-for-cloud'];

const corpus = join(import.meta.dirname, '../../../../shared/corpus');

/** The templates of a folder; one of them is UTF-16, as it was published, and some are no JSON. */
function templatesOf(folder: string): readonly Json[] {
  const names = readdirSync(join(corpus, folder)).filter((name) => name.endsWith('.json'));
  return names.flatMap((name) => {
    const bytes = readFileSync(join(corpus, folder, name));
    const text = bytes[0] === 0xff ? bytes.toString('utf16le') : bytes.toString('utf8');
    try {
      return [parseJson(text.replace(/^\uFEFF/, ''))];
    } catch {
      return [];
    }
  });
}

/** Queries in the inputs of log and Resource Graph actions. */
function queriesIn(json: Json): readonly string[] {
  if (isJsonArray(json)) return json.flatMap(queriesIn);
  if (!isJsonObject(json)) return [];
  const inputs = memberOf(json, 'inputs');
  const body = memberOf(inputs, 'body');
  const target = `${textMember(inputs, 'path') ?? ''}${textMember(inputs, 'uri') ?? ''}`;
  const own =
    typeof body === 'string' && /^\/queryData/i.test(target)
      ? body
      : /ResourceGraph/i.test(target)
        ? textMember(body, 'query')
        : undefined;
  return [...(own === undefined ? [] : [own]), ...Object.values(json).flatMap(queriesIn)];
}

/** Interpolations as what a run puts there: a time where a time is read, a table where a query begins, else a number. */
function filledIn(query: string): string {
  return query
    .replaceAll(/datetime\(@\{.*?\}\)(?=[\s.;),])/g, 'datetime(2026-01-01)')
    .replaceAll(/(^|;\s*)@\{[^}]*\}/g, '$1T')
    .replaceAll(/@\{[^}]*\}/g, '5');
}

for (const folder of folders) {
  describe(`queries of the playbooks of ${folder}`, { skip: missing(folder) }, () => {
    it('parse, or are refused as known and not supported', () => {
      const queries = templatesOf(folder).flatMap(queriesIn);
      assert.ok(queries.length > 0, 'there are queries');
      const broken = queries.map(filledIn).flatMap((query) => {
        const parsed = parseKql(query);
        return isKqlFault(parsed) && parsed.code !== 'UNS0001' ? [`${parsed.message} ${query}`] : [];
      });
      assert.deepEqual(broken, []);
    });
  });
}
