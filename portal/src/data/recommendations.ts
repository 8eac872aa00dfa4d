/** Recommendations, grouped over their resources, as the server counts them. Source: own API reference, overview. */
import type { Resource } from '../api/arm.ts';

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
