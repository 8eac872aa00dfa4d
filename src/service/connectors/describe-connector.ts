/**
 * A connector as clients of the catalogue see it: its connection parameters, its operations, its OpenAPI document.
 *
 * Owns: these shapes. Does not own: the tables (`#connectors`), routes. Source: ARM reference 7.
 */
import type { ConnectionParameter, Connector, Operation, ParameterSet } from '#connectors';
import type { Json, JsonObject } from '#foundation';

function parameterOf(
  connector: Connector,
  { name, type, displayName, description, optional }: ConnectionParameter,
): readonly [string, JsonObject] {
  const { oauth } = connector;
  const constraints = { required: optional === true ? 'false' : 'true', hidden: 'false' };
  const uiDefinition = {
    displayName,
    description: description ?? displayName,
    tooltip: description ?? displayName,
    constraints,
  };
  if (type !== 'oauthSetting') return [name, { type, uiDefinition }];
  const oAuthSettings = {
    identityProvider: oauth?.identityProvider ?? 'oauth2',
    scopes: [...(oauth?.scopes ?? [])],
    redirectMode: 'GlobalPerConnector',
    properties: { IsFirstParty: 'False' },
    ...(oauth?.resource === undefined ? {} : { customParameters: { resourceUri: { value: oauth.resource } } }),
  };
  return [name, { type, oAuthSettings, uiDefinition }];
}

/** `connectionParameters` of a managed API. */
export function connectionParametersOf(connector: Connector): JsonObject {
  return Object.fromEntries(connector.parameters.map((parameter) => parameterOf(connector, parameter)));
}

/** `connectionParameterSets`, where there is more than one way; undefined otherwise. */
export function parameterSetsOf(connector: Connector): JsonObject | undefined {
  const { alternatives = [], parameters } = connector;
  if (alternatives.length === 0) return undefined;
  const usual: ParameterSet = { name: 'default', displayName: connector.displayName, parameters };
  const values = [usual, ...alternatives].map((set) => ({
    name: set.name,
    uiDefinition: { displayName: set.displayName, description: set.displayName },
    parameters: Object.fromEntries(set.parameters.map((parameter) => parameterOf(connector, parameter))),
  }));
  return { uiDefinition: { displayName: 'Authentication type', description: 'How the connection signs in' }, values };
}

/** What an operation is to a designer. */
export function operationList({ name, displayName, brandColor, operations }: Connector): readonly JsonObject[] {
  return operations.map((operation) => ({
    id: `${name}/apiOperations/${operation.id}`,
    name: operation.id,
    type: 'Microsoft.Web/locations/managedApis/apiOperations',
    properties: {
      summary: operation.summary,
      description: operation.summary,
      visibility: 'important',
      ...(operation.kind === 'trigger' ? { trigger: 'single' } : {}),
      ...(operation.kind === 'subscription' ? { isWebhook: true } : {}),
      isNotification: operation.kind === 'trigger',
      pageable: false,
      annotation: { status: 'Production', family: operation.id, revision: 1 },
      api: { name, displayName, brandColor, type: 'Microsoft.Web/locations/managedApis' },
      method: operation.method,
      path: operation.path,
    },
  }));
}

/** The connector as an OpenAPI 2.0 document. */
export function swaggerOf(connector: Connector): JsonObject {
  const paths: { [path: string]: { [method: string]: Json } } = {};
  for (const operation of connector.operations) {
    const path = `/{connectionId}${operation.path.startsWith('/') ? '' : '/'}${operation.path}`;
    (paths[path] ??= {})[operation.method.toLowerCase()] = operationSwagger(operation);
  }
  return {
    swagger: '2.0',
    info: { version: '1.0', title: connector.displayName, description: connector.description ?? connector.displayName },
    basePath: `/apim/${connector.name}`,
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
  };
}

function operationSwagger({ id, summary, path, parameters = [], answer, kind }: Operation): JsonObject {
  const placeholders = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const known = new Set(parameters.map(({ name }) => name));
  const inPath = placeholders
    .filter((name) => !known.has(name))
    .map((name) => ({ name, in: 'path', type: 'string', required: true }));
  const own = parameters.map(({ name, in: place, type, required, encoding }) => ({
    name,
    in: place,
    type,
    ...(required === true ? { required } : {}),
    ...(encoding === undefined ? {} : { 'x-ms-url-encoding': encoding }),
  }));
  return {
    operationId: id,
    summary,
    parameters: [
      { name: 'connectionId', in: 'path', required: true, type: 'string', 'x-ms-visibility': 'internal' },
      ...inPath,
      ...own,
    ],
    responses: {
      [String(answer.status)]: {
        description: 'OK',
        ...(answer.body === undefined ? {} : { examples: { 'application/json': answer.body } }),
      },
    },
    ...(kind === 'trigger' ? { 'x-ms-trigger': 'single' } : {}),
  };
}
