/**
 * A certificate authority of this machine's own and a server certificate from it, because SDKs refuse bearer tokens over
 * plain http.
 *
 * Owns: keeping and renewing them under `DATA/tls`. Does not own: making them (`make-certificates.ts`, loaded only when
 * one is due), serving (`listener.ts` of `#api`).
 *
 * Invariants
 * T1. Private keys are readable by their owner only. `ca.pem` is what clients are told to trust.
 * T2. The server certificate is renewed 30 days before its end and when it does not name every host it must; the authority
 *     60 days before its end, with a warning, because clients must trust the new one.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Log } from '#foundation';
import type { ServerCertificate } from './make-certificates.ts';

export interface CertificateOptions {
  /** `DATA/tls`; made when it does not exist. */
  readonly folder: string;
  /** Names and addresses besides `localhost`, `127.0.0.1` and `::1`. */
  readonly hosts: readonly string[];
  readonly now: () => number;
  readonly log: Log;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** The certificate to serve with now: the kept one, or a new one where T2 asks for it. */
export async function localCertificate(options: CertificateOptions): Promise<ServerCertificate> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const authority = keptAuthority(options);
  const kept = authority === undefined ? undefined : keptServer(options, authority);
  if (kept !== undefined) return kept;
  const { makeCertificate } = await import('./make-certificates.ts');
  const { folder, now } = options;
  return makeCertificate({ folder, hosts: hostsOf(options), now: now(), newAuthority: authority === undefined });
}

function path(options: CertificateOptions, name: string): string {
  return join(options.folder, name);
}

/** The authority, when its certificate and its key are there and it is good for long enough. */
function keptAuthority(options: CertificateOptions): X509Certificate | undefined {
  const [certificateFile, keyFile] = [path(options, 'ca.pem'), path(options, 'ca-key.pem')];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const certificate = new X509Certificate(readFileSync(certificateFile, 'utf8'));
  if (Date.parse(certificate.validTo) - options.now() < 60 * dayMilliseconds) {
    options.log.warn('The local certificate authority is renewed; clients must trust the new one.', {
      file: certificateFile,
    });
    return undefined;
  }
  return certificate;
}

function hostsOf(options: CertificateOptions): readonly string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', ...options.hosts.map((host) => host.toLowerCase())])];
}

function keptServer(options: CertificateOptions, authority: X509Certificate): ServerCertificate | undefined {
  const [certificateFile, keyFile] = [path(options, 'server.pem'), path(options, 'server-key.pem')];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const cert = readFileSync(certificateFile, 'utf8');
  const parsed = new X509Certificate(cert);
  const expires = Date.parse(parsed.validTo);
  const fresh = expires - options.now() >= 30 * dayMilliseconds;
  const named = hostsOf(options).every((host) =>
    isIP(host) === 0 ? parsed.checkHost(host) !== undefined : parsed.checkIP(host) !== undefined,
  );
  const issued = parsed.checkIssued(authority);
  if (!fresh || !named || !issued) return undefined;
  return { cert, key: readFileSync(keyFile, 'utf8'), expires };
}
