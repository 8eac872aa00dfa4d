/**
 * What a foreign format is to the rest: a name, a way to tell it, a way to turn one record into native bodies.
 *
 * Owns: the types. Each format is one file beside this one; `all.ts` lists them.
 *
 * Invariants
 * F1. The same record gives the same ids whenever it is sent.
 * F2. A record that is no event of ours (a flow log, a heartbeat) gives no bodies; one that is broken gives a fault.
 */
import { type Fault, fault, type JsonObject } from '#foundation';

export interface ForeignContext {
  /** Where records that name no Azure subscription go. */
  readonly subscriptionId: string;
  /** Milliseconds since the epoch, for records without a time. */
  readonly now: number;
  /** The Azure resource that the record's envelope names. */
  readonly subject?: string;
}

/** A native body that keeps an original of its own instead of the whole record. */
export class Part {
  readonly body: JsonObject;
  readonly original: JsonObject;
  /** The scan it is a result of. */
  readonly scan: string | undefined;

  constructor(body: JsonObject, original: JsonObject, scan?: string) {
    this.body = body;
    this.original = original;
    this.scan = scan;
  }
}

export interface Format {
  readonly name: string;
  detect(record: JsonObject): boolean;
  /** Native bodies in the order in which they should be taken: parents before their findings. */
  convert(record: JsonObject, context: ForeignContext): readonly (JsonObject | Part)[] | Fault;
  /** Scans whose whole results the record holds: what an earlier one of the same name found and this one does not is gone. */
  scans?(record: JsonObject): readonly string[];
}

/** A record that lacks what its format requires. */
export function missing(format: string, member: string): Fault {
  return fault('InvalidEvent', `A record of format '${format}' needs ${member}.`, { target: member });
}
