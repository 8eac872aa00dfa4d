/**
 * A connector out of an OpenAPI document: version 2 (Swagger) or 3.
 *
 * Owns: which parts of a document make a connector. Does not own: where documents are kept (`#service`), calling, schemas
 * (`document-contract.ts`).
 * Source: ARM reference 7 (`customApis`); OpenAPI 2.0 and 3.0/3.1; connectors reference 1, 3.1.
 *
 * Invariants
 * CC1. References lead inside the document only; nothing is fetched.
 * CC2. What a document gets wrong is a fault with its place; nothing of it is guessed.
 */
import {
  type Fault,
  fault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  textMember,
} from '#foundation';
import {
  type ConnectionParameter,
  type Connector,
  type Operation,
  type OperationParameter,
  secret,
  type Service,
  text,
  usualThrottle,
} from './connector.ts';
import { contractOf, definitionsOf, describedAnswer } from './document-contract.ts';
import { mediaOf, resolved } from './document-references.ts';

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'] as const;
const mostOperations = 2_000;

/** What a customApi says beside its document. */
export interface CustomApi {
  readonly name: string;
  readonly displayName: string;
  readonly brandColor: string;
  readonly document: JsonObject;
  /** `backendService.serviceUrl`; wins over the document's own address. */
  readonly serviceUrl?: string;
}

/** The connector that a document describes. */
export function customConnector({ name, displayName, brandColor, document, serviceUrl }: CustomApi): Connector | Fault {
  const isThree = (textMember(document, 'openapi') ?? '').startsWith('3.');
  if (!isThree && textMember(document, 'swagger') !== '2.0') {
    return fault(
      'InvalidRequestContent',
      "The document is no OpenAPI document: it has neither 'swagger': '2.0' nor 'openapi': '3.…'.",
    );
  }
  // Without an address it can be saved, as templates leave it open, and answered in the sandbox; calls say what is missing.
  const endpoint = serviceUrl ?? (isThree ? serverOf(document) : hostOf(document)) ?? '{serviceUrl}';
  if (
    endpoint !== '{serviceUrl}' &&
    !/^https?:$/.test(URL.parse(endpoint.replaceAll(/:\{[^}]+\}/g, ':1').replaceAll(/[{}]/g, ''))?.protocol ?? '')
  ) {
    return fault('InvalidRequestContent', `The address '${endpoint.slice(0, 200)}' of the service is not valid.`);
  }
  const operations = operationsOf(document, isThree);
  if (!Array.isArray(operations)) return operations as Fault;
  const security = securityOf(document, isThree);
  const service: Service = { kind: 'http', endpoint, ...security.places };
  return {
    name,
    displayName,
    brandColor,
    parameters: security.parameters,
    ...(security.oauth === undefined ? {} : { oauth: security.oauth }),
    service,
    throttle: usualThrottle,
    operations: operations as readonly Operation[],
    definitions: definitionsOf(document),
  };
}

function hostOf(document: JsonObject): string | undefined {
  const host = textMember(document, 'host');
  if (host === undefined) return undefined;
  const schemes = memberOf(document, 'schemes');
  const scheme = isJsonArray(schemes) && !schemes.includes('https') && schemes.includes('http') ? 'http' : 'https';
  return `${scheme}://${host}${(textMember(document, 'basePath') ?? '').replace(/\/+$/, '')}`;
}

/** The first server, its variables with their defaults. */
function serverOf(document: JsonObject): string | undefined {
  const servers = memberOf(document, 'servers');
  const [server = null] = isJsonArray(servers) ? servers : [];
  const variables = memberOf(server, 'variables');
  return textMember(server, 'url')
    ?.replace(
      /\{([^}]+)\}/g,
      (_, name: string) => textMember(memberOf(variables ?? null, name) ?? null, 'default') ?? '',
    )
    .replace(/\/+$/, '');
}

// --- Operations -------------------------------------------------------------------------------------------------

function operationsOf(document: JsonObject, isThree: boolean): readonly Operation[] | Fault {
  const paths = memberOf(document, 'paths');
  if (!isJsonObject(paths)) return fault('InvalidRequestContent', "The document has no 'paths'.");
  const operations: Operation[] = [];
  for (const [path, item] of Object.entries(paths)) {
    if (!isJsonObject(item)) return fault('InvalidRequestContent', `'paths' has no object at '${path}'.`);
    for (const method of methods) {
      const described = memberOf(item, method);
      if (described === undefined) continue;
      if (!isJsonObject(described)) return fault('InvalidRequestContent', `'${method}' of '${path}' is no object.`);
      operations.push(operationOf(document, { path, method }, item, described, isThree));
      if (operations.length > mostOperations)
        return fault('InvalidRequestContent', `A connector has at most ${mostOperations} operations.`);
    }
  }
  return operations;
}

function operationOf(
  document: JsonObject,
  route: { readonly path: string; readonly method: string },
  item: JsonObject,
  described: JsonObject,
  isThree: boolean,
): Operation {
  const { path, method } = route;
  const given = [memberOf(item, 'parameters'), memberOf(described, 'parameters')].flatMap((list) =>
    isJsonArray(list) ? list : [],
  );
  const parameters = given.map((one) => resolved(document, one)).filter(isJsonObject);
  return {
    id: textMember(described, 'operationId') ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: textMember(described, 'summary') ?? textMember(described, 'description') ?? '',
    parameters: parameters.flatMap((one) => parameterOf(document, one)),
    answer: answerOf(document, described, isThree),
    contract: contractOf(document, item, described),
    ...(memberOf(described, 'x-ms-trigger') === undefined ? {} : { kind: 'trigger' as const }),
  };
}

