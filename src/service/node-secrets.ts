/**
 * Secrets on `node:crypto`.
 *
 * Owns: the implementation of `secrets.ts`.
 */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secrets } from './secrets.ts';

export const nodeSecrets: Secrets = {
  randomKey,
  sign: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  equal: equalInConstantTime,
  digest: (text) => hash('sha256', text, 'hex'),
};

/** Texts of one length are compared byte by byte, others by their digests: the time says nothing of their lengths either. */
function equalInConstantTime(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  if (one.length === other.length) return timingSafeEqual(one, other);
  return timingSafeEqual(digestBytes(left), digestBytes(right));
}

function digestBytes(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** Drawn again while it begins like an option: such a token could not follow `--token` on a command line. */
function randomKey(bytes: number): string {
  const key = randomBytes(bytes).toString('base64url');
  return key.startsWith('-') ? randomKey(bytes) : key;
}
