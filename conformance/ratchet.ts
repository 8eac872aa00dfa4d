/**
 * The ratchet of a conformance folder: which cases are known to fail, and that the list only shrinks.
 *
 * Owns: reading `expected-failures.json`, registering one test per case. Does not own: what a case is or how it is judged.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isJsonArray, memberOf, parseJson } from '#foundation';

const failuresFile = 'expected-failures.json';

export interface NamedCase {
  readonly name: string;
  /** Which published rule the case states. */
  readonly source: string;
}

/** `file/name` of the cases known to fail, each with its reason. */
function expectedFailures(folder: string): ReadonlyMap<string, string> {
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

/** One test per case of every file in `folder`. `judge` says why a case fails; undefined when it holds. */
export function testConformance<Case extends NamedCase>(
  area: string,
  folder: string,
  readCases: (text: string) => readonly Case[],
  judge: (test: Case) => string | undefined,
): void {
  const failures = expectedFailures(folder);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== failuresFile);
  const seen = new Set<string>();
  for (const file of files) {
    describe(`${area}: ${file}`, () => {
      for (const test of readCases(readFileSync(join(folder, file), 'utf8'))) {
        const key = `${file}/${test.name}`;
        it(test.name, () => {
          assert.ok(!seen.has(key), 'names are unique within a file');
          seen.add(key);
          const why = judge(test);
          if (failures.has(key)) assert.ok(why !== undefined, 'passes now: take it off the expected failures');
          else assert.equal(why, undefined, `${test.name} ${why ?? ''} (${test.source})`);
        });
      }
    });
  }
  describe(`${area}: the expected failures`, () => {
    it('name only cases that exist', () => {
      const missing = [...failures.keys()].filter((key) => !seen.has(key));
      assert.deepEqual(missing, []);
    });
  });
}
