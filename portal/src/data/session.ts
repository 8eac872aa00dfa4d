/** Who is signed in. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { currentSession, type Session } from '../api/session.ts';
import { cell } from './store.ts';

/** True once the server has refused a call of a session that was good before. */
export const sessionEnded = cell(false);

export function useSession(): UseQueryResult<Session | null, ArmError> {
  return useQuery<Session | null, ArmError>({
    queryKey: ['session'],
    queryFn: async () => (await currentSession()) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}
