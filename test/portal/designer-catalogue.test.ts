/** The designer's list of connector operations against the connectors themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOperation, shippedConnector } from '#connectors';
import { connectorRows } from '../../portal/src/designer/catalogue/catalogue.ts';

test('every operation that the picker offers is one that its connector knows', () => {
  const unknown = connectorRows.filter(([api, , method, path]) => {
    const connector = shippedConnector(api);
    return (
      connector === undefined || findOperation(connector, method, path.replaceAll(/\{[^}]+\}/g, 'x')) === undefined
    );
  });
  assert.deepEqual(
    unknown.map(([api, , method, path]) => `${api} ${method} ${path}`),
    [],
  );
});
