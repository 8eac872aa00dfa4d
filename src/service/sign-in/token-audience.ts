/**
 * Whom a token is for: `scope` of the second version, `resource` of the first.
 *
 * Owns: reading both, and which audiences this server gives tokens for. Source: ARM reference 2.1, 2.2.
 */
import { findApplication } from '../principals.ts';
import type { Services } from '../services.ts';
import { isOurAudience } from '../token-service.ts';
import { type OAuthRefusal, oauthError } from './oauth-answer.ts';

export interface Wanted {
  readonly audience: string;
  /** An identity token too. */
  readonly openId: boolean;
  /** A refresh token too. */
  readonly offline: boolean;
  /** The scopes as asked for, for the answer. */
  readonly scope: string;
}

const openIdScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/** What a request asks for; this server without either parameter. */
export function wantedOf(
  services: Services,
  form: Readonly<Record<string, string>>,
  baseUrl: string,
): Wanted | OAuthRefusal {
  const scopes = (form['scope'] ?? '').split(/\s+/).filter((scope) => scope !== '');
  const audiences = new Set(
    scopes.filter((scope) => !openIdScopes.has(scope)).map((scope) => withoutSlash(audienceOfScope(scope, baseUrl))),
  );
  if (audiences.size > 1) {
    return oauthError(services, 'scopeMissing', 'A token is for one resource; the scopes name several.');
  }
  const first = scopes.find((scope) => !openIdScopes.has(scope));
  const audience = form['resource'] || (first === undefined ? baseUrl : audienceOfScope(first, baseUrl));
  if (!isKnownAudience(services, audience, baseUrl)) return oauthError(services, 'resourceUnknown', audience);
  return {
    audience,
    openId: scopes.includes('openid'),
    offline: scopes.includes('offline_access'),
    scope: scopes.join(' '),
  };
}

/**
 * `https://host/.default`, `https://host//.default` (an audience with a slash at its end), `https://host/permission`,
 * `api://id/.default`; a bare permission such as `User.Read` is one of Graph's, which this server has itself.
 */
function audienceOfScope(scope: string, baseUrl: string): string {
  if (scope.endsWith('/.default')) return scope.slice(0, -'/.default'.length);
  if (URL.parse(scope) === null) return isApplicationId(scope) ? scope : baseUrl;
  const rest = scope.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '');
  return /\/[^/]/.test(rest) ? scope.slice(0, scope.lastIndexOf('/')) : scope;
}

function isApplicationId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function withoutSlash(audience: string): string {
  return audience.replace(/\/+$/, '').toLowerCase();
}

/** This server and Azure's management; an application of ours by its id or as `api://{id}`. */
function isKnownAudience(services: Services, audience: string, baseUrl: string): boolean {
  if (isOurAudience(audience, [baseUrl, services.settings.publicBaseUrl])) return true;
  const appId = withoutSlash(audience).replace(/^api:\/\//, '');
  return isApplicationId(appId) && findApplication(services, appId) !== undefined;
}
