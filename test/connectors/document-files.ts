/** Small documents of every kind, made here: what tests of their readers share. */
import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const xml = (body: string): string => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${body}`;
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** `[id, type, target]` for each. */
export function relationshipsOf(...all: readonly (readonly [string, string, string])[]): string {
  const items = all.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`,
  );
  return xml(
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`,
  );
}

/** An archive of parts; a part given as bytes goes in as it is. */
export function packageOf(parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? bytes(part) : part]),
    ),
  );
}

export function wordOf(body: string, more: Readonly<Record<string, string>> = {}): Uint8Array {
  return packageOf({
    '_rels/.rels': relationshipsOf(['r1', 'officeDocument', 'word/document.xml']),
    'word/document.xml': xml(`<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`),
    ...more,
  });
}

export function slidesOf(...texts: readonly string[]): Uint8Array {
  const ids = texts.map((_, index) => `r${index + 1}`);
  const parts = texts.map((text, index): [string, string] => [
    `ppt/slides/slide${index + 1}.xml`,
    xml(`<p:sld xmlns:a="a" xmlns:p="p"><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sld>`),
  ]);
  return packageOf({
    '_rels/.rels': relationshipsOf(['x', 'officeDocument', '/ppt/presentation.xml']),
    'ppt/presentation.xml': xml(
      `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${ids
        .toReversed()
        .map((id, index) => `<p:sldId id="${256 + index}" r:id="${id}"/>`)
        .join('')}</p:sldIdLst></p:presentation>`,
    ),
    'ppt/_rels/presentation.xml.rels': relationshipsOf(
      ...ids.map((id, index) => [id, 'slide', `slides/slide${index + 1}.xml`] as const),
    ),
    ...Object.fromEntries(parts),
  });
}

export function sheetsOf(sheets: Readonly<Record<string, string>>, strings: readonly string[] = []): Uint8Array {
  const names = Object.keys(sheets);
  return packageOf({
    '_rels/.rels': relationshipsOf(['x', 'officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': xml(
      `<workbook xmlns:r="r"><sheets>${names
        .map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="r${index + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': relationshipsOf(
      ...names.map((_, index) => [`r${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`] as const),
      ['s', 'sharedStrings', 'sharedStrings.xml'],
      ['t', 'styles', 'styles.xml'],
    ),
    'xl/sharedStrings.xml': xml(`<sst>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`),
    'xl/styles.xml': xml(
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="0.00 &quot;days&quot;"/></numFmts>' +
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/></cellXfs></styleSheet>',
    ),
    ...Object.fromEntries(
      names.map((name, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        xml(`<worksheet><sheetData>${sheets[name] ?? ''}</sheetData></worksheet>`),
      ]),
    ),
  });
}

/** A PDF of pages with these contents: operators of text, or a compressed stream given as bytes. */
export function pdfOf(...contents: readonly (string | Uint8Array)[]): Uint8Array {
  return pdfWith('<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>', contents);
}

/** The same with a font `F1` of one's own. */
export function pdfWith(font: string, contents: readonly (string | Uint8Array)[]): Uint8Array {
  const objects: Buffer[] = [];
  const add = (body: Buffer | string): number => objects.push(Buffer.from(body as string));
  add('<</Type/Catalog/Pages 2 0 R>>');
  const kids = contents.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  add(`<</Type/Pages/Kids[${kids}]/Count ${contents.length}>>`);
  add(font);
  for (const [index, content] of contents.entries()) {
    const page = 4 + index * 2;
    add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents ${page + 1} 0 R>>`);
    const isPlain = typeof content === 'string';
    const stream = isPlain ? Buffer.from(content, 'latin1') : Buffer.from(content);
    const filter = isPlain ? '' : '/Filter/FlateDecode';
    add(
      Buffer.concat([
        Buffer.from(`<<${filter}/Length ${stream.length}>>\nstream\n`),
        stream,
        Buffer.from('\nendstream'),
      ]),
    );
  }
  let file = Buffer.from('%PDF-1.4\n');
  const places: number[] = [];
  for (const [index, body] of objects.entries()) {
    places.push(file.length);
    file = Buffer.concat([file, Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
  }
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF`;
  return new Uint8Array(Buffer.concat([file, Buffer.from(end)]));
}

/** Operators that write lines of text. */
export function pdfLines(...lines: readonly string[]): string {
  return `BT /F1 12 Tf 14 TL 50 700 Td ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
}

export function deflated(text: string | Uint8Array): Uint8Array {
  return new Uint8Array(deflateSync(text, { level: 9 }));
}
