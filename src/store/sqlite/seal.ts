/**
 * Sealing secrets for the disk: AES-256-GCM under the data folder's key.
 *
 * Owns: the sealed form. Does not own: the key file (`secret-key.ts`), which values are secret.
 *
 * Invariants
 * Y1. A sealed value opens only with the same key and under the same binding: moving it to another row, or changing a
 *     bit of it, is an error and never a wrong value.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { raise } from '#foundation';

export interface Seal {
  /** Form, nonce, tag and ciphertext of a text or of bytes. */
  close(content: string | Uint8Array, binding: string): Uint8Array;
  /** @throws TocsinError `StoreKeyInvalid` when key, binding or bytes are not those it was closed with. */
  open(sealed: Uint8Array, binding: string): string;
  /** The same as bytes. */
  openBytes(sealed: Uint8Array, binding: string): Uint8Array;
}

const cipher = 'aes-256-gcm';
const form = 1;
const nonceLength = 12;
const tagLength = 16;
/** Bytes of a key. */
export const keyLength = 32;

export function createSeal(key: Uint8Array): Seal {
  const openBytes = (sealed: Uint8Array, binding: string): Buffer => {
    const start = 1 + nonceLength + tagLength;
    if (sealed[0] !== form || sealed.length < start) {
      return raise('StoreKeyInvalid', `The secrets of '${nameOf(binding)}' have an unknown form.`);
    }
    const decrypt = createDecipheriv(cipher, key, sealed.subarray(1, 1 + nonceLength), { authTagLength: tagLength });
    decrypt.setAAD(Buffer.from(binding, 'utf8'));
    decrypt.setAuthTag(sealed.subarray(1 + nonceLength, start));
    try {
      return Buffer.concat([decrypt.update(sealed.subarray(start)), decrypt.final()]);
    } catch {
      return raise(
        'StoreKeyInvalid',
        `The secrets of '${nameOf(binding)}' do not open: the secret key is another one or they were changed.`,
      );
    }
  };
  return {
    close: (content, binding) => {
      const nonce = randomBytes(nonceLength);
      const encrypt = createCipheriv(cipher, key, nonce, { authTagLength: tagLength });
      encrypt.setAAD(Buffer.from(binding, 'utf8'));
      const first = typeof content === 'string' ? encrypt.update(content, 'utf8') : encrypt.update(content);
      const hidden = Buffer.concat([first, encrypt.final()]);
      return Buffer.concat([Buffer.of(form), nonce, encrypt.getAuthTag(), hidden]);
    },
    open: (sealed, binding) => openBytes(sealed, binding).toString('utf8'),
    openBytes,
  };
}

function nameOf(binding: string): string {
  return binding.split('\n').slice(1).join(' ');
}
