/**
 * Tokens of connections: kept from a consent, refreshed, or asked for as an application.
 *
 * Owns: when a token is renewed, and what a refusal does to the connection.
 * Does not own: the token request (`#connectors`), consent (`consent.ts`). Source: connectors reference 3.1; ARM reference 7.
 *
 * Invariants
 * CG1. Grants are kept sealed; at any moment at most one request renews a grant.
 * CG2. A refused refresh shows in the connection's status; a service that does not answer changes nothing.
 */
import {
  clientCredentials,
  connectionValues,
  type ConnectionValues,
  type Connector,
  type OAuthClient,
  type OAuthGrant,
  refreshGrant,
} from '#connectors';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type OutboundFailure,
  type ResourceDocument,
  textMember,
  type Write,
} from '#foundation';
import { findApplication } from '../principals.ts';
import type { Services } from '../services.ts';
import { type ConnectorProfile, findProfile, isSharedWith, profileCollection } from './connector-profiles.ts';
import { type Credentials, isKeptHere, lentBy, notAuthenticated } from './connection-values.ts';

/** What a call carries, or why there is none. */
export type Ready =
  | { readonly kind: 'ready'; readonly values: ConnectionValues }
  | { readonly kind: 'unauthorised'; readonly message: string }
  | OutboundFailure;

/** Renewed this long before a token ends. */
const marginMilliseconds = 300_000;

/** The application that the operator registered for an API; undefined without one. */
export function oauthClientOf(
  connector: Connector,
  profile: ConnectorProfile | undefined,
  tenant?: string,
): OAuthClient | undefined {
  const { oauth } = connector;
  const authorizationUrl = profile?.authorizationUrl ?? oauth?.authorizationUrl;
  const tokenUrl = profile?.tokenUrl ?? oauth?.tokenUrl;
  if (profile?.clientId === undefined || authorizationUrl === undefined || tokenUrl === undefined) return undefined;
  const inTenant = (url: string): string =>
    url.replace('{tenant}', encodeURIComponent(tenant ?? profile.tenantId ?? 'common'));
  return {
    authorizationUrl: inTenant(authorizationUrl),
    tokenUrl: inTenant(tokenUrl),
    clientId: profile.clientId,
    ...(profile.clientSecret === undefined ? {} : { clientSecret: profile.clientSecret }),
    scopes: profile.scopes ?? oauth?.scopes ?? [],
  };
}

/** The connection's values with a token that is good for a while, where it needs one. */
export async function readyValues(
  services: Services,
  connector: Connector,
  document: ResourceDocument,
  { proof, values, profile }: Credentials,
): Promise<Ready> {
  switch (proof.kind) {
    case 'none':
    case 'values':
    case 'managedIdentity':
      return { kind: 'ready', values };
    case 'missing':
      return { kind: 'unauthorised', message: proof.message };
    case 'application':
      if (isOwnApplication(services, connector, values)) return { kind: 'ready', values };
      return withToken(values, await applicationToken(services, connector, values, profile));
    case 'grant': {
      // A person of this server: its own services ask for no token.
      if (proof.of === 'connection' && memberOf(document.secrets, 'person') !== undefined)
        return { kind: 'ready', values };
      const place: GrantPlace =
        proof.of === 'connection' ? { kind: 'connection', id: document.id } : { kind: 'profile', api: connector.name };
      return withToken(values, await keptToken(services, connector, place, profile));
    }
  }
}

/** What the operator's profile of an API lends to what `id` names, ready to be sent; undefined where it lends nothing to it. */
export async function lentValues(services: Services, connector: Connector, id: string): Promise<Ready | undefined> {
  const profile = findProfile(services, connector.name);
  if (profile === undefined || !isSharedWith(profile, id)) return undefined;
  const lacking = { kind: 'missing', target: 'token', code: 'Unauthenticated', message: notAuthenticated } as const;
  const { proof, values } = lentBy(profile, connector, connectionValues(), lacking);
  switch (proof.kind) {
    case 'application':
      return withToken(values, await applicationToken(services, connector, values, profile));
    case 'grant':
      return withToken(values, await keptToken(services, connector, { kind: 'profile', api: connector.name }, profile));
    case 'values':
      return { kind: 'ready', values };
    default:
      return undefined;
  }
}

