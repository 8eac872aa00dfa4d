/** Forms of operations against the connectors themselves. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectors, findOperation, formOf, operationForms, shippedConnector } from '#connectors';
import { shapeOfPaths } from '#foundation';

describe('forms of operations', () => {
  it('are of operations that their connectors know', () => {
    const unknown = operationForms.filter(([name, , method, path]) => {
      const connector = shippedConnector(name);
      return (
        connector === undefined || findOperation(connector, method, path.replaceAll(/\{[^}]+\}/g, 'x')) === undefined
      );
    });
    assert.deepEqual(
      unknown.map(([name, , method, path]) => `${name} ${method} ${path}`),
      [],
    );
  });

  it('OF1 exist for every operation, and its title is never empty', () => {
    for (const connector of connectors) {
      for (const operation of connector.operations) {
        const { title, kind } = formOf(connector, operation);
        assert.notEqual(title, '', `${connector.name} ${operation.id}`);
        assert.equal(kind.endsWith('Trigger'), operation.kind === 'trigger', `${connector.name} ${operation.id}`);
      }
    }
  });

  it('say the shape of an answer by the paths within it', () => {
    assert.deepEqual(shapeOfPaths('value[].id count:number tags[]'), {
      type: 'object',
      properties: {
        value: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
        count: { type: 'number' },
        tags: { type: 'array', items: {} },
      },
    });
  });
});
