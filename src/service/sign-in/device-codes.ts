/**
 * Device codes: a program without a browser shows a short code, a person enters it elsewhere and signs in.
 *
 * Owns: their documents, answering the program that waits. Does not own: the pages (`#api`).
 * Source: RFC 8628; ARM reference 2.1.
 *
 * Invariants
 * DC1. The program's code is long and kept as a digest; the person's is short, good for fifteen minutes, and tried against
 *      a throttle.
 * DC2. A code that a person has allowed gives tokens once.
 */
import { randomInt } from 'node:crypto';
import { type JsonObject, memberOf, raise, type StoredDocument, textMember, type Write } from '#foundation';
import { GuessThrottle } from '../guess-throttle.ts';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { findUser, type User } from '../users.ts';
import { type Client, findClient } from './authenticate-client.ts';
import { type OAuthRefusal, oauthError } from './oauth-answer.ts';
import type { SignIn } from './refresh-tokens.ts';

const collection = 'deviceCodes';
const byUserCode = 'deviceUserCodes';
const lifetimeSeconds = 900;
const intervalSeconds = 5;
/** No vowels, nothing that looks like something else. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const codeLength = 9;
const guessesOfAddress = 20;

/** The answer to a program that asks for a code. `scope` and `resource` are kept for the token. */
export async function giveDeviceCode(
  services: Services,
  client: Client,
  asked: Readonly<Record<string, string>>,
  verificationUri: string,
): Promise<JsonObject> {
  const deviceCode = services.secrets.randomKey(48);
  const userCode = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  const key = services.secrets.digest(deviceCode);
  const now = services.clock.now();
  const base = { parent: '', time: now };
  const body: JsonObject = { ...asked, clientId: client.appId, userCode };
  const old = services.store.documents.list({ collection, to: now - lifetimeSeconds * 2000, top: 20 });
  await services.store.commit([
    ...old.flatMap(removals),
    { kind: 'putDocument', document: { ...base, collection, key, status: 'pending', body } },
    { kind: 'putDocument', document: { ...base, collection: byUserCode, key: userCode, status: '', body: { key } } },
  ]);
  return {
    user_code: userCode,
    device_code: deviceCode,
    verification_uri: verificationUri,
    verification_url: verificationUri,
    expires_in: lifetimeSeconds,
    interval: intervalSeconds,
    message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
  };
}

/** What the person is asked: which application wants to sign in. Undefined for a code that nobody waits with. */
export function findDeviceRequest(
  services: Services,
  userCode: string,
  remoteAddress: string,
): { readonly userCode: string; readonly client: Client } | undefined {
  const throttle = throttleOf(services);
  const wait = throttle.wait(remoteAddress);
  if (wait > 0) {
    raise('TooManyRequests', 'Too many wrong codes. Try again later.', { retryAfterSeconds: Math.ceil(wait / 1000) });
  }
  const code = userCode.toUpperCase().replaceAll(/[\s-]/g, '').slice(0, 40);
  const document = waitingDocument(services, code);
  const client = document === undefined ? undefined : findClient(services, textMember(document.body, 'clientId') ?? '');
  if (client === undefined) throttle.failed(remoteAddress);
  return client === undefined ? undefined : { userCode: code, client };
}

/** The person's answer; `user` undefined declines. @returns whether the code still waited for one. */
export async function answerDeviceRequest(
  services: Services,
  userCode: string,
  user: User | undefined,
): Promise<boolean> {
  return inTurn(services.store, `/deviceCodes/${userCode}`, async () => {
    const document = waitingDocument(services, userCode);
    if (document === undefined) return false;
    const answered: StoredDocument =
      user === undefined
        ? { ...document, status: 'declined' }
        : { ...document, status: 'allowed', body: { ...document.body, objectId: user.objectId } };
    await services.store.commit([{ kind: 'putDocument', document: answered }]);
    return true;
  });
}

export interface AllowedDevice {
  readonly signIn: SignIn;
  readonly asked: Readonly<Record<string, string>>;
}

/** What the waiting program gets for its code now. */
export async function pollDeviceCode(
  services: Services,
  client: Client,
  deviceCode: string,
): Promise<AllowedDevice | OAuthRefusal> {
  const key = services.secrets.digest(deviceCode);
  const document = services.store.documents.get(collection, key);
  if (document === undefined || textMember(document.body, 'clientId') !== client.appId) {
    return oauthError(services, 'deviceCodeUnknown');
  }
  return inTurn(services.store, `/deviceCodes/${textMember(document.body, 'userCode') ?? ''}`, async () => {
    const now = services.store.documents.get(collection, key);
    if (now === undefined) return oauthError(services, 'deviceCodeUnknown');
    if (services.clock.now() > now.time + lifetimeSeconds * 1000) return oauthError(services, 'deviceCodeExpired');
    if (now.status === 'declined') return oauthError(services, 'deviceDeclined');
    if (now.status !== 'allowed')
      return oauthError(services, polledTooSoon(services, key) ? 'slowDown' : 'authorizationPending');
    const user = findUser(services, textMember(now.body, 'objectId') ?? '');
    await services.store.commit(removals(now));
    if (user === undefined) return oauthError(services, 'grantRevoked');
    if (!user.enabled) return oauthError(services, 'userDisabled');
    const asked = Object.fromEntries(
      ['scope', 'resource'].flatMap((name) => {
        const value = memberOf(now.body, name);
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    return { signIn: { user, clientId: client.appId, family: services.random.uuid() }, asked };
  });
}

function waitingDocument(services: Services, userCode: string): StoredDocument | undefined {
  const found = services.store.documents.get(byUserCode, userCode);
  const document = services.store.documents.get(collection, textMember(found?.body, 'key') ?? '');
  if (document?.status !== 'pending') return undefined;
  return services.clock.now() > document.time + lifetimeSeconds * 1000 ? undefined : document;
}

function removals({ key, body }: StoredDocument): readonly Write[] {
  return [
    { kind: 'deleteDocument', collection, key },
    { kind: 'deleteDocument', collection: byUserCode, key: textMember(body, 'userCode') ?? '' },
  ];
}

const polls = new Map<string, number>();
const mostPolls = 1000;

/** Half the interval is let pass: a program's clock is not ours. */
function polledTooSoon(services: Services, key: string): boolean {
  const now = services.clock.now();
  const last = polls.get(key);
  if (polls.size > mostPolls) polls.clear();
  polls.set(key, now);
  return last !== undefined && now - last < (intervalSeconds * 1000) / 2;
}

const throttles = new WeakMap<object, GuessThrottle>();

function throttleOf(services: Services): GuessThrottle {
  let throttle = throttles.get(services.identity);
  if (throttle === undefined) {
    throttle = new GuessThrottle(services.clock, guessesOfAddress);
    throttles.set(services.identity, throttle);
  }
  return throttle;
}
