/**
 * Everything that is to be written because one resource was evaluated.
 *
 * Owns: rows, events, ended rows, and the deployments a write asks for. Does not own: when this happens (`compliance-work.ts`).
 *
 * Invariants
 * ES1. Rows, events and intents of one evaluation go into one commit.
 * ES2. Nothing is deployed because of a scan: only a write, and the creation or move of a subscription, ask for it.
 *
 * Source: policy reference 11, 15, 16.
 */
import { armIdKey, type PolicyRecordKey, type StoredPolicyRecord, type Write } from '#foundation';
import type { Services } from '../services.ts';
import type { AssignedPolicies } from '../policies/assigned-policies.ts';
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
  const before = rowsBefore(services, subject, evaluation);
  const writes: Write[] = [];
  const intents: DeploymentIntent[] = [];
  for (const reaching of policies.reaching(subject.id)) {
    if (evaluation.assignment !== undefined && armIdKey(reaching.assignmentId) !== evaluation.assignment) continue;
    const verdict = evaluateAssigned(services, policies, reaching, subject);
    if (verdict === undefined) continue;
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

function rowsBefore({ store }: Read, { key }: Subject, { assignment }: Evaluation): Map<string, StoredPolicyRecord> {
  const rows = store.policyRecords
    .latestOf(key)
    .filter((row) => assignment === undefined || row.assignment === assignment);
  return new Map(rows.map((row) => [textOf(row), row]));
}

function textOf({ assignment, reference }: PolicyRecordKey): string {
  return `${assignment}\n${reference}`;
}
