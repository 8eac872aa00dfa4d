/**
 * Which application asks for a token, and whether it is the one it says.
 *
 * Owns: client credentials in body, header or assertion; public clients. Source: RFC 6749 2.3; ARM reference 2.1.
 *
 * Invariants
 * CL1. An application that has a secret or a certificate proves itself in every grant; one that is public shows neither.
 */
import { checkSecret, findApplication, type Principal } from '../principals.ts';
import type { Services } from '../services.ts';
import { certificateAssertionType, claimedClient, judgeAssertion } from './client-assertion.ts';
import { knownClients } from './known-clients.data.ts';
import { type OAuthRefusal, oauthError } from './oauth-answer.ts';

export interface TokenRequest {
  /** The tenant segment of the path: the tenant id, `adfs`, `common`, `organizations`. */
  readonly tenant: string;
  /** Form fields of the body. */
  readonly form: Readonly<Record<string, string>>;
  /** The `Authorization` header, which may carry the client's credentials. */
  readonly authorization: string | undefined;
  readonly baseUrl: string;
  readonly version: '1.0' | '2.0';
  /** The caller's address, for slowing down guesses. */
  readonly remoteAddress?: string | undefined;
}

/** An application that a person may sign in to. */
export interface Client {
  readonly appId: string;
  readonly displayName: string;
  readonly public: boolean;
  /** Besides loopback addresses, which every public client may use with any port. */
  readonly redirectUris: readonly string[];
  /** Absent for the applications that everybody has. */
  readonly principal?: Principal;
}

/** The application of an id: one that is registered here, or one of Azure's own tools. */
export function findClient(services: Pick<Services, 'store'>, appId: string): Client | undefined {
  const principal = findApplication(services, appId);
  if (principal !== undefined) {
    const { displayName, publicClient, redirectUris } = principal;
    return { appId: principal.appId, displayName, public: publicClient, redirectUris, principal };
  }
  const known = knownClients.find((client) => client.appId === appId.toLowerCase());
  return known === undefined ? undefined : { ...known, public: true, redirectUris: [] };
}

/** The application of a token request, proved (CL1). `service` is true where it asks for itself. */
export async function authenticateClient(
  services: Services,
  request: TokenRequest,
  service: boolean,
): Promise<Client | OAuthRefusal> {
  const { form } = request;
  const basic = basicCredentials(request.authorization);
  const assertion = form['client_assertion'];
  const claimed = assertion === undefined ? undefined : await claimedClient(assertion);
  const appId = form['client_id'] ?? basic?.id ?? claimed ?? '';
  if (appId === '') return oauthError(services, 'parameterMissing', 'client_id');
  const client = findClient(services, appId);
  if (client === undefined || client.principal?.inUse === false) {
    return oauthError(services, 'applicationUnknown', appId);
  }
  if (client.principal?.enabled === false) return oauthError(services, 'applicationDisabled', appId);
  const secret = form['client_secret'] ?? basic?.secret ?? '';
  if (client.public && !service) {
    return secret === '' && assertion === undefined ? client : oauthError(services, 'secretForPublicClient');
  }
  if (client.principal === undefined) return oauthError(services, 'secretMissing');
  const refused =
    assertion === undefined
      ? refuseSecret(services, client.principal, secret)
      : await refuseAssertion(services, request, client.principal, assertion);
  return refused ?? client;
}

function refuseSecret(services: Services, principal: Principal, secret: string): OAuthRefusal | undefined {
  if (secret === '') return oauthError(services, 'secretMissing');
  const judged = checkSecret(services, principal, secret);
  if (judged === 'good') return undefined;
  return oauthError(services, judged === 'expired' ? 'secretExpired' : 'secretWrong', principal.appId);
}

async function refuseAssertion(
  services: Services,
  { form, baseUrl }: TokenRequest,
  principal: Principal,
  assertion: string,
): Promise<OAuthRefusal | undefined> {
  const type = form['client_assertion_type'] ?? '';
  if (type === '') return oauthError(services, 'parameterMissing', 'client_assertion_type');
  if (type !== certificateAssertionType) return oauthError(services, 'assertionTypeUnsupported', type);
  return judgeAssertion(services, principal, assertion, baseUrl);
}

/** RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
function basicCredentials(header: string | undefined): { readonly id: string; readonly secret: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]{1,4096})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) return undefined;
  const decode = (part: string): string => new URLSearchParams(`v=${part}`).get('v') ?? '';
  return { id: decode(text.slice(0, at)), secret: decode(text.slice(at + 1)) };
}
