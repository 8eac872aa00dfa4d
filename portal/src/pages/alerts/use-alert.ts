/** One alert as the server has it. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ArmError } from '../../api/arm-error.ts';
import { read } from '../../api/http.ts';
import { type Alert, alertVersion } from '../../data/alerts.ts';
import { usePolling } from '../../data/live.ts';

export function useAlert(id: string): UseQueryResult<Alert, ArmError> {
  const refetchInterval = usePolling(15_000);
  return useQuery<Alert, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Alert>(`${id}?api-version=${alertVersion}`, signal),
    refetchInterval,
  });
}
