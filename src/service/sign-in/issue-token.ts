/**
 * The token endpoint: a grant in, tokens out.
 *
 * Owns: which grants there are, and what tokens say. Does not own: the grants themselves (the other files of this folder),
 * signing (`token-service.ts`). Source: ARM reference 2.1, 2.2; RFC 6749.
 *
 * Invariants
 * O1. A grant that is not offered is refused by name, never treated as another.
 * O2. A token says what its asker has proved and nothing more; roles and groups are looked up when it is used.
 */
import { type JsonObject, textMember } from '#foundation';
import { noteSignIn } from '../activity-log/note-request.ts';
import { findApplication } from '../principals.ts';
import type { Services } from '../services.ts';
import { authenticateClient, type Client, type TokenRequest } from './authenticate-client.ts';
import { redeemCode } from './authorization-codes.ts';
import { judgePassword } from './check-password.ts';
import { giveDeviceCode, pollDeviceCode } from './device-codes.ts';
import { checkTenant, type OAuthAnswer, type OAuthRefusal, oauthError } from './oauth-answer.ts';
import { exchangeRefreshToken, giveRefreshToken, type SignIn } from './refresh-tokens.ts';
import { type Wanted, wantedOf } from './token-audience.ts';

const lifetimeSeconds = 3600;

type Grant = (services: Services, request: TokenRequest, client: Client) => Promise<OAuthAnswer>;

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const grants: Readonly<Record<string, { readonly service: boolean; readonly answer: Grant }>> = {
  client_credentials: { service: true, answer: forItself },
  password: { service: false, answer: byPassword },
  refresh_token: { service: false, answer: byRefreshToken },
  authorization_code: { service: false, answer: byCode },
  [deviceGrant]: { service: false, answer: byDeviceCode },
  // The name that the first version uses.
  device_code: { service: false, answer: byDeviceCode },
};

export const grantTypes: readonly string[] = Object.keys(grants).filter((name) => name !== 'device_code');

/** The answer of the token endpoint, errors included. */
export async function issueToken(services: Services, request: TokenRequest): Promise<OAuthAnswer> {
  const tenant = checkTenant(services, request.tenant);
  if (tenant !== undefined) return tenant;
  const name = request.form['grant_type'] ?? '';
  if (name === '') return oauthError(services, 'parameterMissing', 'grant_type');
  const grant = Object.hasOwn(grants, name) ? grants[name] : undefined;
  if (grant === undefined) return oauthError(services, 'grantUnsupported', name);
  const client = await authenticateClient(services, request, grant.service);
  const answer = 'refused' in client ? client : await grant.answer(services, request, client);
  if (grant.service || 'refused' in client) await noteClient(services, request, answer);
  return answer;
}

/** The activity log's entry of an application that asks for itself; calls of playbooks in process leave none. */
async function noteClient(
  services: Services,
  { form, remoteAddress }: TokenRequest,
  answer: OAuthAnswer,
): Promise<void> {
  if (remoteAddress === undefined) return;
  const appId = (form['client_id'] ?? '').slice(0, 100);
  const principal = findApplication(services, appId);
  const { displayName = '', objectId = '' } = principal ?? {};
  const refusal = textMember(answer.body, 'error_description')?.replace(/ Trace ID: .*$/s, '');
  await noteSignIn(services, {
    identity: { kind: 'ServicePrincipal', objectId, displayName, appId },
    remoteAddress,
    way: form['client_assertion'] === undefined ? 'secret' : 'certificate',
    ...(refusal === undefined ? {} : { refusal }),
  });
}

/** The answer of the device code endpoint. */
export async function issueDeviceCode(
  services: Services,
  request: TokenRequest,
  verificationUri: string,
): Promise<OAuthAnswer> {
  const tenant = checkTenant(services, request.tenant);
  if (tenant !== undefined) return tenant;
  const client = await authenticateClient(services, request, false);
  if ('refused' in client) return client;
  const wanted = wantedOf(services, request.form, request.baseUrl);
  if ('refused' in wanted) return wanted;
  const asked = Object.fromEntries(
    ['scope', 'resource'].flatMap((name) => {
      const value = request.form[name];
      return value === undefined ? [] : [[name, value.slice(0, 2000)]];
    }),
  );
  return { status: 200, body: await giveDeviceCode(services, client, asked, verificationUri) };
}

/** The issuer as the OpenID document at the same path names it. */
export function issuerAt(services: Pick<Services, 'settings'>, tenant: string, baseUrl: string): string {
  return tenant.toLowerCase() === 'adfs' ? `${baseUrl}/adfs` : `${baseUrl}/${services.settings.tenantId}/v2.0`;
}

// --- Grants -----------------------------------------------------------------------------------------------------

async function forItself(
  services: Services,
  request: TokenRequest,
  { appId, principal }: Client,
): Promise<OAuthAnswer> {
  const wanted = wantedOf(services, request.form, request.baseUrl);
  if ('refused' in wanted) return wanted;
  const objectId = principal?.objectId ?? '';
  const token = await services.identity.tokens.issue({
    objectId,
    audience: wanted.audience,
    issuer: issuerAt(services, request.tenant, request.baseUrl),
    lifetimeSeconds,
    claims: { appid: appId, azp: appId, idtyp: 'app', ver: request.version, ...proofOf(request.form) },
  });
  return { status: 200, body: tokenBody(services, request, token, wanted) };
}

/** How the client proved itself: by a secret, by a certificate. */
function proofOf(form: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const level = form['client_assertion'] === undefined ? '1' : '2';
  return { appidacr: level, azpacr: level };
}

