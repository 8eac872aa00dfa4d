/**
 * One form for all connectors: what a connection needs, which operations there are, and how the service behind is asked.
 *
 * Owns: the shapes of a connector's data. Does not own: the tables (`*.data.ts`), the call itself (`service-client.ts`), what is kept
 * on this machine (`#service`). Source: connectors reference 1, 3.
 *
 * Invariants
 * C1. A connector is data; functions stand only where a value has to be rewritten, and they are pure.
 */
import type { Fault, Json, JsonObject, OutboundFailure } from '#foundation';
import type { OperationContract } from './document-contract.ts';
import type { MailMessage } from './mail-message.ts';
import type { Question } from './question.ts';

export type ParameterType = 'string' | 'securestring' | 'oauthSetting' | 'int' | 'bool';

/** A parameter of a connection, as the managed API publishes it. */
export interface ConnectionParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly displayName: string;
  readonly description?: string;
  /** A connection without it is still complete. */
  readonly optional?: true;
}

/** How tokens are got for a connection with a parameter of type `oauthSetting`. */
export interface OAuthService {
  /** `aad` connections may use a service principal or a managed identity as well. */
  readonly identityProvider: string;
  /** `{tenant}` is the connection's tenant, `common` unless it names one. */
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** The audience of tokens for service principals: `https://graph.microsoft.com`. */
  readonly resource?: string;
}

/** What a call of an operation brought, taken apart. */
export interface OperationInput {
  /** Decoded values of the path's placeholders. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
  /** The same for a call that is repeated after a crash. */
  readonly key: string;
  /** Parameters of the connection. */
  readonly connection: Readonly<Record<string, string>>;
}

/** An answer before it is an action's outputs. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** What became of an operation: the service's answer, a failure on the way, or why it was not asked. */
export type OperationOutcome = ServiceAnswer | OutboundFailure | Fault;

/** An answer below 300. */
export function isFine(outcome: OperationOutcome): outcome is ServiceAnswer {
  return 'headers' in outcome && outcome.status < 300;
}

/** How the service is asked where that differs from the operation itself. */
export interface ServiceMapping {
  /** `POST /v1.0/users/{MailboxAddress}/sendMail`: placeholders of the path, else queries, else connection parameters. */
  readonly to?: string | ((input: OperationInput) => string | Fault);
  /** Absent: the queries as they came. */
  readonly query?: (input: OperationInput) => Readonly<Record<string, string>>;
  readonly headers?: (input: OperationInput) => Readonly<Record<string, string>>;
  /** Absent: the body as it came. */
  readonly body?: (input: OperationInput) => Json | undefined | Fault;
  readonly answer?: (answer: ServiceAnswer, input: OperationInput) => ServiceAnswer;
}

/** One request to the service behind a connector; the credential is added on its way. */
export interface ServiceRequest {
  readonly method: string;
  /** Below the service's endpoint, with its queries; or an absolute URL that the service gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | Uint8Array | undefined;
  /** The URL carries its own credential (an upload session, a webhook): none is added. */
  readonly bare?: true;
}

export type SendToService = (request: ServiceRequest) => Promise<ServiceAnswer | OutboundFailure>;

export interface OperationParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array';
  readonly required?: true;
  readonly summary?: string;
  /** Decoded twice: names of data sets, which callers encode twice. */
  readonly encoding?: 'double';
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** `/v2/Mail`, `/v1.0/users/{id}`: a placeholder takes one segment or a part of one. */
  readonly path: string;
  readonly summary: string;
  /** A subscription is answered by its callback later; a trigger is asked for by workflows, not by actions. */
  readonly kind?: 'subscription' | 'trigger';
  readonly parameters?: readonly OperationParameter[];
  /** An example of the answer, which also shapes the sandbox's. */
  readonly answer: { readonly status: number; readonly body?: Json };
  /** The call decides what the answer holds (a query's columns, a resource's type): its workflow tells more of it than the example. */
  readonly shapeless?: true;
  /** What its document says of it, where it has one. */
  readonly contract?: OperationContract;
  /** An example of the callback's body. */
  readonly callback?: Json;
  readonly call?: ServiceMapping;
  /** Several requests make up the operation. */
  readonly perform?: (send: SendToService, input: OperationInput) => Promise<OperationOutcome>;
  /** The operation sends this mail. */
  readonly mail?: (input: OperationInput) => MailMessage | Fault;
  /** The operation asks people this and waits for an answer. */
  readonly question?: (input: OperationInput) => Question | Fault;
  /** A subscription in whose place this server polls: its first notification comes at once, polls say when the next is due. */
  readonly polled?: true;
  /** Only designers ask it, for what there is to choose from: no step is made of it. */
  readonly forLists?: true;
  /** Azure Resource Manager answers it, whatever the connector's own service. */
  readonly onArm?: true;
  /** There is no way to carry it out but the sandbox; the text says why. */
  readonly sandboxOnly?: string;
}

