import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inventoryDocs, inventoryDocsPath } from '../../tools/generate-inventory-docs.ts';

test('the page of actions in the inventory is made of its tables', () => {
  assert.equal(readFileSync(inventoryDocsPath, 'utf8'), inventoryDocs());
});
