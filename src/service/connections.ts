/**
 * API connections: `Microsoft.Web/connections`, what they are connected to, and whether they are authorised.
 *
 * Owns: saving, status, the sandbox switch, finding the connection an action names.
 * Does not own: calling services (`run-effects.ts`), the catalogue (`#connectors`).
 * Source: ARM reference 7; connectors reference 3.1; design section 5.
 *
 * Invariants
 * N1. Credentials (`parameterValues`) are kept in `secrets` and never answered.
 * N2. A connection is `Connected` when nothing is missing, or when it is in the sandbox, which calls nobody.
 */
import { type ManagedApi, managedApis } from '#connectors';
import {
  isJsonObject,
  type Json,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import type { Services } from './services.ts';

export const connectionType = 'Microsoft.Web/connections';

export interface Connection {
  readonly document: ResourceDocument;
  /** Lower-case name of the managed API: `office365`. */
  readonly api: string;
  readonly sandbox: boolean;
  readonly status: 'Connected' | 'Error';
}

/** The managed API of the catalogue, or one of a vendor that we know by name only. */
export function managedApiOf(name: string): ManagedApi {
  const lower = name.toLowerCase();
  const known = managedApis.find((api) => api.name === lower);
  return (
    known ?? {
      name: lower,
      displayName: name,
      brandColor: '#000000',
      credentials: [{ name: 'token', type: 'securestring' }],
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
  const authorised = sandbox || isAuthorised(managedApiOf(api), document);
  return { document, api, sandbox, status: authorised ? 'Connected' : 'Error' };
}

function isAuthorised(api: ManagedApi, document: ResourceDocument): boolean {
  const properties = memberOf(document.body, 'properties');
  const type = memberIgnoringCase(properties, 'parameterValueType');
  if (typeof type === 'string' && type.toLowerCase() === 'alternative') return true;
  const given = [
    memberOf(document.secrets, 'parameterValues'),
    memberIgnoringCase(properties, 'nonSecretParameterValues'),
    memberIgnoringCase(properties, 'customParameterValues'),
  ];
  return api.credentials.every(({ name }) =>
    given.some((values) => {
      const value = memberIgnoringCase(values, name);
      return value !== undefined && value !== null && value !== '';
    }),
  );
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
  const { parameterValues, ...open } = properties;
  const kept = existing?.document.secrets ?? {};
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
      properties: open,
    },
    secrets: isJsonObject(parameterValues) && Object.keys(parameterValues).length > 0 ? { parameterValues } : kept,
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.document.createdTime ?? now,
    changedTime: now,
  };
  await services.store.commit([{ kind: 'putResource', resource: document }]);
  return { connection: connectionOf(services, document), created: existing === undefined };
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
export const managedApiNames: readonly string[] = managedApis.map((api) => api.name);
