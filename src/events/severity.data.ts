/**
 * How detectors' own levels map to the four severities of alerts.
 * Source: domain reference 21, severity.
 */
import { wordTable } from './word-table.ts';

export type Severity = 'High' | 'Medium' | 'Low' | 'Informational';

type Levels = Readonly<Record<string, Severity>>;

/** OCSF `severity_id`. */
export const ocsfSeverity: Levels = wordTable({
  '0': 'Low',
  '1': 'Informational',
  '2': 'Low',
  '3': 'Medium',
  '4': 'High',
  '5': 'High',
  '6': 'High',
  '99': 'Low',
});

/** Words, in lower case, as ASFF labels, Elastic, Sigma, Trivy, Graph and others use them. */
export const namedSeverity: Levels = wordTable({
  fatal: 'High',
  critical: 'High',
  high: 'High',
  medium: 'Medium',
  moderate: 'Medium',
  low: 'Low',
  unknown: 'Low',
  other: 'Low',
  informational: 'Informational',
  info: 'Informational',
  none: 'Informational',
});

/** Falco `priority`, lower case; `info` is how some forwarders write informational. */
export const falcoSeverity: Levels = wordTable({
  emergency: 'High',
  alert: 'High',
  critical: 'High',
  error: 'Medium',
  warning: 'Medium',
  notice: 'Low',
  informational: 'Informational',
  info: 'Informational',
  debug: 'Informational',
});

/** Suricata `alert.severity`. */
export const suricataSeverity: Levels = wordTable({
  '1': 'High',
  '2': 'Medium',
  '3': 'Low',
  '4': 'Informational',
  '255': 'Informational',
});

/** Wazuh `rule.level`, 0 to 16. */
export function wazuhSeverity(level: number): Severity {
  if (level >= 12) return 'High';
  if (level >= 7) return 'Medium';
  return level >= 4 ? 'Low' : 'Informational';
}

/** ASFF `Severity.Normalized`, 0 to 100, for findings without a label. */
export function normalizedSeverity(value: number): Severity {
  if (value >= 70) return 'High';
  if (value >= 40) return 'Medium';
  return value >= 1 ? 'Low' : 'Informational';
}

const order: readonly Severity[] = ['Informational', 'Low', 'Medium', 'High'];

/** The highest of some severities; `Low` of none. */
export function highest(severities: readonly Severity[]): Severity {
  return severities.reduce(
    (best, each) => (order.indexOf(each) > order.indexOf(best) ? each : best),
    'Low' as Severity,
  );
}

/** Recommendations know three levels: informational ones are low. */
export function recommendationSeverity(severity: Severity): 'High' | 'Medium' | 'Low' {
  return severity === 'Informational' ? 'Low' : severity;
}
