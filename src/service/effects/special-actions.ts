/**
 * Actions on resources that a merge cannot say: keys that change, access for a time, scans, what is in force on an interface.
 *
 * Owns: those effects, as the changed document and the answer. Does not own: the commit (`act-on-resource.ts`), keys
 * themselves (`resource-keys.ts`).
 * Source: connector reference 4; the published REST APIs of the types.
 *
 * Invariants
 * SA1. A body that cannot be followed is a fault and changes nothing.
 */
import type { SpecialAction } from '#inventory';
import type { Fault } from '#foundation';
import type { Services } from '../services.ts';
import { effectiveRoutes, effectiveSecurityRules } from './effective-network.ts';
import { initiateAccess } from './just-in-time.ts';
import { cancelMalwareScan, startMalwareScan } from './malware-scans.ts';
import { renewKey } from './resource-keys.ts';
import type { SpecialCall, SpecialOutcome } from './special-outcome.ts';

const performers: Readonly<Record<SpecialAction, (services: Services, call: SpecialCall) => SpecialOutcome | Fault>> = {
  renewKey,
  initiateAccess,
  startMalwareScan,
  cancelMalwareScan,
  effectiveSecurityRules,
  effectiveRoutes,
};

export function performSpecial(services: Services, action: SpecialAction, call: SpecialCall): SpecialOutcome | Fault {
  return performers[action](services, call);
}
