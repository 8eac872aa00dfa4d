/**
 * Servers on loopback for tests of what leaves: plain, with TLS, and the certificates for them, made when asked.
 *
 * Owns: starting and stopping; every request is kept as it arrived.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import forge from 'node-forge';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Subject of the client's certificate. */
  readonly client: string | undefined;
}

export interface LocalServer {
  readonly url: string;
  readonly seen: Seen[];
}

export type Handler = (request: Seen, response: ServerResponse) => void;

export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

/** A certificate that signs itself, for `localhost`, 127.0.0.1 and a client alike. */
export async function selfSigned(commonName: string): Promise<Identity> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${commonName}`,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

/** The same as a PKCS #12 file in base64, as workflows hold it. */
export function pfxOf({ certificate, key }: Identity, password: string, cipher: '3des' | 'aes256' = 'aes256'): string {
  const file = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(key),
    [forge.pki.certificateFromPem(certificate)],
    password,
    { algorithm: cipher },
  );
  return Buffer.from(forge.asn1.toDer(file).getBytes(), 'latin1').toString('base64');
}

function nameOf(commonName: string | readonly string[] | undefined): string | undefined {
  return typeof commonName === 'string' ? commonName : commonName?.[0];
}

/** A server that ends with the test. */
export function serve(
  context: TestContext,
  handler: Handler,
  tls?: Identity & { readonly clients?: string },
): Promise<LocalServer> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const socket = request.socket as Partial<TLSSocket>;
      const one: Seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
        client: nameOf(socket.getPeerCertificate?.().subject?.CN),
      };
      seen.push(one);
      handler(one, response);
    });
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer(
          {
            cert: tls.certificate,
            key: tls.key,
            ...(tls.clients === undefined ? {} : { ca: tls.clients, requestCert: true, rejectUnauthorized: false }),
          },
          listener,
        );
  return listening(context, server, tls === undefined ? 'http' : 'https', seen);
}

async function listening(context: TestContext, server: Server, scheme: string, seen: Seen[]): Promise<LocalServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
