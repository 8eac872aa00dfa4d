/**
 * Syslog messages over TCP (RFC 6587, octet counting or line ends), TLS (RFC 5425) or UDP (RFC 5426).
 *
 * Owns: one message out, through the guard. Does not own: the message (`#service`).
 *
 * Invariants
 * SY1. The host is reached through the guard like every other.
 */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { OutboundFailure } from '#foundation';
import type { AddressGuard } from './address-guard.ts';
import { guardedLookup } from './guarded-lookup.ts';

export interface SyslogTarget {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'tls' | 'udp';
  /** How messages of a stream are told apart: by their length (RFC 6587 3.4.1, RFC 5425), or by a line end (RFC 6587 3.4.2). */
  readonly framing: 'octet-counting' | 'newline';
}

const milliseconds = 30_000;

export class SyslogSender {
  readonly #guard: AddressGuard;

  constructor(guard: AddressGuard) {
    this.#guard = guard;
  }

  /** Undefined when the message is on its way. */
  async send(target: SyslogTarget, message: string): Promise<OutboundFailure | undefined> {
    const refusal = isIP(target.host) === 0 ? undefined : this.#guard.refusal(target.host, target.host);
    if (refusal !== undefined)
      return { kind: 'failure', code: 'OutboundAddressForbidden', message: refusal, retryable: false };
    try {
      if (target.protocol === 'udp') await this.#datagram(target, message);
      else await this.#stream(target, message);
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const forbidden = (error as { readonly code?: unknown }).code === 'TOCSIN_FORBIDDEN';
      return {
        kind: 'failure',
        code: forbidden ? 'OutboundAddressForbidden' : 'BadGateway',
        message: `The syslog server '${target.host}:${target.port}' could not be used: ${reason}`,
        retryable: !forbidden,
      };
    }
  }

  #stream({ host, port, protocol, framing }: SyslogTarget, message: string): Promise<void> {
    const bytes = Buffer.from(message);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const lookup = guardedLookup(this.#guard);
    const ready = (): void => {
      const [before, behind] = framing === 'newline' ? ['', '\n'] : [`${bytes.length} `, ''];
      socket.end(Buffer.concat([Buffer.from(before), bytes, Buffer.from(behind)]), () => resolve());
    };
    const socket: Socket =
      protocol === 'tls'
        ? connectTls({ host, port, servername: host, lookup }, ready)
        : connectTcp({ host, port, lookup }, ready);
    socket.setTimeout(milliseconds, () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    return promise;
  }

  async #datagram({ host, port }: SyslogTarget, message: string): Promise<void> {
    const address = await this.#addressOf(host);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.send(Buffer.from(message), port, address, (error) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
    return promise;
  }

  #addressOf(host: string): Promise<string> {
    if (isIP(host) !== 0) return Promise.resolve(host);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    guardedLookup(this.#guard)(host, { all: false }, (error, address) => {
      if (error === null) resolve(typeof address === 'string' ? address : (address[0]?.address ?? ''));
      else reject(error);
    });
    return promise;
  }
}
