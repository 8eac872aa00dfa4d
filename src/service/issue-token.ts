/**
 * The token endpoint: client credentials in, access token out.
 *
 * Owns: grants, tenants, audiences, and OAuth's own error form. Source: ARM reference 2.1; RFC 6749.
 *
 * Invariants
 * O1. A grant that is not offered is refused by name, never treated as another.
 */
import type { JsonObject } from '#foundation';
import { type OAuthErrorName, oauthErrors } from './oauth-errors.data.ts';
import { checkSecret, findApplication, type Principal } from './principals.ts';
import type { Services } from './services.ts';
import { isOurAudience } from './token-service.ts';

export interface TokenRequest {
  /** The tenant segment of the path: the tenant id, `adfs`, `common`, `organizations`. */
  readonly tenant: string;
  /** Form fields of the body. */
  readonly form: Readonly<Record<string, string>>;
  /** The `Authorization` header, which may carry the client's credentials. */
  readonly authorization: string | undefined;
  readonly baseUrl: string;
  readonly version: '1.0' | '2.0';
}

export interface OAuthAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

const lifetimeSeconds = 3600;

/** The answer of the token endpoint, errors included. */
export async function issueToken(services: Services, request: TokenRequest): Promise<OAuthAnswer> {
  const tenant = checkTenant(services, request.tenant);
  if (tenant !== undefined) return tenant;
  const grant = request.form['grant_type'] ?? '';
  if (grant === '') return oauthError(services, 'parameterMissing', 'grant_type');
  if (grant !== 'client_credentials') return oauthError(services, 'grantUnsupported', grant);
  const principal = authenticateClient(services, request);
  if ('status' in principal) return principal;
  const audience = audienceOf(request);
  if (!isOurAudience(audience, [request.baseUrl, services.settings.publicBaseUrl])) {
    return oauthError(services, 'resourceUnknown', audience);
  }
  const token = await services.identity.tokens.issue({
    objectId: principal.objectId,
    appId: principal.appId,
    audience,
    issuer: `${request.baseUrl}/${services.settings.tenantId}/`,
    version: request.version,
    lifetimeSeconds,
  });
  return { status: 200, body: tokenBody(services, request, token, audience) };
}

/** The first version adds the times as texts and names the resource. */
function tokenBody(services: Services, request: TokenRequest, token: string, audience: string): JsonObject {
  const expires = lifetimeSeconds - 1;
  const common = { token_type: 'Bearer', expires_in: expires, ext_expires_in: expires, access_token: token };
  if (request.version === '2.0') return common;
  const now = Math.floor(services.clock.now() / 1000);
  return { ...common, expires_on: String(now + expires), not_before: String(now), resource: audience };
}

/** Why a tenant segment is refused, undefined for ours. */
export function checkTenant(services: Services, tenant: string): OAuthAnswer | undefined {
  const ours = [services.settings.tenantId, 'adfs', 'common', 'organizations'];
  return ours.includes(tenant.toLowerCase()) ? undefined : oauthError(services, 'tenantUnknown', tenant);
}

function authenticateClient(services: Services, request: TokenRequest): Principal | OAuthAnswer {
  const { form } = request;
  if (form['client_assertion'] !== undefined) return oauthError(services, 'assertionUnsupported');
  const basic = basicCredentials(request.authorization);
  const appId = form['client_id'] ?? basic?.id ?? '';
  const secret = form['client_secret'] ?? basic?.secret ?? '';
  if (appId === '') return oauthError(services, 'parameterMissing', 'client_id');
  const principal = findApplication(services, appId);
  if (principal === undefined) return oauthError(services, 'applicationUnknown', appId);
  if (!principal.enabled) return oauthError(services, 'applicationDisabled', appId);
  if (secret === '') return oauthError(services, 'secretMissing');
  switch (checkSecret(services, principal, secret)) {
    case 'good':
      return principal;
    case 'expired':
      return oauthError(services, 'secretExpired', appId);
    case 'wrong':
      return oauthError(services, 'secretWrong', appId);
  }
}

/** RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
function basicCredentials(header: string | undefined): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]{1,4096})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) return undefined;
  const decode = (part: string): string => new URLSearchParams(`v=${part}`).get('v') ?? '';
  return { id: decode(text.slice(0, at)), secret: decode(text.slice(at + 1)) };
}

/** `scope` with `/.default` cut off (an audience with a slash has two), or `resource`; this server without either. */
function audienceOf({ form, baseUrl }: TokenRequest): string {
  const scope = form['scope']?.split(' ').find((part) => part.endsWith('/.default'));
  if (scope !== undefined) return scope.slice(0, -'/.default'.length);
  return form['resource'] || form['scope'] || baseUrl;
}

/** An OAuth error as Azure words it; `detail` is cut to a readable length. */
export function oauthError(
  services: Pick<Services, 'clock' | 'random'>,
  name: OAuthErrorName,
  detail = '',
): OAuthAnswer {
  const { status, error, number, text } = oauthErrors[name];
  const description = text.replace('{detail}', () => detail.slice(0, 200));
  const timestamp = `${new Date(services.clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const [trace, correlation] = [services.random.uuid(), services.random.uuid()];
  return {
    status,
    body: {
      error,
      error_description:
        `AADSTS${number}: ${description} Trace ID: ${trace} Correlation ID: ${correlation} ` +
        `Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    },
  };
}
