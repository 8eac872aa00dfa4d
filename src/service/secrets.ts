/**
 * Secrets as a port: random keys, signatures, comparison in constant time, sealing.
 *
 * Owns: the interface. The implementation on `node:crypto` is `node-secrets.ts`.
 *
 * Invariants
 * Z1. Nothing returned here is ever logged; sealed text is safe to store, opened text is not.
 */
export interface Secrets {
  /** Random bytes as base64url; never begins with `-`, so that it can be an argument of any command. */
  randomKey(bytes: number): string;
  /** HMAC-SHA256 of `text` with `key`, base64url without padding (43 characters). */
  sign(key: string, text: string): string;
  /** Compares in constant time, whatever the lengths. */
  equal(left: string, right: string): boolean;
  /** SHA-256 of `text` in hex. */
  digest(text: string): string;
}
