/** Texts in pieces of tokens: what every cut keeps, and that no text keeps the thread for long. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { BoundedWork } from '#connectors';

const work = new BoundedWork();
after(() => work.close());

interface Wanted {
  readonly tokens: number;
  readonly overlap?: number;
  readonly encoding?: string;
  readonly milliseconds?: number;
  readonly resultCharacters?: number;
}

async function cut(text: string, wanted: Wanted): Promise<readonly string[]> {
  const usual = { encoding: 'cl100k_base', overlap: 0, milliseconds: 15_000, resultCharacters: 1_000_000 };
  const result = await work.perform({ kind: 'chunkText', text, ...usual, ...wanted });
  if (result.kind === 'failure') throw new Error(`${result.code}: ${result.message}`);
  return result.pieces;
}

describe('a text in pieces of tokens', () => {
  for (const [encoding, expected] of [
    ['cl100k_base', ['t', 'ik', 'token', ' is', ' great', '!']],
    ['r50k_base', ['t', 'ik', 'token', ' is', ' great', '!']],
    ['p50k_base', ['t', 'ik', 'token', ' is', ' great', '!']],
    ['p50k_edit', ['t', 'ik', 'token', ' is', ' great', '!']],
    ['o200k_base', ['t', 'ikt', 'oken', ' is', ' great', '!']],
  ] as const) {
    test(`has the tokens of ${encoding}`, async () => {
      assert.deepEqual(await cut('tiktoken is great!', { tokens: 1, encoding }), expected);
    });
  }

  test('holds as many tokens as it may', async () => {
    assert.deepEqual(await cut('tiktoken is great!', { tokens: 4 }), ['tiktoken is', ' great!']);
    assert.deepEqual(await cut('tiktoken is great!', { tokens: 8_000 }), ['tiktoken is great!']);
  });

  test('has no pieces when it is empty', async () => assert.deepEqual(await cut('', { tokens: 5 }), []));

  test('repeats whole tokens of the piece before, never more characters than asked for', async () => {
    assert.deepEqual(await cut('one two three four', { tokens: 2, overlap: 4 }), ['one two', ' two three', ' four']);
  });

  test('takes names of special tokens for text', async () => {
    assert.equal((await cut('a<|endoftext|>b', { tokens: 1 })).join(''), 'a<|endoftext|>b');
  });

  test('is the text again when its pieces are put together, whatever its characters are', async () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 6 }), async (text, tokens) => {
        assert.equal((await cut(text, { tokens })).join(''), text);
      }),
      { numRuns: 60 },
    );
    const broken = 'a\ud800b😀\udc00';
    assert.equal((await cut(broken, { tokens: 1 })).join(''), broken);
  });

  test('goes on behind every piece, however long the overlap', async () => {
    const pieces = await cut('one two three four', { tokens: 2, overlap: 1_000 });
    assert.deepEqual(pieces, ['one two', ' two three', ' three four']);
  });

  test('may be one endless word', async () => {
    const text = 'a'.repeat(20_000);
    assert.equal((await cut(text, { tokens: 100 })).join(''), text);
  });

  test('fails when its pieces are too large, or it takes too long', async () => {
    const text = 'one two '.repeat(20_000);
    await assert.rejects(cut(text, { tokens: 100, overlap: 5_000 }), /BadRequest: the pieces have more than 1000000/);
    const long = 'one 2 three, '.repeat(2_000_000);
    await assert.rejects(cut(long, { tokens: 100, milliseconds: 0 }), /BadRequest: it (ran longer|needs more memory)/);
  });
});
