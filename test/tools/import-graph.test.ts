import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { faultsOf, portalFaultsOf } from '../../tools/import-graph.ts';
import { entryFolders } from '../../tools/import-table.data.ts';
import { lintRestrictions } from '../../tools/lint-restrictions.ts';
import { readModule } from '../../tools/source-modules.ts';

const root = join(import.meta.dirname, '../..');

function readSources() {
  return globSync('src/**/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => readModule(path, readFileSync(join(root, path), 'utf8')));
}

describe('the sources', () => {
  const modules = readSources();

  it('are seen: a check that read nothing would pass as well', () => {
    const files = globSync('src/**/*.ts', { cwd: root });
    assert.ok(files.length > 10, `only ${files.length} source files found`);
    assert.equal(modules.length, files.length);
    const imports = modules.reduce((sum, module) => sum + module.imports.length, 0);
    assert.ok(imports >= modules.length, `only ${imports} imports seen in ${modules.length} modules`);
  });

  it('keep to the import table, to the sizes and to names that say something', () => {
    assert.deepEqual(faultsOf(modules), []);
  });
});

describe("the portal's sources", () => {
  const files = globSync('portal/src/**/*.{ts,tsx}', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  const judge = (sources: Record<string, string>): string[] =>
    portalFaultsOf(Object.entries(sources).map(([path, text]) => readModule(path, text)));

  it("keep to the portal's table, to the sizes and to names that say something", () => {
    assert.ok(files.length > 20, `only ${files.length} files found`);
    assert.deepEqual(
      judge(Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]))),
      [],
    );
  });

  it('may not import against the direction', () => {
    assert.match(judge({ 'portal/src/api/a.ts': "import '../data/b.ts';" })[0] ?? '', /api may not import data/);
    assert.match(judge({ 'portal/src/data/a.ts': "import '#service';" })[0] ?? '', /data may not import #service/);
    assert.match(judge({ 'portal/src/pages/x/a.tsx': "import '../y/b.tsx';" })[0] ?? '', /another area/);
    const server = "import '../../../../src/expression/index.ts';";
    assert.deepEqual(judge({ 'portal/src/designer/core/language.ts': server }), []);
    assert.equal(judge({ 'portal/src/designer/core/a.ts': server }).length, 1);
  });
});

describe('the import table', () => {
  const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { imports: unknown };
  const lint = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as {
    overrides: { rules: Record<string, unknown> }[];
  };

  it('is what package.json offers as entry files', () => {
    const wanted = Object.fromEntries(entryFolders.map((folder) => [`#${folder}`, `./src/${folder}/index.ts`]));
    assert.deepEqual(packageJson.imports, wanted);
  });

  it('is what the lint configuration restricts', () => {
    const restricting = lint.overrides.filter(({ rules }) => 'no-restricted-imports' in rules);
    assert.deepEqual(restricting, lintRestrictions());
  });
});

describe('a planted fault is found', () => {
  const judge = (files: Record<string, string>): string[] =>
    faultsOf(Object.entries(files).map(([path, text]) => readModule(path, text)));

  const faulty: [string, Record<string, string>, RegExp][] = [
    [
      'an import against the table',
      { 'src/rules/a.ts': "import { x } from '#workflow';" },
      /rules may not import workflow/,
    ],
    [
      'a type import against the table',
      { 'src/api/a.ts': "import type { X } from '#store';" },
      /api may not import store/,
    ],
    ['a type named in place', { 'src/api/a.ts': "type X = import('#store').X;" }, /api may not import store/],
    ['a re-export against the table', { 'src/store/a.ts': "export * from '#rules';" }, /store may not import rules/],
    ['an import of its own entry file', { 'src/rules/a.ts': "import '#rules';" }, /rules may not import rules/],
    ['an unknown entry file', { 'src/rules/a.ts': "import '#foundation/ids';" }, /no entry file/],
    ['a node module in a pure folder', { 'src/engine/a.ts': "import type { X } from 'node:fs';" }, /engine is pure/],
    ['a node module loaded late', { 'src/engine/a.ts': "await import('node:fs');" }, /engine is pure/],
    ['a node value in foundation', { 'src/foundation/a.ts': "import { x } from 'node:fs';" }, /more than its types/],
    ['a name computed at run time', { 'src/store/a.ts': 'await import(name);' }, /computed/],
    ['a missing file', { 'src/store/a.ts': "import './b.ts';" }, /does not exist/],
    [
      'a path into another folder',
      { 'src/service/a.ts': "import '../rules/b.ts';", 'src/rules/b.ts': '' },
      /reaches into src\/rules\/b\.ts/,
    ],
    [
      'a path out of the composition root',
      { 'src/main.ts': "import './api/b.ts';", 'src/api/b.ts': '' },
      /reaches into/,
    ],
    [
      'a connector that imports another',
      { 'src/connectors/teams/a.ts': "import '../slack/b.ts';", 'src/connectors/slack/b.ts': '' },
      /the connector teams imports the connector slack/,
    ],
    ['a folder without a row', { 'src/shared/a.ts': '' }, /no row/],
    ['a file that lies beside main.ts', { 'src/other.ts': '' }, /no row/],
    [
      'a cycle made of type imports',
      {
        'src/rules/a.ts': "import type { B } from './b.ts';",
        'src/rules/b.ts': "export * from './c.ts';",
        'src/rules/c.ts': "import './a.ts';",
      },
      /import cycle: .*a\.ts.*b\.ts.*c\.ts/,
    ],
    ['a file that imports itself', { 'src/rules/a.ts': "import './a.ts';" }, /import cycle: src\/rules\/a\.ts/],
    ['a long file', { 'src/rules/a.ts': 'x;\n'.repeat(601) }, /601 lines/],
    ['a long function', { 'src/rules/a.ts': `const f = () => {\n${'x;\n'.repeat(79)}};` }, /a function of 81 lines/],
    ['a long method', { 'src/rules/a.ts': `class A {\nm() {\n${'x;\n'.repeat(79)}}\n}` }, /a function of 81 lines/],
    ['a file name that says nothing', { 'src/rules/string-utils.ts': '' }, /does not say/],
    ['a folder name that says nothing', { 'src/rules/common/a.ts': '' }, /does not say/],
  ];
  for (const [what, files, expected] of faulty) {
    it(what, () => {
      const faults = judge(files);
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.match(faults[0] ?? '', expected);
    });
  }

  it('and what is allowed is let through', () => {
    const files = {
      'src/foundation/a.ts': "import type { X } from 'node:fs';",
      'src/foundation/index.ts': "export * from './a.ts';",
      'src/engine/step.ts': "import type { Plan } from '#workflow';\nimport Big from 'big.js';\nimport './state.ts';",
      'src/engine/state.ts': "export type * from '#foundation';",
      'src/connectors/slack/client.ts': "import { request } from 'node:https';\nimport '../connector.ts';",
      'src/connectors/connector.ts': '',
      'src/connectors/index.ts': "export * from './slack/client.ts';",
      'src/cli/commands/eval.ts': "import { evaluate } from '#expression';",
      'src/main.ts': "import { open } from '#store';\nimport '#api';",
      'src/expression/dates/common-names.data.ts': 'x;\n'.repeat(700),
    };
    assert.deepEqual(judge(files), []);
  });
});
