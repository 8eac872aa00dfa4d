/** Queries over Resource Graph as lists of a page: the server filters, orders and pages them. */
import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { idParts } from '../api/arm.ts';
import { askGraphPage, type GraphPage, type GraphQuestion, type GraphScopes } from './resource-graph.ts';
import { chosenScope } from './scope.ts';
import { useCell } from './store.ts';

const rowsOfPage = 100;
export const mostGraphRows = 1000;

export interface GraphList<T> {
  readonly rows: readonly T[];
  readonly total: number | undefined;
  readonly query: UseInfiniteQueryResult<InfiniteData<GraphPage<T>>, ArmError>;
}

/** A list in pages of a hundred. The query must show `id`: pages are told apart by it. */
export function useGraphList<T>(question: GraphQuestion | undefined, every: number | false = 15_000): GraphList<T> {
  const query = useInfiniteQuery<GraphPage<T>, ArmError, InfiniteData<GraphPage<T>>, readonly unknown[], string>({
    queryKey: ['graph', question],
    queryFn: ({ pageParam, signal }) =>
      askGraphPage<T>(question ?? { query: '', scopes: {} }, { top: rowsOfPage, after: pageParam, signal }),
    initialPageParam: '',
    getNextPageParam: ({ $skipToken }) => $skipToken,
    maxPages: 100,
    enabled: question !== undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : every),
    // The rows that were found stay while others are looked for.
    placeholderData: (before) => before,
  });
  const pages = query.data?.pages ?? [];
  return { rows: pages.flatMap(({ data }) => data), total: pages[0]?.totalRecords, query };
}

/** A result that is known to be short, at once: its first thousand rows. */
export function useGraphRows<T>(
  question: GraphQuestion | undefined,
  every: number | false = false,
): UseQueryResult<readonly T[], ArmError> {
  return useQuery<readonly T[], ArmError>({
    queryKey: ['graphRows', question],
    queryFn: async ({ signal }) =>
      (await askGraphPage<T>(question ?? { query: '', scopes: {} }, { top: mostGraphRows, signal })).data,
    enabled: question !== undefined,
    refetchInterval: every,
  });
}

/** The subscriptions that were chosen at the top of the page; everything when none is. */
export function useChosenGraphScopes(): GraphScopes {
  const { subscriptions } = useCell(chosenScope);
  return graphScopesOf(subscriptions);
}

/** Scopes of a query from ids of subscriptions, or of one management group. */
export function graphScopesOf(ids: readonly string[]): GraphScopes {
  const [first] = ids;
  if (first === undefined) return {};
  if (/\/managementGroups\//i.test(first)) return { managementGroups: [idParts(first).name] };
  return { subscriptions: ids.map((id) => idParts(id).subscriptionId ?? idParts(id).name) };
}
