/**
 * Refresh tokens: a person's sign-in that goes on without the password.
 *
 * Owns: their documents, exchanging one for the next, withdrawing them.
 * Source: RFC 6749 6, RFC 9700 4.14; ARM reference 2.1.
 *
 * Invariants
 * RT1. A token's text is answered once; what is kept is a digest. It is good for the client it was given to, and for ninety
 *      days from its making.
 * RT2. Each exchange gives a new one. The old one works for five minutes more, because the processes of one client share
 *      it; shown after that, it is taken for stolen, and all tokens of the same sign-in end.
 * RT3. A token ends with the user, when the user is disabled, and when the password changes.
 */
import { memberOf, type StoredDocument, textMember, type Write } from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { findUser, type User } from '../users.ts';
import { type OAuthRefusal, oauthError } from './oauth-answer.ts';

const collection = 'refreshTokens';
const lifetime = 90 * 24 * 60 * 60_000;
const graceMilliseconds = 5 * 60_000;
/** Exchanged tokens of one sign-in that are remembered, so that a stolen one is told. */
const mostRemembered = 20;

/** A sign-in that tokens go on from. */
export interface SignIn {
  readonly user: User;
  readonly clientId: string;
  /** The same for all tokens of one sign-in. */
  readonly family: string;
}

/** A new token of a sign-in. */
export async function giveRefreshToken(services: Services, signIn: SignIn): Promise<string> {
  const { value, writes } = newToken(services, signIn);
  await services.store.commit(writes);
  return value;
}

/** Exchanges a token for the next one. */
export async function exchangeRefreshToken(
  services: Services,
  clientId: string,
  value: string,
): Promise<{ readonly signIn: SignIn; readonly next: string } | OAuthRefusal> {
  const digest = services.secrets.digest(value);
  const first = services.store.documents.get(collection, digest);
  if (first === undefined) return oauthError(services, 'grantInvalid', 'refresh_token');
  return inTurn(services.store, `/refreshTokens/${first.label ?? ''}`, async () => {
    const document = services.store.documents.get(collection, digest);
    const found = document === undefined ? undefined : holderOf(services, document, clientId);
    if (document === undefined || found === undefined) return oauthError(services, 'grantInvalid', 'refresh_token');
    if ('refused' in found) return found;
    const now = services.clock.now();
    const used = Number(memberOf(document.body, 'usedTime') ?? now);
    if (now - used > graceMilliseconds) {
      await withdrawSignIn(services, found);
      return oauthError(services, 'grantRevoked');
    }
    const { value: next, writes } = newToken(services, found);
    const kept: StoredDocument = { ...document, status: 'used', body: { ...document.body, usedTime: used } };
    await services.store.commit([{ kind: 'putDocument', document: kept }, ...forgotten(services, found), ...writes]);
    return { signIn: found, next };
  });
}

/** Ends every token of a sign-in. */
export async function withdrawSignIn(services: Services, { user, family }: SignIn): Promise<void> {
  const all = services.store.documents.list({ collection, parent: user.objectId, label: family });
  if (all.length > 0) await services.store.commit(all.map(removal));
}

function holderOf(services: Services, document: StoredDocument, clientId: string): SignIn | OAuthRefusal | undefined {
  const { body, parent, label: family = '', time } = document;
  if (textMember(body, 'clientId') !== clientId) return undefined;
  if (services.clock.now() - time > lifetime) return oauthError(services, 'grantExpired');
  const user = findUser(services, parent);
  if (user === undefined || time < user.validFrom) {
    return oauthError(services, 'grantRevoked');
  }
  return user.enabled ? { user, clientId, family } : oauthError(services, 'userDisabled');
}

function newToken(
  services: Services,
  { user, clientId, family }: SignIn,
): { readonly value: string; readonly writes: readonly Write[] } {
  const value = services.secrets.randomKey(48);
  const now = services.clock.now();
  const document: StoredDocument = {
    collection,
    key: services.secrets.digest(value),
    parent: user.objectId,
    label: family,
    time: now,
    status: 'new',
    body: { clientId },
  };
  const old = services.store.documents.list({ collection, to: now - lifetime, top: 20 });
  return { value, writes: [...old.map(removal), { kind: 'putDocument', document }] };
}

function forgotten(services: Services, { user, family }: SignIn): readonly Write[] {
  const used = services.store.documents.list({ collection, parent: user.objectId, label: family, status: 'used' });
  return used.slice(mostRemembered).map(removal);
}

function removal({ key }: StoredDocument): Write {
  return { kind: 'deleteDocument', collection, key };
}
