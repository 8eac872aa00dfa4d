/**
 * The store's rows of policy compliance as a port: what each policy said of each resource, now and before, and what it did.
 *
 * Owns: the row, its queries and writes. Does not own: what the states mean (`#service`), the language of queries (`#query`).
 *
 * Invariants
 * PR1. There is one latest row for each resource, assignment and definition reference; a put replaces it, and keeps the one
 *      before as past when told so.
 * PR2. Lists run newest first, equal times by number from the last; `after` continues behind a row.
 */
import type { JsonObject } from './json.ts';

export interface PolicyRecord {
  /** Lower-case id of the resource it is about. */
  readonly resource: string;
  /** Lower-case id of its subscription (the bare guid). */
  readonly subscription: string;
  /** Lower-case id of the assignment. */
  readonly assignment: string;
  /** Lower-case reference id of the definition within an initiative, else empty. */
  readonly reference: string;
  /** Lower-case id of the definition. */
  readonly definition: string;
  /** Lower-case id of the initiative, else empty. */
  readonly setDefinition: string;
  /** `Compliant`, `NonCompliant`, … */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly body: JsonObject;
}

/** A record with its place among those of the same time. */
export interface StoredPolicyRecord extends PolicyRecord {
  readonly number: number;
}

export interface PolicyRecordQuery {
  /** The states as they are; earlier ones; both; what evaluations changed or enforced. */
  readonly kind: 'latest' | 'past' | 'history' | 'events';
  /** Resources at or below this id. */
  readonly scope?: string;
  /** Resources in one of these subscriptions (guids); for management groups. */
  readonly subscriptions?: readonly string[];
  readonly assignment?: string;
  readonly reference?: string;
  readonly definition?: string;
  readonly setDefinition?: string;
  readonly state?: string;
  readonly from?: number;
  readonly to?: number;
  readonly top?: number;
  readonly after?: { readonly time: number; readonly number: number };
  /** Leave the bodies out (empty): what counts only. */
  readonly bare?: boolean;
}

/** Which row is meant. */
export type PolicyRecordKey = Pick<PolicyRecord, 'resource' | 'assignment' | 'reference'>;

export interface PolicyRecordReader {
  /** The latest row. */
  latest(key: PolicyRecordKey): StoredPolicyRecord | undefined;
  /** The latest rows of one resource. */
  latestOf(resource: string): readonly StoredPolicyRecord[];
  list(query: PolicyRecordQuery): readonly StoredPolicyRecord[];
}

export type PolicyRecordWrite =
  | { readonly kind: 'putPolicyState'; readonly record: PolicyRecord; readonly keepPast: boolean }
  | { readonly kind: 'putPolicyEvent'; readonly record: PolicyRecord }
  /** The latest row of the key becomes a past one. */
  | { readonly kind: 'endPolicyState'; readonly key: PolicyRecordKey }
  /** The same for all rows of a resource and those below it. */
  | { readonly kind: 'endPolicyStatesBelow'; readonly scope: string }
  /** The same for all rows of an assignment. */
  | { readonly kind: 'endPolicyStatesOf'; readonly assignment: string }
  /** Deletes past rows and events before a time, at most so many. */
  | { readonly kind: 'forgetPolicyRecords'; readonly before: number; readonly top: number };
