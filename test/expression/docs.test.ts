/** The reference page is the one that the function table gives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { functionTable } from '#expression';
import { expressionDocs, expressionPage } from '../../tools/generate-expression-docs.ts';

describe('docs/reference/expressions.md', () => {
  it('equals a fresh generation', () => {
    const fresh = expressionDocs();
    assert.ok(
      readFileSync(expressionPage, 'utf8') === fresh,
      'run node tools/generate-expression-docs.ts and commit the page',
    );
  });

  it('has every function once', () => {
    const page = expressionDocs();
    for (const { name } of functionTable) assert.equal(page.split(`| \`${name}(`).length, 2, name);
  });
});
