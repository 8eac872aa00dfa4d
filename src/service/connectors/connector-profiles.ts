/**
 * Connector profiles: what the operator sets once for all connections of an API.
 *
 * Owns: the documents, their rules, which connections take a profile's credential.
 * Does not own: the tokens got with it (`connection-grants.ts`), connections themselves. Source: connectors reference 3.1.
 *
 * Invariants
 * CP1. Secrets of a profile are kept sealed and never answered.
 * CP2. A profile's credential goes only to connections below `sharedWith` that have none of their own.
 * CP3. Where a profile's credential is used, the profile says the host: nothing of the connection leads it elsewhere.
 */
import { type Connector, shippedConnector } from '#connectors';
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import type { Services } from '../services.ts';

export const profileCollection = 'connectorProfiles';

/** Members that a profile may have, all texts. */
const textMembers = ['endpoint', 'authorizationUrl', 'tokenUrl', 'clientId', 'tenantId', 'grantType'] as const;

interface Throttle {
  readonly calls: number;
  readonly seconds: number;
}

export interface ConnectorProfile {
  readonly api: string;
  readonly endpoint?: string;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tenantId?: string;
  readonly grantType?: string;
  readonly scopes?: readonly string[];
  /** So many calls of one connection in so many seconds, in place of what the connector allows. */
  readonly throttle?: Throttle;
  /** Ids of subscriptions, groups or `/`: connections below them without a credential take this one. */
  readonly sharedWith: readonly string[];
  /** Values of the connector's parameters, secrets included. */
  readonly values: Readonly<Record<string, string>>;
  readonly document: StoredDocument;
}

export function findProfile(services: Services, api: string): ConnectorProfile | undefined {
  const document = services.store.documents.get(profileCollection, api.toLowerCase());
  return document === undefined ? undefined : profileOf(document);
}

