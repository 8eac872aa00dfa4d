/**
 * AMQP 1.0 to Azure Event Hubs, or to any broker of that protocol.
 *
 * Owns: connections (one per address, kept open), links, credit, what a disposition means.
 * Does not own: queues and retries (`#service`), whether an address may be reached (`address-guard.ts`).
 *
 * Every event is a message of its own with one data section, as Event Hubs' own clients send them; many are under way at
 * once, up to the credit the broker gives, and go out in few packets. The batch format of Event Hubs (one message that
 * holds many) is not used: no other broker understands it.
 *
 * Invariants
 * A1. A message counts as accepted only by the broker's disposition; a connection that ends or stays silent leaves the
 *     messages without one refused, to be sent again with the same id.
 * A2. Every connection passes the guard with the address it really goes to.
 * A3. Neither key nor name of a policy is in any outcome.
 */
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EventHubs, HubAddress, HubMessage, HubOutcome } from '#foundation';
import type { Connection, Container, Delivery, EventContext, Sender } from 'rhea';
import type { AddressGuard } from './address-guard.ts';
import { ForbiddenAddress, guardedLookup } from './guarded-lookup.ts';

type Refusal = Extract<HubOutcome, { kind: 'refused' }>;

/** Silence of the broker after which messages under way are given up. */
const silenceMilliseconds = 60_000;
const connectMilliseconds = 30_000;
/** Heartbeats keep connections open; Event Hubs closes those that say nothing for four minutes. */
const idleMilliseconds = 60_000;

/** Conditions after which sending the same message again cannot help. */
const hopeless = new Set([
  'amqp:link:message-size-exceeded',
  'amqp:decode-error',
  'amqp:invalid-field',
  'amqp:not-allowed',
  'amqp:not-implemented',
  'com.microsoft:argument-error',
]);

export class EventHubClient implements EventHubs {
  readonly #guard: AddressGuard;
  readonly #lookup: LookupFunction;
  #loaded: Promise<Protocol> | undefined;
  readonly #links = new Map<string, HubLink>();

  constructor(guard: AddressGuard) {
    this.#guard = guard;
    this.#lookup = guardedLookup(guard);
  }

  async send(address: HubAddress, messages: readonly HubMessage[]): Promise<readonly HubOutcome[]> {
    const refusal = isIP(address.host) === 0 ? undefined : this.#guard.refusal(address.host, address.host);
    if (refusal !== undefined) {
      const outcome = refused('OutboundAddressForbidden', refusal, 'hub');
      return messages.map(() => outcome);
    }
    this.#loaded ??= loadProtocol();
    const protocol = await this.#loaded;
    const key = JSON.stringify([address.host, address.port, address.tls, address.entity, address.credentials]);
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new HubLink(protocol, address, this.#lookup, () => this.#links.delete(key));
      this.#links.set(key, link);
    }
    return link.send(messages);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }
}

interface Protocol {
  readonly container: Container;
  /** The section of a message that holds bytes. */
  readonly dataSection: (bytes: Buffer) => unknown;
  /** A moment, in milliseconds since the epoch. */
  readonly moment: (milliseconds: number) => unknown;
}

/** Loaded with the first message: most servers send none. */
async function loadProtocol(): Promise<Protocol> {
  const { default: rhea } = await import('rhea');
  const container = rhea.create_container({ id: `tocsin-${rhea.generate_uuid()}` });
  return {
    container,
    dataSection: (bytes): unknown => rhea.message.data_section(bytes),
    moment: (milliseconds): unknown => rhea.types.wrap_timestamp(milliseconds),
  };
}

interface Waiting {
  readonly message: HubMessage;
  readonly settle: (outcome: HubOutcome) => void;
}

/** One connection with one link on it. It is made with its first message and never used again once it has ended. */
class HubLink {
  readonly #protocol: Protocol;
  readonly #forget: () => void;
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #waiting: Waiting[] = [];
  readonly #underWay = new Map<Delivery, Waiting>();
  #open = false;
  #ended: Refusal | undefined;
  #silence: NodeJS.Timeout;
  readonly #closed = Promise.withResolvers<void>();

