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

/** `now` is taken to the hour, so that one list stays the same list. */
export function alertFilter(address: AlertAddress, now: number): string {
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  const days = Number(address.time);
  return allOf([
    anyOf('properties/status', listOf(address.status), alertStatuses),
    anyOf('properties/severity', listOf(address.severity), severities),
    days > 0 ? `properties/startTimeUtc ge ${new Date(hour - days * dayMilliseconds).toISOString()}` : undefined,
    ...moreFilters.map(({ key, path }) =>
      address[key] === '' ? undefined : `contains(${path}, ${quoted(address[key])})`,
    ),
    address.search === ''
      ? undefined
      : `(${searched.map((path) => `contains(${path}, ${quoted(address.search)})`).join(' or ')})`,
  ]);
}

/** What takes every filter off. */
export const noAlertFilter = {
  ...alertDefaults,
  status: alertStatuses.join(','),
  severity: severities.join(','),
};

export const isFiltered = (address: AlertAddress): boolean =>
  Object.entries(noAlertFilter).some(
    ([name, value]) => name !== 'alert' && address[name as keyof AlertAddress] !== value,
  );
