/** Files that a command line names: which texts are read, and what is said of those that cannot be. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { jsonOfFile, textOfFile } from '../../src/cli/named-file.ts';
import { filesOf } from '../../src/cli/sending/send-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-named-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('UTF-8 and UTF-16 are read, with a byte-order mark or without', () => {
  assert.equal(textOfFile(written('plain', 'ä')), 'ä');
  assert.equal(textOfFile(written('marked', '\uFEFFä')), 'ä');
  assert.equal(textOfFile(written('wide', Buffer.from('\uFEFFä', 'utf16le'))), 'ä');
});

test('what cannot be read is named with the reason', () => {
  const gone = join(folder, 'gone.json');
  assert.throws(() => textOfFile(gone), { message: `The file '${gone}' cannot be read: there is no such file.` });
  assert.throws(() => textOfFile(folder), { message: `The file '${folder}' cannot be read: it is a folder.` });
  assert.throws(() => filesOf([gone]), { message: `The file '${gone}' cannot be read: there is no such file.` });
});

test('what is no JSON is named with the place', () => {
  const broken = written('broken.json', '{\n  "a": }');
  assert.throws(() => jsonOfFile(broken), /broken\.json' is not JSON: .*line 2, column 8/);
  assert.deepEqual(jsonOfFile(written('good.json', '\uFEFF{"a": 1}')), { a: 1 });
});

test('a folder gives its files of events by name, and one without any is an error', () => {
  const events = join(folder, 'events');
  mkdirSync(events);
  assert.throws(() => filesOf([events]), /holds no \.json/);
  for (const name of ['b.ndjson', 'a.json.gz', 'readme.md']) writeFileSync(join(events, name), '');
  assert.deepEqual(filesOf([events]), [join(events, 'a.json.gz'), join(events, 'b.ndjson')]);
});
