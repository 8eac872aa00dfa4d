/**
 * All HTTP going out, as one port: actions, connectors, deliveries.
 *
 * Owns: the shape of a call and of its outcome.
 * Does not own: the client, the guard against forbidden addresses, the in-process route to our own ARM (`#connectors`).
 *
 * Invariants
 * O1. Headers are lower-case names; a repeated header is one comma-joined value.
 * O2. An outcome is data: no answer at all is `failure`, never a rejected promise.
 */

export interface OutboundRequest {
  readonly method: string;
  /** Absolute http(s) URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds until the call is given up; 120,000 unless set. */
  readonly timeoutMilliseconds?: number;
  readonly signal?: AbortSignal;
  /** What the client shows of itself in the TLS handshake. */
  readonly certificate?: ClientCertificate;
  /** PEM texts of authorities that this call trusts beside those of the runtime. */
  readonly authorities?: string;
  /** False leaves a compressed answer as it came; otherwise it is unpacked and its `content-encoding` is gone. */
  readonly decompress?: boolean;
}

/** A certificate with its chain, and the private key, as PEM texts. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface OutboundResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface OutboundFailure {
  readonly kind: 'failure';
  /** Azure's code where there is one: `UnresolvableHostName`, `GatewayTimeout`, `BadRequest`, `OutboundAddressForbidden`. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface Outbound {
  send(request: OutboundRequest): Promise<OutboundResponse | OutboundFailure>;
}