function profileOf(document: StoredDocument): ConnectorProfile {
  const { body, secrets = {} } = document;
  const texts = Object.fromEntries(
    textMembers.flatMap((name) => {
      const value = textMember(body, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const clientSecret = textMember(secrets, 'clientSecret');
  const scopes = memberOf(body, 'scopes');
  const throttle = memberOf(body, 'throttle');
  return {
    api: document.key,
    ...texts,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(isJsonArray(scopes) ? { scopes: scopes.map(String) } : {}),
    ...(isJsonObject(throttle) ? { throttle: throttleOf(throttle) } : {}),
    sharedWith: listOf(memberOf(body, 'sharedWith')),
    values: textsOf(memberOf(secrets, 'parameterValues')),
    document,
  };
}

function throttleOf(given: JsonObject): Throttle {
  return { calls: Number(memberOf(given, 'calls')), seconds: Number(memberOf(given, 'seconds')) };
}

function listOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Members that are texts, numbers or Booleans, as texts. */
export function textsOf(value: Json | undefined): Record<string, string> {
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(
    entries.flatMap(([name, member]) =>
      member === null || typeof member === 'object' ? [] : [[name, String(member)] as const],
    ),
  );
}

/** Whether connections at `id` may take the profile's credential (CP2). */
export function isSharedWith({ sharedWith }: ConnectorProfile, id: string): boolean {
  const key = id.toLowerCase();
  return sharedWith.some((scope) => {
    const lower = scope.toLowerCase().replace(/\/+$/, '');
    return lower === '' || key === lower || key.startsWith(`${lower}/`);
  });
}

/** A profile as its readers see it (CP1). */
export function profileAnswer({ document }: ConnectorProfile): JsonObject {
  const { secrets = {}, body, key, time } = document;
  const values = memberOf(secrets, 'parameterValues');
  return {
    api: key,
    ...body,
    hasClientSecret: textMember(secrets, 'clientSecret') !== undefined,
    parameterNames: Object.keys(isJsonObject(values) ? values : {}),
    authorised: memberOf(secrets, 'grant') !== undefined,
    changedTime: formatTime(time),
  };
}

export function listProfiles(services: Services): readonly ConnectorProfile[] {
  return services.store.documents.list({ collection: profileCollection, top: 1_000 }).map(profileOf);
}

/**
 * Replaces a profile; secrets left out keep their stored values.
 * @throws TocsinError `ManagedApiNotFound`, `InvalidRequestContent`.
 */
export async function putProfile(
  services: Services,
  api: string,
  given: Json,
): Promise<{ readonly profile: ConnectorProfile; readonly created: boolean }> {
  const connector = shippedConnector(api);
  if (connector === undefined) raise('ManagedApiNotFound', `The managed API '${api}' could not be found.`);
  if (!isJsonObject(given)) raise('InvalidRequestContent', 'The profile must be a JSON object.');
  const existing = findProfile(services, api);
  const body = profileBody(given);
  checkProfile(connector, body);
  const { grant, ...secrets } = existing?.document.secrets ?? {};
  const clientSecret = memberIgnoringCase(given, 'clientSecret');
  const values = memberIgnoringCase(given, 'parameterValues');
  // A consent was given to one application: another needs its own.
  const sameClient = existing !== undefined && textMember(body, 'clientId') === existing.clientId;
  const document: StoredDocument = {
    collection: profileCollection,
    key: connector.name,
    parent: '',
    time: services.clock.now(),
    status: '',
    body,
    secrets: {
      ...secrets,
      ...(sameClient && grant !== undefined ? { grant } : {}),
      ...(typeof clientSecret === 'string' ? { clientSecret } : {}),
      ...(isJsonObject(values) ? { parameterValues: values } : {}),
    },
  };
  await services.store.commit([{ kind: 'putDocument', document }]);
  return { profile: profileOf(document), created: existing === undefined };
}

const known = new Set(
  [...textMembers, 'scopes', 'sharedWith', 'throttle', 'clientSecret', 'parameterValues'].map((name) =>
    name.toLowerCase(),
  ),
);

function profileBody(given: JsonObject): JsonObject {
  const unknown = Object.keys(given).find((name) => !known.has(name.toLowerCase()));
  if (unknown !== undefined) raise('InvalidRequestContent', `A profile has no member '${unknown}'.`);
  const body: { [name: string]: Json } = {};
  for (const name of textMembers) {
    const value = memberIgnoringCase(given, name);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') raise('InvalidRequestContent', `'${name}' of a profile must be a text.`);
    body[name] = value;
  }
  for (const name of ['scopes', 'sharedWith'] as const) {
    const value = memberIgnoringCase(given, name);
    if (value === undefined || value === null) continue;
    if (!isJsonArray(value) || value.some((one) => typeof one !== 'string')) {
      raise('InvalidRequestContent', `'${name}' of a profile must be a list of texts.`);
    }
    body[name] = value;
  }
  const throttle = memberIgnoringCase(given, 'throttle');
  if (throttle !== undefined && throttle !== null) body['throttle'] = checkedThrottle(throttle);
  return { sharedWith: [], ...body };
}

function checkedThrottle(given: Json): JsonObject {
  const { calls, seconds } = throttleOf(isJsonObject(given) ? given : {});
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (isCount(calls, 100_000) && isCount(seconds, 86_400)) return { calls, seconds };
  return raise(
    'InvalidRequestContent',
    "'throttle' of a profile must be an object with the whole numbers 'calls' (1 to 100000) and 'seconds' (1 to 86400).",
  );
}

function checkProfile(connector: Connector, body: JsonObject): void {
  for (const name of ['endpoint', 'authorizationUrl', 'tokenUrl'] as const) {
    const value = textMember(body, name);
    if (value !== undefined && !/^https?:$/.test(URL.parse(value.replaceAll(/[{}]/g, ''))?.protocol ?? '')) {
      raise('InvalidRequestContent', `'${name}' of a profile must be an absolute http or https address.`);
    }
  }
  const grantType = textMember(body, 'grantType');
  if (grantType !== undefined && !['authorization_code', 'client_credentials'].includes(grantType)) {
    raise('InvalidRequestContent', "'grantType' of a profile is 'authorization_code' or 'client_credentials'.");
  }
  if (grantType !== undefined && connector.oauth === undefined && textMember(body, 'tokenUrl') === undefined) {
    raise(
      'InvalidRequestContent',
      `The API '${connector.name}' has no token endpoint; the profile must name 'tokenUrl'.`,
    );
  }
}

/** @throws TocsinError `NotFound`. */
export async function deleteProfile(services: Services, api: string): Promise<void> {
  const profile = findProfile(services, api);
  if (profile === undefined) raise('NotFound', `There is no profile of '${api}'.`);
  await services.store.commit([{ kind: 'deleteDocument', collection: profileCollection, key: profile.api }]);
}