const types = ['string', 'integer', 'boolean', 'object', 'array'] as const;

function parameterOf(document: JsonObject, one: JsonObject): readonly OperationParameter[] {
  const place = textMember(one, 'in');
  if (place !== 'path' && place !== 'query' && place !== 'header' && place !== 'body') return [];
  const type =
    textMember(one, 'type') ?? textMember(resolved(document, memberOf(one, 'schema') ?? null), 'type') ?? 'string';
  return [
    {
      name: textMember(one, 'name') ?? '',
      in: place,
      type: types.find((known) => known === type) ?? 'string',
      ...(memberOf(one, 'required') === true ? { required: true as const } : {}),
      ...(textMember(one, 'x-ms-url-encoding') === 'double' ? { encoding: 'double' as const } : {}),
    },
  ];
}

/** The first answer below 300 that is described, with an example of its own or one made of its schema. */
function answerOf(document: JsonObject, described: JsonObject, isThree: boolean): Operation['answer'] {
  const [code, content] = describedAnswer(document, described);
  const status = /^2\d\d$/.test(code) ? Number(code) : 200;
  const media = isThree ? mediaOf(memberOf(content, 'content')) : content;
  const examples = memberOf(media ?? null, 'examples');
  const own =
    memberOf(media ?? null, 'example') ?? (isThree ? undefined : memberOf(examples ?? null, 'application/json'));
  if (own !== undefined) return { status, body: own };
  const schema = memberOf(media ?? null, 'schema');
  const body = schema === undefined ? undefined : exampleOf(document, schema, 0);
  return body === undefined ? { status } : { status, body };
}

const deepest = 12;

/** A value that fits a schema, with all its members. */
function exampleOf(document: JsonObject, given: Json, level: number): Json | undefined {
  const schema = resolved(document, given);
  if (!isJsonObject(schema) || level > deepest) return undefined;
  const own = memberOf(schema, 'example') ?? memberOf(schema, 'default');
  if (own !== undefined) return own;
  const choices = memberOf(schema, 'enum');
  if (isJsonArray(choices) && choices.length > 0) return choices[0];
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const) {
    const parts = memberOf(schema, name);
    if (!isJsonArray(parts)) continue;
    const examples = (name === 'allOf' ? parts : parts.slice(0, 1)).map((part) => exampleOf(document, part, level + 1));
    return examples.every((one) => isJsonObject(one ?? null))
      ? (Object.assign({}, ...(examples as JsonObject[])) as JsonObject)
      : examples[0];
  }
  const properties = memberOf(schema, 'properties');
  if (isJsonObject(properties)) {
    const members = Object.entries(properties).flatMap(([name, one]) => {
      const value = exampleOf(document, one, level + 1);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(members);
  }
  const type = memberOf(schema, 'type');
  switch (isJsonArray(type) ? type[0] : type) {
    case 'array': {
      const item = exampleOf(document, memberOf(schema, 'items') ?? null, level + 1);
      return item === undefined ? [] : [item];
    }
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return true;
    case 'object':
      return {};
    case 'string':
      return textMember(schema, 'format') === 'date-time' ? '2026-01-01T00:00:00Z' : 'text';
    default:
      return undefined;
  }
}

// --- Security ---------------------------------------------------------------------------------------------------

interface Security {
  readonly parameters: readonly ConnectionParameter[];
  readonly places: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly queries?: Readonly<Record<string, string>>;
  };
  readonly oauth?: Connector['oauth'];
}

/** The first security definition that a connection can fill. */
function securityOf(document: JsonObject, isThree: boolean): Security {
  const definitions = isThree
    ? memberOf(memberOf(document, 'components') ?? null, 'securitySchemes')
    : memberOf(document, 'securityDefinitions');
  for (const one of Object.values(isJsonObject(definitions) ? definitions : {})) {
    const found = schemeOf(resolved(document, one));
    if (found !== undefined) return found;
  }
  return { parameters: [], places: {} };
}

function schemeOf(scheme: Json): Security | undefined {
  const type = (textMember(scheme, 'type') ?? '').toLowerCase();
  const http = type === 'http' ? (textMember(scheme, 'scheme') ?? '').toLowerCase() : '';
  if (type === 'apikey') {
    const name = textMember(scheme, 'name') ?? 'api_key';
    const places =
      textMember(scheme, 'in') === 'query'
        ? { queries: { [name]: '{api_key}' } }
        : { headers: { [name.toLowerCase()]: '{api_key}' } };
    return { parameters: [secret('api_key', name)], places };
  }
  if (type === 'basic' || http === 'basic') {
    return {
      parameters: [text('username', 'User name'), secret('password', 'Password')],
      places: { headers: { authorization: 'basic:{username}:{password}' } },
    };
  }
  if (http === 'bearer')
    return { parameters: [secret('token', 'Token')], places: { headers: { authorization: 'Bearer {token}' } } };
  if (type !== 'oauth2') return undefined;
  const flows = memberOf(scheme, 'flows');
  const flow = memberOf(flows ?? null, 'authorizationCode') ?? memberOf(flows ?? null, 'clientCredentials') ?? scheme;
  const scopes = memberOf(flow, 'scopes');
  return {
    parameters: [{ name: 'token', type: 'oauthSetting', displayName: 'Sign in' }],
    places: { headers: { authorization: 'Bearer {token}' } },
    oauth: {
      identityProvider: 'oauth2',
      authorizationUrl: textMember(flow, 'authorizationUrl') ?? '',
      tokenUrl: textMember(flow, 'tokenUrl') ?? '',
      scopes: Object.keys(isJsonObject(scopes) ? scopes : {}),
    },
  };
}
