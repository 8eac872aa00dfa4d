/**
 * Records to Kafka, or to any broker of its protocol.
 *
 * Owns: connections (one producer per cluster and credential, closed when idle), what an outcome means.
 * Does not own: the records (`#service`), the protocol (`kafkajs`).
 *
 * Invariants
 * KC1. Every broker passes the guard by the address it is really reached at, also those that the cluster names itself.
 * KC2. Records count as taken only when all replicas in sync have them.
 * KC3. No message holds the password.
 */
import { createHash } from 'node:crypto';
import { connect as connectPlain, isIP, type LookupFunction, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { OutboundFailure } from '#foundation';
import type { ISocketFactory, KafkaConfig, Producer, SASLOptions } from 'kafkajs';
import type { AddressGuard } from './address-guard.ts';
import { ForbiddenAddress, guardedLookup } from './guarded-lookup.ts';

export interface KafkaCluster {
  /** `host:port`, several to begin with. */
  readonly brokers: readonly string[];
  readonly tls: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

export interface KafkaRecord {
  readonly key?: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition?: number;
}

export type KafkaOutcome =
  | {
      readonly kind: 'taken';
      /** Where the records of each partition begin. */
      readonly partitions: readonly { readonly partition: number; readonly baseOffset: string }[];
    }
  /** What the brokers say of it, in their own word: `TOPIC_AUTHORIZATION_FAILED`. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | OutboundFailure;

const connectMilliseconds = 10_000;
const requestMilliseconds = 30_000;
const sendMilliseconds = 60_000;
const idleMilliseconds = 60_000;
const closeMilliseconds = 2_000;

/** The brokers let all attempts of the library pass. */
class SilentBrokers extends Error {}

interface KeptProducer {
  readonly producer: Promise<Producer>;
  /** Rejects when the guard refuses a broker: no attempt of the library changes that. */
  readonly forbidden: Promise<never>;
  readonly sockets: Set<Socket>;
  underWay: number;
  idle: NodeJS.Timeout | undefined;
}

export class KafkaClient {
  readonly #guard: AddressGuard;
  readonly #lookup: LookupFunction;
  readonly #producers = new Map<string, KeptProducer>();

  constructor(guard: AddressGuard) {
    this.#guard = guard;
    this.#lookup = guardedLookup(guard);
  }

  /** Sends records to one topic; never rejects. */
  async send(cluster: KafkaCluster, topic: string, records: readonly KafkaRecord[]): Promise<KafkaOutcome> {
    const key = createHash('sha256').update(JSON.stringify(cluster)).digest('hex');
    const kept = this.#producers.get(key) ?? this.#open(key, cluster);
    clearTimeout(kept.idle);
    kept.underWay += 1;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new SilentBrokers()), sendMilliseconds);
    try {
      const sent = produce(kept.producer, topic, records);
      return await Promise.race([sent, kept.forbidden, late.promise]);
    } catch (error) {
      // What the library still tries on its own ends with its connections.
      if (error instanceof ForbiddenAddress || error instanceof SilentBrokers) void this.#forget(key);
      return outcomeOf(error, cluster);
    } finally {
      clearTimeout(timer);
      kept.underWay -= 1;
      if (kept.underWay === 0) kept.idle = setTimeout(() => void this.#forget(key), idleMilliseconds).unref();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#producers.keys()].map((key) => this.#forget(key)));
  }

  async #forget(key: string): Promise<void> {
    const kept = this.#producers.get(key);
    if (kept === undefined) return;
    this.#producers.delete(key);
    clearTimeout(kept.idle);
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, closeMilliseconds);
    const goodbye = kept.producer.then((producer) => producer.disconnect()).catch(() => {});
    await Promise.race([goodbye, patience.promise]);
    clearTimeout(timer);
    for (const socket of kept.sockets) socket.destroy();
  }

  #open(key: string, cluster: KafkaCluster): KeptProducer {
    const forbidden = Promise.withResolvers<never>();
    forbidden.promise.catch(() => {});
    const sockets = new Set<Socket>();
    const producer = connectProducer(cluster, this.#socketFactory(sockets, forbidden.reject));
    const kept: KeptProducer = { producer, forbidden: forbidden.promise, sockets, underWay: 0, idle: undefined };
    this.#producers.set(key, kept);
    producer.catch(() => this.#producers.delete(key));
    return kept;
  }

  #socketFactory(sockets: Set<Socket>, forbid: (reason: ForbiddenAddress) => void): ISocketFactory {
    const lookup = this.#lookup;
    return ({ host, port, ssl, onConnect }) => {
      const refusal = isIP(host) === 0 ? undefined : this.#guard.refusal(host, host);
      // The library's types say that there are TLS options always; without TLS it hands in false.
      const secure = Boolean(ssl);
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket =
        refusal !== undefined
          ? new Socket()
          : secure
            ? connectTls({ host, port, lookup, ...name }, onConnect)
            : connectPlain({ host, port, lookup }, onConnect);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', (error) => {
        if (error instanceof ForbiddenAddress) forbid(error);
      });
      if (refusal !== undefined) setImmediate(() => socket.destroy(new ForbiddenAddress(refusal)));
      return socket;
    };
  }
}

