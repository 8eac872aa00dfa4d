/**
 * The certificate and the key in a PKCS #12 file, as authors of workflows give it: `pfx` in base64 with a password.
 *
 * Owns: taking the file apart, old ciphers included that the TLS library no longer reads.
 * Source: engine reference 9.
 */
import forge from 'node-forge';
import type { JobFailure, PfxJob, PfxResult } from './job.ts';

export function readPfx({ bytes, password }: PfxJob): PfxResult | JobFailure {
  let file: forge.pkcs12.Pkcs12Pfx;
  try {
    file = forge.pkcs12.pkcs12FromAsn1(
      forge.asn1.fromDer(Buffer.from(bytes).toString('latin1')),
      false,
      password === '' ? undefined : password,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : '';
    return failure(
      /mac|password/i.test(reason ?? '') ? 'the password is wrong' : 'it is no PKCS #12 file that can be read',
    );
  }
  const key = bagsOf(file, forge.pki.oids['pkcs8ShroudedKeyBag']).concat(bagsOf(file, forge.pki.oids['keyBag']))[0]
    ?.key;
  if (key === undefined || key === null) return failure('it holds no private key for RSA');
  const all = bagsOf(file, forge.pki.oids['certBag']).flatMap(({ cert }) => (cert === undefined ? [] : [cert]));
  const own = all.find((certificate) => isOf(certificate, key));
  if (own === undefined) return failure('it holds no certificate of its private key');
  const chain = [own, ...all.filter((certificate) => certificate !== own)];
  return {
    kind: 'pfx',
    identity: {
      certificate: chain.map((certificate) => forge.pki.certificateToPem(certificate)).join(''),
      key: forge.pki.privateKeyToPem(key),
    },
  };
}

function bagsOf(file: forge.pkcs12.Pkcs12Pfx, bagType: string | undefined): readonly forge.pkcs12.Bag[] {
  return bagType === undefined ? [] : (file.getBags({ bagType })[bagType] ?? []);
}

function isOf(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): boolean {
  const own = certificate.publicKey as forge.pki.rsa.PublicKey;
  return own.n !== undefined && own.n.compareTo(key.n) === 0;
}

function failure(why: string): JobFailure {
  return { kind: 'failure', code: 'BadRequest', message: `The client certificate cannot be used: ${why}.` };
}
