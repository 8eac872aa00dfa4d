/** Locations and types of resources, as lists to choose from. */
import { useQuery } from '@tanstack/react-query';
import { armPath } from '../api/arm.ts';
import { readAll, useSubscriptions } from './scope.ts';

export interface Location {
  readonly name: string;
  readonly displayName: string;
}

/** The locations of a subscription; without one named, of the first: they are the same everywhere. */
export function useLocations(subscriptionId?: string): readonly Location[] {
  const [first] = useSubscriptions();
  const subscription = subscriptionId ?? first?.subscriptionId;
  const { data } = useQuery({
    queryKey: ['locations', subscription],
    queryFn: ({ signal }) =>
      readAll<Location>(armPath(`/subscriptions/${subscription}/locations`, 'microsoft.resources'), signal),
    enabled: subscription !== undefined && subscription !== '',
    staleTime: 600_000,
  });
  return data ?? [];
}

interface Provider {
  readonly namespace: string;
  readonly resourceTypes: readonly { readonly resourceType: string }[];
}

/** Full names of the types that are known: `Microsoft.Logic/workflows`. */
export function useResourceTypes(wanted: boolean): readonly string[] {
  const { data } = useQuery({
    queryKey: ['resourceTypes'],
    queryFn: async ({ signal }) => {
      const providers = await readAll<Provider>(armPath('/providers', 'microsoft.resources'), signal);
      return providers
        .flatMap(({ namespace, resourceTypes }) =>
          resourceTypes.map(({ resourceType }) => `${namespace}/${resourceType}`),
        )
        .toSorted((left, right) => left.localeCompare(right));
    },
    enabled: wanted,
    staleTime: 600_000,
  });
  return data ?? [];
}