/** An application of this server proves itself in process, towards what is kept here. */
function isOwnApplication(services: Services, connector: Connector, values: ConnectionValues): boolean {
  return isKeptHere(connector) && findApplication(services, values.get('token:clientid') ?? '') !== undefined;
}

type Token = { readonly kind: 'token'; readonly token: string } | Exclude<Ready, { readonly kind: 'ready' }>;

function withToken(values: ConnectionValues, token: Token): Ready {
  if (token.kind !== 'token') return token;
  return { kind: 'ready', values: connectionValues(Object.fromEntries(values), { token: token.token }) };
}

// --- Consent of a person ----------------------------------------------------------------------------------------

export type GrantPlace =
  | { readonly kind: 'connection'; readonly id: string }
  | { readonly kind: 'profile'; readonly api: string };

/** Renewals under way, per server. */
const underWay = new WeakMap<Services['store'], Map<string, Promise<Token>>>();

async function keptToken(
  services: Services,
  connector: Connector,
  place: GrantPlace,
  profile: ConnectorProfile | undefined,
): Promise<Token> {
  const grant = grantAt(services, place);
  if (grant === undefined) return { kind: 'unauthorised', message: 'This connection is not authenticated.' };
  if (grant.expiresAt === undefined || grant.expiresAt - marginMilliseconds > services.clock.now()) {
    return { kind: 'token', token: grant.accessToken };
  }
  const key = place.kind === 'connection' ? place.id.toLowerCase() : place.api;
  const renewals = underWay.get(services.store) ?? new Map<string, Promise<Token>>();
  underWay.set(services.store, renewals);
  const pending = renewals.get(key);
  if (pending !== undefined) return pending;
  const renewal = renew(services, connector, place, profile, grant).finally(() => renewals.delete(key));
  renewals.set(key, renewal);
  return renewal;
}

async function renew(
  services: Services,
  connector: Connector,
  place: GrantPlace,
  profile: ConnectorProfile | undefined,
  grant: OAuthGrant,
): Promise<Token> {
  const client = oauthClientOf(connector, profile);
  if (client === undefined || grant.refreshToken === undefined) {
    const now = services.clock.now();
    if (grant.expiresAt !== undefined && grant.expiresAt > now) return { kind: 'token', token: grant.accessToken };
    const reason = client === undefined ? 'its profile has no application' : 'it was given without a refresh token';
    return refuse(services, connector, place, `the consent has ended, and ${reason}`);
  }
  const renewed = await refreshGrant(services.outbound, client, grant.refreshToken, services.clock.now());
  if (renewed.kind === 'failure') {
    return renewed.retryable ? renewed : refuse(services, connector, place, renewed.message);
  }
  // Services that do not rotate refresh tokens answer none.
  await keepGrant(services, place, {
    refreshToken: grant.refreshToken,
    ...(grant.account === undefined ? {} : { account: grant.account }),
    ...renewed,
  });
  return { kind: 'token', token: renewed.accessToken };
}

async function refuse(
  services: Services,
  { displayName }: Connector,
  place: GrantPlace,
  reason: string,
): Promise<Token> {
  const message = `Failed to refresh access token for service: ${displayName}. ${reason}`;
  const document = place.kind === 'connection' ? services.store.resources.get(place.id) : undefined;
  if (document !== undefined) {
    const body = { ...document.body, grantError: { code: 'Unauthorized', message } };
    await services.store.commit([{ kind: 'putResource', resource: { ...document, body } }]);
  }
  return { kind: 'unauthorised', message };
}

export function grantAt(services: Services, place: GrantPlace): OAuthGrant | undefined {
  const secrets =
    place.kind === 'connection'
      ? services.store.resources.get(place.id)?.secrets
      : services.store.documents.get(profileCollection, place.api)?.secrets;
  const grant = memberOf(secrets, 'grant');
  return isJsonObject(grant) ? readGrant(grant) : undefined;
}

