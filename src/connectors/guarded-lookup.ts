/**
 * Name resolution that refuses what the guard refuses, for every kind of socket.
 *
 * Owns: the look-up handed to sockets and the error it refuses with. Does not own: the decision (`address-guard.ts`).
 */
import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AddressGuard } from './address-guard.ts';

/** Why a socket was never opened. */
export class ForbiddenAddress extends Error {
  readonly code = 'TOCSIN_FORBIDDEN';
}

/** Resolves a name and refuses every address that the guard refuses (guard A3). */
export function guardedLookup(guard: AddressGuard): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refusal = addresses
        .map(({ address }) => guard.refusal(host, address))
        .find((reason) => reason !== undefined);
      if (refusal !== undefined) return callback(new ForbiddenAddress(refusal), '', 0);
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      return callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}
