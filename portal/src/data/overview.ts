/** The figures and charts of the first page, as the server counts them. Source: own API reference, overview. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { withQuery } from '../api/arm.ts';
import { read } from '../api/http.ts';
import { usePolling } from './live.ts';
import { useScopesParameter } from './scope.ts';

export const ranges = ['24h', '7d', '30d'] as const;
export type Range = (typeof ranges)[number];

export type Counts = Readonly<Record<string, number>>;

/** Counts of a part of the range, by state or severity, beside its start. */
export type TimeBucket = { readonly start: string } & Readonly<Record<string, number | string>>;

export interface Attention {
  readonly kind: 'Automation' | 'Delivery' | 'Connection' | 'Remediation';
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly time?: string;
}

export interface OverviewFigures {
  readonly bucketHours: number;
  readonly activeAlerts: Counts;
  readonly affectedResources: number;
  readonly unhealthyResources: number;
  readonly automations: { readonly enabled: number; readonly disabled: number };
  readonly runs: { readonly total: number; readonly failed: number };
  readonly secureScore?: { readonly percentage: number };
  readonly recommendations: Counts;
  readonly alertsInTime: readonly TimeBucket[];
  readonly runsInTime: readonly TimeBucket[];
  readonly topAutomations: readonly {
    readonly id: string;
    readonly name: string;
    readonly delivered: number;
    readonly failed: number;
  }[];
  readonly attention: { readonly total: number; readonly items: readonly Attention[] };
}

export function useOverview(range: Range): UseQueryResult<OverviewFigures, ArmError> {
  const scopes = useScopesParameter();
  const refetchInterval = usePolling(15_000);
  return useQuery<OverviewFigures, ArmError>({
    queryKey: ['overview', range, scopes],
    queryFn: ({ signal }) => read<OverviewFigures>(withQuery('/tocsin/v1/overview', { scopes, range }), signal),
    // Another range is another drawing: the old one stays until the new one is there.
    placeholderData: (before) => before,
    refetchInterval,
  });
}
