/** What a status or severity means: one of seven looks. Source: portal reference 8.3. */

export type Look = 'high' | 'medium' | 'low' | 'info' | 'good' | 'waiting' | 'muted';

const looks: Readonly<Record<string, Look>> = {
  high: 'high',
  critical: 'high',
  failed: 'high',
  aborted: 'high',
  unhealthy: 'high',
  error: 'high',
  noncompliant: 'high',
  medium: 'medium',
  timedout: 'medium',
  unauthenticated: 'medium',
  low: 'low',
  informational: 'info',
  running: 'info',
  active: 'info',
  inprogress: 'info',
  evaluating: 'info',
  succeeded: 'good',
  healthy: 'good',
  passed: 'good',
  enabled: 'good',
  connected: 'good',
  resolved: 'good',
  compliant: 'good',
  fired: 'good',
  wouldfire: 'good',
  accepted: 'good',
  waiting: 'waiting',
  pending: 'waiting',
};

const words: Readonly<Record<string, string>> = {
  InProgress: 'In progress',
  NotApplicable: 'Not applicable',
  NotMatched: 'Not matched',
  OutOfScope: 'Out of scope',
  WouldFire: 'Would fire',
  CallbackStale: 'Callback no longer valid',
  NonCompliant: 'Non-compliant',
};

/** The look of a status; what is not known is muted. */
export function lookOf(status: string): Look {
  return looks[status.toLowerCase()] ?? 'muted';
}

/** The word people read. */
export function wordOf(status: string): string {
  return words[status] ?? status;
}
