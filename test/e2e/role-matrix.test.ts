/** Seven roles at every route: what a server answers is what the roles' definitions say, and the page shows it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { routes } from '#api';
import type { JsonObject } from '#foundation';
import { type MatrixRow, matrixPage, matrixRoles, roleMatrix } from './role-matrix.ts';
import { TocsinServer } from './tocsin-server.ts';

const server = new TocsinServer();
let rows: readonly MatrixRow[];

before(async () => {
  await server.start();
  rows = await roleMatrix(server);
});
after(() => server.remove());

/** What a role says of an action, by the plainest reading of its published lists. */
function says(permissions: readonly JsonObject[], action: string): boolean {
  const fits = (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((part) => RegExp.escape(part))
        .join('.*')}$`,
      'i',
    ).test(action);
  return permissions.some(({ actions, notActions }) => {
    const [granted, taken] = [actions, notActions].map((list) => (list ?? []) as readonly string[]);
    return granted?.some(fits) === true && taken?.some(fits) !== true;
  });
}

test('every route needs an action, shows each caller their own, or says what protects it', () => {
  assert.equal(rows.length, routes.length);
  for (const { method, pattern, need, detail } of rows) {
    if (need === 'action') assert.match(detail, /^[\w.]+\/.+\w$/, `${method} ${pattern}`);
    if (need === 'open') assert.ok(detail.length > 10, `${method} ${pattern}`);
  }
});

for (const [index, [name, id]] of matrixRoles.entries()) {
  test(`${name} may at each route exactly what the role's actions say`, async () => {
    const path = `/providers/Microsoft.Authorization/roleDefinitions/${id}?api-version=2022-04-01`;
    const { body } = await server.call('GET', path);
    const { permissions } = body.properties as { permissions: readonly JsonObject[] };
    const wrong = rows
      .filter(({ need, detail, allowed }) => need === 'action' && allowed[index] !== says(permissions, detail))
      .map(({ method, pattern, detail }) => `${method} ${pattern} (${detail})`);
    assert.deepEqual(wrong, []);
  });
}

test('readers may write nothing, and nobody but the owner gives roles', () => {
  const may = (name: string) => matrixRoles.findIndex(([role]) => role === name);
  const writes = rows.filter(({ need, detail }) => need === 'action' && /\/(?:write|delete)$/.test(detail));
  assert.ok(writes.length > 50);
  for (const row of writes) {
    assert.equal(row.allowed[may('Reader')], false, row.pattern);
    assert.equal(row.allowed[may('Owner')], true, row.pattern);
  }
  for (const row of writes.filter(({ detail }) => detail.startsWith('Microsoft.Authorization/role'))) {
    assert.deepEqual(
      row.allowed,
      matrixRoles.map(([role]) => role === 'Owner'),
      row.pattern,
    );
  }
});

test('the page shows the matrix as it is (node tools/generate-role-docs.ts)', () => {
  assert.equal(readFileSync(join(import.meta.dirname, '../../docs/reference/roles.md'), 'utf8'), matrixPage(rows));
});
