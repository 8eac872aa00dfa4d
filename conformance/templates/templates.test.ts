/**
 * Runs the conformance cases of the template language: one test per case, and a ratchet over the expected failures.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isJsonArray, memberOf, parseJson } from '#foundation';
import { judgeCase, readCases } from './case-file.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const failuresFile = 'expected-failures.json';

/** `file/name` of the cases known to fail, each with its reason. */
function expectedFailures(): ReadonlyMap<string, string> {
  const listed = parseJson(readFileSync(join(folder, failuresFile), 'utf8'));
  assert.ok(isJsonArray(listed), 'the expected failures are a list');
  return new Map(
    listed.map((entry) => {
      const [file, name, reason] = [memberOf(entry, 'file'), memberOf(entry, 'name'), memberOf(entry, 'reason')];
      assert.ok(
        typeof file === 'string' && typeof name === 'string' && typeof reason === 'string',
        'every expected failure has file, name and reason',
      );
      return [`${file}/${name}`, reason];
    }),
  );
}

const failures = expectedFailures();
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== failuresFile);
const seen = new Set<string>();

for (const file of files) {
  describe(`templates: ${file}`, () => {
    for (const test of readCases(readFileSync(join(folder, file), 'utf8'))) {
      const key = `${file}/${test.name}`;
      it(test.name, () => {
        assert.ok(!seen.has(key), 'names are unique within a file');
        seen.add(key);
        const why = judgeCase(test);
        if (failures.has(key)) assert.ok(why !== undefined, 'passes now: take it off the expected failures');
        else assert.equal(why, undefined, `${test.name} ${why ?? ''} (${test.source})`);
      });
    }
  });
}

describe('templates: the expected failures', () => {
  it('name only cases that exist', () => {
    const missing = [...failures.keys()].filter((key) => !seen.has(key));
    assert.deepEqual(missing, []);
  });
});
