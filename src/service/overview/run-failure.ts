/** Whether a run of this status failed, as figures count it. */
export function isFailure(status: string): boolean {
  return status === 'Failed' || status === 'TimedOut' || status === 'Aborted';
}
