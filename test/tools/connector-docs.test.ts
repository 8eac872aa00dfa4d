import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectorDocs, connectorDocsPath } from '../../tools/generate-connector-docs.ts';

test('the page of connectors is made of their tables', () => {
  assert.equal(readFileSync(connectorDocsPath, 'utf8'), connectorDocs());
});
