import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { policyDocs, policyDocsPath } from '../../tools/generate-policy-docs.ts';

test('the page of built-in policies is made of the shipped definitions', () => {
  assert.equal(readFileSync(policyDocsPath, 'utf8'), policyDocs());
});
