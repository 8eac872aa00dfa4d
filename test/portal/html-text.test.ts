import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutAttributes } from '../../portal/src/model/html-text.ts';

test('tags lose every attribute but the address of a link to the web', () => {
  assert.equal(withoutAttributes('<ol onclick="alert(1)"><li>x</li></ol>'), '<ol><li>x</li></ol>');
  assert.equal(
    withoutAttributes('<a class=x href="https://e.org/?a=1&b">y</a>'),
    '<a href="https://e.org/?a=1&b">y</a>',
  );
  assert.equal(withoutAttributes("<A HREF='http://e.org'>y</A>"), '<a href="http://e.org">y</A>');
  assert.equal(withoutAttributes('<a href="javascript:alert(1)">y</a>'), '<a>y</a>');
});

test('no odd spelling of a tag keeps an attribute', () => {
  for (const html of [
    '<p/onclick=x()>',
    '<x-y onclick=x()>',
    '<p\nonclick\n=\nx()>',
    '<b<i onclick=x()>',
    '<p title=">" onclick=x()>',
  ]) {
    assert.doesNotMatch(withoutAttributes(html), /<[^>]*onclick/i, html);
  }
  assert.equal(withoutAttributes('1 < 2 and <b>3</b>'), '1 < 2 and <b>3</b>');
});
