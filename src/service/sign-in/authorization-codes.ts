/**
 * Authorization codes: what a browser brings back to an application, which exchanges it for tokens.
 *
 * Owns: checking the request of an application, making and redeeming codes. Does not own: the page where a person signs in
 * (`#api`), tokens (`issue-token.ts`).
 * Source: RFC 6749 4.1, RFC 7636, RFC 8252; ARM reference 2.1.
 *
 * Invariants
 * AZ1. Nothing is ever sent to a redirect address that the application did not register; public clients of this machine
 *      may use any port of a loopback address.
 * AZ2. A code is good once, for ten minutes, for the client, address and verifier it was made with. Shown a second time,
 *      the tokens of the first time end.
 * AZ3. Public clients must use S256; `plain` is refused for all.
 */
import { createHash } from 'node:crypto';
import { memberOf, type StoredDocument, textMember } from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { findUser, type User } from '../users.ts';
import { type Client, findClient } from './authenticate-client.ts';
import { type OAuthRefusal, oauthError } from './oauth-answer.ts';
import { type SignIn, withdrawSignIn } from './refresh-tokens.ts';
import { wantedOf } from './token-audience.ts';

const collection = 'authorizationCodes';
const lifetime = 10 * 60_000;

/** A request of an application that is in order. */
export interface AuthorizationRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'fragment' | 'form_post';
  readonly state: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A request that is not: told to the person alone, or to the application at its address. */
export interface RefusedAuthorization {
  readonly refusal: OAuthRefusal;
  readonly answerTo?: Pick<AuthorizationRequest, 'redirectUri' | 'responseMode' | 'state'>;
}

const modes = ['query', 'fragment', 'form_post'] as const;

/** Judges the parameters of an authorization request. */
export function readAuthorization(
  services: Services,
  parameters: Readonly<Record<string, string>>,
  baseUrl: string,
): AuthorizationRequest | RefusedAuthorization {
  const appId = parameters['client_id'] ?? '';
  if (appId === '') return { refusal: oauthError(services, 'parameterMissing', 'client_id') };
  const client = findClient(services, appId);
  if (client === undefined || client.principal?.inUse === false) {
    return { refusal: oauthError(services, 'applicationUnknown', appId) };
  }
  const redirectUri = parameters['redirect_uri'] ?? client.redirectUris[0] ?? '';
  if (!mayRedirect(client, redirectUri)) return { refusal: oauthError(services, 'redirectUnknown', redirectUri) };
  const wantedMode = parameters['response_mode'] ?? 'query';
  const responseMode = modes.find((mode) => mode === wantedMode);
  const state = parameters['state'];
  const answerTo = { redirectUri, responseMode: responseMode ?? 'query', state } as const;
  if (responseMode === undefined) {
    return { refusal: oauthError(services, 'responseModeUnsupported', wantedMode), answerTo };
  }
  const refusal = refuseParameters(services, client, parameters, baseUrl);
  return refusal === undefined ? { client, ...answerTo, parameters } : { refusal, answerTo };
}

function refuseParameters(
  services: Services,
  client: Client,
  parameters: Readonly<Record<string, string>>,
  baseUrl: string,
): OAuthRefusal | undefined {
  if (client.principal?.enabled === false) return oauthError(services, 'applicationDisabled', client.appId);
  const type = parameters['response_type'] ?? '';
  if (type === '') return oauthError(services, 'parameterMissing', 'response_type');
  if (type !== 'code') return oauthError(services, 'responseTypeUnsupported', type);
  const challenge = parameters['code_challenge'];
  if (challenge === undefined && client.public) return oauthError(services, 'challengeMissing');
  if (challenge !== undefined && (parameters['code_challenge_method'] !== 'S256' || !/^[\w-]{43}$/.test(challenge))) {
    return oauthError(services, 'challengeUnsupported');
  }
  const wanted = wantedOf(services, parameters, baseUrl);
  if ('refused' in wanted) return wanted;
  return parameters['prompt'] === 'none' ? oauthError(services, 'interactionNeeded') : undefined;
}

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function mayRedirect({ redirectUris, public: isPublic, principal }: Client, uri: string): boolean {
  if (redirectUris.includes(uri)) return true;
  const url = URL.parse(uri);
  if (url === null || url.protocol !== 'http:' || !loopback.has(url.hostname) || url.hash !== '') return false;
  if (principal === undefined) return true;
  if (!isPublic) return false;
  // RFC 8252 7.3: the port of a loopback address is chosen when the application runs.
  return redirectUris.some((registered) => {
    const own = URL.parse(registered);
    return own?.protocol === 'http:' && own.hostname === url.hostname && own.pathname === url.pathname;
  });
}