async function byPassword(services: Services, request: TokenRequest, client: Client): Promise<OAuthAnswer> {
  const { form, remoteAddress } = request;
  const [userName = '', password = ''] = [form['username'], form['password']];
  if (userName === '') return oauthError(services, 'parameterMissing', 'username');
  if (password === '') return oauthError(services, 'parameterMissing', 'password');
  const wanted = wantedOf(services, form, request.baseUrl);
  if ('refused' in wanted) return wanted;
  const judged = await judgePassword(services, {
    userName,
    password,
    remoteAddress,
    way: 'password',
    application: client.displayName,
  });
  if (judged.kind !== 'good') return passwordRefusal(services, judged.kind);
  const signIn = { user: judged.user, clientId: client.appId, family: services.random.uuid() };
  return forPerson(services, request, { signIn, wanted });
}

/** The OAuth error of a password that does not do. */
export function passwordRefusal(services: Services, kind: 'wrong' | 'disabled' | 'locked'): OAuthRefusal {
  const names = { wrong: 'passwordWrong', disabled: 'userDisabled', locked: 'accountLocked' } as const;
  return oauthError(services, names[kind]);
}

async function byRefreshToken(services: Services, request: TokenRequest, client: Client): Promise<OAuthAnswer> {
  const value = request.form['refresh_token'] ?? '';
  if (value === '') return oauthError(services, 'parameterMissing', 'refresh_token');
  const wanted = wantedOf(services, request.form, request.baseUrl);
  if ('refused' in wanted) return wanted;
  const exchanged = await exchangeRefreshToken(services, client.appId, value);
  if ('refused' in exchanged) return exchanged;
  return forPerson(services, request, { signIn: exchanged.signIn, wanted, refreshToken: exchanged.next });
}

async function byCode(services: Services, request: TokenRequest, client: Client): Promise<OAuthAnswer> {
  if ((request.form['code'] ?? '') === '') return oauthError(services, 'parameterMissing', 'code');
  const redeemed = await redeemCode(services, client, request.form);
  if ('refused' in redeemed) return redeemed;
  const { signIn, asked, nonce } = redeemed;
  const wanted = wantedOf(services, { ...asked, ...request.form }, request.baseUrl);
  if ('refused' in wanted) return wanted;
  return forPerson(services, request, { signIn, wanted, ...(nonce === undefined ? {} : { nonce }) });
}

async function byDeviceCode(services: Services, request: TokenRequest, client: Client): Promise<OAuthAnswer> {
  const deviceCode = request.form['device_code'] ?? request.form['code'] ?? '';
  if (deviceCode === '') return oauthError(services, 'parameterMissing', 'device_code');
  const allowed = await pollDeviceCode(services, client, deviceCode);
  if ('refused' in allowed) return allowed;
  const wanted = wantedOf(services, { ...allowed.asked, ...request.form }, request.baseUrl);
  if ('refused' in wanted) return wanted;
  return forPerson(services, request, { signIn: allowed.signIn, wanted });
}

// --- Answers ----------------------------------------------------------------------------------------------------

interface PersonGrant {
  readonly signIn: SignIn;
  readonly wanted: Wanted;
  readonly nonce?: string;
  /** The next one of an exchange; else a first one is made where it was asked for. */
  readonly refreshToken?: string;
}

async function forPerson(services: Services, request: TokenRequest, grant: PersonGrant): Promise<OAuthAnswer> {
  const { signIn, wanted } = grant;
  const { user, clientId } = signIn;
  const issuer = issuerAt(services, request.tenant, request.baseUrl);
  const name = {
    upn: user.userName,
    unique_name: user.userName,
    preferred_username: user.userName,
    name: user.displayName,
    ver: request.version,
  };
  const common = { objectId: user.objectId, issuer, lifetimeSeconds };
  const { tokens } = services.identity;
  const access = await tokens.issue({
    ...common,
    audience: wanted.audience,
    claims: { ...name, appid: clientId, azp: clientId, idtyp: 'user', scp: 'user_impersonation' },
  });
  // The first version always gives all three.
  const all = request.version === '1.0';
  const nonce = grant.nonce === undefined ? {} : { nonce: grant.nonce };
  const identity =
    all || wanted.openId
      ? await tokens.issue({ ...common, audience: clientId, claims: { ...name, ...nonce } })
      : undefined;
  const refresh = grant.refreshToken ?? (all || wanted.offline ? await giveRefreshToken(services, signIn) : undefined);
  const info = { uid: user.objectId, utid: services.settings.tenantId };
  return {
    status: 200,
    body: {
      ...tokenBody(services, request, access, wanted),
      scope: wanted.scope === '' ? `${wanted.audience.replace(/\/+$/, '')}/user_impersonation` : wanted.scope,
      ...(refresh === undefined ? {} : { refresh_token: refresh }),
      ...(identity === undefined ? {} : { id_token: identity }),
      client_info: Buffer.from(JSON.stringify(info)).toString('base64url'),
    },
  };
}

/** The first version adds the times as texts and names the resource. */
function tokenBody(services: Services, request: TokenRequest, token: string, { audience }: Wanted): JsonObject {
  const expires = lifetimeSeconds - 1;
  const common = { token_type: 'Bearer', expires_in: expires, ext_expires_in: expires, access_token: token };
  if (request.version === '2.0') return common;
  const now = Math.floor(services.clock.now() / 1000);
  return { ...common, expires_on: String(now + expires), not_before: String(now), resource: audience };
}
