/** The secrets of a vault, which answers them in pages of twenty-five. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOperation, findOperation, type ServiceRequest, shippedConnector } from '#connectors';
import type { JsonObject } from '#foundation';

test('are listed over all pages, as the connector names them, and a refusal of a later page is told', async () => {
  const vault = shippedConnector('keyvault');
  const found = vault === undefined ? undefined : findOperation(vault, 'GET', '/secrets');
  assert.ok(found !== undefined);
  const input = { key: 'k', path: {}, query: {}, headers: {}, body: undefined, connection: {} };
  const pages = (broken: boolean) => async (request: ServiceRequest) => {
    const isNext = request.path.startsWith('https://kv.vault.azure.net/secrets?');
    if (isNext && broken) return { status: 403, headers: {}, body: { error: { message: 'no more' } } };
    const id = `https://kv.vault.azure.net/secrets/${isNext ? 'Second' : 'First'}`;
    const nextLink = isNext ? null : 'https://kv.vault.azure.net/secrets?$skiptoken=x&api-version=7.4';
    return { status: 200, headers: {}, body: { value: [{ id, attributes: { enabled: true } }], nextLink } };
  };
  const all = await callOperation(pages(false), found.operation, input);
  assert.ok('headers' in all);
  const { value } = (all.body ?? {}) as { readonly value: readonly JsonObject[] };
  assert.deepEqual(
    value.map(({ name }) => name),
    ['First', 'Second'],
  );
  const refused = await callOperation(pages(true), found.operation, input);
  assert.ok('headers' in refused);
  assert.deepEqual([refused.status, (refused.body as JsonObject)['message']], [403, 'no more']);
});
