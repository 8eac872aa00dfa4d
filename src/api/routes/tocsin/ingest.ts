/**
 * `POST /ingest/v1/events`: events of any format come in.
 *
 * Owns: the mapping. Source: own API reference, ingestion; design section 4.
 */
import { type ArmResponse, type JsonObject, orThrow, raise } from '#foundation';
import { type FormatName, formatNames, ingestEvents, type IngestResult, parseIngestion } from '#service';
import { parameter } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

async function ingest(call: RouteCall): Promise<ArmResponse> {
  const { request, services } = call;
  const format = formatOf(call);
  const records = orThrow(parseIngestion({ bytes: bytesOf(call), headers: request.headers }));
  const subscriptionId = parameter(call, 'subscriptionId');
  const result = await ingestEvents(services, {
    records,
    format,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    createUnknown: parameter(call, 'unknownSubscription')?.toLowerCase() === 'create',
    identity: request.identity,
    allowed: (action: string, scope: string) => call.allowed(action, scope),
  });
  return { status: 202, body: answerOf(result) };
}

function formatOf(call: RouteCall): FormatName {
  const given = parameter(call, 'format') ?? 'auto';
  const found = formatNames.find((name) => name === given.toLowerCase());
  return (
    found ??
    raise('InvalidParameter', `The format '${given.slice(0, 40)}' is not one of ${formatNames.join(', ')}.`, {
      target: 'format',
    })
  );
}

function answerOf({ accepted, duplicates, discarded, rejected, events }: IngestResult): JsonObject {
  return {
    accepted,
    duplicates,
    ...(discarded === 0 ? {} : { discarded }),
    rejected: rejected.map((each) => ({ ...each })),
    events: events.map(({ index, id, kind, duplicate, suppressedBy, runs }) => ({
      index,
      id,
      kind,
      ...(duplicate ? { duplicate } : {}),
      ...(suppressedBy === undefined ? {} : { suppressedBy }),
      runs,
    })),
  };
}

/** A socket brings bytes; a call from inside brings text or a value. */
function bytesOf({ request }: RouteCall): Uint8Array {
  if (request.rawBytes !== undefined) return request.rawBytes;
  const text = request.rawBody ?? (request.body === undefined ? '' : JSON.stringify(request.body));
  return new TextEncoder().encode(text);
}

export const ingestRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/ingest/v1/events',
    // The right to send is asked for at each event's subscription.
    permission: { signedIn: true },
    body: 'bytes',
    largeBody: true,
    handle: ingest,
  },
];
