/**
 * What a deployment notes of each thing it did: its operations.
 *
 * Owns: the members of an operation, ids, words for states and statuses, what `debugSetting` adds.
 * Does not own: doing them (`deployment-run.ts`), the documents (`deployment-record.ts`). Source: ARM reference 8.3.
 *
 * Invariants
 * ON1. Contents of requests are noted with secure values masked, those of answers as everybody reads them.
 */
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
  type Write,
} from '#foundation';
import type { Services } from '../services.ts';
import { type DeploymentRecord, operationWrite } from './deployment-record.ts';

export interface OperationNote {
  readonly operation: 'Create' | 'Read' | 'Action' | 'Delete' | 'EvaluateDeploymentOutput';
  readonly state: 'Succeeded' | 'Failed';
  /** Where it stands among those that ended in the same moment. */
  readonly order: number;
  readonly started: number;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly requestId?: string;
  /** The answer's body when it failed. */
  readonly failure?: Json;
  readonly target?: { readonly id: string; readonly type: string; readonly name: string };
  readonly request?: Json;
  readonly response?: Json;
}

/** The write of one operation; its name is the same when the same thing is done again in the same deployment. */
export function noteWrite(services: Services, record: DeploymentRecord, note: OperationNote): Write {
  const now = services.clock.now();
  const { target, failure } = note;
  const seed = `${record.time}#${note.operation}#${target?.id.toLowerCase() ?? ''}`;
  const place = note.order.toString(16).padStart(4, '0');
  const name = `${place}${services.secrets.digest(seed).slice(0, 12)}`.toUpperCase();
  const properties: JsonObject = {
    provisioningOperation: note.operation,
    provisioningState: note.state,
    timestamp: formatTime(now),
    duration: durationText(now - note.started),
    trackingId: services.random.uuid(),
    ...(note.requestId === undefined ? {} : { serviceRequestId: note.requestId }),
    statusCode: statusWord(note.status),
    ...(failure === undefined
      ? {}
      : { statusMessage: { status: note.state, error: memberOf(failure, 'error') ?? {} } }),
    ...(target === undefined
      ? {}
      : { targetResource: { id: target.id, resourceType: target.type, resourceName: target.name } }),
    ...(note.request === undefined ? {} : { request: { content: note.request } }),
    ...(note.response === undefined ? {} : { response: { content: note.response } }),
  };
  return operationWrite(record.id, name, now, properties);
}

/** `debugSetting` as it is kept; undefined when it asks for nothing. */
export function debugSettingOf(properties: Json | undefined): JsonObject | undefined {
  const setting = memberIgnoringCase(properties, 'debugSetting');
  const level = textMember(setting, 'detailLevel');
  return isJsonObject(setting) && level !== undefined && !/^none$/i.test(level) ? { detailLevel: level } : undefined;
}

/** Whether operations of a deployment keep contents of requests or answers. */
export function keepsContent({ properties }: DeploymentRecord, side: 'request' | 'response'): boolean {
  const level = textMember(memberOf(properties, 'debugSetting'), 'detailLevel') ?? '';
  return level
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes(`${side}content`);
}

const words: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'NoContent',
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

function statusWord(status: number): string {
  return words[status] ?? String(status);
}

/** `PT1.5S`. */
export function durationText(milliseconds: number): string {
  return `PT${Math.max(0, milliseconds) / 1000}S`;
}
