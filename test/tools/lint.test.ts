/** Lint must fail on what it is there to catch: a configuration that silently matches nothing looks just as green. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

/** Each file is faulty in one way; the rule that must say so stands beside it. */
const planted: readonly (readonly [path: string, rule: string, text: string])[] = [
  ['src/rules/direction.ts', 'eslint(no-restricted-imports)', "export { x } from '#workflow';\n"],
  ['src/rules/type-direction.ts', 'eslint(no-restricted-imports)', "export type { X } from '#engine';\n"],
  [
    'src/engine/node.ts',
    'eslint(no-restricted-imports)',
    "import type { Stats } from 'node:fs';\nexport type S = Stats;\n",
  ],
  [
    'src/foundation/node.ts',
    'eslint(no-restricted-imports)',
    "import { sep } from 'node:path';\nexport const s = sep;\n",
  ],
  ['src/engine/clock.ts', 'eslint(no-restricted-properties)', 'export const now = (): number => Date.now();\n'],
  ['src/engine/env.ts', 'eslint(no-restricted-globals)', 'export const home = process.env;\n'],
  ['src/store/cycle-a.ts', 'import(no-cycle)', "import type { B } from './cycle-b.ts';\nexport type A = B[];\n"],
  ['src/store/cycle-b.ts', 'import(no-cycle)', "import type { A } from './cycle-a.ts';\nexport type B = A | 1;\n"],
  ['src/store/any.ts', 'typescript(no-explicit-any)', 'export const x: any = 1;\n'],
  ['src/store/default.ts', 'import(no-default-export)', 'export default 1;\n'],
  [
    'src/store/floating.ts',
    'typescript(no-floating-promises)',
    'const f = async (): Promise<void> => {};\nexport const g = (): void => {\n  f();\n};\n',
  ],
  ['src/store/long.ts', 'eslint(max-lines)', `${'export {};\n'.repeat(401)}`],
  [
    'src/store/long-function.ts',
    'eslint(max-lines-per-function)',
    `export const f = (n: number): number => {\n${'  n += 1;\n'.repeat(59)}  return n;\n};\n`,
  ],
  ['test/store/long.test.ts', 'eslint(max-lines)', `${'export {};\n'.repeat(801)}`],
];

const fine: readonly (readonly [path: string, text: string])[] = [
  ['src/store/index.ts', "import { sep } from 'node:path';\nexport const s = sep + process.pid;\n"],
  ['src/foundation/types.ts', "import type { Stats } from 'node:fs';\nexport type S = Stats;\n"],
  ['src/rules/table.data.ts', `${'export {};\n'.repeat(500)}`],
  ['test/store/a.test.ts', "import { it } from 'node:test';\nit('works', async () => {});\n"],
];

describe('lint', () => {
  let folder = '';
  let found: Diagnostic[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-lint-'));
    for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
      cpSync(join(root, name), join(folder, name));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [path, text] of [...planted.map(([path, , text]) => [path, text] as const), ...fine]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout } = spawnSync(join('node_modules', '.bin', 'oxlint'), ['--format=json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    found = (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [path, rule] of planted) {
    it(`finds ${rule} in ${path}`, () => {
      const rules = found.filter(({ filename }) => filename === path).map(({ code }) => code);
      assert.ok(rules.includes(rule), `found only: ${rules.join(', ')}`);
    });
  }

  for (const [path] of fine) {
    it(`finds nothing in ${path}`, () => {
      assert.deepEqual(
        found.filter(({ filename }) => filename === path),
        [],
      );
    });
  }
});