  constructor(protocol: Protocol, address: HubAddress, lookup: LookupFunction, forget: () => void) {
    this.#protocol = protocol;
    this.#forget = forget;
    const { host, credentials } = address;
    this.#connection = protocol.container.connect({
      connection_details: () => ({ ...socketOf(address, lookup), host, port: address.port }),
      host,
      hostname: host,
      port: address.port,
      reconnect: false,
      idle_time_out: idleMilliseconds,
      ...(credentials === undefined ? {} : { username: credentials.name, password: credentials.key }),
    });
    this.#sender = this.#connection.open_sender({ target: { address: address.entity } });
    this.#listen();
    this.#silence = this.#watch(connectMilliseconds);
  }

  send(messages: readonly HubMessage[]): Promise<readonly HubOutcome[]> {
    const { promise, resolve } = Promise.withResolvers<readonly HubOutcome[]>();
    const outcomes: HubOutcome[] = [];
    let left = messages.length;
    if (left === 0) return Promise.resolve([]);
    for (const [index, message] of messages.entries()) {
      const settle = (outcome: HubOutcome): void => {
        outcomes[index] = outcome;
        left -= 1;
        if (left === 0) resolve(outcomes);
      };
      if (this.#ended === undefined) this.#waiting.push({ message, settle });
      else settle(this.#ended);
    }
    this.#flush();
    return promise;
  }

  close(): Promise<void> {
    if (this.#ended !== undefined) return Promise.resolve();
    const giveUp = setTimeout(() => this.#end(refused('ConnectionClosed', 'The connection was closed.', 'hub')), 2000);
    this.#connection.close();
    return this.#closed.promise.finally(() => clearTimeout(giveUp));
  }

  #listen(): void {
    const connection = this.#connection;
    connection.on('sender_open', () => {
      this.#open = true;
      this.#heard();
      this.#flush();
    });
    connection.on('sendable', () => {
      this.#heard();
      this.#flush();
    });
    connection.on('accepted', ({ delivery }: EventContext) => this.#settled(delivery, { kind: 'accepted' }));
    connection.on('rejected', ({ delivery }: EventContext) => this.#settled(delivery, rejection(delivery)));
    for (const event of ['released', 'modified'] as const) {
      connection.on(event, ({ delivery }: EventContext) =>
        this.#settled(delivery, refused(`amqp:${event}`, 'The broker did not take the message.', 'message')),
      );
    }
    for (const event of ['sender_error', 'session_error', 'connection_error'] as const) {
      connection.on(event, (context: EventContext) => this.#end(brokerFault(event, context)));
    }
    for (const event of ['sender_close', 'session_close', 'connection_close'] as const) {
      connection.on(event, () => this.#end(refused('ConnectionClosed', 'The broker closed the connection.', 'hub')));
    }
    connection.on('disconnected', (context: EventContext) => this.#end(socketFault(context)));
    connection.on('error', (error: Error) => this.#end(refused('ConnectionFailed', error.message, 'hub')));
  }

  #flush(): void {
    if (!this.#open || this.#ended !== undefined) return;
    const largest = Number(
      (this.#sender as unknown as { remote?: { attach?: { max_message_size?: number } } }).remote?.attach
        ?.max_message_size ?? 0,
    );
    while (this.#waiting.length > 0 && this.#sender.sendable()) {
      const next = this.#waiting.shift() as Waiting;
      const { id, body } = next.message;
      if (largest > 0 && body.length > largest) {
        const message = `The event has ${body.length} bytes; the broker takes at most ${largest}.`;
        next.settle(refused('amqp:link:message-size-exceeded', message, 'message'));
        continue;
      }
      const content = this.#protocol.dataSection(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
      const delivery = this.#sender.send({
        message_id: id,
        ...headersOf(this.#protocol, next.message),
        body: content,
      });
      this.#underWay.set(delivery, next);
    }
  }

  #settled(delivery: Delivery | undefined, outcome: HubOutcome): void {
    this.#heard();
    const waiting = delivery === undefined ? undefined : this.#underWay.get(delivery);
    if (delivery === undefined || waiting === undefined) return;
    this.#underWay.delete(delivery);
    waiting.settle(outcome);
  }

  /** The broker is there: its silence counts from now. */
  #heard(): void {
    clearTimeout(this.#silence);
    if (this.#ended === undefined) this.#silence = this.#watch(silenceMilliseconds);
  }

  #watch(milliseconds: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      if (this.#open && this.#waiting.length + this.#underWay.size === 0) return;
      this.#end(refused('BrokerSilent', `The broker did not answer for ${milliseconds / 1000} seconds.`, 'hub'));
    }, milliseconds);
    return timer.unref();
  }

  #end(reason: Refusal): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    clearTimeout(this.#silence);
    this.#forget();
    this.#closed.resolve();
    const left = [...this.#underWay.values(), ...this.#waiting.splice(0)];
    this.#underWay.clear();
    // What follows the end on this connection is of no interest, but must not be an unhandled event either.
    this.#connection.removeAllListeners();
    for (const event of ['error', 'connection_error', 'sender_error', 'session_error', 'disconnected']) {
      this.#connection.on(event, () => {});
    }
    const { socket } = this.#connection as unknown as { readonly socket?: Socket };
    // An orderly end first: the peer learns of it, and the protocol's timers end with it.
    if (socket?.destroyed === false) this.#connection.close();
    setTimeout(() => socket?.destroy(), 1000).unref();
    for (const { settle } of left) settle(reason);
  }
}

/** The sections of a message that say what it is about. */
function headersOf({ moment }: Protocol, { properties }: HubMessage): Record<string, unknown> {
  if (properties === undefined) return { content_type: 'application/json' };
  const { scheduled, partitionKey, application, timeToLive, ...named } = properties;
  const names = {
    contentType: 'content_type',
    subject: 'subject',
    correlationId: 'correlation_id',
    groupId: 'group_id',
    to: 'to',
    replyTo: 'reply_to',
    replyToGroupId: 'reply_to_group_id',
  } as const;
  const annotations = {
    ...(scheduled === undefined ? {} : { 'x-opt-scheduled-enqueue-time': moment(scheduled) }),
    ...(partitionKey === undefined ? {} : { 'x-opt-partition-key': partitionKey }),
  };
  return {
    ...Object.fromEntries(Object.entries(named).map(([name, value]) => [names[name as keyof typeof names], value])),
    ...(timeToLive === undefined ? {} : { ttl: timeToLive }),
    ...(Object.keys(application).length === 0 ? {} : { application_properties: { ...application } }),
    ...(Object.keys(annotations).length === 0 ? {} : { message_annotations: annotations }),
  };
}

/** How the socket is opened (A2). */
function socketOf({ tls }: HubAddress, lookup: LookupFunction) {
  const connect = (port: number, host: string, _options: object, done: () => void): Socket => {
    const socket = tls
      ? connectTls({ port, host, lookup, ...(isIP(host) === 0 ? { servername: host } : {}) }, done)
      : connectPlain({ port, host, lookup }, done);
    socket.setNoDelay(true);
    // The protocol's timers end with an orderly end only; a socket that was destroyed must end them too.
    socket.once('close', () => socket.emit('end'));
    return socket;
  };
  return { connect, options: {} };
}

function refused(code: string, message: string, about: Refusal['about']): Refusal {
  return { kind: 'refused', code, message: message.slice(0, 500), about, retryable: !hopeless.has(code) };
}

interface AmqpError {
  readonly condition?: string;
  readonly description?: string;
}

function rejection(delivery: Delivery | undefined): Refusal {
  const state = (delivery as unknown as { readonly remote_state?: { readonly error?: AmqpError } } | undefined)
    ?.remote_state;
  const { condition = 'amqp:rejected', description } = state?.error ?? {};
  return refused(condition, description ?? 'The broker rejected the message.', 'message');
}

function brokerFault(event: string, context: EventContext): Refusal {
  const peer = event === 'sender_error' ? context.sender : event === 'session_error' ? context.session : undefined;
  const error = (context.error ?? (peer ?? context.connection).error) as AmqpError | undefined;
  const { condition = 'amqp:internal-error', description } = error ?? {};
  // Whatever the condition of a link or a connection, another connection may fare better.
  return { ...refused(condition, description ?? 'The broker ended the link.', 'hub'), retryable: true };
}

function socketFault(context: EventContext): Refusal {
  const { error } = context as { readonly error?: Error & { readonly code?: string } };
  if (error instanceof ForbiddenAddress) return refused('OutboundAddressForbidden', error.message, 'hub');
  const code = error?.code;
  if (code === 'ENOTFOUND') return refused('UnresolvableHostName', 'The host name could not be resolved.', 'hub');
  return refused('ConnectionFailed', error?.message ?? 'The connection to the broker was lost.', 'hub');
}
