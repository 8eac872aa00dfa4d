/**
 * The authentication of calls that leave: from an action's `authentication` to a header or a certificate.
 *
 * Owns: which schemes there are, and why one cannot be used.
 * Does not own: identities towards our own ARM (`call-arm.ts`), the token request and the certificate file (`#connectors`).
 * Source: engine reference 9.
 *
 * Invariants
 * AU1. Credentials of an action go to the origin it names and to its authority, nowhere else: redirects are not followed, and
 *      where an answer points elsewhere (`Location` of a 202, `nextLink`) they stay behind (linked-inputs LI1).
 * AU2. A managed identity of ours proves nothing to Azure: a call that asks for one there fails instead of leaving without
 *      it. To others, who may trust this server as issuer, it goes with a token for the audience that the action names, and
 *      such a token is good for nothing here (`token-service.ts` J2).
 */
import { type BoundedWork, clientAssertion, type EntraCredentials, type EntraTokens } from '#connectors';
import {
  type ClientCertificate,
  type Identity,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  type OutboundFailure,
} from '#foundation';
import { isAzures } from './azure-domains.ts';
import { managedIdentityOf } from './call-arm.ts';
import { issuerAt } from './sign-in/issue-token.ts';
import type { Services } from './services.ts';
import { foreignHostClaim } from './token-service.ts';

/** What authentication needs beside the services. */
export interface CallTools {
  readonly work: BoundedWork;
  readonly tokens: EntraTokens;
}

/** What the authentication adds to the request. */
export interface Authorization {
  readonly kind: 'authorization';
  readonly header?: string;
  readonly certificate?: ClientCertificate;
}

const usualAuthority = 'https://login.microsoftonline.com';

/** `Basic` and `Raw` are headers already (`#connectors`); nothing is added for them. */
export async function authorizeCall(
  services: Services,
  tools: CallTools,
  call: { readonly workflowId: string; readonly authentication: Json | undefined; readonly host: string },
): Promise<Authorization | OutboundFailure> {
  const { authentication } = call;
  if (authentication === undefined || authentication === null) return { kind: 'authorization' };
  if (!isJsonObject(authentication)) return failed('BadRequest', "The 'authentication' must be an object.");
  const type = textOf(authentication, 'type');
  switch (type.toLowerCase()) {
    case 'none':
    case 'basic':
    case 'raw':
      return { kind: 'authorization' };
    case 'clientcertificate': {
      const identity = await identityOf(tools, authentication);
      return identity.kind === 'failure' ? identity : { kind: 'authorization', certificate: identity.identity };
    }
    case 'activedirectoryoauth':
      return bearer(tools, authentication);
    case 'managedserviceidentity':
      return managedIdentityToken(services, call.workflowId, authentication, call.host);
    default:
      return failed('WorkflowAuthenticationTypeNotSupported', `The authentication type '${type}' is not supported.`);
  }
}

function failed(code: string, message: string): OutboundFailure {
  return { kind: 'failure', code, message, retryable: false };
}

function textOf(owner: Json, name: string): string {
  const value = memberIgnoringCase(owner, name);
  return typeof value === 'string' ? value : '';
}

const tokenSeconds = 24 * 60 * 60;

async function managedIdentityToken(
  services: Services,
  workflowId: string,
  authentication: JsonObject,
  host: string,
): Promise<Authorization | OutboundFailure> {
  const identity = managedIdentityOf(services, workflowId, authentication);
  if (typeof identity === 'string') return failed('WorkflowManagedServiceIdentityNotSpecified', identity);
  const audience = textOf(authentication, 'audience');
  if (audience === '' || isAzures(audience)) {
    const message = `The managed identity '${identity.displayName}' exists on this server only, and '${host}' does not know it. Name the 'audience' of a service that trusts this server as issuer, or use 'ActiveDirectoryOAuth' with the credentials of an application there.`;
    return failed('WorkflowAuthenticationTypeNotSupported', message);
  }
  return {
    kind: 'authorization',
    header: `Bearer ${await foreignToken(services, identity, { workflowId, audience, host })}`,
  };
}

