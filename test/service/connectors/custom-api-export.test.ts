/** Custom connectors as designers export them: what their documents say of bodies and answers is still there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { customConnector } from '#connectors';
import { isFault, isJsonObject, type Json, type JsonObject, memberOf } from '#foundation';
import { swaggerOf } from '#service';

const block = {
  type: 'object',
  required: ['address'],
  properties: {
    address: { type: 'string', 'x-ms-summary': 'Address', description: 'What is blocked' },
    mode: { type: 'string', enum: ['drop', 'reject'], default: 'drop' },
    parent: { $ref: '#/definitions/Block' },
  },
};

function exported(document: JsonObject): JsonObject {
  const connector = customConnector({ name: 'fw', displayName: 'Firewall', brandColor: '#000', document });
  assert.ok(!isFault(connector));
  return swaggerOf(connector);
}

function at(value: Json, ...names: readonly string[]): Json {
  return names.reduce<Json>((found, name) => memberOf(found, name) ?? null, value);
}

const parametersOf = (document: JsonObject, path: string, method: string): readonly JsonObject[] =>
  at(document, 'paths', `/{connectionId}${path}`, method, 'parameters') as readonly JsonObject[];

const named = (parameters: readonly JsonObject[], name: string): JsonObject | undefined =>
  parameters.find((one) => one['name'] === name);

describe('the exported document of a custom connector', () => {
  const second = exported({
    swagger: '2.0',
    info: { title: 'Firewall', version: '1' },
    host: 'fw.example.com',
    definitions: { Block: block },
    parameters: {
      Payload: { name: 'payload', in: 'body', required: true, schema: { $ref: '#/definitions/Block' } },
    },
    paths: {
      '/blocks/{zone}': {
        post: {
          operationId: 'AddBlock',
          summary: 'Block an address',
          parameters: [
            { name: 'zone', in: 'path', required: true, type: 'string', enum: ['inner', 'outer'] },
            { name: 'ttl', in: 'query', type: 'integer', default: 60, 'x-ms-visibility': 'advanced' },
            { $ref: '#/parameters/Payload' },
          ],
          responses: { 201: { description: 'made', schema: { $ref: '#/definitions/Block' } } },
        },
      },
    },
  });

  it('has the schema of a body, by reference to definitions that are there', () => {
    const body = named(parametersOf(second, '/blocks/{zone}', 'post'), 'payload');
    assert.deepEqual(
      [body?.['in'], body?.['required'], body?.['schema']],
      ['body', true, { $ref: '#/definitions/Block' }],
    );
    assert.deepEqual(at(second, 'definitions', 'Block'), block);
  });

  it('has types, choices and defaults of parameters, and the schema of the answer', () => {
    const parameters = parametersOf(second, '/blocks/{zone}', 'post');
    assert.deepEqual(named(parameters, 'zone')?.['enum'], ['inner', 'outer']);
    const { type, default: usual, 'x-ms-visibility': visibility } = named(parameters, 'ttl') ?? {};
    assert.deepEqual([type, usual, visibility], ['integer', 60, 'advanced']);
    const answer = at(second, 'paths', '/{connectionId}/blocks/{zone}', 'post', 'responses', '201', 'schema');
    assert.deepEqual(answer, { $ref: '#/definitions/Block' });
  });

  it('names each parameter once, those of the path item included', () => {
    const names = parametersOf(second, '/blocks/{zone}', 'post').map(({ name }) => name);
    assert.equal(names.length, 4);
    assert.deepEqual(new Set(names), new Set(['connectionId', 'zone', 'ttl', 'payload']));
  });

  it('is version 2.0 for a document of version 3, its schemas among the definitions', () => {
    const schema = JSON.parse(
      JSON.stringify(block).replaceAll('#/definitions/', '#/components/schemas/'),
    ) as JsonObject;
    const third = exported({
      openapi: '3.0.3',
      info: { title: 'Firewall', version: '1' },
      servers: [{ url: 'https://fw.example.com' }],
      components: {
        schemas: { Block: schema },
        requestBodies: {
          Block: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Block' } } },
          },
        },
      },
      paths: {
        '/blocks': {
          parameters: [{ name: 'ttl', in: 'query', schema: { type: 'integer', default: 60 }, description: 'Seconds' }],
          post: {
            operationId: 'AddBlock',
            requestBody: { $ref: '#/components/requestBodies/Block' },
            responses: { 201: { description: 'made', content: { 'application/json': { schema } } } },
          },
        },
      },
    });
    const parameters = parametersOf(third, '/blocks', 'post');
    const body = parameters.find((one) => one['in'] === 'body');
    assert.deepEqual([body?.['required'], body?.['schema']], [true, { $ref: '#/definitions/Block' }]);
    assert.deepEqual(at(third, 'definitions', 'Block'), block);
    const { type, default: usual, description } = named(parameters, 'ttl') ?? {};
    assert.deepEqual([type, usual, description], ['integer', 60, 'Seconds']);
    const answer = at(third, 'paths', '/{connectionId}/blocks', 'post', 'responses', '201', 'schema');
    assert.deepEqual(at(answer, 'properties', 'parent'), { $ref: '#/definitions/Block' });
  });

  it('keeps where a webhook tells its address, and what it calls back with', () => {
    const hooked = exported({
      swagger: '2.0',
      info: { title: 'Firewall', version: '1' },
      host: 'fw.example.com',
      paths: {
        '/hooks': {
          'x-ms-notification-content': { schema: { type: 'object', properties: { address: { type: 'string' } } } },
          post: {
            operationId: 'OnBlock',
            'x-ms-trigger': 'single',
            parameters: [
              {
                name: 'body',
                in: 'body',
                schema: {
                  type: 'object',
                  properties: { target: { type: 'string', 'x-ms-notification-url': true } },
                },
              },
            ],
            responses: { 201: { description: 'subscribed' } },
          },
        },
      },
    });
    const item = at(hooked, 'paths', '/{connectionId}/hooks');
    const body = named(parametersOf(hooked, '/hooks', 'post'), 'body');
    assert.equal(at(body ?? null, 'schema', 'properties', 'target', 'x-ms-notification-url'), true);
    const content = at(item, 'x-ms-notification-content', 'schema', 'properties');
    assert.ok(isJsonObject(content) && 'address' in content);
  });
});
