import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

/** What only some calls need: each costs a start tens of milliseconds and an idle server some megabytes. */
const onDemand = [
  'jose',
  '@azure/identity',
  'rhea',
  'undici',
  '@peculiar/x509',
  'node-forge',
  'js-tiktoken',
  'quickjs-emscripten-core',
];

const script = `
import { registerHooks } from 'node:module';
const loaded = new Set();
registerHooks({
  load(url, context, next) {
    const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return next(url, context);
  },
});
for (const part of ['#api', '#connectors', '#service', '#store']) await import(part);
process.stdout.write(JSON.stringify([...loaded]));
`;

test('a start loads no library that only some calls need (decision 0018)', () => {
  const root = join(import.meta.dirname, '../..');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.notEqual(stdout, '', stderr);
  const loaded = JSON.parse(stdout) as readonly string[];
  assert.ok(loaded.includes('pino'), 'the list of loaded libraries is empty');
  assert.deepEqual(
    loaded.filter((name) => onDemand.includes(name)),
    [],
  );
});
