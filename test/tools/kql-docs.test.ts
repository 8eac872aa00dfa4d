import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kqlDocs, kqlDocsPath } from '../../tools/generate-kql-docs.ts';

test('the page of the query language is made of its tables', () => {
  assert.equal(readFileSync(kqlDocsPath, 'utf8'), kqlDocs());
});
