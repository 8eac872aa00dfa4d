/**
 * What braked automations have started: decides whether one more start is let through, and remembers it.
 *
 * Owns: the counts in memory, the documents that bring them back after a restart.
 * Does not own: what the brakes are (`brakes.ts`), the commit (the caller's).
 *
 * Invariants
 * G1. A start that is let through is reserved at once, so that two batches under way cannot both take the last one; its
 *     documents go into the commit of its event, and a commit that fails gives the reservation back.
 * G2. Within any 60 minutes at most `maxStartsPerHour` starts are let through, restarts included.
 * G3. Time runs at the engine's scale, as all limits do.
 */
import type { Store, StoredDocument, Write } from '#foundation';
import type { MatchableEvent } from '#rules';
import type { StoredAutomation } from './automation-resource.ts';
import { type Brakes, brakeTags, dedupKeyOf } from './brakes.ts';
import type { Services } from './services.ts';

/** One small document per start of an automation with a rate, and one per key of an automation with a window. */
export const brakeStartCollection = 'brakeStarts';
export const brakeKeyCollection = 'brakeKeys';

const hour = 60 * 60_000;

export interface BrakeRefusal {
  readonly code: 'StartRateExceeded' | 'StartedWithinWindow' | 'DryRun';
  readonly message: string;
}

type LedgerServices = Pick<Services, 'store' | 'clock' | 'random' | 'secrets'>;

export class BrakeLedger {
  readonly #services: LedgerServices;
  /** Times of starts within the last hour by automation, the oldest first. */
  readonly #starts = new Map<string, number[]>();
  /** Starts by dedup key whose commit is under way. */
  readonly #reserved = new Map<string, number>();

  constructor(services: LedgerServices) {
    this.#services = services;
  }

  /** Why a start would not be let through now; nothing is reserved. */
  refusal(automation: StoredAutomation, event: MatchableEvent): BrakeRefusal | undefined {
    const { brakes } = automation;
    if (brakes === undefined) return undefined;
    const now = this.#services.clock.now();
    return (
      this.#withinWindow(automation.idKey, brakes, event, now) ??
      this.#overRate(automation.idKey, brakes, now) ??
      (brakes.dryRun
        ? { code: 'DryRun', message: `The automation is on trial (tag '${brakeTags.dryRun}'): it starts nothing.` }
        : undefined)
    );
  }

  /** Reserves one start (G1); also one that a dry run only pretends, so that a trial shows what the brakes would do. */
  reserve(automation: StoredAutomation, event: MatchableEvent): BrakeReservation {
    const { brakes, idKey } = automation;
    const now = this.#services.clock.now();
    const writes: Write[] = [];
    const undo: (() => void)[] = [];
    const done: (() => void)[] = [];
    if (brakes?.maxStartsPerHour !== undefined) {
      const starts = this.#startsOf(idKey, now);
      starts.push(now);
      undo.push(() => starts.splice(starts.lastIndexOf(now), 1));
      writes.push(put(brakeStartCollection, this.#services.random.uuid(), idKey, now));
    }
    if (brakes?.oncePer !== undefined) {
      const key = this.#keyOf(idKey, brakes, event);
      const before = this.#reserved.get(key);
      this.#reserved.set(key, now);
      const clear = (): void => {
        if (this.#reserved.get(key) === now) this.#reserved.delete(key);
      };
      done.push(clear);
      undo.push(() => (before === undefined ? clear() : this.#reserved.set(key, before)));
      writes.push(put(brakeKeyCollection, key, idKey, now));
    }
    return {
      writes,
      settle: (failed) => {
        for (const step of failed ? undo : done) step();
      },
    };
  }

  #withinWindow(idKey: string, brakes: Brakes, event: MatchableEvent, now: number): BrakeRefusal | undefined {
    if (brakes.oncePer === undefined) return undefined;
    const key = this.#keyOf(idKey, brakes, event);
    const last = this.#reserved.get(key) ?? this.#services.store.documents.get(brakeKeyCollection, key)?.time;
    if (last === undefined || now - last >= brakes.oncePer / this.#services.clock.scale) return undefined;
    return {
      code: 'StartedWithinWindow',
      message:
        `An event of the same key started the automation at ${new Date(last).toISOString()}; the tag ` +
        `'${brakeTags.oncePer}' lets one start through within its time.`,
    };
  }

  #overRate(idKey: string, { maxStartsPerHour }: Brakes, now: number): BrakeRefusal | undefined {
    if (maxStartsPerHour === undefined || this.#startsOf(idKey, now).length < maxStartsPerHour) return undefined;
    return {
      code: 'StartRateExceeded',
      message: `The automation has started ${maxStartsPerHour} times within an hour, as many as the tag '${brakeTags.maxStartsPerHour}' allows.`,
    };
  }

  #keyOf(idKey: string, brakes: Brakes, event: MatchableEvent): string {
    return this.#services.secrets.digest(`${idKey}\n${dedupKeyOf(brakes, event)}`);
  }

  /** The list in memory, read from the store at first, without what is older than an hour. */
  #startsOf(idKey: string, now: number): number[] {
    const { store, clock } = this.#services;
    const since = now - hour / clock.scale;
    let starts = this.#starts.get(idKey);
    if (starts === undefined) {
      starts = store.documents
        .list({ collection: brakeStartCollection, parent: idKey, from: Math.floor(since) + 1 })
        .map(({ time }) => time)
        .toReversed();
      this.#starts.set(idKey, starts);
    }
    let old = 0;
    while (old < starts.length && (starts[old] as number) <= since) old += 1;
    if (old > 0) starts.splice(0, old);
    return starts;
  }
}

/** A start let through, until its commit has succeeded or failed. */
export interface BrakeReservation {
  readonly writes: readonly Write[];
  settle(failed: boolean): void;
}

function put(collection: string, key: string, parent: string, time: number): Write {
  const document: StoredDocument = { collection, key, parent, time, status: '', body: {} };
  return { kind: 'putDocument', document };
}

const ledgers = new WeakMap<Store, BrakeLedger>();

/** The ledger of the services' store. */
export function brakeLedgerOf(services: LedgerServices): BrakeLedger {
  let ledger = ledgers.get(services.store);
  if (ledger === undefined) {
    ledger = new BrakeLedger(services);
    ledgers.set(services.store, ledger);
  }
  return ledger;
}
