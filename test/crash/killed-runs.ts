/** The names of the runs that the process to be killed starts. */
export const killedWorkflowId =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-kill/providers/Microsoft.Logic/workflows/Killed';

export function killedRunName(index: number): string {
  return `${String(10 ** 9 - index).padStart(29, '0')}CU00`;
}
