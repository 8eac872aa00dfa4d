/**
 * Recommendations pushed and removed over the management API: events like any other.
 *
 * Owns: metadata look-up, the events made of PUT and DELETE. Does not own: what they set off (`ingest-events.ts`).
 *
 * Invariants
 * P1. A pushed recommendation goes the way of an ingested one: same change rules, same automations, one commit.
 * Source: management API reference 5.4; domain reference 12.
 */
import { assessmentFromPut } from '#events';
import { formatTime, isJsonObject, type Json, type JsonObject, memberOf, parseArmId, raise } from '#foundation';
import { findMetadata } from './assessment-metadata.ts';
import { existingAssessment } from './event-answers.ts';
import { findEvent, type StoredEvent } from './event-documents.ts';
import { ingestEvents } from './ingest-events.ts';
import type { Caller } from './record-activity.ts';
import { commitWithGone } from './remove-assessments.ts';
import type { Services } from './services.ts';

export interface AssessmentRequest {
  readonly caller: Caller;
  /** Full id of the assessment. */
  readonly id: string;
  readonly body?: Json | undefined;
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** PUT. @throws TocsinError `InvalidResourceName`, `InvalidParameter`, `InvalidEvent`, `ResourceNotFound` for unknown metadata. */
export async function putAssessment(
  services: Services,
  request: AssessmentRequest,
): Promise<{ readonly created: boolean; readonly stored: StoredEvent }> {
  const { id } = request;
  const name = id.slice(id.lastIndexOf('/') + 1);
  if (!guid.test(name)) raise('InvalidResourceName', `The assessment name '${name}' is not a GUID.`);
  const properties = memberOf(request.body, 'properties');
  if (!isJsonObject(properties))
    return raise('InvalidParameter', 'An assessment needs properties, an object.', { target: 'properties' });
  const known = existingAssessment(services, id);
  const metadata = metadataFor(services, id, name, properties);
  const event = assessmentFromPut({
    id,
    properties,
    ...(metadata === undefined ? {} : { metadata }),
    tenantId: services.settings.tenantId,
    now: formatTime(services.clock.now()),
    ...(known === undefined ? {} : { known: known.body }),
  });
  await ingestOne(services, request.caller, event);
  const stored = findEvent(services, 'Assessments', id);
  if (stored === undefined) return raise('InternalServerError', 'The assessment was not stored.');
  return { created: known === undefined, stored };
}

function metadataFor(services: Services, id: string, name: string, properties: JsonObject): JsonObject | undefined {
  if (isJsonObject(memberOf(properties, 'metadata'))) return undefined;
  const subscriptionId = parseArmId(id)?.subscriptionId ?? '';
  const known = memberOf(findMetadata(services, subscriptionId, name)?.body, 'properties');
  if (isJsonObject(known)) return known;
  return raise(
    'ResourceNotFound',
    `There is no assessment metadata '${name}'; create it first, or send it along as properties.metadata.`,
  );
}

/** DELETE: the recommendation and its findings are gone, with their last state. Answers whether there was one. */
export async function deleteAssessment(services: Services, request: AssessmentRequest): Promise<boolean> {
  const known = existingAssessment(services, request.id);
  if (known === undefined) return false;
  await commitWithGone(services, { ids: [known.id] }, []);
  return true;
}

async function ingestOne(services: Services, caller: Caller, event: JsonObject): Promise<void> {
  const result = await ingestEvents(services, {
    records: [event],
    format: 'tocsin',
    createUnknown: false,
    identity: caller.identity,
    allowed: () => true,
  });
  const [rejected] = result.rejected;
  if (rejected !== undefined)
    raise(rejected.code === 'SubscriptionNotFound' ? 'SubscriptionNotFound' : 'InvalidEvent', rejected.message);
}
