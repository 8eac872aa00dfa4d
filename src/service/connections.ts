/**
 * API connections: `Microsoft.Web/connections`, what they are connected to, and whether they are authorised.
 *
 * Owns: saving, status, the sandbox switch, finding the connection an action names.
 * Does not own: calling services (`run-effects.ts`), the catalogue (`#connectors`), credentials (`connectors/`).
 * Source: ARM reference 7; connectors reference 3.1; design section 5.
 *
 * Invariants
 * N1. Credentials (`parameterValues`) are kept in `secrets` and never answered.
 * N2. A connection is `Connected` when nothing is missing, or when it is in the sandbox, which calls nobody; else it says what.
 */
import { type Connector, connectors, shippedConnector, usualThrottle } from '#connectors';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { credentialsOf } from './connectors/connection-values.ts';
import { connectorOfCustomApi } from './connectors/custom-apis.ts';
import type { Services } from './services.ts';

export const connectionType = 'Microsoft.Web/connections';

/** Azure's words for how a connection stands. */
export type ConnectionStatus =
  | { readonly status: 'Connected' }
  | {
      readonly status: 'Error';
      /** The parameter that is at fault. */
      readonly target: string;
      readonly error: { readonly code: string; readonly message: string };
    };

export interface Connection {
  readonly document: ResourceDocument;
  /** Lower-case name of the managed API: `office365`. */
  readonly api: string;
  readonly connector: Connector;
  readonly sandbox: boolean;
  readonly state: ConnectionStatus;
}

/** The connector of the catalogue, or one of a vendor that we know by name only. */
export function managedApiOf(name: string): Connector {
  const lower = name.toLowerCase();
  const known = shippedConnector(lower);
  return (
    known ?? {
      name: lower,
      displayName: name,
      brandColor: '#000000',
      parameters: [{ name: 'token', type: 'securestring', displayName: 'Credential' }],
      service: {
        kind: 'refused',
        reason: `The connector '${name}' does not come with this server; put its connection in the sandbox, or describe it as a custom connector.`,
      },
      throttle: usualThrottle,
      operations: [],
    }
  );
}

export function findConnection(services: Services, id: string): Connection | undefined {
  const document = services.store.resources.get(id);
  return document?.type === connectionType ? connectionOf(services, document) : undefined;
}

export function connectionOf(services: Services, document: ResourceDocument): Connection {
  const api = (textMember(document.body, 'apiName') ?? '').toLowerCase();
  const sandbox = services.settings.sandbox || document.body.sandbox === true;
  const connector = customOf(services, document) ?? managedApiOf(api);
  return {
    document,
    api,
    connector,
    sandbox,
    state: sandbox ? { status: 'Connected' } : stateOf(services, connector, document),
  };
}

/** The custom API a connection names, where that is what it names. */
function customOf(services: Services, { body }: ResourceDocument): Connector | undefined {
  const id = textMember(memberOf(memberOf(body, 'properties') ?? null, 'api') ?? null, 'id') ?? '';
  const document = /\/customApis\//i.test(id) ? services.store.resources.get(id) : undefined;
  return document === undefined ? undefined : connectorOfCustomApi(document);
}

function stateOf(services: Services, connector: Connector, document: ResourceDocument): ConnectionStatus {
  const { proof } = credentialsOf(services, connector, document);
  if (proof.kind !== 'missing') return { status: 'Connected' };
  const { target, code, message } = proof;
  return { status: 'Error', target, error: { code, message } };
}

/** The API name out of `…/managedApis/{name}` or `…/customApis/{name}`. */
function apiNameOf(properties: Json | undefined): string | undefined {
  const api = memberOf(properties, 'api');
  const id = memberOf(api, 'id');
  const fromId = typeof id === 'string' ? /\/(?:managedApis|customApis)\/([^/]+)\/?$/i.exec(id)?.[1] : undefined;
  const name = memberOf(api, 'name');
  return fromId ?? (typeof name === 'string' ? name : undefined);
}

/**
 * PUT of a connection. Credentials that are left out keep their stored values.
 * @throws TocsinError `InvalidRequestContent`, `LocationRequired`.
 */
