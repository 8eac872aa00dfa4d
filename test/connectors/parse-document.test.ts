/** Documents of every kind as texts, and files made to hold a reader up. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { BoundedWork } from '#connectors';
import {
  deflated,
  packageOf,
  pdfLines,
  pdfOf,
  pdfWith,
  relationshipsOf,
  sheetsOf,
  slidesOf,
  wordOf,
} from './document-files.ts';

const work = new BoundedWork();
after(() => work.close());

interface Said {
  readonly contentType?: string;
  readonly fileType?: string;
  readonly milliseconds?: number;
  readonly resultCharacters?: number;
}

/** A Japanese font whose characters are told by a map that the file only names. */
const namedMap =
  '<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/90ms-RKSJ-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0' +
  '/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor<</Type/FontDescriptor' +
  '/FontName/Ryumin-Light/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>]>>';

const usual = { milliseconds: 20_000, resultCharacters: 100_000 };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(file: Uint8Array | string, said: Said = {}) {
  const bytes = typeof file === 'string' ? bytesOf(file) : file;
  return work.perform({ kind: 'parseDocument', bytes, ...usual, ...said });
}

async function texts(file: Uint8Array | string, said: Said = {}): Promise<readonly string[]> {
  const result = await read(file, said);
  if (result.kind === 'failure') throw new Error(`${result.code}: ${result.message}`);
  return result.pages.map(({ text }) => text);
}

async function refusal(file: Uint8Array | string, said: Said = {}): Promise<string> {
  const result = await read(file, said);
  assert.equal(result.kind, 'failure', 'it was read');
  return result.kind === 'failure' ? `${result.code}: ${result.message}` : '';
}

describe('the text of a document', () => {
  test('of plain kinds is the text itself, by its mark or its charset', async () => {
    assert.deepEqual(await texts('a,b\r\n1,ü\r\n'), ['a,b\r\n1,ü']);
    assert.deepEqual(await texts(new Uint8Array([0xff, 0xfe, 0x41, 0, 0xfc, 0])), ['Aü']);
    assert.deepEqual(await texts(new Uint8Array([0x41, 0xfc]), { contentType: 'text/plain; charset=iso-8859-1' }), [
      'Aü',
    ]);
    assert.deepEqual(await texts('# Title', { fileType: 'md' }), ['# Title']);
    assert.deepEqual(await texts(''), ['']);
  });

  test('of HTML is what a reader sees, in lines', async () => {
    const page =
      '<!DOCTYPE html><html><head><title>no</title><style>p{}</style></head><body><h1>Alert &amp;  more</h1><p>One\n two<br>three</p>' +
      '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td><td>3</td></tr></table><script>no()</script><pre>x\n  y</pre></body></html>';
    assert.deepEqual(await texts(page), ['Alert & more\nOne two\nthree\na\tb\n1\t3\nx\n  y']);
    assert.deepEqual(await texts('<p>a</p>', { fileType: 'HTML' }), ['a']);
    assert.deepEqual(await texts('<p>a</p>', { contentType: 'text/plain' }), ['<p>a</p>']);
  });

  test('of PDF is one text per page', async () => {
    const file = pdfOf(pdfLines('First line', 'second line'), deflated(pdfLines('Page two')));
    assert.deepEqual(await texts(file), ['First line\nsecond line', 'Page two']);
    assert.deepEqual(await texts(file, { fileType: 'pdf', contentType: 'application/octet-stream' }), [
      'First line\nsecond line',
      'Page two',
    ]);
  });

  test('of Word is its paragraphs, tables and notes, in the pages Word made', async () => {
    const run = (text: string): string => `<w:r><w:t>${text}</w:t></w:r>`;
    const body =
      `<w:p>${run('Say &quot;hi&quot;')}<w:r><w:tab/><w:t xml:space="preserve"> twice</w:t></w:r></w:p>` +
      `<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r>${run('kept')}</w:p>` +
      `<w:tbl><w:tr><w:tc><w:p>${run('a')}</w:p><w:p>${run('b')}</w:p></w:tc><w:tc><w:p>${run('c')}</w:p></w:tc></w:tr></w:tbl>` +
      `<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>new</w:t></mc:Choice><mc:Fallback><w:t>old</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>` +
      `<w:p><w:r><w:br w:type="page"/></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>Two</w:t></w:r></w:p>`;
    const notes = {
      'word/_rels/document.xml.rels': relationshipsOf(['n', 'footnotes', 'footnotes.xml']),
      'word/footnotes.xml': `<w:footnotes xmlns:w="w"><w:footnote><w:p>${run('a note')}</w:p></w:footnote></w:footnotes>`,
    };
    assert.deepEqual(await texts(wordOf(body, notes), { fileType: 'DOCX' }), [
      'Say "hi"\t twice\nkept\na b\tc\nnew',
      'Two\na note',
    ]);
    const written = `<w:p>${run('a')}<w:r><w:br w:type="page"/></w:r>${run('b')}</w:p>`;
    assert.deepEqual(await texts(wordOf(written)), ['a', 'b']);
  });

  test('of a presentation is one text per slide, in their order', async () => {
    assert.deepEqual(await texts(slidesOf('last', 'first'), { fileType: 'PPTX' }), ['first', 'last']);
  });

  test('of a workbook is one text per sheet: rows, cells at their columns, dates', async () => {
    const rows =
      '<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>' +
      '<row><c r="A2"><v>1.5</v></c><c r="B2" s="1"><v>45000</v></c><c r="C2" s="2"><v>45000.5</v></c><c r="D2" s="3"><v>2</v></c></row>' +
      '<row><c r="B3" t="b"><v>1</v></c><c r="C3" t="inlineStr"><is><t>in</t></is></c><c r="D3" t="e"><v>#N/A</v></c></row>';
    const strings = ['<t>Name</t>', '<r><t>Wh</t></r><r><t>en</t></r><rPh><t>no</t></rPh>'];
    const file = sheetsOf({ One: rows, Two: '<row><c><v>7</v></c><c><v>8</v></c></row>' }, strings);
    const result = await read(file, { fileType: 'XLSX' });
    assert.deepEqual(result.kind === 'parseDocument' ? result.pages : result, [
      { text: 'Name\t\tWhen\n1.5\t2023-03-15\t2023-03-15T12:00:00\t2\n\tTRUE\tin\t#N/A', sheetName: 'One' },
      { text: '7\t8', sheetName: 'Two' },
    ]);
  });
});

