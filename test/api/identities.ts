/** Principals, users and their tokens: what tests of identity share. */
import assert from 'node:assert/strict';
import { type ArmResponse, memberOf, textMember } from '#foundation';
import { authenticate } from '#service';
import { anonymous, baseUrl, type Harness } from './harness.ts';

export const tenant = '00000000-0000-4000-8000-000000000000';

export interface MadePrincipal {
  readonly objectId: string;
  readonly appId: string;
  readonly secret: string;
}

export async function newPrincipal(api: Harness): Promise<MadePrincipal> {
  const made = await api.call('POST', '/tocsin/v1/principals', {
    body: { displayName: 'robot', type: 'ServicePrincipal' },
  });
  assert.equal(made.status, 201);
  return {
    objectId: textMember(made.body, 'objectId') ?? '',
    appId: textMember(made.body, 'appId') ?? '',
    secret: textMember(memberOf(made.body, 'secret'), 'value') ?? '',
  };
}

export function askToken(
  api: Harness,
  form: Record<string, string>,
  path = '/adfs/oauth2/token',
  headers = {},
): Promise<ArmResponse> {
  return api.call('POST', `${path}?no-version=1`, {
    as: anonymous,
    rawBody: new URLSearchParams(form).toString(),
    headers,
  });
}

export function credentials(
  { appId, secret }: MadePrincipal,
  more: Record<string, string> = {},
): Record<string, string> {
  return { grant_type: 'client_credentials', client_id: appId, client_secret: secret, ...more };
}

export function identify(api: Harness, headers: Record<string, string>, path = '/subscriptions', method = 'GET') {
  return authenticate(api.services, { method, path, headers, baseUrl });
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** The application id of the Azure CLI, a public client that everybody has. */
export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

export async function newUser(
  api: Harness,
  userName = 'ada@example.com',
  password = 'a long password',
): Promise<string> {
  const made = await api.call('POST', '/tocsin/v1/principals', { body: { type: 'User', userName, password } });
  assert.equal(made.status, 201);
  return textMember(made.body, 'objectId') ?? '';
}

export function byPassword(more: Record<string, string> = {}): Record<string, string> {
  return {
    grant_type: 'password',
    client_id: azureCli,
    username: 'ada@example.com',
    password: 'a long password',
    ...more,
  };
}

/** What a token says; its signature is not looked at. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}
