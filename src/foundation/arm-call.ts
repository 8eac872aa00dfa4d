/**
 * A call on our own ARM surface without a socket: used by the HTTP listener, deployments, and playbooks that call
 * `https://management.azure.com`.
 *
 * Owns: the request and answer shapes. Does not own: routing (`#api`), decisions about access (`#access`).
 */
import type { Json } from './json.ts';
import type { RunOrigin } from './run-origin.ts';

/** Who calls. Roles are resolved by the access layer from `objectId`; the admin token is Owner at the tenant root. */
export interface Identity {
  /** The object id of the principal; role assignments name it. Empty for `Anonymous`. */
  readonly objectId: string;
  readonly displayName: string;
  /** `Anonymous` gave no credential and reaches open routes only; `System` is the server itself. */
  readonly kind:
    | 'User'
    | 'ServicePrincipal'
    | 'ManagedIdentity'
    | 'AdminToken'
    | 'IngestionKey'
    | 'System'
    | 'Anonymous';
  readonly appId?: string;
  /** What a user signs in with; refusals and the activity log name it. */
  readonly userName?: string;
  /** Object ids of the groups it is in. */
  readonly groups?: readonly string[];
  /** An ingestion key's subscription. */
  readonly subscriptionId?: string;
}

export interface ArmRequest {
  /** Upper case. */
  readonly method: string;
  /** Path without query, percent-decoding not yet done. */
  readonly path: string;
  /** First value of each name, case as sent; no prototype, so any name is data. */
  readonly query: Readonly<Record<string, string>>;
  /** The query as sent, where a socket brought the request: for those who need every value of a name. */
  readonly search?: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON body; undefined when none was sent, or when the route reads text or bytes and a socket brought them. */
  readonly body?: Json;
  /** The body's text, for routes with their own parser. */
  readonly rawBody?: string;
  /** The body's bytes as received (content encodings not undone), for routes that ask for bytes. */
  readonly rawBytes?: Uint8Array;
  /** The body's bytes as they come, for routes that ask for a stream; read at most once. */
  readonly bodyStream?: AsyncIterable<Uint8Array>;
  readonly identity: Identity;
  /** `https://host:port` that absolute URLs in the answer start with. */
  readonly baseUrl: string;
  /** The caller's address, where a socket brought the request. */
  readonly remoteAddress?: string;
  /** Registers what to do when the caller goes away before it has an answer; absent without a socket. */
  readonly whenCallerGone?: (listener: () => void) => void;
  /** What the server calls a trigger for, where it does so itself: the runs that start are kept with it. */
  readonly origin?: RunOrigin;
}

/** An answer has at most one of `body`, `rawBody`, `stream`; the last two bring their own `content-type` header. */
export interface ArmResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly rawBody?: Uint8Array | string;
  /** Sent piece by piece as it comes (server-sent events); ends when the iteration ends or the caller goes away. */
  readonly stream?: AsyncIterable<Uint8Array | string>;
  /** Without the headers that all answers have: a workflow asked for none. */
  readonly bare?: boolean;
}

/** Answers any ARM or own-API request; never rejects, faults become error envelopes. */
export type ArmDispatch = (request: ArmRequest) => Promise<ArmResponse>;
