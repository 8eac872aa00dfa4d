/**
 * A certificate authority of this machine's own and a server certificate from it, because SDKs refuse bearer tokens over
 * plain http.
 *
 * Owns: making, keeping and renewing them under `DATA/tls`. Does not own: serving (`listener.ts` of `#api`).
 *
 * Invariants
 * T1. Private keys are readable by their owner only. `ca.pem` is what clients are told to trust.
 * T2. The server certificate is renewed 30 days before its end and when it does not name every host it must; the authority
 *     60 days before its end, with a warning, because clients must trust the new one.
 */
import 'reflect-metadata';
import { type webcrypto, webcrypto as crypto, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { Log } from '#foundation';

export interface ServerCertificate {
  /** PEM; the server's certificate followed by the authority's. */
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export interface CertificateOptions {
  /** `DATA/tls`; made when it does not exist. */
  readonly folder: string;
  /** Names and addresses besides `localhost`, `127.0.0.1` and `::1`. */
  readonly hosts: readonly string[];
  readonly now: () => number;
  readonly log: Log;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
const serverDays = 397;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** The library names the browser's key type, which Node's keys are without being declared so. */
type LibraryKey = x509.X509CertificateCreateWithKeyParams['signingKey'];

function libraryKey(key: webcrypto.CryptoKey): LibraryKey {
  return key as unknown as LibraryKey;
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** The certificate to serve with now: the kept one, or a new one where T2 asks for it. */
export async function localCertificate(options: CertificateOptions): Promise<ServerCertificate> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const authority = await keptAuthority(options);
  const kept = authority === undefined ? undefined : keptServer(options, authority);
  if (kept !== undefined) return kept;
  return newServer(options, authority ?? (await newAuthority(options)));
}

function path(options: CertificateOptions, name: string): string {
  return join(options.folder, name);
}

async function keptAuthority(options: CertificateOptions): Promise<Authority | undefined> {
  const [certificateFile, keyFile] = [path(options, 'ca.pem'), path(options, 'ca-key.pem')];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const certificate = new x509.X509Certificate(readFileSync(certificateFile, 'utf8'));
  if (certificate.notAfter.getTime() - options.now() < 60 * dayMilliseconds) {
    options.log.warn('The local certificate authority is renewed; clients must trust the new one.', {
      file: certificateFile,
    });
    return undefined;
  }
  const der = x509.PemConverter.decodeFirst(readFileSync(keyFile, 'utf8'));
  return { certificate, key: await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']) };
}

async function newAuthority(options: CertificateOptions): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = options.now();
  const name = `CN=Tocsin local CA ${serialNumber().slice(0, 8)}, O=Tocsin`;
  const publicKey = libraryKey(keys.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: name,
    issuer: name,
    notBefore: new Date(now - dayMilliseconds),
    notAfter: new Date(now + authorityDays * dayMilliseconds),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: libraryKey(keys.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  writeFileSync(path(options, 'ca-key.pem'), await privatePem(keys.privateKey), { mode: 0o600 });
  writeFileSync(path(options, 'ca.pem'), `${certificate.toString('pem')}\n`, { mode: 0o644 });
  return { certificate, key: keys.privateKey };
}

function hostsOf(options: CertificateOptions): readonly string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', ...options.hosts.map((host) => host.toLowerCase())])];
}

function keptServer(options: CertificateOptions, authority: Authority): ServerCertificate | undefined {
  const [certificateFile, keyFile] = [path(options, 'server.pem'), path(options, 'server-key.pem')];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const cert = readFileSync(certificateFile, 'utf8');
  const parsed = new X509Certificate(cert);
  const expires = Date.parse(parsed.validTo);
  const fresh = expires - options.now() >= 30 * dayMilliseconds;
  const named = hostsOf(options).every((host) =>
    isIP(host) === 0 ? parsed.checkHost(host) !== undefined : parsed.checkIP(host) !== undefined,
  );
  const issued = parsed.checkIssued(new X509Certificate(authority.certificate.toString('pem')));
  if (!fresh || !named || !issued) return undefined;
  return { cert, key: readFileSync(keyFile, 'utf8'), expires };
}

async function newServer(options: CertificateOptions, authority: Authority): Promise<ServerCertificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = options.now();
  const expires = now + serverDays * dayMilliseconds;
  const publicKey = libraryKey(keys.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost, O=Tocsin',
    issuer: authority.certificate.subject,
    notBefore: new Date(now - dayMilliseconds),
    notAfter: new Date(expires),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: libraryKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hostsOf(options).map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }) as const),
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  const cert = `${certificate.toString('pem')}\n${authority.certificate.toString('pem')}\n`;
  const key = await privatePem(keys.privateKey);
  writeFileSync(path(options, 'server-key.pem'), key, { mode: 0o600 });
  writeFileSync(path(options, 'server.pem'), cert, { mode: 0o644 });
  return { cert, key, expires };
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await crypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}

/** Sixteen random bytes in hex, positive as DER asks. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}
