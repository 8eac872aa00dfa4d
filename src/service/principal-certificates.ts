/**
 * Certificates of applications: adding, removing, and finding the one that a client assertion names.
 *
 * Owns: reading a certificate as a person gives it (PEM or base64 DER), its digests. Does not own: assertions
 * (`sign-in/client-assertion.ts`), the documents (`principals.ts`).
 * Source: own API reference, "Identity"; ARM reference 2.1.
 *
 * Invariants
 * PC1. Only the certificate is kept; a private key that comes along is refused, not dropped.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { raise } from '#foundation';
import { type Principal, type PrincipalCertificate, rewritePrincipal } from './principals.ts';
import type { Services } from './services.ts';

const mostCertificates = 20;
const mostCharacters = 32_768;

/** The certificate of a text. @throws TocsinError `InvalidParameter`. */
export function readCertificate(
  services: Pick<Services, 'random'>,
  given: { readonly certificate: string; readonly displayName?: string },
): PrincipalCertificate {
  const text = given.certificate.trim();
  if (/PRIVATE KEY-----/.test(text)) return refuse('it holds a private key, which must stay with the client');
  if (text.length > mostCharacters) return refuse(`it is longer than ${mostCharacters} characters`);
  const der = derOf(text);
  const parsed = der === undefined ? undefined : parsedOf(der);
  if (der === undefined || parsed === undefined) return refuse('it is neither PEM nor base64 of a certificate');
  if (!['rsa', 'ec'].includes(parsed.publicKey.asymmetricKeyType ?? '')) return refuse('its key is neither RSA nor EC');
  return {
    keyId: services.random.uuid(),
    displayName: given.displayName ?? parsed.subject.split('\n')[0] ?? '',
    certificate: der.toString('base64'),
    sha1: createHash('sha1').update(der).digest('hex'),
    sha256: createHash('sha256').update(der).digest('hex'),
    starts: Date.parse(parsed.validFrom),
    expires: Date.parse(parsed.validTo),
  };
}

function refuse(reason: string): never {
  return raise('InvalidParameter', `The certificate cannot be used: ${reason}.`, { target: 'certificate' });
}

/** The first certificate of a PEM text, else base64 with any line breaks. */
function derOf(text: string): Buffer | undefined {
  const pem = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(text)?.[1];
  const base64 = (pem ?? text).replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function parsedOf(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

/** @throws TocsinError `NotFound`, `InvalidParameter`, `Conflict` when it has too many or this one. */
export async function addCertificate(
  services: Services,
  objectId: string,
  given: { readonly certificate: string; readonly displayName?: string },
): Promise<PrincipalCertificate> {
  const made = readCertificate(services, given);
  await rewritePrincipal(services, objectId, (principal) => {
    if (principal.certificates.length >= mostCertificates) {
      raise('Conflict', `A principal has at most ${mostCertificates} certificates.`);
    }
    if (principal.certificates.some(({ sha256 }) => sha256 === made.sha256)) {
      raise('Conflict', 'The principal has this certificate already.');
    }
    return { ...principal, certificates: [...principal.certificates, made] };
  });
  return made;
}

/** @returns whether there was such a certificate. @throws TocsinError `NotFound` without the principal. */
export async function deleteCertificate(services: Services, objectId: string, keyId: string): Promise<boolean> {
  let found = false;
  await rewritePrincipal(services, objectId, (principal) => {
    const certificates = principal.certificates.filter((one) => one.keyId !== keyId.toLowerCase());
    found = certificates.length < principal.certificates.length;
    return found ? { ...principal, certificates } : principal;
  });
  return found;
}

/** The certificate whose digest a header names: `x5t#S256` and `x5t` as base64url, `kid` also as the hex of SHA-1. */
export function certificateNamed(
  { certificates }: Principal,
  header: { readonly x5t?: unknown; readonly 'x5t#S256'?: unknown; readonly kid?: unknown },
): PrincipalCertificate | undefined {
  const wanted = [header['x5t#S256'], header.x5t].flatMap((value) =>
    typeof value === 'string' ? [Buffer.from(value, 'base64url').toString('hex')] : [],
  );
  if (typeof header.kid === 'string') wanted.push(header.kid.toLowerCase());
  return certificates.find(({ sha1, sha256 }) => wanted.includes(sha256) || wanted.includes(sha1));
}
