/**
 * What started a run: kept with the run from its start, shown by lists and the run view.
 *
 * Owns: the shape and its words. Does not own: who fills it in (`#service`), how it is shown (`#api`).
 *
 * Invariants
 * RO1. Names and ids only: no content of an event, no credential. Who may read the run may read all of it.
 * RO2. Runs that earlier versions kept have none.
 */
export const runOriginKinds = [
  /** An automation whose rules an alert met; `Recommendation`, … likewise. */
  'Alert',
  'Recommendation',
  'Compliance',
  'SecureScore',
  'AttackPath',
  /** An incident, by an automation rule or a person. */
  'Incident',
  /** Somebody ran the trigger, or chose the logic app on an alert or recommendation. */
  'Person',
  /** Somebody resubmitted an earlier run. */
  'Resubmission',
  'Schedule',
  /** The trigger asked its service, or was told by it. */
  'Connector',
  /** A call of the trigger's URL from outside. */
  'Request',
  /** An action of another logic app. */
  'LogicApp',
  'Batch',
] as const;

export type RunOriginKind = (typeof runOriginKinds)[number];

export interface RunOrigin {
  readonly kind: RunOriginKind;
  /** The automation whose rules were met. */
  readonly automationId?: string;
  /** ARM id of the alert, recommendation, finding, control or score. */
  readonly eventId?: string;
  /** Who asked for it, by the name that the sign-in gave. */
  readonly principal?: string;
  /** The run it repeats, or the one whose action called. */
  readonly runId?: string;
}