/** A token of this server for a host that trusts it, good for nothing here (AU2). */
export function foreignToken(
  services: Services,
  identity: Identity,
  call: { readonly workflowId: string; readonly audience: string; readonly host: string },
): Promise<string> {
  const { tenantId, publicBaseUrl } = services.settings;
  return services.identity.tokens.issue({
    objectId: identity.objectId,
    audience: call.audience,
    issuer: issuerAt(services, tenantId, publicBaseUrl),
    lifetimeSeconds: tokenSeconds,
    claims: {
      ...(identity.appId === undefined ? {} : { appid: identity.appId }),
      idtyp: 'app',
      ver: '1.0',
      xms_mirid: call.workflowId,
      [foreignHostClaim]: call.host,
    },
  });
}

async function bearer(tools: CallTools, authentication: Json): Promise<Authorization | OutboundFailure> {
  const credentials = await credentialsOf(tools, authentication);
  if (credentials.kind === 'failure') return credentials;
  const answer = await tools.tokens.token(credentials.credentials);
  return answer.kind === 'failure' ? answer : { kind: 'authorization', header: `Bearer ${answer.token}` };
}

/**
 * What an action with a certificate shows to our own token service in place of a secret; undefined where it has a secret, or
 * signs in otherwise.
 */
export async function ownAssertion(
  { clock, settings }: Services,
  tools: CallTools,
  authentication: Json | undefined,
): Promise<string | undefined | OutboundFailure> {
  if (!isJsonObject(authentication) || textOf(authentication, 'type').toLowerCase() !== 'activedirectoryoauth') {
    return undefined;
  }
  if (!isByCertificate(authentication)) return undefined;
  const read = await identityOf(tools, authentication);
  if (read.kind === 'failure') return read;
  const audience = `${settings.publicBaseUrl}/adfs/oauth2/token`;
  return clientAssertion(audience, textOf(authentication, 'clientId'), read.identity, clock.now());
}

function isByCertificate(authentication: Json): boolean {
  return (
    textOf(authentication, 'credentialType').toLowerCase() === 'certificate' || textOf(authentication, 'secret') === ''
  );
}

type Credentials = { readonly kind: 'credentials'; readonly credentials: EntraCredentials };

async function credentialsOf(tools: CallTools, authentication: Json): Promise<Credentials | OutboundFailure> {
  const missing = ['tenant', 'audience', 'clientId'].find((name) => textOf(authentication, name) === '');
  if (missing !== undefined) return failed('BadRequest', `The 'authentication' has no '${missing}'.`);
  const base = {
    authority: textOf(authentication, 'authority') || usualAuthority,
    tenant: textOf(authentication, 'tenant'),
    audience: textOf(authentication, 'audience'),
    clientId: textOf(authentication, 'clientId'),
  };
  if (!isByCertificate(authentication)) {
    return { kind: 'credentials', credentials: { ...base, secret: textOf(authentication, 'secret') } };
  }
  const identity = await identityOf(tools, authentication);
  if (identity.kind === 'failure') return identity;
  return { kind: 'credentials', credentials: { ...base, identity: identity.identity } };
}

async function identityOf(
  { work }: CallTools,
  authentication: Json,
): Promise<{ readonly kind: 'pfx'; readonly identity: ClientCertificate } | OutboundFailure> {
  const pfx = textOf(authentication, 'pfx');
  if (pfx === '') return failed('BadRequest', "The 'authentication' has neither a 'secret' nor a 'pfx'.");
  const bytes = new Uint8Array(Buffer.from(pfx, 'base64'));
  const read = await work.perform({ kind: 'pfx', bytes, password: textOf(authentication, 'password') });
  return read.kind === 'failure' ? failed(read.code, read.message) : read;
}
