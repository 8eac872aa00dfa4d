import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { inlineThreshold } from '#engine';
import { type Json, JsonNumber, stringifyJson } from '#foundation';
import { BlobContent } from '../../../src/service/run-host/blob-content.ts';

const run = { key: 'w/runs/r', isSecret: false };

function stored() {
  const bytes = new Map<string, Uint8Array>();
  let reads = 0;
  const content = new BlobContent({
    read: (hash) => {
      reads += 1;
      return bytes.get(hash);
    },
  });
  content.begin(new Set());
  const commit = (): void => {
    const hashes = content.take();
    for (const write of content.writesOf(hashes, run)) if (write.kind === 'putBlob') bytes.set(write.hash, write.bytes);
    content.settled(hashes);
  };
  return { content, bytes, commit, reads: () => reads };
}

const large = (letter: string, size = 20_000): Json => ({ text: letter.repeat(size) });

test('a value of exactly the threshold stays inline, one byte more is a blob by the hash of its text', () => {
  const { content } = stored();
  const fits = 'x'.repeat(inlineThreshold - 2);
  assert.deepEqual(content.keep(fits), { value: fits });
  const text = stringifyJson(`${fits}y`);
  const hash = createHash('sha256').update(text).digest('hex');
  assert.deepEqual(content.keep(`${fits}y`), { blob: hash, size: inlineThreshold + 1 });
});

test('what is a blob is decided by bytes alone, whatever the value is made of', () => {
  const { content } = stored();
  const part: fc.Arbitrary<Json> = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom<Json>(null, true, new JsonNumber('1.50'), '\u0000'.repeat(30), '€'.repeat(30), '😀', '\ud800'),
    fc.dictionary(fc.string(), fc.boolean(), { maxKeys: 3 }),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (parts, times) => {
      const value: Json = Array.from({ length: times }, () => parts).flat();
      const size = Buffer.byteLength(stringifyJson(value));
      const kept = content.keep(value);
      assert.equal('blob' in kept, size > inlineThreshold, `${size} bytes`);
      if ('blob' in kept) assert.equal(kept.size, size);
    }),
    { numRuns: 60 },
  );
});

test('a blob loads before its commit, after it, and when the cache has dropped it', () => {
  const { content, commit, reads } = stored();
  const kept = content.keep(large('a'));
  assert.deepEqual(content.load(kept), large('a'));
  commit();
  for (let index = 0; index < 40; index += 1) {
    content.keep(large(String.fromCharCode(97 + (index % 26)), 500_000 + index));
    commit();
  }
  assert.deepEqual(content.load(kept), large('a'));
  assert.equal(reads(), 1);
  assert.deepEqual(content.load(kept), large('a'));
  assert.equal(reads(), 1);
});

test('an unsaved blob loads although the cache has dropped it', () => {
  const { content } = stored();
  const kept = content.keep(large('a'));
  for (let index = 0; index < 40; index += 1) content.keep(large('b', 500_000 + index));
  assert.deepEqual(content.load(kept), large('a'));
});

test('a run puts a blob once, another run puts it again', () => {
  const { content } = stored();
  content.keep(large('a'));
  content.keep(large('a'));
  assert.equal(content.take().length, 1);
  content.begin(new Set());
  content.keep(large('a'));
  assert.equal(content.take().length, 1);
});

test('a blob that two commits under way put is held until both are over', () => {
  const { content } = stored();
  const kept = content.keep(large('a'));
  const first = content.take();
  content.writesOf(first, run);
  content.begin(new Set());
  content.keep(large('a'));
  const second = content.take();
  assert.equal(content.writesOf(second, run).length, 1);
  content.settled(first);
  content.begin(new Set());
  content.keep(large('a'));
  content.discard();
  for (let index = 0; index < 40; index += 1) content.keep(large('b', 500_000 + index));
  assert.deepEqual(content.load(kept), large('a'));
});

test('a blob that is nowhere is an error, not a value', () => {
  const { content } = stored();
  assert.throws(() => content.load({ blob: 'ab', size: 1 }), /no longer kept/);
});
