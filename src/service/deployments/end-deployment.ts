/**
 * How a deployment ends, and what follows from it.
 *
 * Owns: the commit of the end, errors as Azure words them, cancelling, the way back to an earlier deployment.
 * Source: template reference 14, 15.
 *
 * Invariants
 * ED1. A record that has ended is not ended again: cancelling and finishing take turns.
 * ED2. A failed deployment and the beginning of the one it goes back to are one commit.
 */
import { armIdKey, formatTime, isFault, type JsonObject, raise, type Write } from '#foundation';
import type { EvaluationStop, ExpandedTemplate } from '#templates';
import { inTurns } from '../in-turn.ts';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import {
  contentWrite,
  type DeploymentContent,
  type DeploymentRecord,
  type DeploymentState,
  deploymentWrite,
  findDeployment,
  forgetOperations,
  isActive,
} from './deployment-record.ts';
import { durationText } from './operation-notes.ts';
import { rolledBack } from './roll-back.ts';
import { runningOf } from './running-deployments.ts';
import { expandStored } from './stored-expansion.ts';

export interface DeploymentEnd {
  readonly state: DeploymentState;
  readonly properties: JsonObject;
}

export function failedEnd(failures: readonly JsonObject[]): DeploymentEnd {
  const error = {
    code: 'DeploymentFailed',
    message:
      'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
    details: failures,
  };
  return { state: 'Failed', properties: { error } };
}

export function outputsFailedEnd(stop: EvaluationStop): DeploymentEnd {
  const target = String(stop.path[0] ?? '');
  const message = `The template output '${target}' is not valid: ${stop.message}`;
  const error = {
    code: 'DeploymentOutputEvaluationFailed',
    message: `Unable to evaluate template outputs: '${target}'. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details.`,
    details: [{ code: 'DeploymentOutputEvaluationFailed', message, target }],
  };
  return { state: 'Failed', properties: { error } };
}

export interface EndingDeployment {
  readonly record: DeploymentRecord;
  readonly caller: Caller;
  readonly end: DeploymentEnd;
  readonly notes: readonly Write[];
  readonly isCanceled: () => boolean;
}

/** The deployment that was begun anew because this one failed. */
export interface DeploymentAgain {
  readonly record: DeploymentRecord;
  readonly content: DeploymentContent;
  readonly expanded: ExpandedTemplate;
  readonly caller: Caller;
}

export async function endDeployment(
  services: Services,
  ending: EndingDeployment,
): Promise<DeploymentAgain | undefined> {
  const { record, caller, end, notes, isCanceled } = ending;
  const again = end.state === 'Failed' ? againOf(services, record, caller) : undefined;
  const ids = again === undefined ? [record.id] : [record.id, again.record.id];
  return inTurns(services.store, ids, async () => {
    if (isCanceled()) return undefined;
    const now = services.clock.now();
    const times = { timestamp: formatTime(now), duration: durationText(now - record.time) };
    const ended = { ...record, state: end.state, properties: { ...record.properties, ...times, ...end.properties } };
    await services.store.commit([
      ...notes,
      deploymentWrite(ended),
      ...(again === undefined
        ? []
        : [
            ...forgetOperations(services, again.record.id),
            deploymentWrite(again.record),
            contentWrite(again.record, again.content),
          ]),
    ]);
    return again;
  });
}

function againOf(services: Services, record: DeploymentRecord, caller: Caller): DeploymentAgain | undefined {
  const earlier = rolledBack(services, record, caller);
  if (earlier === undefined) return undefined;
  const expanded = expandStored(services, earlier);
  return isFault(expanded) ? undefined : { ...earlier, expanded, caller };
}

/** Cancels an active deployment with those nested in it. @throws TocsinError `Conflict` when it has ended meanwhile. */
export async function cancelActive(services: Services, { id }: DeploymentRecord): Promise<void> {
  const running = runningOf(services.store).get(armIdKey(id));
  await inTurns(services.store, [id], async () => {
    const record = findDeployment(services, id);
    if (record === undefined || !isActive(record.state)) {
      raise('Conflict', `The deployment '${record?.name ?? id}' cannot be cancelled: it has ended.`);
    }
    running?.cancel();
    const now = services.clock.now();
    const error = { code: 'DeploymentCanceled', message: 'The deployment was canceled by the user.' };
    const times = { timestamp: formatTime(now), duration: durationText(now - record.time) };
    const properties = { ...record.properties, ...times, error };
    await services.store.commit([deploymentWrite({ ...record, state: 'Canceled', properties })]);
  });
  for (const nested of running?.nested ?? []) {
    const found = findDeployment(services, nested);
    if (found !== undefined && isActive(found.state)) await cancelActive(services, found);
  }
}
