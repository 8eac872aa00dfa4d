import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { textFaults } from '../../tools/repository-text.ts';

const root = join(import.meta.dirname, '../..');

/** What is committed or about to be; none outside a git checkout. */
function repositoryFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return list.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

describe('the text of the repository', () => {
  it('names no registry, no machine, and a reason for each disabled rule', (context) => {
    if (!existsSync(join(root, '.git'))) {
      context.skip('not a git checkout');
      return;
    }
    const files = repositoryFiles();
    assert.ok(files.length > 10, `only ${files.length} files found`);
    assert.deepEqual(
      files.flatMap((path) => textFaults(path, readFileSync(join(root, path), 'utf8'))),
      [],
    );
  });

  const planted: [string, string, string][] = [
    ['a registry', 'docs/a.md', ['see https://registry', 'npmjs', 'org/x'].join('.')],
    ['a download address', 'package-lock.json', '"resolved": "https://example.test/x.tgz"'],
    ['a path of one machine', 'README.md', `cd ${['', 'work', 'main'].join('/')}`],
    ['a rule disabled without a reason', 'src/a.ts', ['// oxlint', 'disable-next-line no-eval'].join('-')],
  ];
  for (const [what, path, text] of planted) {
    it(`is faulty with ${what}`, () => {
      const faults = textFaults(path, `first line\n${text}\n`);
      assert.equal(faults.length, 1);
      assert.ok(faults[0]?.startsWith(`${path}:2: `), faults[0]);
    });
  }

  it('is fine with a rule disabled for a reason', () => {
    const text = ['// oxlint', 'disable-next-line no-eval -- the subject of this test'].join('-');
    assert.deepEqual(textFaults('src/a.ts', text), []);
  });
});
