/**
 * What happens to recommendations and findings when their resource, or the recommendation itself, goes away.
 *
 * Owns: their `Delete` events, with the last known state, in the commit that makes the thing go away.
 * Does not own: what such an event sets off (`take-event.ts`).
 *
 * Invariants
 * G1. A thing and the events of its going away are one commit.
 * Source: domain reference 12.
 */
import { asDelete, type SecurityEvent } from '#events';
import { armIdKey, parseArmId, type Write } from '#foundation';
import { eventCollections, goneStatus, type StoredEvent, storedEventOf } from './event-documents.ts';
import { listEvents } from './read-events.ts';
import type { Services } from './services.ts';
import { EventBatch } from './take-event.ts';

/** Recommendations and findings about a resource and what lies below it. */
export function assessedBelow(services: Pick<Services, 'store'>, resourceId: string): readonly StoredEvent[] {
  const below = armIdKey(resourceId);
  return (['Assessments', 'SubAssessments'] as const).flatMap((kind) =>
    services.store.documents
      .list({ collection: eventCollections[kind], below })
      .filter(({ status }) => status !== goneStatus)
      .map(storedEventOf),
  );
}

/** Recommendations of one key in a subscription. */
export async function assessmentsOfKey(
  services: Pick<Services, 'store'>,
  subscriptionId: string,
  key: string,
): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  const fits = ({ name }: StoredEvent): boolean => name.toLowerCase() === key.toLowerCase();
  let after: { readonly time: number; readonly key: string } | undefined;
  for (;;) {
    const query = { kind: 'Assessments', subscriptionId, fits, count: Number.MAX_SAFE_INTEGER } as const;
    const { events, resume } = await listEvents(services, { ...query, ...(after === undefined ? {} : { after }) });
    found.push(...events);
    if (resume === undefined) return found;
    after = resume;
  }
}

/** Recommendations and the findings below them. */
export function withFindings(
  services: Pick<Services, 'store'>,
  assessments: readonly StoredEvent[],
): readonly StoredEvent[] {
  return assessments.flatMap((assessment) => [assessment, ...assessedBelow(services, assessment.id)]);
}

/** Commits writes together with the `Delete` events of what goes away by them (G1). @throws what commits throw. */
export async function commitWithGone(
  services: Services,
  gone: readonly StoredEvent[],
  writes: readonly Write[],
): Promise<void> {
  if (gone.length === 0) return services.store.commit(writes);
  const batch = new EventBatch(services);
  try {
    for (const event of gone) batch.take(deleteEvent(event));
  } catch (error) {
    batch.abandon(error);
    throw error;
  }
  await batch.commit(writes);
}

function deleteEvent({ kind, id, body, document, resourceGroup }: StoredEvent): SecurityEvent {
  return {
    kind,
    snapshot: false,
    body: asDelete(body),
    id,
    key: document.key,
    subscriptionId: parseArmId(id)?.subscriptionId ?? document.parent,
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    resources: [],
  };
}
