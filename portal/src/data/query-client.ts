/** The one cache of remote data. */
import { QueryClient } from '@tanstack/react-query';

export const queryClient = new QueryClient({
  defaultOptions: {
    // Reads are repeated by `api/http.ts`.
    queries: { retry: false, staleTime: 2000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});

/** Whatever is shown is asked for again: after a command. */
export const refreshAll = (): Promise<void> => queryClient.invalidateQueries();
