import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ownApiDocs, ownApiDocsPath } from '../../tools/generate-own-api-docs.ts';

test('the page of our own calls is the table of our own calls', () => {
  assert.equal(readFileSync(ownApiDocsPath, 'utf8'), ownApiDocs());
});
