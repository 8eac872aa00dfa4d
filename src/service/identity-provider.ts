/**
 * What signing in needs beyond the store: the admin token and the issuer of tokens.
 *
 * Owns: the value that `Services` carries. Does not own: how credentials are judged (`authenticate.ts`).
 */
import type { Identity } from '#foundation';
import { ExternalIssuers } from './sign-in/external-issuers.ts';
import type { TokenClaims, TokenService } from './token-service.ts';

/** What signing in needs: the admin token and the issuer of tokens. */
export interface IdentityProvider {
  readonly admin: Identity;
  readonly adminTokenDigest: string;
  readonly tokens: TokenService;
  /** Claims of tokens seen lately, so that a signature is checked once. */
  readonly seen: SeenTokens;
  /** Issuers besides this server. */
  readonly external: ExternalIssuers;
}

/** Object id of the admin token's identity. */
export const adminObjectId = '00000000-0000-4000-8000-00000000000a';

export function createIdentityProvider(
  adminTokenDigest: string,
  tokens: TokenService,
  external = new ExternalIssuers(),
): IdentityProvider {
  return {
    admin: { kind: 'AdminToken', objectId: adminObjectId, displayName: 'Administrator' },
    adminTokenDigest,
    tokens,
    seen: new SeenTokens(),
    external,
  };
}

const mostSeen = 1000;

/** A bounded memory of good tokens by their digest; each is still held against the clock and its principal. */
export class SeenTokens {
  readonly #claims = new Map<string, TokenClaims>();

  get(digest: string): TokenClaims | undefined {
    return this.#claims.get(digest);
  }

  add(digest: string, claims: TokenClaims): void {
    if (this.#claims.size >= mostSeen) this.#claims.clear();
    this.#claims.set(digest, claims);
  }
}
