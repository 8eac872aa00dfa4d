/** A small AMQP 1.0 broker on loopback: takes messages with a name and a key, and can be told to misbehave. */
import type { AddressInfo, Server, Socket } from 'node:net';
import rhea, { type Connection, type EventContext, type Message } from 'rhea';

export interface Received {
  readonly id: string;
  readonly entity: string;
  readonly body: string;
  readonly contentType: string | undefined;
  /** The whole message, as the protocol brought it. */
  readonly message: Message | undefined;
}

type PlainCheck = (name: string, key: string) => boolean;

type Verdict = 'accept' | 'release' | 'ignore' | { readonly condition: string };

export interface BrokerOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
  readonly maxMessageSize?: number;
  readonly credit?: number;
}

export class AmqpBroker {
  readonly received: Received[] = [];
  connections = 0;
  /** What becomes of each message. */
  verdict: (message: Received) => Verdict = () => 'accept';
  #server: Server | undefined;
  readonly #open = new Set<Connection>();
  readonly #options: BrokerOptions;

  constructor(options: BrokerOptions = {}) {
    this.#options = options;
  }

  async start(): Promise<number> {
    const { tls, port = 0, maxMessageSize, credit = 100 } = this.#options;
    const container = rhea.create_container();
    const mechanisms = container.sasl_server_mechanisms as { enable_plain(check: PlainCheck): void };
    mechanisms.enable_plain((name, key) => name === 'send' && key === 'k3y=');
    container.on('connection_open', ({ connection }: EventContext) => {
      this.connections += 1;
      this.#open.add(connection);
    });
    container.on('receiver_open', ({ receiver }: EventContext) => {
      receiver?.set_target({ address: receiver.target.address });
      if (receiver?.target.address === 'missing') {
        receiver.close({ condition: 'amqp:not-found', description: 'no such entity' });
      }
    });
    container.on('message', (context: EventContext) => this.#take(context));
    container.on('disconnected', ({ connection }: EventContext) => this.#open.delete(connection));
    for (const event of ['connection_error', 'session_error', 'receiver_error', 'error']) container.on(event, () => {});
    const server = container.listen({
      port,
      host: '127.0.0.1',
      ...(tls === undefined ? {} : { transport: 'tls', ...tls }),
      receiver_options: {
        autoaccept: false,
        credit_window: credit,
        ...(maxMessageSize === undefined ? {} : { max_message_size: maxMessageSize }),
      },
    } as never);
    this.#server = server;
    await new Promise((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Ends all connections at once, as a killed broker does, and listens no more. */
  async stop(): Promise<void> {
    for (const connection of this.#open) {
      const { socket } = connection as unknown as { readonly socket: Socket };
      socket.destroy();
      // The protocol's timers end with an orderly end only.
      socket.emit('end');
    }
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #take({ message, receiver, delivery }: EventContext): void {
    const content = (message?.body as { content?: Buffer } | undefined)?.content;
    const received: Received = {
      id: String(message?.message_id),
      entity: receiver?.target.address ?? '',
      body: content?.toString('utf8') ?? '',
      contentType: message?.content_type,
      message,
    };
    const verdict = this.verdict(received);
    if (verdict === 'ignore') return;
    if (verdict === 'release') delivery?.release({ undeliverable_here: false });
    else if (verdict === 'accept') {
      this.received.push(received);
      delivery?.accept();
    } else delivery?.reject({ condition: verdict.condition, description: 'refused' });
  }
}
