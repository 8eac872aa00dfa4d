/**
 * Exemptions and attestations that end by themselves: what they were about is evaluated when they do.
 *
 * Owns: one timer for the soonest. Does not own: whether one still counts (`#service` policies, `attestations.ts`).
 *
 * Source: policy reference 14.
 */
import { type CancelTimer, memberOf, parseTimeText, textMember } from '#foundation';
import { timeOf } from '#query';
import { policyExemptionType, policyScopeOf } from '../policies/policy-types.ts';
import type { Services } from '../services.ts';
import { attestationCollection } from './attestations.ts';
import type { ScanRequest } from './compliance-work.ts';

interface Expiry {
  /** Milliseconds since the epoch, true time. */
  readonly time: number;
  readonly request: ScanRequest;
}

const moment = 1_000;
const longestWait = 24 * 60 * 60_000;

export class Expiries {
  readonly #services: Services;
  readonly #scan: (request: ScanRequest) => Promise<unknown>;
  #cancel: CancelTimer = () => {};
  #isChanging = false;
  #stopped = false;

  constructor(services: Services, scan: (request: ScanRequest) => Promise<unknown>) {
    this.#services = services;
    this.#scan = scan;
  }

  /** An exemption or attestation has changed; many changes in a moment are looked at together. */
  changed(): void {
    if (this.#isChanging) return;
    this.#isChanging = true;
    const { clock } = this.#services;
    clock.after(moment * clock.scale, () => {
      this.#isChanging = false;
      this.arm();
    });
  }

  /** Looks for the soonest anew. */
  arm(): void {
    this.#cancel();
    if (this.#stopped) return;
    const { clock } = this.#services;
    const now = clock.now();
    const coming = [...this.#exemptions(), ...this.#attestations()].filter(({ time }) => time > now);
    const soonest = coming.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
    if (soonest === Number.POSITIVE_INFINITY) return;
    const wait = Math.min((soonest - now) * clock.scale, longestWait);
    this.#cancel = clock.after(wait, () => {
      const due = coming.filter(({ time }) => time <= clock.now());
      for (const { request } of due) void this.#scan(request);
      this.arm();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #exemptions(): readonly Expiry[] {
    const found = this.#services.store.resources.list({ type: policyExemptionType });
    return found.flatMap(({ id, body }) => {
      const properties = memberOf(body, 'properties');
      const time = parseTimeText(textMember(properties, 'expiresOn') ?? '');
      const assignment = textMember(properties, 'policyAssignmentId');
      if (time === undefined || assignment === undefined) return [];
      return [{ time, request: { scope: policyScopeOf(id), assignment } }];
    });
  }

  #attestations(): readonly Expiry[] {
    const found = this.#services.store.documents.list({ collection: attestationCollection });
    return found.flatMap(({ parent, body }) => {
      const properties = memberOf(body, 'properties');
      const time = timeOf(textMember(properties, 'expiresOn') ?? '');
      const assignment = textMember(properties, 'policyAssignmentId');
      return time === undefined || assignment === undefined ? [] : [{ time, request: { scope: parent, assignment } }];
    });
  }
}
