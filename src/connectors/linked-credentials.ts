/**
 * Tokens for real clouds with credentials that the operator set: `@azure/identity` behind the one outbound client.
 *
 * Owns: which credential a setting makes, the bridge from Azure's HTTP pipeline to ours. Does not own: settings and their
 * secrets, which calls need a token (`#service`).
 *
 * Invariants
 * LC1. Every call for a token passes the guard, the proxies and the trusted authorities of the outbound client.
 * LC2. The library is loaded with the first token; credentials keep tokens until shortly before they expire.
 */
import type { ClientSecretCredentialOptions, TokenCredential } from '@azure/identity';
import type { Outbound } from '#foundation';

export type LinkedCredentialSetting =
  | {
      readonly kind: 'clientSecret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: 'clientCertificate';
      readonly tenantId: string;
      readonly clientId: string;
      /** Certificate and private key, PEM. */
      readonly certificate: string;
    }
  | { readonly kind: 'managedIdentity'; readonly clientId?: string }
  | { readonly kind: 'workloadIdentity'; readonly tenantId?: string; readonly clientId?: string }
  | { readonly kind: 'environment' }
  | { readonly kind: 'azureCli'; readonly tenantId?: string };

export interface LinkedAuthority {
  /** `https://login.microsoftonline.com`. */
  readonly host: string;
  /** PEM texts trusted beside those of the runtime. */
  readonly authorities?: string | undefined;
  /** False for an authority that Microsoft does not know. */
  readonly isMicrosoft: boolean;
}

/** Nobody answered where tokens come from: another try may help. */
export class TokenAuthorityUnreachable extends Error {}

/** A token for the scope. @throws `TokenAuthorityUnreachable`, else what the library throws: the message is for people. */
export type TokenSource = (scope: string) => Promise<string>;

/** A source that keeps its tokens. */
export function linkedTokens(
  outbound: Outbound,
  setting: LinkedCredentialSetting,
  authority: LinkedAuthority,
): TokenSource {
  let made: Promise<TokenCredential> | undefined;
  const failed: { message?: string } = {};
  const observed: Outbound = {
    send: async (request) => {
      const answer = await outbound.send(request);
      if (answer.kind === 'failure') failed.message = answer.message;
      return answer;
    },
  };
  return async (scope) => {
    made ??= makeCredential(observed, setting, authority);
    const credential = await made;
    delete failed.message;
    try {
      const token = await credential.getToken(scope);
      if (token === null) throw new Error('The credential gave no token.');
      return token.token;
    } catch (error) {
      // The library hides why a call failed.
      throw failed.message === undefined ? error : new TokenAuthorityUnreachable(failed.message, { cause: error });
    }
  };
}

async function makeCredential(
  outbound: Outbound,
  setting: LinkedCredentialSetting,
  { host, authorities, isMicrosoft }: LinkedAuthority,
): Promise<TokenCredential> {
  const identity = await import('@azure/identity');
  const options = {
    authorityHost: host,
    httpClient: pipelineClient(outbound, authorities),
    disableInstanceDiscovery: !isMicrosoft,
    retryOptions: { maxRetries: 1 },
  };
  switch (setting.kind) {
    case 'clientSecret':
      return new identity.ClientSecretCredential(setting.tenantId, setting.clientId, setting.clientSecret, options);
    case 'clientCertificate':
      return new identity.ClientCertificateCredential(
        setting.tenantId,
        setting.clientId,
        { certificate: setting.certificate },
        options,
      );
    case 'managedIdentity':
      return setting.clientId === undefined
        ? new identity.ManagedIdentityCredential(options)
        : new identity.ManagedIdentityCredential(setting.clientId, options);
    case 'workloadIdentity':
      return new identity.WorkloadIdentityCredential({
        ...options,
        ...(setting.tenantId === undefined ? {} : { tenantId: setting.tenantId }),
        ...(setting.clientId === undefined ? {} : { clientId: setting.clientId }),
      });
    case 'environment':
      return new identity.EnvironmentCredential(options);
    case 'azureCli':
      return new identity.AzureCliCredential(setting.tenantId === undefined ? {} : { tenantId: setting.tenantId });
  }
}

type PipelineClient = NonNullable<ClientSecretCredentialOptions['httpClient']>;

/** LC1: Azure's pipeline over our client. */
function pipelineClient(outbound: Outbound, authorities: string | undefined): PipelineClient {
  return {
    sendRequest: async (request) => {
      const body = bytesOf(request.body);
      const answer = await outbound.send({
        method: request.method,
        url: request.url,
        headers: request.headers.toJSON(),
        ...(body === undefined ? {} : { body }),
        timeoutMilliseconds: 30_000,
        ...(authorities === undefined ? {} : { authorities }),
      });
      if (answer.kind === 'failure') throw new Error(answer.message);
      return {
        request,
        status: answer.status,
        headers: new PlainHeaders(answer.headers) as unknown as Awaited<
          ReturnType<PipelineClient['sendRequest']>
        >['headers'],
        bodyAsText: new TextDecoder().decode(answer.body),
      };
    },
  };
}

function bytesOf(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  throw new Error('The content of a token request cannot be sent.');
}

/** The headers that the pipeline reads. */
class PlainHeaders {
  readonly #values: Map<string, string>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values));
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  set(name: string, value: string | number | boolean): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values.entries();
  }
}
