/** The test runner from outside, in a package of its own with planted suites. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const passing = (title: string): string => `import { it } from 'node:test';\nit('${title}', () => {});\n`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-run-tests-'));
  cpSync(join(root, 'tools'), join(folder, 'tools'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(files: Record<string, string>, ...args: string[]): { code: number | null; lines: string[] } {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  // Without it, node's runner takes the inner run for a part of this one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['tools/run-tests.ts', ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { code: status, lines: stdout.trim().split('\n') };
}

describe('the test runner', () => {
  it('counts tests, not files or suites, and ends with the counts', () => {
    const text = `import { describe, it } from 'node:test';
      describe('a', () => { it('b', () => {}); it.skip('c', () => {}); it.todo('d'); describe('e', () => it('f', () => {})); });`;
    const { code, lines } = run({ 'test/rules/a.test.ts': text, 'test/store/b.test.ts': passing('g') }, 'unit');
    assert.deepEqual([code, lines.at(-1)], [0, '3 passed, 0 failed, 2 skipped']);
  });

  it('counts a failing test once, and a failing hook of a suite as well', () => {
    const text = `import { before, describe, it } from 'node:test';
      describe('a', () => { it('b', () => { throw new Error('b'); }); it('c', () => {}); });
      describe('d', () => { before(() => { throw new Error('d'); }); it('e', () => {}); });`;
    const { code, lines } = run({ 'test/rules/a.test.ts': text }, 'unit');
    assert.deepEqual([code, lines.at(-1)], [1, '1 passed, 3 failed, 0 skipped']);
  });

  it('adds up its suites', () => {
    const files = { 'conformance/rules/a.test.ts': passing('a'), 'test/e2e/b.test.ts': passing('b') };
    const { code, lines } = run(files, 'conformance', 'e2e');
    assert.deepEqual([code, lines.at(-1)], [0, '2 passed, 0 failed, 0 skipped']);
  });

  it('leaves the slower suites out of unit', () => {
    const slow = ['e2e', 'crash', 'browser'].map((name) => [`test/${name}/a.test.ts`, passing(name)] as const);
    const { lines } = run({ ...Object.fromEntries(slow), 'test/api/b.test.ts': passing('b') }, 'unit');
    assert.equal(lines.at(-1), '1 passed, 0 failed, 0 skipped');
  });

  for (const folderName of ['rules', 'store']) {
    it(`fails with a failing test in test/${folderName}`, () => {
      const text = "import { it } from 'node:test';\nit('a', () => { throw new Error('planted'); });";
      const { code, lines } = run({ [`test/${folderName}/a.test.ts`]: text }, 'unit');
      assert.deepEqual([code, lines.at(-1)], [1, '0 passed, 1 failed, 0 skipped']);
      assert.ok(lines.some((line) => line.includes('planted')));
    });

    it(`fails with a file in test/${folderName} that cannot be loaded`, () => {
      const files = { [`test/${folderName}/a.test.ts`]: "import './missing.ts';", 'test/api/b.test.ts': passing('b') };
      assert.equal(run(files, 'unit').code, 1);
    });

    it(`fails with a file in test/${folderName} that holds no test`, () => {
      const files = { [`test/${folderName}/a.test.ts`]: 'export {};', [`test/${folderName}/b.test.ts`]: passing('b') };
      const { code, lines } = run(files, 'unit');
      assert.equal(code, 1);
      assert.ok(lines.includes(`FAILED: test/${folderName}/a.test.ts holds no test`), lines.join('\n'));
    });
  }

  it('fails with a suite that ran no test', () => {
    const skipped = "import { it } from 'node:test';\nit.skip('a', () => {});";
    for (const files of [{}, { 'conformance/a.test.ts': skipped }]) {
      const { code, lines } = run(files, 'conformance');
      assert.equal(code, 1);
      assert.ok(lines.includes('FAILED: the suite "conformance" ran no test'), lines.join('\n'));
    }
  });

  it('runs only the files asked for, with the flags asked for', () => {
    const two = "import { it } from 'node:test';\nit('first', () => {});\nit('second', () => {});";
    const files = { 'test/rules/a.test.ts': two, 'test/rules/b.test.ts': passing('b') };
    const { lines } = run(files, 'unit', 'rules/a', '--test-name-pattern=second');
    assert.equal(lines.at(-1), '1 passed, 0 failed, 0 skipped');
  });

  it('hands on how much the tests are to do, and no setting of a server', () => {
    const text = `import assert from 'node:assert/strict';
      import { it } from 'node:test';
      it('a', () => assert.deepEqual([process.env.TOCSIN_SIMULATIONS, process.env.TOCSIN_DATA], ['7', undefined]));`;
    Object.assign(process.env, { TOCSIN_SIMULATIONS: '7', TOCSIN_DATA: '/somewhere' });
    try {
      assert.equal(run({ 'test/rules/a.test.ts': text }, 'unit').code, 0);
    } finally {
      delete process.env['TOCSIN_SIMULATIONS'];
      delete process.env['TOCSIN_DATA'];
    }
  });

  it('refuses to run nothing', () => {
    assert.equal(run({}).code, 2);
  });
});
