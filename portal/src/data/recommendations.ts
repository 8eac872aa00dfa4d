/** Recommendations, grouped over their resources, as the server counts them. Source: own API reference, overview. */
import { useQuery } from '@tanstack/react-query';
import { type Resource, withQuery } from '../api/arm.ts';
import { read } from '../api/http.ts';

export const recommendationStates = ['Unhealthy', 'Healthy', 'NotApplicable'] as const;
export type RecommendationState = (typeof recommendationStates)[number];

export interface RecommendationProperties {
  readonly displayName: string;
  readonly severity?: string;
  readonly assessmentType?: string;
  readonly description?: string;
  readonly remediationDescription?: string;
  readonly resources: Readonly<Record<RecommendationState, number>>;
  /** Enabled automations that listen to it. */
  readonly automations: number;
  readonly changed?: string;
}

/** `id` and `name` are its key. */
export interface Recommendation extends Resource<RecommendationProperties> {
  readonly status: RecommendationState;
  /** Only of one that is asked for alone. */
  readonly changes?: readonly ({ readonly start: string } & Readonly<Record<string, number | string>>)[];
}

/** What kinds of resources there are recommendations of, in lower case. */
export interface ResourceKind {
  readonly environment: string;
  readonly resourceType: string;
  readonly count: number;
}

export function useResourceKinds(scopes: string | undefined): readonly ResourceKind[] {
  const { data } = useQuery({
    queryKey: ['recommendationKinds', scopes],
    queryFn: async ({ signal }) => {
      const path = withQuery('/tocsin/v1/recommendationKinds', { scopes });
      return (await read<{ readonly value: readonly ResourceKind[] }>(path, signal)).value;
    },
    staleTime: 15_000,
  });
  return data ?? [];
}
