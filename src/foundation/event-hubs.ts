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
  /** A JSON document in UTF-8 unless the properties say otherwise. */
  readonly body: Uint8Array;
  /** Absent: those of an event, a JSON document without any other. */
  readonly properties?: MessageProperties;
}

/** What a message says of itself beside its body (AMQP 1.0 part 3.2, the annotations of Service Bus and Event Hubs). */
export interface MessageProperties {
  readonly contentType?: string;
  readonly subject?: string;
  readonly correlationId?: string;
  /** The session of a queue. */
  readonly groupId?: string;
  readonly to?: string;
  readonly replyTo?: string;
  readonly replyToGroupId?: string;
  /** Milliseconds. */
  readonly timeToLive?: number;
  /** Milliseconds since the epoch; until then the broker keeps the message back. */
  readonly scheduled?: number;
  readonly partitionKey?: string;
  readonly application: Readonly<Record<string, string | number | boolean>>;
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
