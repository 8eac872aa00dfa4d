/** What the install brings: exact versions, free licences, no addresses, and a Node for every platform we promise. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

type Kinds = Partial<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>;

const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
const manifest = read('package.json') as Kinds;

const freeLicences = new Set([
  'Unlicense',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
]);

/** File-level copyleft, approved by OSI: for tools only, none of it is in what the server runs or serves. */
const toolLicences: ReadonlyMap<string, RegExp> = new Map([['MPL-2.0', /^node_modules\/(?:axe-core|lightningcss)/]]);

/** Packages whose manifest names no licence, with the one their LICENSE file holds; tools of development only. */
const statedElsewhere: ReadonlyMap<string, string> = new Map([['node_modules/jspath', 'MIT']]);

/** `A OR B` is free when one of the two is, `A AND B` when both are. */
function isFree(licence: string): boolean {
  const words = licence.replaceAll(/[()]/g, '');
  return words.split(' OR ').some((part) => part.split(' AND ').every((name) => freeLicences.has(name)));
}

describe('the dependencies', () => {
  it('are pinned to one version each', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    assert.ok(Object.keys(all).length > 10);
    assert.deepEqual(
      Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });

  it('are under free licences', () => {
    assert.ok(installed.length > 50);
    assert.deepEqual(
      installed
        .filter(([path, { license }]) => !isFree(license ?? statedElsewhere.get(path) ?? ''))
        .filter(([path, { license }]) => toolLicences.get(license ?? '')?.test(path) !== true)
        .map(([path]) => path),
      [],
    );
  });

  it('are locked without download addresses', () => {
    assert.deepEqual(
      installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
      [],
    );
  });

  it('are locked for every platform: npm ci refuses a lockfile that lacks one', () => {
    const missing = installed.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !(`${path}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages))
        .map((name) => `${path} -> ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  it('bring Node 24 or newer', () => {
    const nodes = Object.entries(manifest.optionalDependencies ?? {}).filter(([name]) => name.startsWith('node-'));
    assert.ok(nodes.length >= 5);
    for (const [name, version] of nodes) assert.ok(Number.parseInt(version, 10) >= 24, `${name} ${version}`);
  });
});
