/**
 * A call on our own ARM surface without a socket: used by the HTTP listener, deployments, and playbooks that call
 * `https://management.azure.com`.
 *
 * Owns: the request and answer shapes. Does not own: routing (`#api`), decisions about access (`#access`).
 */
import type { Json, JsonObject } from './json.ts';

/** Who calls. `roles` are resolved by the access layer from `objectId`; `owner` is the admin token. */
export interface Identity {
  /** The object id of the principal; role assignments name it. */
  readonly objectId: string;
  readonly displayName: string;
  readonly kind: 'User' | 'ServicePrincipal' | 'ManagedIdentity' | 'AdminToken' | 'IngestionKey' | 'System';
  readonly appId?: string;
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
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON body; undefined when none was sent. */
  readonly body?: Json;
  /** The body's text, for routes with their own parser. */
  readonly rawBody?: string;
  readonly identity: Identity;
  /** `https://host:port` that absolute URLs in the answer start with. */
  readonly baseUrl: string;
}

export interface ArmResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** Answers any ARM or own-API request; never rejects, faults become error envelopes. */
export type ArmDispatch = (request: ArmRequest) => Promise<ArmResponse>;

/** The error envelope of ARM. */
export interface ErrorEnvelope {
  readonly error: JsonObject;
}
