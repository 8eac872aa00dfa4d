/**
 * Takes records of the HTTP data collector API into custom tables.
 *
 * Owns: what a request must have, reading its records. Does not own: signatures (`workspace-keys.ts`), columns
 * (`append-logs.ts`).
 *
 * Invariants
 * CL1. A request is taken whole or refused whole, and is answered after its rows are durable.
 * Source: published HTTP data collector API (2016-04-01): headers, limits, errors; connectors reference 3.4.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from '#foundation';
import type { Services } from '../services.ts';
import { logWrites } from './append-logs.ts';

/** What is wrong with a request, in the API's own envelope. */
export interface CollectorFault {
  readonly kind: 'collector-fault';
  readonly status: number;
  readonly error: string;
  readonly message: string;
}

export function collectorFault(status: number, error: string, message: string): CollectorFault {
  return { kind: 'collector-fault', status, error, message };
}

export function isCollectorFault(value: unknown): value is CollectorFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'collector-fault';
}

export interface CollectedLogs {
  readonly workspaceId: string;
  readonly logType: string;
  /** The body as text, or what it holds. */
  readonly body: string | Json;
  readonly timeField?: string;
  readonly resourceId?: string;
}

/** Puts the records into `{logType}_CL`; undefined when they are durable. */
export async function collectLogs(
  services: Pick<Services, 'store' | 'clock'>,
  given: CollectedLogs,
): Promise<CollectorFault | undefined> {
  const { workspaceId, logType, timeField, resourceId } = given;
  if (logType === '') return collectorFault(400, 'MissingLogType', 'The Log-Type header is missing.');
  if (!/^[A-Za-z]\w{0,99}$/.test(logType)) {
    const message = 'The log type must begin with a letter and hold letters, digits and underscores, at most 100.';
    return collectorFault(400, 'InvalidLogType', message);
  }
  const records = recordsOf(given.body);
  if (records === undefined) {
    return collectorFault(400, 'InvalidDataFormat', 'The body must be a JSON object or an array of JSON objects.');
  }
  const writes = logWrites(services, {
    workspaceId,
    table: `${logType}_CL`,
    records,
    ...(timeField === undefined || timeField === '' ? {} : { timeField }),
    ...(resourceId === undefined ? {} : { resourceId }),
  });
  if (writes.length > 0) await services.store.commit(writes);
  return undefined;
}

/** One object or an array of them; a text is read as playbooks glue it, with a comma too many. */
function recordsOf(body: string | Json): readonly JsonObject[] | undefined {
  const json = typeof body === 'string' ? parsed(body) : body;
  if (isJsonObject(json)) return [json];
  return isJsonArray(json) && json.every(isJsonObject) ? json : undefined;
}

function parsed(text: string): Json | undefined {
  for (const attempt of [text, text.replaceAll(/,(\s*[\]}])/g, '$1')]) {
    try {
      return parseJson(attempt);
    } catch {
      // The next attempt, or none.
    }
  }
  return undefined;
}
