import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameUuid } from '#foundation';

const url = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

function expected(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(Buffer.from(name, 'utf8'))
    .digest();
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

test('a name gives the UUID of the standard, whatever its length', () => {
  assert.equal(nameUuid(url, 'https://example.com'), expected(url, 'https://example.com'));
  for (let length = 0; length < 200; length += 1) {
    assert.equal(nameUuid(url, 'x'.repeat(length)), expected(url, 'x'.repeat(length)), String(length));
  }
  fc.assert(
    fc.property(fc.uuid(), fc.string({ unit: 'grapheme', maxLength: 300 }), (namespace, name) => {
      const text = Buffer.from(name, 'utf8').toString('utf8');
      assert.equal(nameUuid(namespace, text), expected(namespace, text));
    }),
  );
});
