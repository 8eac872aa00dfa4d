/**
 * The OAuth2 and OpenID surface, and the discovery documents of the cloud. Source: ARM reference 2.1 and 2.3.
 *
 * Paths come in two styles: `/adfs/…` and `/{tenant}/…`; both are served by the same handlers.
 */
import type { ArmResponse, JsonObject } from '#foundation';
import { checkTenant, grantTypes, issueDeviceCode, issuerAt, issueToken, type OAuthAnswer } from '#service';
import { parameter } from '../../call-values.ts';
import { formOf } from '../../form-body.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';

const open: Permission = {
  open: 'Sign-in itself: client credentials are checked by the handler, documents are public.',
};

function answered(answer: OAuthAnswer): ArmResponse {
  return { ...answer, headers: { 'cache-control': 'no-store', pragma: 'no-cache' } };
}

function tenantOf(call: RouteCall): string {
  return call.path['tenant'] ?? 'adfs';
}

function requestOf(call: RouteCall, version: '1.0' | '2.0'): Parameters<typeof issueToken>[1] {
  const { headers, baseUrl, remoteAddress } = call.request;
  const authorization = headers['authorization'];
  return { tenant: tenantOf(call), form: formOf(call), authorization, baseUrl, version, remoteAddress };
}

function token(version: '1.0' | '2.0') {
  return async (call: RouteCall): Promise<ArmResponse> =>
    answered(await issueToken(call.services, requestOf(call, version)));
}

function deviceCode(version: '1.0' | '2.0') {
  return async (call: RouteCall): Promise<ArmResponse> =>
    answered(await issueDeviceCode(call.services, requestOf(call, version), `${call.request.baseUrl}/devicelogin`));
}

function openIdDocument(call: RouteCall): ArmResponse {
  const tenant = tenantOf(call);
  const refused = checkTenant(call.services, tenant);
  if (refused !== undefined) return answered(refused);
  const { baseUrl } = call.request;
  const adfs = tenant.toLowerCase() === 'adfs';
  const base = `${baseUrl}/${adfs ? 'adfs' : tenant}`;
  const endpoint = adfs ? `${base}/oauth2` : `${base}/oauth2/v2.0`;
  const body: JsonObject = {
    issuer: issuerAt(call.services, tenant, baseUrl),
    authorization_endpoint: `${endpoint}/authorize`,
    token_endpoint: `${endpoint}/token`,
    device_authorization_endpoint: `${endpoint}/devicecode`,
    end_session_endpoint: `${endpoint}/logout`,
    jwks_uri: `${baseUrl}/adfs/discovery/keys`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: [...grantTypes],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'oid', 'tid', 'upn', 'preferred_username', 'name', 'nonce'],
  };
  return { status: 200, body };
}

async function keySet(call: RouteCall): Promise<ArmResponse> {
  return { status: 200, body: await call.services.identity.tokens.keySet() };
}

function discoverInstance(call: RouteCall): ArmResponse {
  const { baseUrl } = call.request;
  const { host } = new URL(baseUrl);
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${baseUrl}/${call.services.settings.tenantId}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}

function cloudEndpoints(call: RouteCall): ArmResponse {
  const { baseUrl } = call.request;
  const version = parameter(call, 'api-version') ?? '2015-01-01';
  const authentication = { loginEndpoint: `${baseUrl}/adfs`, audiences: [baseUrl] };
  if (version < '2018-05-01') {
    return {
      status: 200,
      body: { galleryEndpoint: baseUrl, graphEndpoint: `${baseUrl}/graph`, portalEndpoint: baseUrl, authentication },
    };
  }
  const cloud: JsonObject = {
    name: 'Tocsin',
    portal: `${baseUrl}/portal`,
    authentication: { ...authentication, tenant: 'adfs', identityProvider: 'ADFS' },
    resourceManager: baseUrl,
    graph: `${baseUrl}/graph`,
    graphAudience: `${baseUrl}/graph`,
    microsoftGraphResourceId: `${baseUrl}/graph`,
    gallery: baseUrl,
    batch: baseUrl,
    sqlManagement: baseUrl,
    media: baseUrl,
    vmImageAliasDoc: `${baseUrl}/vmImageAliases.json`,
    suffixes: {},
  };
  return { status: 200, body: version < '2020-06-01' ? [cloud] : cloud };
}

function get(pattern: string, handle: Route['handle']): Route {
  return { method: 'GET', pattern, permission: open, handle };
}

function post(pattern: string, handle: Route['handle']): Route {
  return { method: 'POST', pattern, permission: open, body: 'text', handle };
}

export const signInRoutes: readonly Route[] = [
  ...['/adfs', '/adfs/adfs', '/{tenant}', '/{tenant}/v2.0'].map((base) =>
    get(`${base}/.well-known/openid-configuration`, openIdDocument),
  ),
  get('/adfs/discovery/keys', keySet),
  get('/{tenant}/discovery/keys', keySet),
  get('/{tenant}/discovery/v2.0/keys', keySet),
  get('/common/discovery/instance', discoverInstance),
  get('/metadata/endpoints', cloudEndpoints),
  ...['/adfs', '/{tenant}'].flatMap((base) => [
    post(`${base}/oauth2/token`, token('1.0')),
    post(`${base}/oauth2/v2.0/token`, token('2.0')),
    post(`${base}/oauth2/devicecode`, deviceCode('1.0')),
    post(`${base}/oauth2/v2.0/devicecode`, deviceCode('2.0')),
  ]),
];
