/** What the list of alerts is narrowed to: the address's values as a `$filter`. */
import { alertStatuses } from '../../data/alerts.ts';
import { listOf } from '../../design/address.ts';
import { allOf, anyOf, quoted } from '../../model/filter-text.ts';

export const severities = ['High', 'Medium', 'Low', 'Informational'];

export const alertDefaults = {
  search: '',
  status: 'Active,InProgress',
  severity: 'High,Medium,Low',
  time: '',
  resource: '',
  type: '',
  tactic: '',
  detector: '',
  /** `severity desc`; the newest first unless set. */
  order: '',
  /** What the alerts are grouped by; not at all unless set. */
  group: '',
  /** The alert whose pane is open. */
  alert: '',
};

export type AlertAddress = typeof alertDefaults;

/** Filters that are added when they are wanted, with the member of an alert that they search. */
export const moreFilters = [
  { key: 'resource', title: 'Affected resource', path: 'properties/compromisedEntity' },
  { key: 'type', title: 'Alert type', path: 'properties/alertType' },
  { key: 'tactic', title: 'Tactic', path: 'properties/intent' },
  { key: 'detector', title: 'Detector', path: 'properties/productName' },
] as const;

export const times = [
  { value: '', text: 'Any time' },
  { value: '1', text: 'Last 24 hours' },
  { value: '7', text: 'Last 7 days' },
  { value: '30', text: 'Last 30 days' },
] as const;

const dayMilliseconds = 86_400_000;
const searched = ['name', 'properties/alertDisplayName', 'properties/compromisedEntity', 'properties/systemAlertId'];

export const groupings = [
  { value: '', text: 'None' },
  { value: 'title', text: 'Title' },
  { value: 'resource', text: 'Resource' },
  { value: 'severity', text: 'Severity' },
  { value: 'status', text: 'Status' },
  { value: 'type', text: 'Alert type' },
] as const;

/** `now` is taken to the hour, so that one list stays the same list. */
export function alertFilter(address: AlertAddress, now: number): string {
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  const days = Number(address.time);
  return allOf([
    groupFilter(address),
    days > 0 ? `properties/startTimeUtc ge ${new Date(hour - days * dayMilliseconds).toISOString()}` : undefined,
    ...moreFilters.map(({ key, path }) =>
      address[key] === '' ? undefined : `contains(${path}, ${quoted(address[key])})`,
    ),
    address.search === ''
      ? undefined
      : `(${searched.map((path) => `contains(${path}, ${quoted(address.search)})`).join(' or ')})`,
  ]);
}

/** The part of the filter that groups are counted by. */
export function groupFilter(address: AlertAddress): string {
  return allOf([
    anyOf('properties/status', listOf(address.status), alertStatuses),
    anyOf('properties/severity', listOf(address.severity), severities),
  ]);
}

/** Whether nothing else is filtered by: groups that leave something out would be counted wrongly. */
export const isGroupable = (address: AlertAddress): boolean =>
  (['search', 'time', 'resource', 'type', 'tactic', 'detector'] as const).every((name) => address[name] === '');

const { order: _, group: __, ...filters } = alertDefaults;

/** What takes every filter off. */
export const noAlertFilter = {
  ...filters,
  status: alertStatuses.join(','),
  severity: severities.join(','),
};

const notFilters: ReadonlySet<string> = new Set(['alert', 'order', 'group']);

export const isFiltered = (address: AlertAddress): boolean =>
  Object.entries(noAlertFilter).some(
    ([name, value]) => !notFilters.has(name) && address[name as keyof AlertAddress] !== value,
  );
