/**
 * Circuit breakers: a host that does not answer is left alone for a while.
 *
 * Owns: the state per origin. Does not own: calls (`outbound-client.ts`).
 *
 * Invariants
 * CB1. Only calls without any answer count against a host; every answer, whatever its status, closes its circuit.
 * CB2. While a circuit is open one call at a time tries the host again after the pause; the others fail at once, retryably.
 * CB3. Hosts kept are few: those without trouble and calls are forgotten.
 */

export interface CircuitState {
  /** `https://host:port`. */
  readonly origin: string;
  readonly state: 'closed' | 'open' | 'half-open';
  /** Calls without an answer since the last answer. */
  readonly failures: number;
  readonly underWay: number;
  /** Milliseconds since the epoch; while it is open. */
  readonly openUntil?: number;
}

interface Circuit {
  failures: number;
  underWay: number;
  openUntil: number;
  probing: boolean;
}

/** Calls without an answer, one after the other, that open a circuit. */
const tolerated = 20;
const pauseMilliseconds = 15_000;
const mostKept = 2_000;

export class Circuits {
  readonly #now: () => number;
  readonly #circuits = new Map<string, Circuit>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Why a call may not go out now; undefined when it may, and then `ended` must follow. */
  begin(origin: string): string | undefined {
    const circuit = this.#of(origin);
    if (circuit.openUntil > 0) {
      const now = this.#now();
      if (now < circuit.openUntil || circuit.probing) {
        return `The host '${origin}' has not answered ${circuit.failures} calls in a row; it is asked again after ${new Date(Math.max(now, circuit.openUntil)).toISOString()}.`;
      }
      circuit.probing = true;
    }
    circuit.underWay += 1;
    return undefined;
  }

  ended(origin: string, answered: boolean): void {
    const circuit = this.#of(origin);
    circuit.underWay -= 1;
    circuit.probing = false;
    if (answered) {
      circuit.failures = 0;
      circuit.openUntil = 0;
      if (circuit.underWay === 0 && this.#circuits.size > mostKept / 2) this.#circuits.delete(origin);
      return;
    }
    circuit.failures += 1;
    if (circuit.failures >= tolerated) circuit.openUntil = this.#now() + pauseMilliseconds;
  }

  /** Hosts with calls under way or in trouble, the worst first. */
  list(): readonly CircuitState[] {
    const now = this.#now();
    return [...this.#circuits]
      .filter(([, { failures, underWay }]) => failures > 0 || underWay > 0)
      .map(([origin, { failures, underWay, openUntil }]): CircuitState => {
        if (openUntil === 0) return { origin, state: 'closed', failures, underWay };
        return { origin, state: now < openUntil ? 'open' : 'half-open', failures, underWay, openUntil };
      })
      .sort((left, right) => right.failures - left.failures);
  }

  #of(origin: string): Circuit {
    let circuit = this.#circuits.get(origin);
    if (circuit === undefined) {
      if (this.#circuits.size >= mostKept) this.#forget();
      circuit = { failures: 0, underWay: 0, openUntil: 0, probing: false };
      this.#circuits.set(origin, circuit);
    }
    return circuit;
  }

  /** CB3. */
  #forget(): void {
    for (const [origin, { failures, underWay }] of this.#circuits) {
      if (failures === 0 && underWay === 0) this.#circuits.delete(origin);
    }
  }
}