describe('a document that is not read', () => {
  for (const [name, file, said, why] of [
    ['another type than it should have', pdfOf(pdfLines('a')), { fileType: 'DOCX' }, /it is no DOCX file/],
    ['a text that should be a PDF', 'abc', { fileType: 'PDF' }, /it is no PDF file/],
    ['a workbook that should be a presentation', sheetsOf({ A: '' }), { fileType: 'PPTX' }, /it is no PPTX file/],
    ['an old Office file', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), {}, /save it as DOCX, XLSX or PPTX/],
    ['an RTF file', '{\\rtf1 a}', {}, /an RTF file/],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1]), { contentType: 'image/png' }, /'image\/png'/],
    ['an archive of something else', packageOf({ 'a.txt': 'a' }), {}, /it is an archive/],
    ['half an archive', wordOf('<w:p/>').slice(0, 200), {}, /no archive that can be read/],
    ['a PDF in a map of characters that it only names', pdfWith(namedMap, [pdfLines('a')]), {}, /'90ms-RKSJ-H'/],
    ['a damaged PDF', '%PDF-1.7\nnothing', {}, /no PDF file that can be read/],
  ] as const) {
    test(`is one of ${name}`, async () => {
      assert.match(await refusal(file, said), why);
    });
  }
});

describe('a hostile document', () => {
  const claiming = (size: number): Uint8Array => {
    const real = 100_000;
    const file = Buffer.from(wordOf(`<w:p><w:r><w:t>${'a'.repeat(real)}</w:t></w:r></w:p>`));
    for (let at = 0; at + 4 < file.length; at += 1) {
      const found = file.readUInt32LE(at);
      if (found > real && found < real + 200) file.writeUInt32LE(size, at);
    }
    return new Uint8Array(file);
  };

  test('with a part that unpacks to very much is refused before it is unpacked', async () => {
    assert.match(await refusal(claiming(140 * 1024 * 1024)), /its parts have more than/);
  });

  test('with a part that says less than it unpacks to is cut where it says', async () => {
    const result = await read(claiming(1_000), { resultCharacters: 10_000 });
    assert.ok(result.kind === 'failure' || (result.pages[0]?.text.length ?? 0) < 2_000);
  });

  test('with more text, pages or nesting than may be is refused or read, but holds nobody up', async () => {
    assert.match(await refusal('a'.repeat(100_001)), /more than 100000 characters/);
    const nested = (depth: number): string => `${'<div>'.repeat(depth)}deep${'</div>'.repeat(depth)}`;
    assert.deepEqual(await texts(nested(4_000), { fileType: 'HTML' }), ['deep']);
    assert.match(await refusal(nested(200_000), { fileType: 'HTML' }), /nested more than 5000 deep/);
    assert.match(await refusal(wordOf('<w:p>'.repeat(200_000))), /nested more than 5000 deep/);
    const cells = '<row><c r="XFD1"><v>1</v></c></row>'.repeat(20_000);
    assert.match(await refusal(sheetsOf({ A: cells })), /more than 100000 characters/);
    const breaks = `<w:p>${'<w:r><w:br w:type="page"/></w:r>'.repeat(20_000)}</w:p>`;
    assert.match(await refusal(wordOf(breaks)), /more than 10000 pages/);
  });

  test('with entities of its own has them neither expanded nor fetched', async () => {
    const entities =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
    const part = `${entities}<w:document xmlns:w="w"><w:p><w:r><w:t>&b;&c;x</w:t></w:r></w:p></w:document>`;
    const [text] = await texts(wordOf('', { 'word/document.xml': part }));
    assert.doesNotMatch(text ?? '', /aaaa|root:/);
  });

  test('with a stream that unpacks to very much ends with its thread, and the next one is read', async () => {
    const narrow = new BoundedWork(16 * 1024 * 1024);
    const perform = (bytes: Uint8Array) => narrow.perform({ kind: 'parseDocument', bytes, ...usual });
    const result = await perform(pdfOf(deflated(new Uint8Array(80_000_000).fill(0x20))));
    assert.equal(result.kind === 'failure' ? result.message : '', 'it needs more memory than it may have');
    assert.equal((await perform(pdfOf(pdfLines('next')))).kind, 'parseDocument');
    await narrow.close();
  });
});
