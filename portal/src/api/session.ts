/** Signing in and out. Source: own API reference, "Identity". */
import { call, read, setCsrf } from './http.ts';

export interface Session {
  readonly identity: { readonly objectId: string; readonly displayName: string; readonly kind: string };
  readonly tenantId: string;
  readonly csrf: string;
  readonly expiresOn: string;
}

export interface SignInWays {
  readonly signedIn: boolean;
  readonly ways: readonly string[];
  readonly issuers?: readonly { readonly name: string; readonly displayName: string }[];
}

const path = '/tocsin/v1/session';

/** How one signs in at this server. */
export function signInWays(): Promise<SignInWays> {
  return read<SignInWays>('/tocsin/v1/signIn');
}

/** Where a browser goes to sign in at an external issuer, and comes back from to the page it is on. */
export function issuerAddress(name: string): string {
  const page = `${window.location.pathname}${window.location.search}`;
  return `/tocsin/v1/signIn/${encodeURIComponent(name)}?returnTo=${encodeURIComponent(page)}`;
}

/** The session of this browser; undefined when nobody is signed in. */
export async function currentSession(): Promise<Session | undefined> {
  const { signedIn } = await signInWays();
  return signedIn ? taken(await read<Session>(path)) : undefined;
}

export async function signInByToken(token: string): Promise<Session> {
  const { body } = await call<Session>('POST', path, { body: { token: token.trim() } });
  return taken(body);
}

export async function signInByPassword(userName: string, password: string): Promise<Session> {
  const { body } = await call<Session>('POST', path, { body: { userName, password } });
  return taken(body);
}

export async function signOut(): Promise<void> {
  await call('DELETE', path);
  setCsrf('');
}

function taken(session: Session): Session {
  setCsrf(session.csrf);
  return session;
}
