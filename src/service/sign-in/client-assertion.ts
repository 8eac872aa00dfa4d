/**
 * Client assertions: a client proves itself by a token signed with the key of one of its certificates.
 *
 * Owns: judging one. Does not own: which certificates an application has (`principal-certificates.ts`).
 * Source: RFC 7523; ARM reference 2.1.
 *
 * Invariants
 * CA1. A key is only ever looked for among the certificates of the application that the assertion names; what the header
 *      brings (`jwk`, `x5c`, `jku`) is no key.
 * CA2. It says who it is (`iss` and `sub`), for this server (`aud`), for a time that has come and not gone.
 */
import { X509Certificate } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { certificateNamed } from '../principal-certificates.ts';
import type { Principal } from '../principals.ts';
import type { Services } from '../services.ts';
import { type OAuthRefusal, oauthError } from './oauth-answer.ts';

export const certificateAssertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];
const longestSeconds = 24 * 60 * 60;

/** The application id that an assertion claims to be of, for requests without `client_id`; nothing is proved by it. */
export async function claimedClient(assertion: string): Promise<string | undefined> {
  const { decodeJwt } = await import('jose');
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

/** Why the assertion does not prove to be of the principal; undefined when it does. */
export async function judgeAssertion(
  services: Services,
  principal: Principal,
  assertion: string,
  baseUrl: string,
): Promise<OAuthRefusal | undefined> {
  const { decodeProtectedHeader, errors, jwtVerify } = await import('jose');
  const refuse = (name: Parameters<typeof oauthError>[1], detail?: string): OAuthRefusal =>
    oauthError(services, name, detail);
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(assertion);
  } catch {
    return refuse('assertionMalformed');
  }
  const certificate = certificateNamed(principal, header);
  if (certificate === undefined) return refuse('assertionKeyUnknown', thumbprintOf(header));
  const now = services.clock.now();
  if (now < certificate.starts || now > certificate.expires) {
    return refuse('assertionCertificateExpired', certificate.sha1.toUpperCase());
  }
  const key = new X509Certificate(Buffer.from(certificate.certificate, 'base64')).publicKey;
  let payload: JWTPayload;
  try {
    const currentDate = new Date(now);
    ({ payload } = await jwtVerify(assertion, key, {
      algorithms,
      currentDate,
      clockTolerance: 300,
      requiredClaims: ['exp'],
    }));
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
      return refuse('assertionExpired');
    }
    return refuse('assertionSignatureWrong', certificate.sha1.toUpperCase());
  }
  if ((payload.exp ?? 0) > now / 1000 + longestSeconds) return refuse('assertionExpired');
  if (!sameId(payload.sub, principal.appId) || !sameId(payload.iss, principal.appId)) {
    return refuse('assertionSubjectWrong');
  }
  const audiences = [payload.aud ?? []].flat();
  return audiences.some((audience) => isOurEndpoint(services, audience, baseUrl))
    ? undefined
    : refuse('assertionAudienceWrong', `${baseUrl}/adfs`);
}

function sameId(claim: unknown, appId: string): boolean {
  return typeof claim === 'string' && claim.toLowerCase() === appId;
}

function thumbprintOf(header: object): string {
  const [value] = ['x5t#S256', 'x5t', 'kid'].flatMap((name) => (header as Record<string, unknown>)[name] ?? []);
  return typeof value === 'string' ? value : '';
}

/** The token endpoint or the issuer, by whatever name this server was reached. */
function isOurEndpoint(services: Services, audience: string, baseUrl: string): boolean {
  const url = URL.parse(audience);
  if (url === null) return false;
  const origins = [baseUrl, services.settings.publicBaseUrl].map((base) => URL.parse(base)?.origin);
  const [, first = '', ...rest] = url.pathname
    .toLowerCase()
    .split('/')
    .filter((part, at) => at === 0 || part !== '');
  const ours = [services.settings.tenantId, 'adfs', 'common', 'organizations'].includes(first);
  return (
    origins.includes(url.origin) && ours && ['', 'v2.0', 'oauth2/token', 'oauth2/v2.0/token'].includes(rest.join('/'))
  );
}
