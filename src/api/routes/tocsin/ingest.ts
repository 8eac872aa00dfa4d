/**
 * `POST /ingest/v1/events`: events of any format come in.
 *
 * Owns: the mapping. Source: own API reference, ingestion; design section 4.
 */
import { type ArmResponse, type JsonObject, raise } from '#foundation';
import { type FormatName, formatNames, ingestStream, type IngestResult, loadOf, readIngestion } from '#service';
import { parameter } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

async function ingest(call: RouteCall): Promise<ArmResponse> {
  const { request, services } = call;
  const format = formatOf(call);
  const subscriptionId = parameter(call, 'subscriptionId');
  const options = {
    format,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    createUnknown: parameter(call, 'unknownSubscription')?.toLowerCase() === 'create',
    identity: request.identity,
    allowed: (action: string, scope: string) => call.allowed(action, scope),
  };
  const load = loadOf(services.store);
  let held = 0;
  const onHeld = (bytes: number): void => {
    load.hold(bytes);
    held += bytes;
  };
  try {
    const batches = readIngestion({ chunks: chunksOf(call), headers: request.headers, onHeld });
    return { status: 202, body: answerOf(await ingestStream(services, options, batches)) };
  } finally {
    load.release(held);
  }
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

function answerOf({ accepted, duplicates, discarded, omitted, rejected, events }: IngestResult): JsonObject {
  return {
    accepted,
    duplicates,
    ...(discarded === 0 ? {} : { discarded }),
    ...(omitted === 0 ? {} : { omitted }),
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

/** A socket brings a stream; a call from inside brings bytes, text or a value. */
function chunksOf({ request }: RouteCall): AsyncIterable<Uint8Array> {
  return request.bodyStream ?? given(request);
}

async function* given({ rawBytes, rawBody, body }: RouteCall['request']): AsyncGenerator<Uint8Array, void, undefined> {
  if (rawBytes !== undefined) yield rawBytes;
  else yield new TextEncoder().encode(rawBody ?? (body === undefined ? '' : JSON.stringify(body)));
}

export const ingestRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/ingest/v1/events',
    // The right to send is asked for at each event's subscription.
    permission: { signedIn: true },
    body: 'stream',
    handle: ingest,
  },
];
