import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorDocs, errorDocsPath } from '../../tools/generate-error-docs.ts';

test('the page of error codes is the table of error codes', () => {
  assert.equal(readFileSync(errorDocsPath, 'utf8'), errorDocs());
});
