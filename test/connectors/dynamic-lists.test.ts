/** Which parameters of connectors are chosen from lists, and whether those lists can be asked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectors } from '#connectors';
import { isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { swaggerOf } from '#service';
import { dynamicLists, fixedLists } from '../../src/connectors/catalog/forms/dynamic-lists.data.ts';

interface Found {
  readonly connector: string;
  readonly operation: string;
  readonly name: string;
  readonly list: JsonObject;
  readonly document: JsonObject;
  /** Parameters of the operation that has the field, with the members of its body. */
  readonly names: ReadonlySet<string>;
}

const objectIn = (value: Json | undefined, name: string): JsonObject => {
  const found = memberOf(value, name);
  return isJsonObject(found) ? found : {};
};

function* membersOf(schema: Json, at: string): Generator<readonly [string, JsonObject]> {
  if (!isJsonObject(schema)) return;
  yield [at, schema];
  for (const [name, inner] of Object.entries(objectIn(schema, 'properties'))) yield* membersOf(inner, `${at}/${name}`);
}

function* operationsOf(document: JsonObject): Generator<JsonObject> {
  for (const item of Object.values(objectIn(document, 'paths'))) {
    for (const operation of Object.values(isJsonObject(item) ? item : {})) {
      if (isJsonObject(operation) && textMember(operation, 'operationId') !== undefined) yield operation;
    }
  }
}

function parametersOf(operation: JsonObject): readonly (readonly [string, JsonObject])[] {
  const parameters = operation['parameters'];
  return (Array.isArray(parameters) ? (parameters as readonly JsonObject[]) : []).flatMap((one) =>
    one['in'] === 'body'
      ? [...membersOf(one['schema'] ?? null, 'body')]
      : [[textMember(one, 'name') ?? '', one] as const],
  );
}

const found: readonly Found[] = connectors.flatMap((connector) => {
  const document = swaggerOf(connector);
  return [...operationsOf(document)].flatMap((operation) => {
    const all = parametersOf(operation);
    const names = new Set(all.map(([name]) => name));
    return all.flatMap(([name, schema]) => {
      const list = schema['x-ms-dynamic-list'];
      const id = textMember(operation, 'operationId') ?? '';
      return isJsonObject(list) ? [{ connector: connector.name, operation: id, name, list, document, names }] : [];
    });
  });
});

describe('lists of values', () => {
  it('are asked by operations that the connector has, with parameters that both operations have', () => {
    assert.ok(found.length > 60, String(found.length));
    for (const { connector, operation, name, list, document, names } of found) {
      const what = `${connector} ${operation} ${name}`;
      const asked = [...operationsOf(document)].find((one) => one['operationId'] === list['operationId']);
      assert.ok(asked !== undefined, what);
      const takes = new Set(parametersOf(asked).map(([each]) => each));
      for (const [parameter, from] of Object.entries(objectIn(list, 'parameters'))) {
        if (typeof from === 'string') continue;
        // Queries that an operation reads without saying so.
        assert.ok(takes.has(parameter) || ['account', 'server'].includes(parameter), `${what}: ${parameter}`);
        assert.ok(names.has(textMember(from, 'parameterReference') ?? ''), `${what}: ${JSON.stringify(from)}`);
      }
    }
  });

  it('ask for every parameter that stands in the path of the list', () => {
    for (const { connector, operation, name, list, document } of found) {
      const asked = [...operationsOf(document)].find((one) => one['operationId'] === list['operationId']);
      const inPath = parametersOf(asked ?? {}).filter(([each, one]) => one['in'] === 'path' && each !== 'connectionId');
      for (const [each] of inPath) {
        assert.ok(objectIn(list, 'parameters')[each] !== undefined, `${connector} ${operation} ${name}: ${each}`);
      }
    }
  });

  it('stand where the examples of the answers have them', () => {
    for (const { connector, operation, name, list, document } of found) {
      const asked = [...operationsOf(document)].find((one) => one['operationId'] === list['operationId']);
      const example = objectIn(objectIn(objectIn(asked, 'responses'), '200'), 'examples')['application/json'];
      const items =
        textMember(list, 'itemsPath') === undefined ? example : memberOf(example, textMember(list, 'itemsPath') ?? '');
      assert.ok(Array.isArray(items), `${connector} ${operation} ${name}: ${JSON.stringify(example)}`);
      const [first] = items as readonly Json[];
      if (first === undefined) continue;
      const at = (path: string): Json | undefined =>
        path.split('/').reduce<Json | undefined>((inner, step) => memberOf(inner, step), first);
      for (const path of ['itemValuePath', 'itemTitlePath']) {
        if (textMember(list, 'operationId') === 'GetRecords') continue;
        assert.ok(
          at(textMember(list, path) ?? '') !== undefined,
          `${connector} ${operation} ${name}: ${textMember(list, path) ?? ''}`,
        );
      }
    }
  });

  it('have no row that no operation uses', () => {
    const used = new Set(found.map(({ connector, list }) => `${connector} ${textMember(list, 'operationId') ?? ''}`));
    const rows = new Set(dynamicLists.map(([connector, , operation]) => `${connector} ${operation}`));
    assert.deepEqual(
      [...rows].filter((row) => !used.has(row)),
      [],
    );
    for (const [name, parameter] of fixedLists) {
      const connector = connectors.find((each) => each.name === name);
      assert.ok(connector !== undefined, name);
      const all = [...operationsOf(swaggerOf(connector))].flatMap(parametersOf);
      assert.ok(
        all.some(([each, schema]) => each === parameter && Array.isArray(schema['enum'])),
        `${name} ${parameter}`,
      );
    }
  });
});
