/**
 * Security events as values: which kinds there are, and what one event is once recognised.
 *
 * Owns: the types. Does not own: recognition (`recognize.ts`), foreign formats (`formats/`), storage (`#service`).
 *
 * Invariants
 * E1. `body` is what automations see and playbooks receive; it is the sender's own text but for members it lacked.
 * E2. `id` and `key` are the same again for the same body.
 * Source: domain reference 7 and 9.
 */
import type { JsonObject } from '#foundation';

/** Kinds of events, named as the event sources that stream them. */
export const eventKinds = [
  'Alerts',
  'Assessments',
  'SubAssessments',
  'RegulatoryComplianceAssessment',
  'SecureScores',
  'SecureScoreControls',
  'AttackPaths',
] as const;

export type EventKind = (typeof eventKinds)[number];

export interface SecurityEvent {
  readonly kind: EventKind;
  /** Part of a weekly full state: meant for the `…Snapshot` sources only. */
  readonly snapshot: boolean;
  readonly body: JsonObject;
  /** Full ARM id of the alert, assessment, finding, control assessment or score. */
  readonly id: string;
  /** What makes two events the same thing: lower case, without the parts of an id that may vary between sendings. */
  readonly key: string;
  readonly subscriptionId: string;
  readonly resourceGroup?: string;
  /** The foreign event it was made from, untouched. */
  readonly original?: JsonObject;
  /** The scan it is a result of, where scans tell all they found. */
  readonly scan?: string;
  /** Ids of resources the event names, for the inventory. */
  readonly resources: readonly string[];
}

/** What an event that names no subscription is given. */
export interface EventDefaults {
  readonly subscriptionId: string;
  /** Milliseconds since the epoch, for events that carry no time. */
  readonly now: number;
  /** The Azure resource that an envelope names, for foreign records that name none. */
  readonly subject?: string;
  /** The format that the operator has chosen for a type of CloudEvents. */
  readonly formatOfType?: (type: string) => EnvelopeFormat | undefined;
}

/** What the data of an envelope may be taken as; `discard` is no event at all. */
export type EnvelopeFormat = Exclude<FormatName, 'cloudevents'> | 'discard';

/** Values of the `format` parameter. */
export const formatNames = [
  'auto',
  'tocsin',
  'ocsf',
  'asff',
  'falco',
  'wazuh',
  'suricata',
  'elastic',
  'sigma',
  'trivy',
  'prowler',
  'graph',
  'cloudevents',
] as const;

export type FormatName = (typeof formatNames)[number];

/** The location in alert ids: the home region of the service, not the resource's. */
export const homeRegion = 'centralus';
