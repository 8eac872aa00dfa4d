/**
 * Messages to event hubs and other AMQP 1.0 brokers, as one port.
 *
 * Owns: the shape of a target, of a message and of its outcome.
 * Does not own: the client (`#connectors`), connection strings, retries and queues (`#service`).
 *
 * Invariants
 * B1. An outcome is data: `send` never rejects, and answers one outcome per message in their order.
 * B2. `accepted` means that the broker has taken the message over; anything else may or may not have reached it.
 */

export interface HubAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The hub, queue or topic. */
  readonly entity: string;
  /** SASL PLAIN; absent: anonymous. */
  readonly credentials?: { readonly name: string; readonly key: string };
}

export interface HubMessage {
  /** The same again when the message is sent again. */
  readonly id: string;
  /** A JSON document in UTF-8. */
  readonly body: Uint8Array;
}

export type HubOutcome =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      /** The broker's condition, e.g. `amqp:unauthorized-access`, or a code of the connection. */
      readonly code: string;
      readonly message: string;
      /** `message`: this one is at fault or was not taken; `hub`: nothing can be sent there for now. */
      readonly about: 'message' | 'hub';
      readonly retryable: boolean;
    };

export interface EventHubs {
  send(address: HubAddress, messages: readonly HubMessage[]): Promise<readonly HubOutcome[]>;
  /** Ends all connections. */
  close(): Promise<void>;
}
