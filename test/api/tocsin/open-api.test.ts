/** The OpenAPI document says what the routes are. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isJsonObject, memberOf } from '#foundation';
import { ownOperations, routes } from '#api';
import { openApiDocument } from '../../../src/api/routes/tocsin/open-api.ts';

const own = routes.filter(({ pattern }) => /^\/(?:tocsin|ingest|schemas)\//.test(pattern));

it('every call of our own is described, and nothing else is', () => {
  const described = ownOperations.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(described.toSorted(), own.map(({ method, pattern }) => `${method} ${pattern}`).toSorted());
  assert.equal(new Set(described).size, described.length);
});

it('a call is described as open exactly when its route asks for no identity', () => {
  for (const { method, path, open } of ownOperations) {
    const route = own.find((each) => each.method === method && each.pattern === path);
    assert.equal(open === true, route !== undefined && 'open' in route.permission, `${method} ${path}`);
  }
});

it('the document names each path once, its parameters, and the error envelope', () => {
  const { paths, components } = openApiDocument();
  assert.ok(isJsonObject(paths) && isJsonObject(components));
  assert.equal(Object.keys(paths).length, new Set(ownOperations.map(({ path }) => path)).size);
  const item = memberOf(paths, '/tocsin/v1/outbox/{item}');
  assert.deepEqual(memberOf(memberOf(item, 'get'), 'parameters'), [
    { name: 'item', in: 'path', required: true, schema: { type: 'string' } },
  ]);
});
