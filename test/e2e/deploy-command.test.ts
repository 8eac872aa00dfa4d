/** `tocsin deploy` against a server: faults at their place in the file, previews, complete mode. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { TocsinServer } from './tocsin-server.ts';

const cli = join(import.meta.dirname, '../../src/cli/main.ts');
const head = `{
  // what every template has
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",`;

describe('tocsin deploy', () => {
  const server = new TocsinServer(['--empty']);
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-deploy-'));

  before(async () => {
    await server.start();
  });
  after(async () => {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function deploy(rest: string, ...words: readonly string[]) {
    const file = join(folder, 'template.json');
    writeFileSync(file, `${head}\n${rest}`);
    const place = ['--url', server.url, '--token', server.token];
    const done = spawnSync(process.execPath, [cli, 'deploy', file, ...words, ...place], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { code: done.status, output: done.stdout, errors: done.stderr.replaceAll(`${folder}/`, '') };
  }

  const widget = (name: string, n: number): string =>
    `"resources": [{ "type": "Contoso.Widgets/widgets", "apiVersion": "2020-01-01", "name": "${name}", "location": "westeurope", "properties": { "n": ${n} } }] }`;

  test('tells file, line, column and cause of a bad expression and of bad JSON', () => {
    const expression = deploy(
      `"variables": {},\n"outputs": { "o": { "type": "string", "value": "[nothing()]" } }, "resources": [] }`,
    );
    assert.equal(expression.code, 1);
    assert.match(
      expression.errors,
      /template\.json:6:\d+: InvalidTemplate: .*The template function 'nothing' is not valid/,
    );
    const syntax = deploy('"resources": [\n  1 2\n] }');
    assert.match(syntax.errors, /template\.json:6:5: InvalidRequestContent: .*Expected ',' or ']', not '2'/);
  });

  test('shows what would change without changing it, not even the group, then deploys, then deletes the rest', () => {
    const nowhere = deploy(widget('a', 1), '--scope', 'rg-fresh', '--what-if');
    assert.match(nowhere.errors, /ResourceGroupNotFound/);
    const first = deploy(widget('a', 1), '--scope', 'rg-fresh');
    assert.equal(first.code, 0, first.errors);
    assert.match(first.output, /Succeeded\s+Contoso\.Widgets\/widgets\s+a/);
    assert.match(deploy(widget('a', 1), '--scope', 'rg-fresh', '--what-if').output, /^= NoChange .*\/widgets\/a$/m);
    assert.match(
      deploy(widget('a', 2), '--scope', 'rg-fresh', '--what-if').output,
      /^~ Modify .*\/widgets\/a\n {4}~ properties\.n: 1 => 2$/m,
    );
    const complete = deploy(widget('b', 1), '--scope', 'rg-fresh', '--what-if', '--complete').output;
    assert.match(complete, /^\+ Create .*\/widgets\/b$/m);
    assert.match(complete, /^- Delete .*\/widgets\/a$/m);
    assert.match(
      deploy(widget('b', 1), '--scope', 'rg-fresh', '--complete').output,
      /Succeeded\s+Contoso\.Widgets\/widgets\s+a/,
    );
  });
});
