/** Lists that the server pages. The browser holds at most ten pages of a list. */
import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import type { Page } from '../api/arm.ts';
import { read } from '../api/http.ts';
import { usePolling } from './live.ts';

const mostPages = 100;

export interface PagedList<T> {
  readonly rows: readonly T[];
  /** How many there are in all, where the server counts them. */
  readonly total: number | undefined;
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<T>>, ArmError>;
}

/** A list by the path of its first page. `every` is how often it is asked for again without live updates, in milliseconds. */
export function usePagedList<T>(path: string | undefined, every: number | false = 15_000): PagedList<T> {
  const polling = usePolling(every);
  const query = useInfiniteQuery<Page<T>, ArmError, InfiniteData<Page<T>>, readonly unknown[], string>({
    queryKey: ['list', path],
    queryFn: ({ pageParam, signal }) => read<Page<T>>(pageParam, signal),
    initialPageParam: path ?? '',
    getNextPageParam: ({ nextLink }) => nextLink,
    maxPages: mostPages,
    enabled: path !== undefined,
    // A list that has been scrolled is not read again page by page under the reader's hand.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : polling),
  });
  const pages = query.data?.pages ?? [];
  return { rows: pages.flatMap(({ value }) => value), total: pages[0]?.count?.value, query };
}
