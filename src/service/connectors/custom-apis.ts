/**
 * Custom connectors: `Microsoft.Web/customApis`, each with an OpenAPI document.
 *
 * Owns: saving them, the connector of one. Does not own: reading documents (`#connectors`), connections.
 * Source: ARM reference 7; connectors reference 3.1.
 *
 * Invariants
 * CA1. A document that describes no connector is refused on save; what is saved can be called.
 * CA2. Nothing is fetched from an address that a document or a template names.
 */
import { type Connector, customConnector } from '#connectors';
import {
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  textMember,
  TocsinError,
} from '#foundation';
import { checkResourceGroup, checkSubscription } from '../check-containers.ts';
import type { Services } from '../services.ts';
import { operationList } from './describe-connector.ts';

export const customApiType = 'Microsoft.Web/customApis';

/** Connectors by the document they are made of. */
const made = new WeakMap<JsonObject, Connector>();

/** The connector of a custom API's document. */
export function connectorOfCustomApi({ name, body }: Pick<ResourceDocument, 'name' | 'body'>): Connector | undefined {
  const known = made.get(body);
  if (known !== undefined) return known;
  const connector = connectorOf(name, memberOf(body, 'properties') ?? null);
  if (connector === undefined || isFault(connector)) return undefined;
  made.set(body, connector);
  return connector;
}

function connectorOf(name: string, properties: Json) {
  const document = memberOf(properties, 'swagger');
  if (!isJsonObject(document)) return undefined;
  const serviceUrl = textMember(memberOf(properties, 'backendService') ?? null, 'serviceUrl');
  return customConnector({
    name: name.toLowerCase(),
    displayName: textMember(properties, 'displayName') ?? name,
    brandColor: textMember(properties, 'brandColor') ?? '#007EE5',
    document,
    ...(serviceUrl === undefined || serviceUrl === '' ? {} : { serviceUrl }),
  });
}

/** PUT of a custom API. @throws TocsinError `InvalidRequestContent`, `LocationRequired`. */
export async function putCustomApi(
  services: Services,
  id: string,
  body: Json,
): Promise<{ readonly document: ResourceDocument; readonly created: boolean }> {
  const existing = services.store.resources.get(id);
  const parsed = parseArmId(existing?.id ?? id);
  const properties = memberOf(body, 'properties');
  if (parsed === undefined || !isJsonObject(properties))
    return raise('InvalidRequestContent', "The custom API has no 'properties'.");
  const connector = connectorOf(parsed.name, properties);
  if (connector === undefined) {
    return raise(
      'InvalidRequestContent',
      "The custom API must have its OpenAPI document as an object in 'properties.swagger'; documents are not fetched from addresses.",
    );
  }
  if (isFault(connector)) throw new TocsinError(connector);
  const location = textMember(body, 'location') ?? existing?.location;
  if (location === undefined || location === '')
    return raise('LocationRequired', 'The location property is required for this definition.');
  const now = services.clock.now();
  const document: ResourceDocument = {
    id: parsed.text,
    type: customApiType,
    name: parsed.name,
    ...(parsed.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    location,
    body: { tags: memberOf(body, 'tags') ?? existing?.body['tags'] ?? {}, properties },
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
  await services.store.commit([{ kind: 'putResource', resource: document }]);
  return { document, created: existing === undefined };
}

/**
 * A custom API moves to another group, subscription or name; connections that name its old id lose it.
 * @throws TocsinError `InvalidParameter`, `ResourceGroupNotFound`, `Conflict`.
 */
export async function moveCustomApi(services: Services, from: ResourceDocument, to: string): Promise<ResourceDocument> {
  const target = parseArmId(to);
  if (target === undefined || target.type.toLowerCase() !== customApiType.toLowerCase()) {
    return raise('InvalidParameter', `The id '${to}' is not the id of a custom API.`, { target: 'id' });
  }
  const { resources } = services.store;
  const { subscriptionId = '', resourceGroup = '', text, name } = target;
  const fault =
    checkSubscription(resources, subscriptionId) ?? checkResourceGroup(resources, subscriptionId, resourceGroup, true);
  if (fault !== undefined) throw new TocsinError(fault);
  if (resources.get(text) !== undefined) raise('Conflict', `There is a custom API '${text}' already.`);
  const resource: ResourceDocument = {
    ...from,
    id: text,
    name,
    subscriptionId,
    resourceGroup,
    etag: `"${services.random.uuid()}"`,
    changedTime: services.clock.now(),
  };
  await services.store.commit([
    { kind: 'deleteResource', id: from.id },
    { kind: 'putResource', resource },
  ]);
  return resource;
}

/** The operations of a custom API as a designer lists them; none while it has no document. */
export function customOperationList({ id, name, body }: ResourceDocument): readonly JsonObject[] {
  const connector = connectorOfCustomApi({ name, body });
  if (connector === undefined) return [];
  const { displayName, brandColor } = connector;
  return operationList(connector).map((one) => {
    const properties = memberOf(one, 'properties');
    const api = { id, name, displayName, brandColor, type: customApiType };
    return {
      ...one,
      type: `${customApiType}/apiOperations`,
      properties: { ...(isJsonObject(properties) ? properties : {}), api },
    };
  });
}

export function customApiAnswer({ id, name, location, etag, body }: ResourceDocument): JsonObject {
  const connector = connectorOfCustomApi({ name, body });
  const given = memberOf(body, 'properties');
  const parameters = (connector?.parameters ?? []).map(({ name: parameter, type }) => [parameter, { type }] as const);
  return {
    id,
    name,
    type: customApiType,
    location: location ?? '',
    etag,
    tags: body['tags'] ?? {},
    properties: {
      apiType: 'Rest',
      connectionParameters: Object.fromEntries(parameters),
      ...(isJsonObject(given) ? given : {}),
      runtimeUrls: [],
    },
  };
}