export type Service =
  /** Called by nobody: its triggers are fired by this server. */
  | { readonly kind: 'none' }
  /** A service over HTTP. */
  | {
      readonly kind: 'http';
      /** `https://{instance}`: placeholders are connection parameters. A profile may name another. */
      readonly endpoint: string;
      /** Headers that carry the credential: `{api_key}`; `basic:{username}:{password}` is encoded. */
      readonly headers?: Readonly<Record<string, string>>;
      readonly queries?: Readonly<Record<string, string>>;
      /** Paths that are not in the table go through unchanged. */
      readonly open?: true;
      /** Values of the endpoint's placeholders that each call names, already judged: a credential goes where they say. */
      readonly named?: (input: OperationInput) => Readonly<Record<string, string>> | Fault;
      /** Connections that act as somebody of this server are answered by what is kept here. */
      readonly here?: 'directory' | 'vault' | 'devices';
    }
  /** Azure Resource Manager: this server's, or that of a linked subscription. */
  | { readonly kind: 'arm' }
  /** Mail over SMTP, or over the HTTP service when the connection has a token. */
  | { readonly kind: 'mail'; readonly endpoint?: string }
  /** Carried out on this machine (`#service`). */
  | { readonly kind: 'local' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Another set of parameters that makes a connection complete. */
export interface ParameterSet {
  /** `servicePrincipal`, `webhook`. */
  readonly name: string;
  readonly displayName: string;
  readonly parameters: readonly ConnectionParameter[];
}

export interface Connector {
  /** Lower case: `office365`. */
  readonly name: string;
  readonly displayName: string;
  readonly brandColor: string;
  readonly description?: string;
  /** Needed for a connection to be `Connected`; none means no credential at all. */
  readonly parameters: readonly ConnectionParameter[];
  readonly alternatives?: readonly ParameterSet[];
  readonly oauth?: OAuthService;
  readonly service: Service;
  /** Calls of one connection in so many seconds; more wait. */
  readonly throttle: { readonly calls: number; readonly seconds: number };
  /** The operation that shows whether the credentials hold, `GET /user`, asked of the service itself. */
  readonly test?: string;
  readonly operations: readonly Operation[];
  /** Schemas that contracts of operations refer to. */
  readonly definitions?: JsonObject;
}

/** What most connectors allow. */
export const usualThrottle = { calls: 100, seconds: 60 } as const;

export function text(name: string, displayName: string, more: Partial<ConnectionParameter> = {}): ConnectionParameter {
  return { name, type: 'string', displayName, ...more };
}

export function secret(
  name: string,
  displayName: string,
  more: Partial<ConnectionParameter> = {},
): ConnectionParameter {
  return { name, type: 'securestring', displayName, ...more };
}

export const token: ConnectionParameter = { name: 'token', type: 'oauthSetting', displayName: 'Sign in' };

/** An application of Microsoft Entra ID instead of a person. */
export const servicePrincipal: ParameterSet = {
  name: 'servicePrincipal',
  displayName: 'Service principal',
  parameters: [
    text('token:clientId', 'Client ID'),
    secret('token:clientSecret', 'Client secret'),
    text('token:TenantId', 'Tenant', { optional: true }),
    text('token:grantType', 'Grant type', { optional: true }),
  ],
};

/** A mail server in place of a mail service. */
export const mailServer: ParameterSet = {
  name: 'smtp',
  displayName: 'Mail server (SMTP)',
  parameters: [
    text('serverAddress', 'Server address'),
    text('userName', 'User name', { optional: true }),
    secret('password', 'Password', { optional: true }),
    { name: 'port', type: 'int', displayName: 'Port', optional: true },
    { name: 'enableSSL', type: 'bool', displayName: 'TLS', optional: true },
    text('from', 'Sender', { optional: true }),
  ],
};

/** Sign-in at Microsoft Entra ID for one resource. */
export function entra(resource: string, scopes: readonly string[]): OAuthService {
  return {
    identityProvider: 'aad',
    authorizationUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    scopes: [...scopes, 'offline_access'],
    resource,
  };
}

/** A member of the body that is an object, ignoring everything else. */
export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A row of an operation table: `action('CreateIssue', 'POST /issue', 'Create a new issue', { status: 201 })`. */
export function action(
  id: string,
  route: string,
  summary: string,
  answer: Operation['answer'] = { status: 200 },
  more: Partial<Operation> = {},
): Operation {
  const [method = 'POST', path = '/'] = route.split(/ (.*)/s);
  return { id, method, path, summary, answer, ...more };
}
