import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { galleryPages } from '../../tools/generate-gallery-docs.ts';

test('the pages of the gallery are made of what its templates say', () => {
  const pages = galleryPages();
  assert.ok(pages.length > 12);
  for (const { path, text } of pages) assert.equal(readFileSync(path, 'utf8'), text, path);
});
