/** The reference pages are those that the function table gives. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, it } from 'node:test';
import { functionTable } from '#expression';
import { expressionDocs } from '../../tools/generate-expression-docs.ts';

describe('the reference of expressions', () => {
  it('equals a fresh generation, page by page', () => {
    for (const [path, page] of expressionDocs()) {
      assert.ok(
        readFileSync(path, 'utf8') === page,
        `${basename(path)}: run node tools/generate-expression-docs.ts and commit the pages`,
      );
    }
  });

  it('has no page that is not generated', () => {
    const pages = [...expressionDocs().keys()].filter((path) => basename(dirname(path)) === 'expressions');
    assert.deepEqual(readdirSync(dirname(pages[0] ?? '')).toSorted(), pages.map((path) => basename(path)).toSorted());
  });

  it('tells of every function once, and of no other', () => {
    const rows = [...expressionDocs().values()].flatMap((page) => page.match(/^\| `\w+\(/gm) ?? []);
    const names = rows.map((row) => row.slice(3, -1));
    assert.deepEqual(names.toSorted(), functionTable.map(({ name }) => name).toSorted());
  });
});
