/**
 * Making the local certificate authority and server certificates.
 *
 * Owns: keys, certificates and their files. Does not own: when a new one is due (`local-certificates.ts`, which loads this
 * file only then: the library takes a tenth of a second and memory that no other start needs).
 */
import 'reflect-metadata';
import { type webcrypto, webcrypto as crypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { writeWholeFile } from '#store';

export interface ServerCertificate {
  /** PEM; the server's certificate followed by the authority's. */
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

export interface CertificateOrder {
  /** Where keys and certificates are kept; it exists. */
  readonly folder: string;
  /** Every name and address the server certificate must carry. */
  readonly hosts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Make a new authority first; else the kept one signs. */
  readonly newAuthority: boolean;
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

/** Makes a server certificate, and its authority when asked; both are on disk afterwards. */
export async function makeCertificate(order: CertificateOrder): Promise<ServerCertificate> {
  return newServer(order, await (order.newAuthority ? newAuthority(order) : keptAuthority(order)));
}

async function keptAuthority({ folder }: CertificateOrder): Promise<Authority> {
  const certificate = new x509.X509Certificate(readFileSync(join(folder, 'ca.pem'), 'utf8'));
  const der = x509.PemConverter.decodeFirst(readFileSync(join(folder, 'ca-key.pem'), 'utf8'));
  return { certificate, key: await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']) };
}

async function newAuthority(order: CertificateOrder): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = order.now;
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
  writeWholeFile(join(order.folder, 'ca-key.pem'), await privatePem(keys.privateKey), 0o600);
  writeWholeFile(join(order.folder, 'ca.pem'), `${certificate.toString('pem')}\n`, 0o644);
  return { certificate, key: keys.privateKey };
}

async function newServer(order: CertificateOrder, authority: Authority): Promise<ServerCertificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = order.now;
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
        order.hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }) as const),
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  const cert = `${certificate.toString('pem')}\n${authority.certificate.toString('pem')}\n`;
  const key = await privatePem(keys.privateKey);
  writeWholeFile(join(order.folder, 'server-key.pem'), key, 0o600);
  writeWholeFile(join(order.folder, 'server.pem'), cert, 0o644);
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
