/**
 * Everything that is to be written because one resource was evaluated.
 *
 * Owns: rows, events, ended rows, and the deployments a write asks for. Does not own: when this happens (`compliance-work.ts`).
 *
 * Invariants
 * ES1. Rows, events and intents of one evaluation go into one commit.
 * ES2. Nothing is deployed because of a scan: only a write, and the creation or move of a subscription, ask for it.
 * ES3. An evaluation for one assignment takes the other `modify` policies along where it may make or end a conflict with them.
 *
 * Source: policy reference 11, 15, 16.
 */
import { armIdKey, type PolicyRecordKey, type StoredPolicyRecord, type Write } from '#foundation';
import type { Services } from '../services.ts';
import type { Assigned, AssignedPolicies } from '../policies/assigned-policies.ts';
import { withConflicts } from './conflicts.ts';
import { type DeploymentIntent, intentOf, intentWrite } from './deployment-intents.ts';
import { evaluateAssigned, type Verdict } from './evaluate.ts';
import { recordKey, saysTheSame, stateRecord } from './state-record.ts';
import type { Subject } from './subject.ts';

/** Why a resource is evaluated. */
export type Occasion = 'scan' | 'written' | 'moved';

export interface Evaluation {
  readonly occasion: Occasion;
  /** Lower-case id: of that assignment only. */
  readonly assignment?: string;
  /** Whether a write deploys for an assignment: one that was there when it was written. All, unless told. */
  readonly deploysFor?: (assignmentId: string) => boolean;
}

export interface EvaluationResult {
  readonly writes: readonly Write[];
  readonly intents: readonly DeploymentIntent[];
}

type Read = Pick<Services, 'store' | 'settings' | 'clock'>;

export function evaluateSubject(
  services: Read,
  policies: AssignedPolicies,
  subject: Subject,
  evaluation: Evaluation,
): EvaluationResult {
  const rows = services.store.policyRecords.latestOf(subject.key);
  const reaching = policies.reaching(subject.id).filter(concerned(policies, rows, evaluation));
  const keys = new Set(reaching.map((each) => textOf(recordKey(each, subject.key))));
  const before = new Map(
    rows.flatMap((row) => {
      const key = textOf(row);
      return isAsked(evaluation, row.assignment) || keys.has(key) ? [[key, row] as const] : [];
    }),
  );
  const verdicts = reaching.flatMap((each) => evaluateAssigned(services, policies, each, subject) ?? []);
  const writes: Write[] = [];
  const intents: DeploymentIntent[] = [];
  for (const verdict of withConflicts(services, subject, verdicts)) {
    const { assigned } = verdict;
    const key = textOf(recordKey(assigned, subject.key));
    const known = before.get(key);
    before.delete(key);
    const record = stateRecord(subject, verdict, services.clock.now());
    const changed = known === undefined || !saysTheSame(known, record);
    writes.push({ kind: 'putPolicyState', record, keepPast: known !== undefined && changed });
    if (changed) writes.push({ kind: 'putPolicyEvent', record });
    if (!asksToDeploy(verdict, evaluation)) continue;
    const intent = intentOf(services, assigned, subject, evaluation.occasion);
    if (intent === undefined) continue;
    intents.push(intent);
    writes.push(intentWrite(intent));
  }
  for (const { resource, assignment, reference } of before.values()) {
    writes.push({ kind: 'endPolicyState', key: { resource, assignment, reference } });
  }
  return { writes, intents };
}

/** ES3. */
function concerned(
  policies: AssignedPolicies,
  rows: readonly StoredPolicyRecord[],
  evaluation: Evaluation,
): (assigned: Assigned) => boolean {
  const { assignment } = evaluation;
  if (assignment === undefined) return () => true;
  const conflicts = rows.some(({ state }) => state === 'Conflict') || policies.of(assignment).some(modifies);
  return (each) => isAsked(evaluation, armIdKey(each.assignmentId)) || (conflicts && modifies(each));
}

function modifies({ policy }: Assigned): boolean {
  return policy.plan.details?.kind === 'modify';
}

function isAsked({ assignment }: Evaluation, key: string): boolean {
  return assignment === undefined || assignment === key;
}

/** ES2. */
function asksToDeploy({ assigned, state }: Verdict, { occasion, deploysFor }: Evaluation): boolean {
  return (
    occasion !== 'scan' &&
    assigned.effect === 'deployIfNotExists' &&
    assigned.enforcementMode === 'Default' &&
    state === 'NonCompliant' &&
    (deploysFor?.(assigned.assignmentId) ?? true)
  );
}

function textOf({ assignment, reference }: PolicyRecordKey): string {
  return `${assignment}\n${reference}`;
}
