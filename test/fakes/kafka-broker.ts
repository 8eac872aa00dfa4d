/**
 * One broker of Kafka's protocol on a real socket: the versions it speaks, sign-in by name and password, its topics, records in
 * their batches. It says of itself where it is, as brokers do.
 */
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { ScramServer } from './scram-server.ts';

export interface TakenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface Options {
  readonly topics: Readonly<Record<string, number>>;
  /** Who may sign in, and how: by PLAIN unless it is said. */
  readonly account?: { readonly user: string; readonly password: string; readonly mechanism?: Mechanism };
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The host that the cluster tells of itself. */
  readonly advertised?: string;
  /** Topics whose records are refused, with the protocol's number of the error. */
  readonly refusals?: Readonly<Record<string, number>>;
}

export type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

interface Session {
  signedIn: boolean;
  scram?: ScramServer;
}

const apis = { produce: 0, metadata: 3, handshake: 17, versions: 18, authenticate: 36 } as const;

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes.readInt8(this.at++);
  }

  short(): number {
    this.at += 2;
    return this.#bytes.readInt16BE(this.at - 2);
  }

  int(): number {
    this.at += 4;
    return this.#bytes.readInt32BE(this.at - 4);
  }

  take(length: number): Buffer {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  text(): string | null {
    const length = this.short();
    return length < 0 ? null : this.take(length).toString();
  }

  list<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(this.int(), 0) }, read);
  }

  /** A number of few bytes, zigzag. */
  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes.readUInt8(this.at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return Number((value >> 1n) ^ -(value & 1n));
  }

  varBytes(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.take(length);
  }
}

class Writer {
  readonly #parts: Buffer[] = [];

  short(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    this.#parts.push(bytes);
    return this;
  }

  int(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    this.#parts.push(bytes);
    return this;
  }

  long(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(value));
    this.#parts.push(bytes);
    return this;
  }

  bool(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  text(value: string | null): this {
    if (value === null) return this.short(-1);
    this.short(Buffer.byteLength(value));
    this.#parts.push(Buffer.from(value));
    return this;
  }

  /** Bytes with their length. */
  raw(bytes: Buffer): this {
    this.int(bytes.length);
    this.#parts.push(bytes);
    return this;
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.int(items.length);
    items.forEach(write);
    return this;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export class FakeKafkaBroker {
  readonly records: TakenRecord[] = [];
  /** How many a partition holds, by `topic/partition`. */
  readonly #offsets = new Map<string, number>();
  readonly #options: Options;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  port = 0;

  constructor(options: Options) {
    this.#options = options;
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = options.tls === undefined ? createPlain(serve) : createTls(options.tls, serve);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    let bytes = Buffer.alloc(0);
    const session: Session = { signedIn: this.#options.account === undefined };
    socket.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
        const size = bytes.readInt32BE(0);
        const request = new Reader(bytes.subarray(4, 4 + size));
        bytes = bytes.subarray(4 + size);
        const api = request.short();
        request.short();
        const correlation = request.int();
        request.text();
        const answer = this.#answer(api, request, session);
        if (answer === undefined) return void socket.destroy();
        const { bytes: body } = answer;
        socket.write(Buffer.concat([new Writer().int(body.length + 4).int(correlation).bytes, body]));
      }
    });
  }

  #answer(api: number, request: Reader, session: Session): Writer | undefined {
    if (api === apis.versions) {
      const known: readonly (readonly [number, number])[] = [
        [apis.produce, 3],
        [apis.metadata, 1],
        [apis.handshake, 1],
        [apis.versions, 2],
        [apis.authenticate, 0],
      ];
      const writer = new Writer().short(0);
      return writer.list(known, ([key, most]) => writer.short(key).short(0).short(most)).int(0);
    }
    if (api === apis.handshake) {
      const mechanism = this.#options.account?.mechanism ?? 'PLAIN';
      const writer = new Writer().short(request.text() === mechanism ? 0 : 33);
      return writer.list([mechanism], (name) => writer.text(name));
    }
    if (api === apis.authenticate) return this.#authenticate(request.take(request.int()).toString(), session);
    if (!session.signedIn) return undefined;
    return api === apis.metadata ? this.#metadata(request) : api === apis.produce ? this.#produce(request) : undefined;
  }

  #authenticate(message: string, session: Session): Writer {
    const { user = '', password = '', mechanism = 'PLAIN' } = this.#options.account ?? {};
    let said: string | undefined;
    if (mechanism === 'PLAIN') {
      session.signedIn = message === `\0${user}\0${password}`;
      said = session.signedIn ? '' : undefined;
    } else {
      session.scram ??= new ScramServer(mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512', user, password);
      said = session.scram.answer(message);
      session.signedIn = session.scram.isSignedIn;
    }
    const writer = new Writer().short(said === undefined ? 58 : 0);
    return writer.text(said === undefined ? 'Authentication failed' : null).raw(Buffer.from(said ?? ''));
  }

  #metadata(request: Reader): Writer {
    const asked = request.list(() => request.text() ?? '');
    const writer = new Writer();
    writer
      .list([1], (node) =>
        writer
          .int(node)
          .text(this.#options.advertised ?? 'localhost')
          .int(this.port)
          .text(null),
      )
      .int(1);
    return writer.list(asked, (topic) => {
      const count = this.#options.topics[topic] ?? 0;
      writer
        .short(count === 0 ? 3 : 0)
        .text(topic)
        .bool(false);
      writer.list(
        Array.from({ length: count }, (_, index) => index),
        (partition) => {
          writer.short(0).int(partition).int(1);
          writer.list([1], (node) => writer.int(node)).list([1], (node) => writer.int(node));
        },
      );
    });
  }

  #produce(request: Reader): Writer {
    request.text();
    request.short();
    request.int();
    const topics = request.list(() => ({
      topic: request.text() ?? '',
      parts: request.list(() => ({ partition: request.int(), batch: request.take(request.int()) })),
    }));
    const writer = new Writer();
    writer.list(topics, ({ topic, parts }) => {
      const refusal = this.#options.refusals?.[topic] ?? 0;
      writer.text(topic).list(parts, ({ partition, batch }) => {
        const place = `${topic}/${partition}`;
        const base = this.#offsets.get(place) ?? 0;
        const records = refusal === 0 ? readBatch(batch, topic, partition) : [];
        this.records.push(...records);
        this.#offsets.set(place, base + records.length);
        writer.int(partition).short(refusal).long(base).long(-1);
      });
    });
    return writer.int(0);
  }
}

/** A batch of records in its second form. */
function readBatch(batch: Buffer, topic: string, partition: number): readonly TakenRecord[] {
  const reader = new Reader(batch);
  // Offset, length, epoch; form; checksum, attributes, offsets, times, producer.
  reader.take(8 + 4 + 4);
  if (reader.byte() !== 2) throw new Error('a batch of another form');
  reader.take(4 + 2 + 4 + 8 + 8 + 8 + 2 + 4);
  return reader.list(() => {
    reader.varint();
    reader.byte();
    reader.varint();
    reader.varint();
    const key = reader.varBytes();
    const value = reader.varBytes() ?? Buffer.alloc(0);
    const headers = Array.from({ length: reader.varint() }, () => [
      String(reader.varBytes()),
      String(reader.varBytes()),
    ]);
    return {
      topic,
      partition,
      key: key === null ? null : key.toString(),
      value,
      headers: Object.fromEntries(headers) as Record<string, string>,
    };
  });
}