function readGrant(grant: JsonObject): OAuthGrant | undefined {
  const accessToken = textMember(grant, 'accessToken');
  if (accessToken === undefined) return undefined;
  const refreshToken = textMember(grant, 'refreshToken');
  const account = textMember(grant, 'account');
  const expiresAt = Number(memberOf(grant, 'expiresAt') ?? Number.NaN);
  return {
    kind: 'grant',
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(account === undefined ? {} : { account }),
    ...(expiresAt > 0 ? { expiresAt } : {}),
  };
}

/** Keeps a consent where it was given, and takes an earlier error away. @throws TocsinError when nothing is there. */
export async function keepGrant(services: Services, place: GrantPlace, grant: OAuthGrant): Promise<void> {
  const write = grantWrite(services, place, grant);
  if (write !== undefined) await services.store.commit([write]);
}

function grantWrite(services: Services, place: GrantPlace, grant: OAuthGrant): Write | undefined {
  const { kind: _, ...kept } = grant;
  const value = kept as unknown as Json;
  if (place.kind === 'profile') {
    const profile = findProfile(services, place.api);
    if (profile === undefined) return undefined;
    const document = { ...profile.document, secrets: { ...profile.document.secrets, grant: value } };
    return { kind: 'putDocument', document };
  }
  const document = services.store.resources.get(place.id);
  if (document === undefined) return undefined;
  const { grantError: __, ...body } = document.body;
  const account = grant.account === undefined ? {} : { authenticatedUser: grant.account };
  const resource: ResourceDocument = {
    ...document,
    body: { ...body, ...account },
    secrets: { ...document.secrets, grant: value },
    changedTime: services.clock.now(),
  };
  return { kind: 'putResource', resource };
}

// --- Applications -----------------------------------------------------------------------------------------------

interface KeptToken {
  readonly token: string;
  readonly until: number;
}

/** Tokens of applications by a digest of what they were got with; one request for all who ask at the same time. */
interface ApplicationTokens {
  readonly kept: Map<string, KeptToken>;
  readonly asked: Map<string, Promise<Token>>;
}

/** Per server. */
const applicationTokens = new WeakMap<Services['store'], ApplicationTokens>();
const mostKept = 500;

async function applicationToken(
  services: Services,
  connector: Connector,
  values: ConnectionValues,
  profile: ConnectorProfile | undefined,
): Promise<Token> {
  const own = values.get('token:clientid');
  const tenant = values.get('token:tenantid') ?? profile?.tenantId;
  const secret = own === undefined ? profile?.clientSecret : values.get('token:clientsecret');
  const tokenUrl = (profile?.tokenUrl ?? connector.oauth?.tokenUrl ?? '').replace(
    '{tenant}',
    encodeURIComponent(tenant ?? 'common'),
  );
  const { resource } = connector.oauth ?? {};
  const client: OAuthClient = {
    authorizationUrl: '',
    tokenUrl,
    clientId: own ?? profile?.clientId ?? '',
    ...(secret === undefined ? {} : { clientSecret: secret }),
    scopes: resource === undefined ? (profile?.scopes ?? []) : [`${resource}/.default`],
  };
  const key = services.secrets.digest(JSON.stringify(client));
  const tokens: ApplicationTokens = applicationTokens.get(services.store) ?? { kept: new Map(), asked: new Map() };
  applicationTokens.set(services.store, tokens);
  const kept = tokens.kept.get(key);
  if (kept !== undefined && kept.until > services.clock.now()) return { kind: 'token', token: kept.token };
  const pending = tokens.asked.get(key);
  if (pending !== undefined) return pending;
  const asked = askForToken(services, tokens, client, key).finally(() => tokens.asked.delete(key));
  tokens.asked.set(key, asked);
  return asked;
}

async function askForToken(
  services: Services,
  { kept }: ApplicationTokens,
  client: OAuthClient,
  key: string,
): Promise<Token> {
  const grant = await clientCredentials(services.outbound, client, services.clock.now());
  if (grant.kind === 'failure') {
    return grant.retryable
      ? grant
      : { kind: 'unauthorised', message: `The application's token was refused: ${grant.message}` };
  }
  if (kept.size >= mostKept) kept.clear();
  if (grant.expiresAt !== undefined)
    kept.set(key, { token: grant.accessToken, until: grant.expiresAt - marginMilliseconds });
  return { kind: 'token', token: grant.accessToken };
}
