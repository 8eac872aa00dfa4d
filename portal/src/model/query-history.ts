/** Queries that this browser keeps: saved ones by name, and the last that were run. */
import type { QueryMode } from './log-schema.ts';

export interface SavedQuery {
  readonly name: string;
  readonly text: string;
  readonly mode: QueryMode;
}

export interface RecentQuery {
  readonly text: string;
  readonly mode: QueryMode;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface KeptQueries {
  readonly saved: readonly SavedQuery[];
  readonly recent: readonly RecentQuery[];
}

export const noQueries: KeptQueries = { saved: [], recent: [] };
const mostRecent = 30;
/** Longer ones would fill what a browser keeps for a site. */
const longest = 20_000;

/** With a query that was just run; one that was run before moves to the front. */
export function withRecent(kept: KeptQueries, query: RecentQuery): KeptQueries {
  if (query.text.trim() === '' || query.text.length > longest) return kept;
  const others = kept.recent.filter(({ text, mode }) => text !== query.text || mode !== query.mode);
  return { ...kept, recent: [query, ...others].slice(0, mostRecent) };
}

/** With a query under a name; one of that name is replaced. */
export function withSaved(kept: KeptQueries, query: SavedQuery): KeptQueries {
  const others = kept.saved.filter(({ name }) => name.toLowerCase() !== query.name.toLowerCase());
  return { ...kept, saved: [...others, query].toSorted((left, right) => left.name.localeCompare(right.name)) };
}

export function withoutSaved(kept: KeptQueries, name: string): KeptQueries {
  return { ...kept, saved: kept.saved.filter((each) => each.name !== name) };
}

/** Examples to begin with. */
export const sampleQueries: readonly (SavedQuery & { readonly about: string })[] = [
  {
    name: 'Alerts by severity',
    about: 'How many alerts of each severity came in.',
    mode: 'logs',
    text: 'SecurityAlert\n| summarize Alerts = count() by AlertSeverity\n| render piechart',
  },
  {
    name: 'Alerts over time',
    about: 'Alerts of each severity, hour by hour.',
    mode: 'logs',
    text: 'SecurityAlert\n| summarize count() by AlertSeverity, bin(TimeGenerated, 1h)\n| render timechart',
  },
  {
    name: 'Newest alerts',
    about: 'The last hundred alerts with what they are about.',
    mode: 'logs',
    text: 'SecurityAlert\n| project TimeGenerated, AlertSeverity, DisplayName, CompromisedEntity, Status\n| top 100 by TimeGenerated desc',
  },
  {
    name: 'Who changed what',
    about: 'Operations of the activity log by caller.',
    mode: 'logs',
    text: 'AzureActivity\n| summarize Operations = count(), Last = max(TimeGenerated) by Caller, OperationNameValue\n| sort by Operations desc',
  },
  {
    name: 'Resources by type',
    about: 'What is in the inventory.',
    mode: 'graph',
    text: 'Resources\n| summarize Resources = count() by type\n| order by Resources desc\n| render barchart',
  },
  {
    name: 'Unhealthy recommendations',
    about: 'Recommendations with the resources that do not meet them.',
    mode: 'graph',
    text: "SecurityResources\n| where type == 'microsoft.security/assessments'\n| where properties.status.code == 'Unhealthy'\n| project recommendation = tostring(properties.displayName), resource = tostring(properties.resourceDetails.Id), subscriptionId",
  },
  {
    name: 'Role assignments by role',
    about: 'How often each role is assigned.',
    mode: 'graph',
    text: "AuthorizationResources\n| where type == 'microsoft.authorization/roleassignments'\n| summarize Assignments = count() by role = tostring(properties.roleDefinitionId)\n| order by Assignments desc",
  },
];
