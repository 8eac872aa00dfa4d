/**
 * `GET /tocsin/v1/openapi.json`: our own calls as OpenAPI 3.1.
 *
 * Owns: the document around the table. Does not own: what the calls are (`own-operations.data.ts`), Azure's contracts.
 * Source: own API reference.
 */
import type { Json, JsonObject } from '#foundation';
import type { Route } from '../../route.ts';
import type { OwnOperation } from './own-operation.ts';
import { ownOperations } from './own-operations.data.ts';

type Members = Readonly<Record<string, string>>;

const isRequired = (name: string): boolean => name.endsWith('!');
const bare = (name: string): string => name.replace(/!$/, '');

/** The schema of a body: its named members, or anything where the table says `*` alone. */
function schemaOf(members: Members): JsonObject {
  const named = Object.entries(members).filter(([name]) => name !== '*');
  const properties = named.map(([name, text]): readonly [string, Json] => {
    const [type = 'object', ...meaning] = text.split(': ');
    return [bare(name), { type, description: meaning.join(': ') }];
  });
  const required = named.filter(([name]) => isRequired(name)).map(([name]) => bare(name));
  const rest = members['*'];
  return {
    type: 'object',
    ...(rest === undefined ? {} : { description: rest.split(': ').slice(1).join(': '), additionalProperties: true }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(required.length === 0 ? {} : { required }),
  };
}

function parametersOf({ path, query = {} }: OwnOperation): readonly JsonObject[] {
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(
    ([, name = '']): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string' } }),
  );
  const inQuery = Object.entries(query).map(
    ([name, description]): JsonObject => ({
      name: bare(name),
      in: 'query',
      required: isRequired(name),
      description,
      schema: { type: 'string' },
    }),
  );
  return [...inPath, ...inQuery];
}

function operationOf(operation: OwnOperation): JsonObject {
  const { summary, tag, body, consumes = ['application/json'], status, answer, open } = operation;
  const parameters = parametersOf(operation);
  const content = (members: Members, types: readonly string[]): JsonObject =>
    Object.fromEntries(types.map((type) => [type, { schema: schemaOf(members) }]));
  return {
    summary,
    tags: [tag],
    ...(open === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body, consumes) } }),
    responses: {
      [String(status)]: {
        description: summary,
        ...(answer === undefined ? {} : { content: content(answer, ['application/json']) }),
      },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** The whole document. */
export function openApiDocument(): JsonObject {
  const paths: { [path: string]: { [method: string]: Json } } = {};
  for (const operation of ownOperations) {
    const methods = (paths[operation.path] ??= {});
    methods[operation.method.toLowerCase()] = operationOf(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tocsin',
      version: '1',
      description: 'What Tocsin has beside the contracts of Azure Resource Manager, which are published there.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        ingestionKey: { type: 'apiKey', in: 'header', name: 'x-tocsin-ingest-key' },
      },
      responses: { Error: { description: "Azure's error envelope.", content: errorContent } },
    },
  };
}

const errorContent: JsonObject = {
  'application/json': {
    schema: schemaOf({ 'error!': 'object: {code, message, target?, details?}' }),
  },
};

export const openApiRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/tocsin/v1/openapi.json',
    permission: { open: 'a published description holds nothing of anybody' },
    handle: () => ({ status: 200, body: openApiDocument() }),
  },
];
