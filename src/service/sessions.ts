/**
 * Browser sessions: a cookie instead of a token, with a second value that writes must show.
 *
 * Owns: their documents, beginning, finding and ending them.
 * Source: own API reference, "Identity".
 *
 * Invariants
 * S1. The cookie's value is not stored, only its digest; the other value (against forged requests) is kept sealed.
 * S2. A session ends after twelve hours, with its token, or when the admin token or password it was begun with changes.
 */
import { type Identity, memberOf, textMember } from '#foundation';
import { findIdentity } from './find-identity.ts';
import type { Services } from './services.ts';

const collection = 'sessions';
const lifetimeMilliseconds = 12 * 60 * 60 * 1000;

export interface Session {
  readonly identity: Identity;
  readonly csrf: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** What a session is begun with besides who it is. */
export interface SessionStart {
  /** Cuts it short; milliseconds since the epoch. */
  readonly until?: number;
  /** The external issuer that told who it is: the session then says it, and ends when the issuer is no longer trusted. */
  readonly issuer?: string;
}

/** Begins a session. The cookie's value is answered this once. */
export async function beginSession(
  services: Services,
  identity: Identity,
  { until, issuer }: SessionStart = {},
): Promise<Session & { readonly cookie: string }> {
  const now = services.clock.now();
  const cookie = services.secrets.randomKey(32);
  const csrf = services.secrets.randomKey(24);
  const expires = Math.min(now + lifetimeMilliseconds, until ?? Number.POSITIVE_INFINITY);
  const old = services.store.documents.list({ collection, to: now - lifetimeMilliseconds, top: 50 });
  await services.store.commit([
    ...old.map(({ key }) => ({ kind: 'deleteDocument', collection, key }) as const),
    {
      kind: 'putDocument',
      document: {
        collection,
        key: services.secrets.digest(cookie),
        parent: identity.objectId,
        time: now,
        status: '',
        body: {
          kind: identity.kind,
          objectId: identity.objectId,
          expires,
          ...(issuer === undefined ? {} : { issuer, identity: { ...identity, groups: [...(identity.groups ?? [])] } }),
        },
        secrets: { csrf, admin: identity.kind === 'AdminToken' ? services.identity.adminTokenDigest : '' },
      },
    },
  ]);
  return { identity, csrf, expires, cookie };
}

/** The session of a cookie's value; undefined when there is none or it has ended (S2). */
export function findSession(services: Services, cookie: string): Session | undefined {
  const document = services.store.documents.get(collection, services.secrets.digest(cookie));
  if (document === undefined) return undefined;
  const expires = Number(memberOf(document.body, 'expires'));
  const csrf = textMember(document.secrets, 'csrf') ?? '';
  if (!(expires > services.clock.now()) || csrf === '') return undefined;
  if (textMember(document.body, 'kind') === 'AdminToken') {
    const same = textMember(document.secrets, 'admin') === services.identity.adminTokenDigest;
    return same ? { identity: services.identity.admin, csrf, expires } : undefined;
  }
  const issuer = textMember(document.body, 'issuer');
  if (issuer !== undefined) {
    const trusted = services.identity.external.all.some(({ settings }) => settings.issuer === issuer);
    const identity = memberOf(document.body, 'identity') as unknown as Identity;
    return trusted ? { identity, csrf, expires } : undefined;
  }
  const entry = findIdentity(services, textMember(document.body, 'objectId') ?? '');
  if (entry === undefined || !entry.enabled || document.time < entry.validFrom) return undefined;
  return { identity: entry.identity, csrf, expires };
}

export async function endSession(services: Services, cookie: string): Promise<void> {
  const key = services.secrets.digest(cookie);
  if (services.store.documents.get(collection, key) === undefined) return;
  await services.store.commit([{ kind: 'deleteDocument', collection, key }]);
}