export async function saveConnection(
  services: Services,
  id: string,
  body: Json,
): Promise<{ readonly connection: Connection; readonly created: boolean }> {
  const existing = findConnection(services, id);
  const parsed = parseArmId(existing?.document.id ?? id);
  const properties = memberOf(body, 'properties');
  const apiName = apiNameOf(properties) ?? existing?.api;
  if (parsed === undefined || !isJsonObject(properties) || apiName === undefined) {
    raise('InvalidRequestContent', "The connection must name its API in 'properties.api.id'.");
  }
  const location = memberOf(body, 'location') ?? existing?.document.location;
  if (typeof location !== 'string' || location === '') {
    raise('LocationRequired', 'The location property is required for this definition.');
  }
  const { parameterValues, ...open } = openProperties(properties, shippedConnector(apiName));
  const kept = existing?.document.secrets ?? {};
  const given = {
    ...valuesGiven('parameterValues', parameterValues),
    ...valuesGiven('parameterValueSet', secretSet(properties)),
  };
  const kind = memberOf(body, 'kind') ?? existing?.document.body.kind ?? 'V1';
  const now = services.clock.now();
  const document: ResourceDocument = {
    id: parsed.text,
    type: connectionType,
    name: parsed.name,
    ...(parsed.subscriptionId === undefined ? {} : { subscriptionId: parsed.subscriptionId }),
    ...(parsed.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    location,
    body: {
      tags: memberOf(body, 'tags') ?? existing?.document.body.tags ?? {},
      kind,
      apiName,
      sandbox: existing?.document.body.sandbox === true,
      ...keptMembers(existing, given),
      properties: open,
    },
    secrets: { ...kept, ...given },
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.document.createdTime ?? now,
    changedTime: now,
  };
  await services.store.commit([{ kind: 'putResource', resource: document }]);
  return { connection: connectionOf(services, document), created: existing === undefined };
}

/** Members that templates put values into, secret ones too. */
const valueMembers = ['customParameterValues', 'nonSecretParameterValues', 'alternativeParameterValues'] as const;

/** What may be shown (N1): secrets go to `parameterValues` wherever they came; of a set only its name stays. */
function openProperties(given: JsonObject, connector: Connector | undefined): JsonObject {
  const properties = withoutSecretValues(given, connector);
  const set = memberOf(properties, 'parameterValueSet');
  return isJsonObject(set)
    ? { ...properties, parameterValueSet: { name: memberOf(set, 'name') ?? '', values: {} } }
    : properties;
}

function withoutSecretValues(given: JsonObject, connector: Connector | undefined): JsonObject {
  const sets = [connector?.parameters ?? [], ...(connector?.alternatives ?? []).map(({ parameters }) => parameters)];
  const secret = new Set(
    sets
      .flat()
      .filter(({ type }) => type === 'securestring' || type === 'oauthSetting')
      .map(({ name }) => name.toLowerCase()),
  );
  const found: { [name: string]: Json } = {};
  const properties: { [name: string]: Json } = { ...given };
  for (const member of valueMembers) {
    const values = memberOf(given, member);
    if (!isJsonObject(values)) continue;
    const isSecret = ([name]: readonly [string, Json]): boolean => secret.has(name.toLowerCase());
    Object.assign(found, Object.fromEntries(Object.entries(values).filter(isSecret)));
    properties[member] = Object.fromEntries(Object.entries(values).filter((entry) => !isSecret(entry)));
  }
  if (Object.keys(found).length === 0) return given;
  const own = memberOf(given, 'parameterValues');
  return { ...properties, parameterValues: { ...found, ...(isJsonObject(own) ? own : {}) } };
}

/** Values of a `parameterValueSet`, each of which stands in an object of its own. */
function secretSet(properties: JsonObject): JsonObject | undefined {
  const values = memberIgnoringCase(memberOf(properties, 'parameterValueSet'), 'values');
  if (!isJsonObject(values)) return undefined;
  return Object.fromEntries(Object.entries(values).map(([name, one]) => [name, memberOf(one, 'value') ?? null]));
}

function valuesGiven(name: string, values: Json | undefined): JsonObject {
  return isJsonObject(values) && Object.keys(values).length > 0 ? { [name]: values } : {};
}

/** Who consented stays; an error of the consent goes when other values come. */
function keptMembers(existing: Connection | undefined, given: JsonObject): JsonObject {
  const { grantError, authenticatedUser } = existing?.document.body ?? {};
  return {
    ...(authenticatedUser === undefined ? {} : { authenticatedUser }),
    ...(grantError === undefined || Object.keys(given).length > 0 ? {} : { grantError }),
  };
}

/** Switches one connection's sandbox. @throws TocsinError `ApiConnectionNotFound`. */
export async function setConnectionSandbox(services: Services, id: string, enabled: boolean): Promise<void> {
  const connection = findConnection(services, id);
  if (connection === undefined) {
    return raise('ApiConnectionNotFound', `The API connection '${id}' could not be found.`);
  }
  const resource = { ...connection.document, body: { ...connection.document.body, sandbox: enabled } };
  await services.store.commit([{ kind: 'putResource', resource }]);
}

/** Names of the catalogue, for lists. */
export const managedApiNames: readonly string[] = connectors.map(({ name }) => name);
