/**
 * Renames, cancels and enables subscriptions (`Microsoft.Subscription`).
 *
 * Owns: those changes of a subscription's document. Does not own: making one (`put-subscription.ts`), refusing writes in a
 * disabled one (`check-containers.ts`). Source: the published REST API of Microsoft.Subscription.
 */
import { type Json, type JsonObject, raise, type ResourceDocument, textMember } from '#foundation';
import { inTurn } from './in-turn.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import type { Services } from './services.ts';

export interface SubscriptionChange {
  readonly caller: Caller;
  readonly subscriptionId: string;
  readonly kind: 'rename' | 'cancel' | 'enable';
  readonly body: Json | undefined;
}

/** @returns `{ subscriptionId }`. @throws TocsinError `SubscriptionNotFound`, `InvalidParameter` (name). */
export async function changeSubscription(services: Services, change: SubscriptionChange): Promise<JsonObject> {
  const id = `/subscriptions/${change.subscriptionId}`;
  return inTurn(services.store, id, async () => {
    const found = services.store.resources.get(id);
    if (found === undefined) {
      return raise('SubscriptionNotFound', `The subscription '${change.subscriptionId}' could not be found.`);
    }
    const resource: ResourceDocument = {
      ...found,
      body: { ...found.body, ...changed(change) },
      etag: services.random.uuid(),
      changedTime: services.clock.now(),
    };
    await services.store.commit([
      { kind: 'putResource', resource },
      activityWrite(services, change.caller, {
        operation: `Microsoft.Subscription/${change.kind}/action`,
        resourceId: id,
        httpMethod: 'POST',
      }),
    ]);
    return { subscriptionId: found.name };
  });
}

function changed({ kind, body }: SubscriptionChange): JsonObject {
  if (kind !== 'rename') return { state: kind === 'cancel' ? 'Disabled' : 'Enabled' };
  const displayName = (textMember(body, 'subscriptionName') ?? '').trim();
  if (displayName === '' || displayName.length > 64 || /[<>;|]/.test(displayName)) {
    raise('InvalidParameter', "The 'subscriptionName' must have 1 to 64 characters without < > ; |.", {
      target: 'subscriptionName',
    });
  }
  return { displayName };
}
