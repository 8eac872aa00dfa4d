import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatDocs, formatDocsPath } from '../../tools/generate-format-docs.ts';

test('the page of event formats is made of their examples', () => {
  assert.equal(readFileSync(formatDocsPath, 'utf8'), formatDocs());
});
