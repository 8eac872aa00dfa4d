/** The threat model names what holds each of its answers, and comparisons of secrets have one place. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

test('every threat of SECURITY.md names tests that exist', () => {
  const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const [, table = ''] = page.split('| Threat | Answer | Held by |\n');
  const rows = table.split('\n\n')[0]?.split('\n').slice(1) ?? [];
  assert.ok(rows.length > 20);
  for (const row of rows) {
    const named = [...row.matchAll(/\]\((test\/[^)]+)\)/g)].map(([, path]) => path ?? '');
    assert.ok(named.length > 0, row);
    for (const path of named) assert.ok(existsSync(join(root, path)), path);
  }
});

test('no secret is compared by a plain comparison: its time would tell how much of it was right', () => {
  const secret = String.raw`(?:signature|csrf|clientSecret|adminToken\w*|passwordHash|apiKey|expectedSig\w*)`;
  const plain = new RegExp(
    String.raw`(?<!typeof )\b${secret}\s*[!=]==(?!\s*(?:undefined\b|null\b|''))|[!=]==\s*\w+\.${secret}\b(?!\s*[!=]==)`,
  );
  const files = globSync('src/**/*.ts', { cwd: root });
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (plain.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  assert.deepEqual(found, []);
});
