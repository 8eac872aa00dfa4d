/**
 * What a commit changed that somebody may be looking at: hints, never data.
 *
 * Owns: which writes are told, as which type and id. Source: own API reference, changes; portal reference 2.2.
 *
 * Invariants
 * HI1. A hint names a resource and what happened to it; whoever wants to know more asks for it, and is checked then.
 */
import { armIdKey, parseArmId, textMember, type Write } from '#foundation';
import { automationType } from '../automation-resource.ts';
import { deliveryCollection } from '../delivery-records.ts';
import { eventCollections, goneStatus } from '../event-documents.ts';
import { outboxCollection } from '../sandbox.ts';
import { workflowType } from '../workflow-resource.ts';

export type HintKind = 'created' | 'updated' | 'deleted';

export interface Hint {
  readonly type: string;
  readonly id: string;
  readonly kind: HintKind;
}

export const runType = `${workflowType}/runs`;
/** Types that are no resources of Azure's. */
export const deliveryHint = 'Tocsin/deliveries';
export const outboxHint = 'Tocsin/outbox';

const alertType = 'Microsoft.Security/alerts';
const assessmentType = 'Microsoft.Security/assessments';

/** The action that lets a caller know of a hint of a type, and where it is checked. */
export function readingOf({ type, id }: Hint): { readonly action: string; readonly scope: string } {
  if (type === runType) return { action: `${runType}/read`, scope: id.replace(/\/runs\/[^/]+$/i, '') };
  if (type === deliveryHint) return { action: `${automationType}/read`, scope: id };
  if (type === outboxHint) return { action: `${runType}/read`, scope: id };
  return { action: `${type}/read`, scope: id };
}

/** What tells things that come from things that change. */
export interface HintMoment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether a hint with this type and id was told lately. */
  readonly isKnown: (type: string, id: string) => boolean;
}

/** A document that arrived so long ago and is written now changes. */
const freshMilliseconds = 10_000;

/** The hints of a commit, each resource once. */
export function hintsOf(writes: readonly Write[], moment: HintMoment): readonly Hint[] {
  const found = new Map<string, Hint>();
  for (const write of writes) {
    const hint = hintOf(write, moment);
    if (hint === undefined) continue;
    const key = `${hint.type} ${armIdKey(hint.id)}`;
    const before = found.get(key);
    // What comes and changes in one commit came.
    found.set(key, before?.kind === 'created' && hint.kind === 'updated' ? before : hint);
  }
  return [...found.values()];
}

function hintOf(write: Write, moment: HintMoment): Hint | undefined {
  switch (write.kind) {
    case 'putDocument':
      return documentHint(write.document, moment);
    case 'putRun': {
      const { key, startTime } = write.run;
      return { type: runType, id: key, kind: kindOf(runType, key, startTime, moment) };
    }
    case 'deleteRun':
      return { type: runType, id: write.key, kind: 'deleted' };
    case 'putResource': {
      const { type, id, createdTime, changedTime } = write.resource;
      return { type, id, kind: createdTime === changedTime ? 'created' : 'updated' };
    }
    case 'deleteResource': {
      const type = parseArmId(write.id)?.type;
      return type === undefined || type === '' ? undefined : { type, id: write.id, kind: 'deleted' };
    }
    default:
      return undefined;
  }
}

type PutDocument = Extract<Write, { readonly kind: 'putDocument' }>['document'];

/** What came just now and was not told of comes; all else changes. */
function kindOf(type: string, id: string, time: number, { now, isKnown }: HintMoment): HintKind {
  return now - time < freshMilliseconds && !isKnown(type, id) ? 'created' : 'updated';
}

function documentHint(document: PutDocument, moment: HintMoment): Hint | undefined {
  const { collection, body, status, time } = document;
  if (collection === eventCollections.Alerts || collection === eventCollections.Assessments) {
    const id = textMember(body, 'id');
    const type = collection === eventCollections.Alerts ? alertType : assessmentType;
    if (id === undefined) return undefined;
    return { type, id, kind: status === goneStatus ? 'deleted' : kindOf(type, id, time, moment) };
  }
  if (collection === deliveryCollection) {
    const id = textMember(body, 'automationId');
    return id === undefined ? undefined : { type: deliveryHint, id, kind: 'updated' };
  }
  if (collection !== outboxCollection) return undefined;
  const run = textMember(body, 'runId');
  return run === undefined ? undefined : { type: outboxHint, id: run.replace(/\/runs\/[^/]+$/i, ''), kind: 'created' };
}