async function connectProducer({ brokers, tls, sasl }: KafkaCluster, socketFactory: ISocketFactory): Promise<Producer> {
  // Loaded with the first record: most servers send none.
  const { default: library } = await import('kafkajs');
  const options: KafkaConfig = {
    clientId: 'tocsin',
    brokers: [...brokers],
    ssl: tls,
    ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }),
    connectionTimeout: connectMilliseconds,
    requestTimeout: requestMilliseconds,
    // Elections of leaders pass within a few attempts; what remains is for the action's own retries.
    retry: { retries: 2, initialRetryTime: 200 },
    socketFactory,
    logLevel: library.logLevel.NOTHING,
  };
  const producer = new library.Kafka(options).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return producer;
}

async function produce(
  connected: Promise<Producer>,
  topic: string,
  records: readonly KafkaRecord[],
): Promise<KafkaOutcome> {
  const producer = await connected;
  const messages = records.map(({ key, value, headers, partition }) => ({
    key: key ?? null,
    value: Buffer.from(value),
    headers: { ...headers },
    ...(partition === undefined ? {} : { partition }),
  }));
  const partitions = await producer.send({ topic, acks: -1, timeout: requestMilliseconds, messages });
  return {
    kind: 'taken',
    partitions: partitions.map(({ partition, baseOffset = '-1' }) => ({ partition, baseOffset })),
  };
}

// --- Faults -----------------------------------------------------------------------------------------------------

interface LibraryError extends Error {
  readonly type?: string;
  readonly code?: unknown;
  readonly originalError?: unknown;
}

function chainOf(error: unknown): readonly LibraryError[] {
  const chain: LibraryError[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; ) {
    chain.push(at);
    at = (at as LibraryError).originalError ?? at.cause;
  }
  return chain;
}

function outcomeOf(error: unknown, { brokers }: KafkaCluster): KafkaOutcome {
  const chain = chainOf(error);
  const message = (chain.at(-1)?.message ?? String(error)).slice(0, 1_000);
  const forbidden =
    chain.some(({ code }) => code === 'TOCSIN_FORBIDDEN') ||
    /link-local or reserved|private range|loopback address/.test(message);
  if (forbidden) return { kind: 'failure', code: 'OutboundAddressForbidden', message, retryable: false };
  if (chain.some(({ name }) => name === 'KafkaJSSASLAuthenticationError')) {
    return { kind: 'refused', code: 'SASL_AUTHENTICATION_FAILED', message };
  }
  const code = chain.find(({ type }) => typeof type === 'string')?.type;
  if (code !== undefined) return { kind: 'refused', code, message };
  return {
    kind: 'failure',
    code: 'BadGateway',
    message: `The brokers '${brokers.join(',').slice(0, 300)}' could not be used: ${message}`,
    retryable: true,
  };
}
