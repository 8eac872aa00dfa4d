/**
 * Registration of resource providers with a subscription.
 *
 * Owns: the state. Everything is registered from the start; unregistering is remembered and shown, and refuses nothing.
 */
import type { Services } from './services.ts';

const collection = 'unregisteredProviders';

function keyOf(subscriptionId: string, namespace: string): string {
  return `${subscriptionId}/${namespace}`.toLowerCase();
}

export function isRegistered(services: Pick<Services, 'store'>, subscriptionId: string, namespace: string): boolean {
  return services.store.documents.get(collection, keyOf(subscriptionId, namespace)) === undefined;
}

/** Registers or unregisters a provider; doing it again is harmless. */
export async function setRegistration(
  services: Services,
  subscriptionId: string,
  namespace: string,
  registered: boolean,
): Promise<void> {
  if (isRegistered(services, subscriptionId, namespace) === registered) return;
  const key = keyOf(subscriptionId, namespace);
  await services.store.commit([
    registered
      ? { kind: 'deleteDocument', collection, key }
      : {
          kind: 'putDocument',
          document: {
            collection,
            key,
            parent: subscriptionId.toLowerCase(),
            time: services.clock.now(),
            status: '',
            body: { namespace },
          },
        },
  ]);
}