/** The code that the application gets for a person who has signed in. */
export async function giveCode(services: Services, request: AuthorizationRequest, user: User): Promise<string> {
  const value = services.secrets.randomKey(48);
  const now = services.clock.now();
  const { parameters, client, redirectUri } = request;
  const kept = Object.fromEntries(
    ['scope', 'resource', 'code_challenge', 'nonce'].flatMap((name) =>
      parameters[name] === undefined ? [] : [[name, parameters[name]]],
    ),
  );
  const document: StoredDocument = {
    collection,
    key: services.secrets.digest(value),
    parent: user.objectId,
    time: now,
    status: 'new',
    body: { ...kept, clientId: client.appId, redirectUri, family: services.random.uuid() },
  };
  const old = services.store.documents.list({ collection, to: now - lifetime, top: 20 });
  await services.store.commit([
    ...old.map(({ key }) => ({ kind: 'deleteDocument', collection, key }) as const),
    { kind: 'putDocument', document },
  ]);
  return value;
}

export interface RedeemedCode {
  readonly signIn: SignIn;
  readonly nonce: string | undefined;
  /** `scope` and `resource` of the authorization request, for a token request without them. */
  readonly asked: Readonly<Record<string, string>>;
}

/** Redeems a code of `client` (AZ2). */
export async function redeemCode(
  services: Services,
  client: Client,
  form: Readonly<Record<string, string>>,
): Promise<RedeemedCode | OAuthRefusal> {
  const key = services.secrets.digest(form['code'] ?? '');
  return inTurn(services.store, `/authorizationCodes/${key}`, async () => {
    const document = services.store.documents.get(collection, key);
    const user = document === undefined ? undefined : findUser(services, document.parent);
    if (document === undefined || user === undefined) return oauthError(services, 'grantInvalid', 'code');
    const text = (name: string): string | undefined => textMember(document.body, name);
    const signIn: SignIn = { user, clientId: client.appId, family: text('family') ?? '' };
    if (document.status === 'redeemed') {
      await withdrawSignIn(services, signIn);
      return oauthError(services, 'codeRedeemed');
    }
    const refusal = refuseCode(services, document, client, form);
    if (refusal !== undefined) return refusal;
    if (!user.enabled) return oauthError(services, 'userDisabled');
    if (document.time < user.validFrom) return oauthError(services, 'grantRevoked');
    await services.store.commit([{ kind: 'putDocument', document: { ...document, status: 'redeemed' } }]);
    const asked = Object.fromEntries(
      ['scope', 'resource'].flatMap((name) => (text(name) === undefined ? [] : [[name, text(name) ?? '']])),
    );
    return { signIn, nonce: text('nonce'), asked };
  });
}

function refuseCode(
  services: Services,
  document: StoredDocument,
  client: Client,
  form: Readonly<Record<string, string>>,
): OAuthRefusal | undefined {
  const { body, time } = document;
  if (textMember(body, 'clientId') !== client.appId) return oauthError(services, 'grantInvalid', 'code');
  if (services.clock.now() - time > lifetime) return oauthError(services, 'grantExpired');
  if (form['redirect_uri'] !== textMember(body, 'redirectUri')) return oauthError(services, 'redirectDiffers');
  const challenge = memberOf(body, 'code_challenge');
  if (challenge === undefined) return undefined;
  const shown = createHash('sha256')
    .update(form['code_verifier'] ?? '')
    .digest('base64url');
  return shown === challenge ? undefined : oauthError(services, 'verifierWrong');
}
