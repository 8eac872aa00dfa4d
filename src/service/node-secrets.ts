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
  // Comparing digests makes the time independent of lengths too.
  equal: (left, right) => timingSafeEqual(digestBytes(left), digestBytes(right)),
  digest: (text) => hash('sha256', text, 'hex'),
};

function digestBytes(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** Drawn again while it begins like an option: such a token could not follow `--token` on a command line. */
function randomKey(bytes: number): string {
  const key = randomBytes(bytes).toString('base64url');
  return key.startsWith('-') ? randomKey(bytes) : key;
}
