import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, inlineOf, linkOf } from '../../portal/src/model/markdown.ts';

test('a document is read as headings, paragraphs, lists, tables and code', () => {
  const text = '# A\n\nOne\ntwo `x`\n\n- a\n  more\n- b\n\n| h | i |\n|--|--|\n| 1 | `a\\|b` |\n\n```\n# no\n```\nend';
  assert.deepEqual(
    blocksOf(text).map(({ kind }) => kind),
    ['heading', 'paragraph', 'list', 'table', 'code', 'paragraph'],
  );
  const [, , list, table, code] = blocksOf(text);
  assert.deepEqual(list?.kind === 'list' ? list.items[0] : undefined, [{ kind: 'text', text: 'a more' }]);
  assert.deepEqual(table?.kind === 'table' ? table.rows[0]?.[1] : undefined, [{ kind: 'code', text: 'a|b' }]);
  assert.equal(code?.kind === 'code' ? code.text : undefined, '# no');
});

test('words are told apart from code, emphasis and links, and HTML is text', () => {
  assert.deepEqual(inlineOf('a **b** `c` [d](e.md) <img>'), [
    { kind: 'text', text: 'a ' },
    { kind: 'strong', text: 'b' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'c' },
    { kind: 'text', text: ' ' },
    { kind: 'link', text: 'd', to: 'e.md' },
    { kind: 'text', text: ' <img>' },
  ]);
});

test('links lead to other documents or the web, and nowhere else', () => {
  assert.deepEqual(linkOf('concepts/brakes', '../reference/kql.md#x'), { document: 'reference/kql' });
  assert.deepEqual(linkOf('gallery', 'https://example.org'), { address: 'https://example.org' });
  assert.equal(linkOf('gallery', 'javascript:alert(1)'), undefined);
  assert.equal(linkOf('concepts/brakes', '../../src/main.ts'), undefined);
});
