/** Bodies as they come in become records, whatever their form, size and pieces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { isFault, type Json, TocsinError } from '#foundation';
import { type IngestionLimits, readIngestion } from '#service';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Read {
  readonly records: readonly Json[];
  readonly batches: number;
}

async function read(
  content: string | Uint8Array,
  options: { size?: number; headers?: Record<string, string>; limits?: Partial<IngestionLimits> } = {},
): Promise<Read> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const { size = 1 << 20, headers = {}, limits = {} } = options;
  const records: Json[] = [];
  let batches = 0;
  let ended = false;
  for await (const batch of readIngestion({ chunks: pieces(bytes, size), headers, limits })) {
    assert.ok(!ended);
    ended = batch.last;
    batches += 1;
    for (const record of batch.records) records.push(isFault(record) ? record.code : record);
  }
  assert.ok(ended);
  return { records, batches };
}

async function refusal(content: string | Uint8Array, options: Parameters<typeof read>[1] = {}): Promise<string> {
  try {
    await read(content, options);
  } catch (error) {
    assert.ok(error instanceof TocsinError, String(error));
    return `${error.fault.code} ${error.fault.message}`;
  }
  return 'none';
}

const broken = 'InvalidRequestContent';

test('one value, a list, lines, and each behind a byte order mark, with any line ends, give their records', async () => {
  const cases: readonly (readonly [string, readonly Json[]])[] = [
    ['{"a":1}', [{ a: 1 }]],
    ['{"a":1}\n', [{ a: 1 }]],
    ['\n\n {"a":1} \r\n', [{ a: 1 }]],
    ['{\n  "a": 1\n}\n', [{ a: 1 }]],
    ['[{"a":1},{"b":2}]', [{ a: 1 }, { b: 2 }]],
    ['[\n{"a":1},\n{"b":2}\n]\n', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}\r\n\r\n{"b":2}\r\n', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}\n{"b":NaN}\n{"c":3}', [{ a: 1 }, broken, { c: 3 }]],
    ['{"a":\n{"b":2}\n{"c":3}', [broken, { b: 2 }, { c: 3 }]],
    ['{"a":1}\n{"cut', [{ a: 1 }, broken]],
    ['{"a":1}\n[1]\n7', [{ a: 1 }, [1], 7]],
    ['{"a":1,"a":2}\n{"b":2}', [{ a: 2 }, { b: 2 }]],
    ['{"a":1}\n\ufeff{"b":2}', [{ a: 1 }, { b: 2 }]],
  ];
  for (const [text, expected] of cases) {
    for (const mark of ['', '\ufeff']) {
      const bytes = Buffer.from(mark + text);
      for (const size of [1, 3, 1 << 20]) {
        assert.deepEqual((await read(bytes, { size })).records, expected, JSON.stringify(text));
        const zipped = await read(gzipSync(bytes), { size });
        assert.deepEqual(zipped.records, expected, `gzip ${JSON.stringify(text)}`);
      }
    }
  }
});

test('text in UTF-16, as some shells write it, is read where its mark says so', async () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('[{"a":"é"}]', 'utf16le')]);
  assert.deepEqual((await read(bytes)).records, [{ a: 'é' }]);
});

test('a body that is wrong as a whole is refused with its position, and nothing of it is handed on', async () => {
  assert.match(await refusal('{"a":\n  nope}'), /line 2, column 3/);
  for (const empty of ['', ' \n\n', '\ufeff']) assert.match(await refusal(empty), /^InvalidRequestContent .*empty/);
  assert.match(await refusal('', { headers: { 'content-type': 'application/x-ndjson' } }), /empty/);
  assert.match(await refusal(Buffer.from([0x22, 0xe9, 0x22])), /UTF-8/);
  assert.match(await refusal(gzipSync('[1,2,3]').subarray(0, 12)), /^InvalidRequestContent .*gzip/);
  assert.match(await refusal('{}', { headers: { 'content-encoding': 'gzip' } }), /gzip/);
  assert.match(await refusal('{}', { headers: { 'content-encoding': 'br' } }), /^UnsupportedMediaType/);
});

test('the content type names lines, also where the first one alone would be a document', async () => {
  const headers = { 'content-type': 'application/x-ndjson; charset=utf-8' };
  assert.deepEqual((await read('{"a":\n{"b":1}', { headers })).records, [broken, { b: 1 }]);
  assert.deepEqual((await read('{"a":1}', { headers })).records, [{ a: 1 }]);
});

test('a line that is no UTF-8 is wrong alone', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"a":1}\n'),
    Buffer.from([0x22, 0xe9, 0x22, 0x0a]),
    Buffer.from('{"b":1}'),
  ]);
  assert.deepEqual((await read(bytes)).records, [{ a: 1 }, broken, { b: 1 }]);
});

test('a document over the limit is refused, lines of any sum are not, and a line over its limit is wrong alone', async () => {
  const limits = { document: 1_000, line: 100 };
  assert.match(await refusal(`[${'1,'.repeat(600)}1]`, { limits }), /^RequestEntityTooLarge/);
  const lines = Array.from({ length: 200 }, (_, at) => ({ at }));
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  assert.deepEqual((await read(text, { limits, size: 64 })).records, lines);
  const long = `{"a":1}\n{"b":"${'x'.repeat(500)}"}\n{"c":1}`;
  assert.deepEqual((await read(long, { limits, size: 7 })).records, [{ a: 1 }, 'RequestEntityTooLarge', { c: 1 }]);
});

test('a small body that unfolds without end is refused', async () => {
  const line = `${JSON.stringify({ a: 'x'.repeat(2_000) })}\n`;
  const bomb = gzipSync(line.repeat(2_000), { level: 9 });
  const headers = { 'content-type': 'application/x-ndjson' };
  const limits = { document: 100_000 };
  assert.match(await refusal(bomb, { headers, limits }), /^RequestEntityTooLarge .*unfolds/);
});

test('batches are bounded by number and by bytes', async () => {
  const text = Array.from({ length: 25 }, (_, at) => JSON.stringify({ at })).join('\n');
  assert.equal((await read(text, { limits: { batchRecords: 10 } })).batches, 3);
  assert.equal((await read(text, { limits: { batchBytes: 20 } })).batches, 9);
  const list = JSON.stringify(Array.from({ length: 25 }, (_, at) => ({ at })));
  assert.equal((await read(list, { limits: { batchRecords: 10 } })).batches, 3);
});

test('lines of a body that stays open are handed on before it ends', async () => {
  const gate = Promise.withResolvers<void>();
  async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
    yield new TextEncoder().encode('{"a":1}\n{"b":2}\n{"c"');
    await gate.promise;
    yield new TextEncoder().encode(':3}\n');
  }
  const seen: (readonly Json[])[] = [];
  for await (const { records, last } of readIngestion({ chunks: open(), headers: {}, limits: { batchWait: 1 } })) {
    seen.push(records.map((record) => (isFault(record) ? record.code : record)));
    if (!last) gate.resolve();
  }
  assert.deepEqual(seen, [[{ a: 1 }, { b: 2 }], [{ c: 3 }]]);
});

test('whatever the pieces, the records are the same', async () => {
  const record = fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.string(), fc.integer(), fc.constant(null)));
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 2, maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      async (list, size) => {
        const plain = list.map((each) => JSON.parse(JSON.stringify(each)) as Json);
        const lines = `${plain.map((each) => JSON.stringify(each)).join('\n')}\n`;
        assert.deepEqual((await read(lines, { size })).records, plain);
        assert.deepEqual((await read(gzipSync(lines), { size })).records, plain);
      },
    ),
    { numRuns: 50 },
  );
});
