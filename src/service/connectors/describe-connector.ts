/**
 * A connector as clients of the catalogue see it: its connection parameters, its operations, its OpenAPI document.
 *
 * Owns: these shapes. Does not own: the tables (`#connectors`), routes. Source: ARM reference 7.
 */
import {
  type ConnectionParameter,
  type Connector,
  formOf,
  labelOf,
  type Operation,
  type OperationForm,
  type ParameterSet,
  withLists,
} from '#connectors';
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
export function operationList(connector: Connector): readonly JsonObject[] {
  const { name, displayName, brandColor, operations } = connector;
  const steps = operations.filter(({ forLists }) => forLists !== true);
  return steps.map((operation) => {
    const { kind, title } = formOf(connector, operation);
    return {
      id: `${name}/apiOperations/${operation.id}`,
      name: operation.id,
      type: 'Microsoft.Web/locations/managedApis/apiOperations',
      properties: {
        summary: title,
        description: operation.summary,
        visibility: 'important',
        ...(kind.endsWith('Trigger') ? { trigger: kind === 'pollingTrigger' ? 'batch' : 'single' } : {}),
        isWebhook: kind === 'webhookTrigger' || kind === 'webhookAction',
        isNotification: kind === 'notificationTrigger',
        pageable: false,
        annotation: { status: 'Production', family: operation.id, revision: 1 },
        ...(operation.sandboxOnly === undefined ? {} : { sandboxOnly: operation.sandboxOnly }),
        api: { name, displayName, brandColor, type: 'Microsoft.Web/locations/managedApis' },
        method: operation.method,
        path: operation.path,
      },
    };
  });
}

/** The connector as an OpenAPI 2.0 document. */
export function swaggerOf(connector: Connector): JsonObject {
  const paths: { [path: string]: { [member: string]: Json } } = {};
  for (const operation of connector.operations) {
    const path = `/{connectionId}${operation.path.startsWith('/') ? '' : '/'}${operation.path}`;
    const item = (paths[path] ??= {});
    const form = formOf(connector, operation);
    item[operation.method.toLowerCase()] = operationSwagger(connector, operation, form);
    if (form.kind.startsWith('webhook') && form.answer !== undefined) {
      item['x-ms-notification-content'] = { description: 'What is called back with', schema: form.answer };
    }
  }
  return {
    swagger: '2.0',
    info: { version: '1.0', title: connector.displayName, description: connector.description ?? connector.displayName },
    basePath: `/apim/${connector.name}`,
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
    ...(connector.definitions === undefined ? {} : { definitions: connector.definitions }),
  };
}

function operationSwagger(connector: Connector, operation: Operation, form: OperationForm): JsonObject {
  const { id, path, parameters = [], answer, contract } = operation;
  const { kind, title, body } = form;
  const placeholders = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const described = new Map(parameters.map((one) => [one.name, one]));
  const inPath = placeholders.map((name) => {
    const { encoding, summary } = described.get(name) ?? {};
    return {
      type: 'string',
      'x-ms-summary': summary ?? labelOf(name),
      ...contract?.path[name],
      name,
      in: 'path',
      required: true,
      ...(encoding === undefined ? {} : { 'x-ms-url-encoding': encoding }),
    };
  });
  const asked = new Set(form.parameters.map(({ name }) => name.toLowerCase()));
  const others = parameters
    .filter((one) => (one.in === 'query' || one.in === 'header') && !asked.has(one.name.toLowerCase()))
    .map(({ name, in: place, type, required }) => ({
      name,
      in: place,
      type,
      'x-ms-summary': labelOf(name),
      ...(required === true ? { required } : {}),
    }));
  const isCalledBack = kind.startsWith('webhook');
  const asking: readonly JsonObject[] = [
    ...inPath,
    ...form.parameters,
    ...others,
    ...(body === undefined
      ? []
      : [{ name: body.name ?? 'body', in: 'body', required: body.required, schema: body.schema }]),
  ];
  return {
    operationId: id,
    summary: title,
    ...(operation.forLists === true ? { 'x-ms-visibility': 'internal' } : {}),
    parameters: [
      { name: 'connectionId', in: 'path', required: true, type: 'string', 'x-ms-visibility': 'internal' },
      // What users bring says in its own document what it is chosen from.
      ...(contract === undefined ? withLists(connector.name, asking) : asking),
    ],
    responses: {
      [String(answer.status)]: {
        description: 'OK',
        ...(isCalledBack || form.answer === undefined ? {} : { schema: form.answer }),
        ...(answer.body === undefined ? {} : { examples: { 'application/json': answer.body } }),
      },
    },
    ...(kind.endsWith('Trigger') ? { 'x-ms-trigger': kind === 'pollingTrigger' ? 'batch' : 'single' } : {}),
  };
}
