/** Users and applications of this server. Source: own API reference, "Identity". */
import { call } from '../api/http.ts';

export interface Credential {
  readonly keyId: string;
  readonly displayName: string;
  readonly expiresOn: string;
}

export interface KnownPrincipal {
  readonly objectId: string;
  readonly type: 'User' | 'ServicePrincipal';
  readonly displayName: string;
  readonly enabled: boolean;
  readonly createdOn: string;
  /** Of a user. */
  readonly userName?: string;
  readonly passwordChangedOn?: string;
  /** Of an application. */
  readonly appId?: string;
  readonly tenantId: string;
  readonly secrets?: readonly Credential[];
  readonly certificates?: readonly (Credential & { readonly thumbprint: string })[];
}

export const principalsPath = '/tocsin/v1/principals';
const pathOf = (objectId: string): string => `${principalsPath}/${encodeURIComponent(objectId)}`;

/** A principal as it was made, with the secret that is told this once. */
export type MadePrincipal = KnownPrincipal & { readonly secret?: { readonly value: string } };

export async function makePrincipal(body: object): Promise<MadePrincipal> {
  return (await call<MadePrincipal>('POST', principalsPath, { body })).body;
}

export async function changePrincipal(objectId: string, body: object): Promise<void> {
  await call('PATCH', pathOf(objectId), { body });
}

export async function deletePrincipal(objectId: string): Promise<void> {
  await call('DELETE', pathOf(objectId));
}

/** The value of a new secret. */
export async function addSecret(objectId: string, body: object): Promise<string> {
  return (await call<{ readonly value: string }>('POST', `${pathOf(objectId)}/secrets`, { body })).body.value;
}

export async function deleteCredential(
  objectId: string,
  kind: 'secrets' | 'certificates',
  keyId: string,
): Promise<void> {
  await call('DELETE', `${pathOf(objectId)}/${kind}/${encodeURIComponent(keyId)}`);
}
